"""`compose inspect` of real images: beside their description, copied away from it, altered, and built without a protection."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import ComposerError, Exit
from composer.execute.store import Store
from composer.layout.arrange import FLAT_ALIGN
from composer.layout.pack import PT_LOAD, read_header
from composer.pipeline.inspect import inspect
from composer.report.inspect import as_text, difference_as_json, difference_as_text
from composer.report.show import show_all
from tests.boot.test_arm_protections import NO_WXN
from tests.boot.test_protections import ALL_EXECUTABLE, NO_CANARY, NO_GUARD_PAGE, NO_NX_BIT, NO_WRITE_PROTECT
from tests.commands.conftest import write_app
from tests.support.composed import FLAT, KVM, KVM_ARM, LINUX, LINUX_ARM, TARGETS, XEN_ARM, Workshop
from tests.unit.verify.test_inspection import EDITS, edited, judge

# An array that the compiler cannot do without, so that there is a canary to check.
MAIN = """#include <stdio.h>
#include <string.h>
int main(int argc, char **argv) {
	char last[64];
	strncpy(last, argv[argc - 1], sizeof last - 1);
	last[sizeof last - 1] = 0;
	printf("%d words, %s\\n", argc, last);
	return 0; }
"""
CANARY, CONSTANTS, TABLES, GUARD, DEFINED = (
    "functions check a canary on the stack",
    "constants cannot be executed",
    "page tables give segments their rights",
    "a guard page is below the stack",
    "every symbol is defined",
)
DESCRIBED, NOTED = "its bytes are those of image.json", "it carries its manifest's digest"
UNSEEN = {  # whatever is known beside the file
    KVM: set[str](),
    KVM_ARM: {CONSTANTS, TABLES, GUARD},
    XEN_ARM: {CONSTANTS, TABLES, GUARD},
    LINUX: {GUARD},
    LINUX_ARM: {GUARD},
}
LOADERS = {KVM: "pvh", KVM_ARM: "flat", XEN_ARM: "flat", LINUX: "process", LINUX_ARM: "process"}


@pytest.fixture(scope="module")
def images(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The app, built for every target."""
    app = write_app(tmp_path_factory.mktemp("apps") / "four")
    (app / "main.c").write_text(MAIN)
    made = replace(workshop, out=tmp_path_factory.mktemp("inspected"))
    made.build(app, words=[word for target in TARGETS for word in ("--target", target)])
    return made


@pytest.fixture
def stranger(images: Workshop, tmp_path: Path) -> Workshop:
    """Somebody with an empty store."""
    return replace(images, store=tmp_path / "empty-store")


def inspected(workshop: Workshop, *words: str) -> dict[str, Any]:
    done = workshop.call("inspect", "--json", *words)
    assert done.status == 0, done.told
    return done.verdict


def names(found: dict[str, Any], verdict: str) -> set[str]:
    return {check["name"] for check in found["checks"] if check["verdict"] == verdict}


def away(file: Path, folder: Path) -> Path:
    """A copy in a folder with nothing else."""
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(file, folder / f"copied{file.suffix}"))


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_beside_its_description_is_known_whole(images: Workshop, target: str) -> None:
    found = inspected(images, str(images.image("four", target)))
    facts = images.facts("four", target)
    assert (found["loader"], found["format"]) == (LOADERS[target], "Image" if target in FLAT else "ELF")
    assert found["found"] == "image.json beside it"
    assert found["symbols_from"] == "in four.dbg beside it"
    assert (found["file_bytes"], found["manifest_digest"]) == (facts["file_bytes"], facts["manifest_digest"])
    assert found["entry"] == facts["entry"] if target != KVM else found["entry"]
    image = found["image"]
    assert sum(row["bytes"] for row in image["recipes"]) + sum(image["others"].values()) == found["file_bytes"]
    assert {recipe["license"] for recipe in image["recipes"]} == {"BSD-2-Clause"}
    assert (names(found, "no"), names(found, "unseen")) == (set(), UNSEEN[target])


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_without_anything_beside_it_tells_of_itself(
    stranger: Workshop, images: Workshop, tmp_path: Path, target: str
) -> None:
    found = inspected(stranger, str(away(images.image("four", target), tmp_path / "far")))
    beside = inspected(images, str(images.image("four", target)))
    for key in ("format", "arch", "loader", "manifest_digest", "memory_bytes", "sha256"):
        assert found[key] == beside[key]
    sizes = [[(s["rights"], s["file_bytes"], s["memory_bytes"]) for s in one["segments"]] for one in (found, beside)]
    assert sizes[0] == sizes[1] != []
    assert (found["image"], found["found"]) == (None, "no image.json of it is known")
    symbols = {DEFINED} if target in FLAT else set[str]()
    assert (names(found, "no"), names(found, "unseen")) == (
        set(),
        UNSEEN[target] | {CANARY, DESCRIBED, NOTED} | symbols,
    )


