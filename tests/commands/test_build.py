"""`compose build`: what it writes and prints, and that it does nothing when there is nothing to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from composer.digest import of_json
from composer.layout.source import NOTE_OWNER
from composer.verify.segments import read_notes
from tests.commands.conftest import TARGETS
from tests.support.composed import KVM_ARM, XEN_ARM, Workshop

FILES = {"four.elf", "four.dbg", "four.map", "link.ld", "image.json", "compile_commands.json", "logs"}


def folder_of(app: Path, target: str) -> Path:
    return app / "build" / "four" / target.replace("/", "-")


def settle() -> None:
    """Wait until a change of a file would be told apart from what was before it."""
    time.sleep(0.05)


def test_each_target_has_its_files_beside_each_other(built: Path) -> None:
    for target in TARGETS:
        assert {path.name for path in folder_of(built, target).iterdir()} == FILES


@pytest.mark.parametrize(("target", "more"), [(KVM_ARM, {"four.img"}), (XEN_ARM, {"four.img", "four.dtsi"})])
def test_a_flat_image_has_its_elf_file_beside_it(app: Path, workshop: Workshop, target: str, more: set[str]) -> None:
    (row,) = json.loads(workshop.call("build", "--json", "--target", target, str(app)).output)
    folder = folder_of(app, target)
    assert {path.name for path in folder.iterdir()} == FILES | more
    image = folder / "four.img"
    assert (Path(row["image"]), row["file_bytes"]) == (image, image.stat().st_size)
    notes = {owner: content for owner, _, content in read_notes((folder / "four.elf").read_bytes())}
    digest = json.loads((folder / "image.json").read_text())["manifest_digest"]
    assert notes[f"{NOTE_OWNER}\0".encode()].hex() == digest
    assert image.read_bytes()[0x38:0x3C] == b"ARM\x64"


def test_a_build_prints_each_image_with_its_size(app: Path, workshop: Workshop) -> None:
    done = workshop.call("build", str(app))
    lines = done.output.decode().splitlines()
    sizes = [(folder_of(app, target) / "four.elf").stat().st_size for target in TARGETS]
    told = [f"{folder_of(app, t)}/four.elf: {size:,} bytes, by " for t, size in zip(TARGETS, sizes, strict=True)]
    assert len(lines) == len(told)
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True)), lines


def test_json_names_everything_a_program_needs(app: Path, workshop: Workshop) -> None:
    rows = json.loads(workshop.call("build", "--json", str(app)).output)
    assert [row["target"] for row in rows] == list(TARGETS)
    for row in rows:
        assert Path(row["image"]).stat().st_size == row["file_bytes"]
        assert json.loads(Path(row["description"]).read_text())["file_bytes"] == row["file_bytes"]


def test_the_manifest_names_the_toolchain_and_the_command_line_another(app: Path, workshop: Workshop) -> None:
    with (app / "unikernel.yaml").open("a") as manifest:
        manifest.write("toolchain: zig\n")
    for words, name in ((), "zig"), (("--toolchain", "clang"), "clang"):
        rows = json.loads(workshop.call("build", "--json", *words, str(app)).output)
        assert [(row["toolchain"]["name"], row["toolchain"]["reason"]) for row in rows] == [(name, "as asked for")] * 2
        entries = json.loads((folder_of(app, TARGETS[0]) / "compile_commands.json").read_text())
        flags = [entry["arguments"][1] for entry in entries]
        assert all(flag.startswith("-") for flag in flags), flags  # an editor would take any other word for a source


def test_an_image_carries_the_digest_of_its_resolved_manifest(built: Path) -> None:
    for target in TARGETS:
        folder = folder_of(built, target)
        facts = json.loads((folder / "image.json").read_text())
        notes = {owner: content for owner, _, content in read_notes((folder / "four.elf").read_bytes())}
        assert notes[f"{NOTE_OWNER}\0".encode()].hex() == facts["manifest_digest"] == of_json(facts["manifest"])


def test_out_puts_everything_elsewhere(app: Path, workshop: Workshop, tmp_path: Path) -> None:
    assert workshop.call("build", "-q", "--out", str(tmp_path / "o"), str(app)).status == 0
    assert (tmp_path / "o" / "four" / "kvm-x86_64" / "four.elf").is_file()
    assert not (app / "build").exists()


def trace(workshop: Workshop, *words: str) -> set[str]:
    """Names of the modules that a call imports."""
    variables = {**workshop.variables(), "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "composer", *words], env=variables, capture_output=True, text=True, check=True
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


HEAVY = {"pydantic", "networkx", "rich", "elftools", "yaml", "composer.load.document", "composer.model.image"}


def test_with_nothing_to_do_nothing_heavy_is_imported(app: Path, workshop: Workshop) -> None:
    settle()
    assert trace(workshop, "build", "-q", str(app)) & HEAVY, "the first build must do something"
    assert trace(workshop, "build", "-q", str(app)) & HEAVY == set()


def test_the_build_path_imports_neither_networkx_nor_pyelftools(app: Path, workshop: Workshop) -> None:
    imported = trace(workshop, "build", "-q", str(app))
    assert imported & {"networkx", "elftools", "rich"} == set()


def append(text: str, name: str) -> Callable[[Path], None]:
    """A change that writes more into a file of the app."""

    def change(app: Path) -> None:
        with (app / name).open("a") as stream:
            stream.write(text)

    return change


def write_with_old_time(app: Path) -> None:
    (app / "main.c").write_text("int main(void) { return 3; }\n")
    os.utime(app / "main.c", (1, 1))


def remove_image(app: Path) -> None:
    (folder_of(app, "kvm/x86_64") / "four.elf").unlink()


def spoil_description(app: Path) -> None:
    (folder_of(app, "linux/x86_64") / "image.json").write_text("{}")


CHANGES = {
    "a source": append("/* more */\n", "main.c"),
    "the manifest": append("memory: 8MiB\n", "unikernel.yaml"),
    "a new header that would be found": append("#include_next <stdio.h>\n", "stdio.h"),
    "a source with an old time": write_with_old_time,
    "an image that is gone": remove_image,
    "a description that was touched": spoil_description,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_is_seen(app: Path, workshop: Workshop, change: Callable[[Path], None]) -> None:
    settle()
    workshop.call("build", "-q", str(app))
    assert trace(workshop, "build", "-q", str(app)) & HEAVY == set()
    settle()
    change(app)
    assert trace(workshop, "build", "-q", str(app)) & HEAVY
    assert {path.name for path in folder_of(app, "kvm/x86_64").iterdir()} == FILES


def test_a_new_source_that_a_glob_reaches_is_seen(app: Path, workshop: Workshop) -> None:
    manifest = (app / "unikernel.yaml").read_text().replace("[main.c]", '["**/*.c"]')
    (app / "unikernel.yaml").write_text(manifest)
    (app / "deep" / "deeper").mkdir(parents=True)
    settle()
    workshop.call("build", "-q", str(app))
    assert trace(workshop, "build", "-q", str(app)) & HEAVY == set()
    (app / "deep" / "deeper" / "more.c").write_text("int more(void) { return 1; }\n")
    assert trace(workshop, "build", "-q", str(app)) & HEAVY


def test_a_changed_environment_is_not_the_same_build(app: Path, workshop: Workshop) -> None:
    settle()
    workshop.call("build", "-q", str(app))
    other = Workshop(workshop.checkout, workshop.store, workshop.out, {"PATH": f"{app}:{os.environ['PATH']}"})
    assert trace(other, "build", "-q", str(app)) & HEAVY


def test_editors_are_told_commands_that_compile(built: Path, tmp_path: Path) -> None:
    entries = json.loads((folder_of(built, "kvm/x86_64") / "compile_commands.json").read_text())
    assert str(built / "main.c") in {entry["file"] for entry in entries}
    for entry in entries:
        argv = [*entry["arguments"], "-o", os.devnull]
        done = subprocess.run(argv, cwd=entry["directory"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_failed_source_is_told_in_the_compilers_own_words_with_the_users_path(app: Path, workshop: Workshop) -> None:
    (app / "main.c").write_text("int main(void) { return nothing; }\n")
    done = workshop.call("build", str(app))
    assert done.status == 1
    assert f"{app}/main.c:1:25: error: 'nothing' undeclared" in done.told


def test_independent_steps_go_on_when_asked_to(app: Path, workshop: Workshop) -> None:
    (app / "unikernel.yaml").write_text((app / "unikernel.yaml").read_text().replace("main.c", '"*.c"'))
    (app / "bad.c").write_text("int x = ;\n")
    (app / "worse.c").write_text("int y = ;\n")
    words = ("build", "-j", "1", "--target", TARGETS[0], str(app))
    once, both = workshop.call(*words), workshop.call(*words, "--keep-going")
    assert (once.errors.count(b"error[B001]"), both.errors.count(b"error[B001]")) == (1, 2), both.told
