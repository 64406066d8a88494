"""Lua: scripts print what the host's Lua prints, and a person at the console has it interactive."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.composed import EXAMPLES, ROOT, TARGETS, XEN_ARM, Done, Workshop

LUA = EXAMPLES / "lua"
SCRIPTS = ROOT / "tests/boot/lua"
WITHOUT_CLOCK = b"clock: nobody knows the time, so it begins in 1970"  # said on first use
# A stack overflow of Lua takes 110 MB on the host too.
MANIFEST = (
    (LUA / "unikernel.yaml")
    .read_text()
    .replace("memory: 32MiB", "memory: 192MiB")
    .replace("name: lua", "name: scripts")
)

pytestmark = pytest.mark.parametrize("target", TARGETS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest whose files are the scripts."""
    folder = tmp_path_factory.mktemp("scripts")
    shutil.copytree(SCRIPTS, folder / "scripts")
    (folder / "unikernel.yaml").write_text(MANIFEST)
    return folder


def lines_of(done: Done, target: str) -> list[bytes]:
    """What the guest printed, without what a machine that has no clock says first."""
    return [line for line in done.output.splitlines() if line != WITHOUT_CLOCK or target != XEN_ARM]


def test_scripts_print_what_the_host_s_lua_prints(programs: Workshop, folder: Path, target: str) -> None:
    done = programs.run(folder, "main.lua", words=("--target", target, "--timeout", "300"))
    host = subprocess.run(["lua5.4", "main.lua"], cwd=SCRIPTS, capture_output=True, check=True)
    assert len(host.stdout.splitlines()) > 120
    assert (done.status, lines_of(done, target)) == (0, host.stdout.splitlines()), done.told


def test_a_script_of_the_image_gets_its_words(programs: Workshop, target: str) -> None:
    done = programs.run(LUA, "hello.lua", "one", "two words", words=("--target", target))
    assert (done.status, lines_of(done, target)) == (0, [b"hello from Lua 5.4, with 2 argument(s)"]), done.told


def test_a_person_has_it_interactive(programs: Workshop, target: str) -> None:
    typed = b'x = 6\nx * 7\nfor i = 1, 2 do\nprint("line " .. i)\nend\nnil + 1\nio.read()\na line\nos.exit(x)\n'
    done = programs.run(LUA, words=("--target", target), stdin=typed)
    assert b"the guest ended with status 6" in done.errors, done.told
    lines = [line.decode().strip("> ") for line in lines_of(done, target)]
    assert lines[0] == "Lua 5.4.4  Copyright (C) 1994-2022 Lua.org, PUC-Rio"
    for expected in ("42", "line 1", "line 2", "a line"):
        assert expected in lines, done.told
    assert any("attempt to perform arithmetic on a nil value" in line for line in lines), done.told


def test_its_bytes_add_up_and_its_code_is_its_own(programs: Workshop, target: str) -> None:
    programs.build(LUA / "unikernel.yaml", target=target)
    facts = programs.facts("lua", target)
    assert sum(row["bytes"] for row in facts["rows"]) == programs.image("lua", target).stat().st_size
    assert facts["unattributed_bytes"] <= 0.02 * facts["file_bytes"]
    code = sum(row["bytes"] for row in facts["rows"] if row["recipe"] == "lua")
    assert 0.4 * facts["file_bytes"] < code < 0.8 * facts["file_bytes"]
    assert facts["manifest"]["libc"] == "nolibc"
