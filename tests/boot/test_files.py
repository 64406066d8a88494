"""Files, folders, devices and pipes in guests, and the manifest's own files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.composed import APPS, KVM, KVM_ARM, LINUX, TARGETS, Workshop

ON_ALL = pytest.mark.parametrize("target", TARGETS)
OF_FILES = {"paths", "tmpfs", "devices", "image-tree", "cells", "(files)"}
TREE = (
    b"/etc/motd: 14: a small image\n\n/data/link: 14: a small image\n\n/data/absolute/er/end: 10: last words\n"
    b"/data/nothing: 0: \n/data/absent: -2: \n/data/own: 3: own\n14 bytes\n"
)


@ON_ALL
def test_files_devices_and_a_pipe_do_in_a_guest_what_they_do_on_linux(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("files", target))
    assert (done.status, done.output) == (0, b"to the console\n144 bytes of entries\n"), done.told


@ON_ALL
def test_the_manifest_s_files_are_read_and_cannot_be_changed(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("tree", target))
    assert (done.status, done.output) == (0, TREE), done.told


@ON_ALL
def test_bytes_of_the_files_are_a_row_of_their_own(workshop: Workshop, target: str) -> None:
    facts = workshop.facts("tree", target)
    rows = {row["section"]: row["bytes"] for row in facts["rows"] if row["recipe"] == "(files)"}
    content = sum(path.stat().st_size for path in (APPS / "tree/rootfs").rglob("*") if path.is_file())
    assert content < sum(rows.values()) < content + 600, rows
    assert sum(row["bytes"] for row in facts["rows"]) == facts["file_bytes"]


@ON_ALL
def test_a_program_that_opens_nothing_has_nothing_of_files(workshop: Workshop, target: str) -> None:
    assert not {row["recipe"] for row in workshop.facts("hello", target)["rows"]} & {*OF_FILES, "descriptors", "pages"}


def write_app(folder: Path, text: str, more: str = "", target: str = KVM) -> Path:
    """An app with a tree of one file."""
    (folder / "rootfs").mkdir(parents=True)
    (folder / "rootfs/name").write_text("content\n")
    (folder / "main.c").write_text(text)
    (folder / "unikernel.yaml").write_text(f"name: mine\napp: {{sources: [main.c]}}\ntarget: {target}\n{more}")
    return folder


PUTS = '#include <stdio.h>\nint main(void) { puts("x"); return 0; }\n'
OPEN = 'long sys_openat(int, const char *, int, unsigned);\nint main(void) { return sys_openat(-100, "/name", 0, 0) < 0; }\n'


def test_files_that_nothing_opens_are_not_in_the_image_and_compose_says_so(workshop: Workshop, tmp_path: Path) -> None:
    app = write_app(tmp_path / "app", PUTS, "files: rootfs\n")
    done = workshop.call("build", "--quiet", "--json", str(app))
    assert done.status == 0, done.told
    assert b"note: the files of 'rootfs' are not in the image: nothing in it opens a path" in done.errors, done.told
    facts = json.loads(Path(json.loads(done.output)[0]["description"]).read_text())
    assert not {row["recipe"] for row in facts["rows"]} & OF_FILES
    without = write_app(tmp_path / "without", PUTS)
    again = workshop.call("build", "--quiet", "--json", str(without))
    assert json.loads(again.output)[0]["file_bytes"] == facts["file_bytes"]
    assert b"note: the files" not in again.errors


def test_only_descriptors_are_in_an_image_that_only_writes(workshop: Workshop, tmp_path: Path) -> None:
    """What hello on a C library for Linux calls: its output, and whether that is a terminal."""
    text = (
        "struct part { const void *bytes; unsigned long size; };\n"
        "long sys_writev(int, const struct part *, int);\nlong sys_ioctl(int, unsigned long, void *);\n"
        'int main(void) { short w[4]; struct part p = {"x\\n", 2}; sys_ioctl(1, 0x5413, w); return sys_writev(1, &p, 1) != 2; }\n'
    )
    done = workshop.call("build", "--quiet", "--json", str(write_app(tmp_path / "app", text)))
    assert done.status == 0, done.told
    facts = json.loads(Path(json.loads(done.output)[0]["description"]).read_text())
    sizes: dict[str, int] = {}
    for row in facts["rows"]:
        sizes[row["recipe"]] = sizes.get(row["recipe"], 0) + row["bytes"]
    assert not sizes.keys() & {*OF_FILES, "pages", "pipes"}
    assert sizes["descriptors"] <= 600, sizes


def test_the_reason_of_the_tree_is_the_manifest_s_line(workshop: Workshop, tmp_path: Path) -> None:
    app = write_app(tmp_path / "app", OPEN, "files: rootfs\n")
    done = workshop.call("why", "image-tree", str(app))
    assert done.status == 0, done.told
    assert b"unikernel.yaml:4:8" in done.output, done.told


MAPPING = r"""
#include <stdio.h>
#include <string.h>
long sys_openat(int, const char *, int, unsigned);
void *sys_mmap(void *, unsigned long, int, int, int, long);
int main(void) {
	char *large = sys_mmap(NULL, 70001, 1, 2, sys_openat(-100, "/large", 0, 0), 0);
	char *part = sys_mmap(NULL, 100, 1, 1, sys_openat(-100, "/large", 0, 0), 65536);
	char *copy = sys_mmap(NULL, 70001, 3, 2, sys_openat(-100, "/large", 0, 0), 0);
	char *small = sys_mmap(NULL, 8, 1, 2, sys_openat(-100, "/name", 0, 0), 0);
	char *other = sys_mmap(NULL, 8, 1, 2, sys_openat(-100, "/name", 0, 0), 0);
	copy[0] = '!';
	printf("%d%d%d ", part == large + 65536, copy == large, other == small);
	printf("%c%c%c%d %.7s\n", large[0], part[70000 - 65536], copy[69999], large[70001] | large[73727], small);
	return memcmp(large + 1, copy + 1, 69999) != 0;
}
"""


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
def test_a_large_file_is_mapped_where_it_stands_in_the_image(workshop: Workshop, tmp_path: Path, target: str) -> None:
    app = write_app(tmp_path / "app", MAPPING, "files: rootfs\n", target)
    (app / "rootfs/large").write_bytes(b"a" + b"b" * 69999 + b"c")
    done = workshop.call("run", "--quiet", str(app))
    assert (done.status, done.output) == (0, b"100 acb0 content\n"), done.told


def test_a_large_tree_is_in_the_guest(workshop: Workshop, tmp_path: Path) -> None:
    text = (
        "long sys_openat(int, const char *, int, unsigned);\nlong sys_lseek(int, long, int);\n"
        "#include <stdio.h>\n"
        "int main(void) {\n\tchar path[64];\n\tfor (int i = 0; i < 3000; i++) {\n"
        '\t\tsnprintf(path, sizeof(path), "/d%d/f%d", i % 40, i);\n'
        "\t\tint file = sys_openat(-100, path, 0, 0);\n"
        "\t\tif (i < 200 && (file < 0 || sys_lseek(file, 0, 2) != i)) return 1;\n"
        "\t\tif (i >= 200 && file != -24 && file < 0) return 2;\n\t}\n\treturn 0;\n}\n"
    )
    app = write_app(tmp_path / "app", text, "files: rootfs\nmemory: 32MiB\n", LINUX)
    for number in range(3000):
        (app / f"rootfs/d{number % 40}").mkdir(exist_ok=True)
        (app / f"rootfs/d{number % 40}/f{number}").write_bytes(b"x" * number)
    done = workshop.call("run", "--quiet", str(app))
    assert done.status == 0, done.told