@pytest.mark.parametrize("target", FLAT)
def test_what_boot_code_tells_of_segments_is_what_the_linker_says(images: Workshop, target: str) -> None:
    image = images.image("four", target)
    loads = [load for load in read_header(image.with_suffix(".elf").read_bytes()).programs if load.type == PT_LOAD]
    found = inspected(images, str(image))["segments"]
    for segment, load in zip(found, loads, strict=True):
        assert 0 <= segment["file_bytes"] - load.file_size < FLAT_ALIGN  # boot code moves words
        assert segment["address"] == load.address or not load.file_size
    assert found[-1]["address"] + found[-1]["memory_bytes"] == loads[-1].address + loads[-1].memory_size


@pytest.mark.parametrize("target", [KVM, XEN_ARM])
def test_the_store_knows_the_description_and_the_symbols_of_what_was_built_with_it(
    images: Workshop, tmp_path: Path, target: str
) -> None:
    found = inspected(images, str(away(images.image("four", target), tmp_path / "far")))
    assert (found["found"], found["symbols_from"]) == ("image.json in the store", "in four.dbg in the store")
    assert (found["image"]["target"], names(found, "unseen")) == (target, UNSEEN[target])


@pytest.mark.parametrize("end", [".elf", ".dbg"])
def test_the_elf_file_around_an_image_shows_its_rights(images: Workshop, end: str) -> None:
    found = inspected(images, str(images.image("four", KVM_ARM).with_suffix(end)))
    assert (found["format"], found["loader"]) == ("ELF", "flat")
    assert names(found, "unseen") == {TABLES, GUARD}


def test_a_description_alone_and_one_with_its_image(images: Workshop, stranger: Workshop, tmp_path: Path) -> None:
    file = images.folder("four", KVM) / "image.json"
    beside = inspected(images, str(file))
    assert (beside["found"], names(beside, "no")) == ("image.json that was named", set())
    alone = inspected(stranger, str(shutil.copy(file, str(tmp_path / "old.json"))))
    assert alone["found"] == "old.json alone: four.elf is neither beside it nor in the store"
    assert (alone["sha256"], alone["checks"], alone["image"]) == (None, [], beside["image"])
    stored = inspected(images, str(tmp_path / "old.json"))
    assert stored["sha256"] == beside["sha256"]


def test_a_changed_byte_and_a_changed_description_are_seen(
    images: Workshop, stranger: Workshop, tmp_path: Path
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(images.folder("four", KVM), folder)
    image = folder / "four.elf"
    content = bytearray(image.read_bytes())
    content[-1] ^= 1
    image.write_bytes(content)
    found = inspected(stranger, str(image))
    assert names(found, "no") == {DESCRIBED}
    assert (found["image"], found["symbols"]) == (None, None)
    assert names(inspected(stranger, str(folder / "image.json")), "no") == {DESCRIBED}
    shutil.copy(images.image("four", KVM), image)
    text = (folder / "image.json").read_text()
    (folder / "image.json").write_text(text.replace('"memory": 16777216', '"memory": 16777217'))
    assert names(inspected(stranger, str(image)), "no") == {NOTED}


def test_a_stripped_note_is_seen(images: Workshop, stranger: Workshop, tmp_path: Path) -> None:
    image = away(images.image("four", KVM), tmp_path / "far")
    image.write_bytes(image.read_bytes().replace(b"compose\0", b"nobody!\0").replace(b"Xen\0", b"Nex\0"))
    found = inspected(stranger, str(image))
    assert (found["loader"], found["manifest_digest"]) == ("process", None)
    assert NOTED in names(found, "no")


@pytest.fixture(scope="module")
def without(
    workshop: Workshop, images: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Any], Path]:
    """Builds the app without a protection; the folder of the image."""

    def build(target: str, edit: Any) -> Path:
        bare = workshop.altered(tmp_path_factory.mktemp("altered"), (edit,))
        app = write_app(bare.checkout / "four")
        (app / "main.c").write_text(MAIN)
        bare.build(app, target=target)
        return bare.image("four", target)

    return build


