"""Each toolchain for each architecture, from a source to a verified file, with the flags that `toolchains/` says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from composer.layout.arrange import arrange
from composer.layout.pack import pack
from composer.layout.script import render
from composer.layout.source import init_source, note_source
from composer.load.shipped import shipped_folder
from composer.load.toolchain import PinnedToolchain, find_toolchain, load_toolchains
from composer.model.linkage import Member
from composer.model.recipe import ImageFacts
from composer.model.toolchain import Toolchain
from composer.plan.link import LINKED, MAP, SCRIPT, link_step
from composer.reach.fixpoint import reach
from composer.reach.objects import index_object
from composer.verify.attribution import attribute
from composer.verify.image import Evidence, Expected, verify
from composer.verify.linkmap import read_map
from composer.verify.origins import Origins
from tests.support.linking import DIGEST, rules
from tests.support.toolchains import ARCHITECTURES, TOOLCHAINS

MACHINES = {"x86_64": 62, "aarch64": 183}  # e_machine
PAGE = 4096
BOOT = """
unsigned long __stack_chk_guard;
static unsigned count = 1;
void __stack_chk_fail(void) { for (;;) count++; }
int say(const char *text);
void _start(void) { char room[20]; for (int i = 0; i < 20; i++) room[i] = "hello"[i % 5]; say(room); say("bye"); }
"""
APP = 'int dead(void) { return 1; } int say(const char *text) { return *text == *(char *volatile){"h"}; }'


def compiled(folder: Path, toolchain: Toolchain, owner: str, name: str, source: str) -> Member:
    (folder / f"{name}.c").write_text(source)
    argv = [
        *toolchain.compiler,
        *toolchain.flags,
        *toolchain.profiles["size"],
        "-c",
        f"{name}.c",
        "-o",
        f"out/{name}.o",
    ]
    assert _said(folder, argv) == ""
    return Member(owner, f"out/{name}.o", index_object((folder / f"out/{name}.o").read_bytes(), name))


def _said(folder: Path, argv: list[str]) -> str:
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("name", TOOLCHAINS)
def test_a_program_is_linked_without_a_word_and_verified(tmp_path: Path, name: str, arch: str) -> None:
    known = load_toolchains(shipped_folder("toolchains"))
    toolchain = find_toolchain(known, arch, tmp_path / "memo.json", "size", PinnedToolchain(name))
    for folder in ("out", "text"):
        (tmp_path / folder).mkdir()
    members = [compiled(tmp_path, toolchain, "boot", "b", BOOT), compiled(tmp_path, toolchain, "app", "a", APP)]
    text = (init_source([], constructors=False) + note_source(DIGEST)).decode()
    generated = (compiled(tmp_path, toolchain, "image", "image", text),)
    reached = reach(members, rules())
    facts = ImageFacts(entry="_start", loader="process", base=0x40200000)
    (tmp_path / SCRIPT).write_text(render(arrange(reached, generated, facts, marks_stack=True)))
    linked = (*reached.live_members(), *generated)
    step = link_step(toolchain, [member.path for member in linked], PAGE, 1 << 16)
    assert _said(tmp_path, [step.program, *step.argv]) == ""
    debug = (tmp_path / LINKED).read_bytes()
    image, placed = pack(debug, PAGE), read_map((tmp_path / MAP).read_text())
    verify(Evidence(image, debug, placed, reached, generated), Expected(MACHINES[arch], facts))
    found = attribute(image, placed, linked, Origins(), lambda path: (tmp_path / path).read_bytes(), PAGE)
    assert (sum(row.bytes for row in found.rows), found.unattributed_bytes) == (len(image), 0)
    assert {"boot", "app", "image"} <= {row.recipe for row in found.rows}
    assert not any("dead" in row.section for row in found.rows)