@pytest.mark.parametrize(
    ("target", "edit", "missing"),
    [
        (KVM, NO_WRITE_PROTECT, "read-only holds for the image's own code"),
        (KVM, NO_NX_BIT, "what is not code cannot be executed"),
        (KVM, ALL_EXECUTABLE, TABLES),
        (KVM, NO_GUARD_PAGE, GUARD),
        (KVM_ARM, NO_WXN, "what is writable cannot be executed"),
        (LINUX, NO_CANARY, CANARY),
    ],
)
def test_a_protection_that_was_taken_out_of_the_source_is_seen_to_lack(
    stranger: Workshop, without: Callable[[str, Any], Path], target: str, edit: Any, missing: str
) -> None:
    assert names(inspected(stranger, str(without(target, edit))), "no") == {missing}


def test_the_difference_names_what_changed(images: Workshop, tmp_path: Path) -> None:
    app = write_app(tmp_path / "four")
    (app / "main.c").write_text(MAIN.replace("strncpy(last", "puts(argv[0]); strncpy(last"))
    other = replace(images, out=tmp_path / "out")
    other.build(app, target=KVM, words=("--set", "memory=32MiB", "--set", "trap-report.stack_words=2"))
    old, new = images.folder("four", KVM), other.folder("four", KVM)
    found = inspected(images, "--diff", str(old / "image.json"), str(new / "four.elf"))
    changed = {change["name"]: (change["old"], change["new"]) for change in found["changed"]}
    assert changed["memory"] == (16 << 20, 32 << 20)
    assert changed["option trap-report.stack_words"][1] == 2
    assert changed.keys() <= {"memory", "option trap-report.stack_words", "entry"}
    sums = [sum(row[key] for row in found["recipes"]) for key in ("old_bytes", "bytes")]
    assert sums == [found["old"]["file_bytes"], found["new"]["file_bytes"]]
    text = images.call("inspect", "--diff", str(old / "four.elf"), str(new / "four.elf")).output.decode()
    assert text.splitlines()[-1].split() == ["total", f"{sums[0]:,}", f"{sums[1]:,}", f"{sums[1] - sums[0]:+,}"]


def test_a_file_does_not_differ_from_itself(images: Workshop, tmp_path: Path) -> None:
    image = images.image("four", KVM)
    found = inspected(images, "--diff", str(away(image, tmp_path / "far")), str(image))
    assert (found["same_bytes"], found["changed"]) == (True, [])


def test_what_is_told_to_a_person_has_everything(images: Workshop) -> None:
    image = images.image("four", KVM_ARM)
    done = images.call("inspect", str(image))
    text = done.output.decode()
    found = inspected(images, str(image))
    assert found["sha256"] in text
    assert all(check["name"] in text for check in found["checks"]), done.told
    assert all(recipe["name"] in text for recipe in found["image"]["recipes"] if recipe["alive"])
    assert [line for line in text.splitlines() if line.startswith("?  ")]
    assert "\x1b" not in text


def test_a_foreign_static_program_is_inspected_and_said_to_be_foreign(stranger: Workshop, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("void _start(void) { for (;;) ; }\n")
    words = ["gcc", "-static", "-no-pie", "-nostdlib", "-o", "theirs", "main.c"]
    subprocess.run(words, cwd=tmp_path, check=True)
    text = stranger.call("inspect", str(tmp_path / "theirs")).output.decode()
    assert "somebody else, for all that can be seen" in text


def test_this_python_is_none(stranger: Workshop) -> None:
    done = stranger.call("inspect", str(Path(sys.executable).resolve()))
    assert (done.status, done.errors[: done.errors.index(b"\n")].rpartition(b"error")[2][:6]) == (2, b"[V004]"), (
        done.told
    )


@settings(max_examples=100, deadline=None)
@given(target=st.sampled_from([KVM, KVM_ARM]), edits=EDITS, cut=st.integers(0, 1 << 30))
def test_no_edited_image_of_ours_brings_it_down(
    images: Workshop, target: str, edits: list[tuple[int, bytes]], cut: int
) -> None:
    content = images.image("four", target).read_bytes()
    judge(
        edited(content, edits, 1024, cut),
        edited(images.image("four", target).with_suffix(".dbg").read_bytes(), edits, 400, cut),
    )


def judge_description(image: Path, text: str, store: Path) -> None:
    """Look at an image beside such an image.json, and at that itself; there is a report, or a mistake is told."""
    description = image.with_name("image.json")
    description.write_text(text)
    found = [inspect(image, Store(store))]
    try:
        found.append(inspect(description, Store(store)))
    except ComposerError as caught:
        if caught.exit != Exit.USAGE:
            raise
    for one in found:
        show_all(as_text(one), io.StringIO())
        show_all(difference_as_text(found[0], one), io.StringIO())
        json.dumps(difference_as_json(found[0], one))


@pytest.fixture
def description(images: Workshop) -> dict[str, Any]:
    """An image.json as a value, without most of its rows."""
    value = images.facts("four", KVM)
    return {**value, "sections": value["sections"][:2], "rows": value["rows"][:2]}


def test_no_edited_description_brings_it_down(images: Workshop, description: dict[str, Any], tmp_path: Path) -> None:
    image = away(images.image("four", KVM), tmp_path / "far")
    wrongs: tuple[object, ...] = (None, 5, "text", [5], [{}], {"a": 5})
    edits = [{**description, key: wrong} for key in (*description, "no key") for wrong in wrongs]
    edits += [{**description, "manifest": {key: 5}} for key in ("options", "recipes", "name")]
    for text in ("", "null", "[]", "[" * 100_000, "{}", *map(json.dumps, edits)):
        judge_description(image, text, tmp_path / "store")


def test_a_terminal_is_told_nothing_by_a_file(images: Workshop, description: dict[str, Any], tmp_path: Path) -> None:
    image = away(images.image("four", KVM), tmp_path / "far")
    named = {"libc": "\x1b]0;mine\a", "net": {"x.\x9b2J": "\x9b"}}
    recipe = {**description["recipes"][0], "name": "evil\x1b[2J", "license": "\x08\x08"}
    value = {**description, "manifest": {**description["manifest"], **named}, "recipes": [recipe]}
    image.with_name("image.json").write_text(json.dumps(value))
    stream = io.StringIO()
    one, other = (inspect(path, Store(images.store)) for path in (image, images.image("four", LINUX)))
    show_all((*as_text(one), *difference_as_text(other, one)), stream)
    assert "evil\N{REPLACEMENT CHARACTER}[2J" in stream.getvalue()
    assert all(character.isprintable() for character in stream.getvalue().replace("\n", ""))


def test_a_description_cannot_name_files_elsewhere(
    images: Workshop, description: dict[str, Any], tmp_path: Path
) -> None:
    """The store drops what is not what its name says, so it must not be led to somebody's own file."""
    image = away(images.image("four", KVM), tmp_path / "far")
    mine = tmp_path / "mine.txt"
    mine.write_text("not to be lost")
    for named in (f"{'../' * 30}{str(mine)[1:]}", "0" * 64):
        judge_description(
            image, json.dumps({**description, "name": "else", "files": {"else.elf": named}}), images.store
        )
    judge_description(image, json.dumps({**description, "name": "../mine"}), images.store)
    assert mine.read_text() == "not to be lost"
