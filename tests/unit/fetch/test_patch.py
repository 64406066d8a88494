"""Patches apply exactly, as `patch --fuzz=0` would, or not at all."""

from __future__ import annotations

import difflib
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.fetch.patch import PatchFails, apply

BEFORE = "".join(f"line {number}\n" for number in range(1, 31))
AFTER = BEFORE.replace("line 3\n", "third\n").replace("line 25\n", "").replace("line 30\n", "line 30\nand more\n")


def diff(before: str, after: str, name: str = "x.c", old: str = "a", new: str = "b") -> bytes:
    return "".join(
        difflib.unified_diff(before.splitlines(True), after.splitlines(True), f"{old}/{name}", f"{new}/{name}")
    ).encode()


def patched(tmp_path: Path, patch: bytes, **files: str) -> dict[str, str]:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    apply(patch, tmp_path)
    return {path.name: path.read_text() for path in tmp_path.iterdir()}


def test_hunks_change_their_lines(tmp_path: Path) -> None:
    assert patched(tmp_path, diff(BEFORE, AFTER), **{"x.c": BEFORE}) == {"x.c": AFTER}


def test_files_come_and_go(tmp_path: Path) -> None:
    patch = b"diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+one\n+two\n"
    patch += b"--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
    assert patched(tmp_path, patch, x="gone\n") == {"n": "one\ntwo\n"}


def test_a_last_line_without_an_end_is_kept_so(tmp_path: Path) -> None:
    patch = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file\n"
    assert patched(tmp_path, patch, x="old") == {"x": "new"}


def test_a_carriage_return_ends_no_line(tmp_path: Path) -> None:
    patch = b"--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\rb\r\n+c\r\n d\n"
    (tmp_path / "x").write_bytes(b"a\rb\r\nd\n")
    apply(patch, tmp_path)
    assert (tmp_path / "x").read_bytes() == b"c\r\nd\n"


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        (diff(BEFORE, AFTER), "'x.c' is not as its hunk in line 3 says (line 3 is another)"),
        (b"--- a/x.c\n+++ b/x.c\n@@ -9,1 +9,1 @@\n-x\n+y\n", "'x.c' is not as its hunk in line 3 says (the file ends before line 9)"),
        (diff("a\n", "b\n", "other.c"), "'other.c' cannot be read: No such file or directory"),
        (b"--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+y\n", "'x.c' is to be new, and it is there already"),
        (b"--- a/x.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-line 1\n", "'x.c' is to go, and the patch does not name all of its lines"),
        (b"--- a/x.c\n+++ b/y.c\n@@ -1 +1 @@\n-a\n+b\n", "it makes 'y.c' of 'x.c', and renaming is not done here"),
        (b"rename from x.c\nrename to y.c\n", "line 1 says 'rename from x.c', and only lines of text are changed here"),
        (b"--- a/../../x\n+++ b/../../x\n@@ -1 +1 @@\n-a\n+b\n", "line 1 names 'a/../../x', which is no file below the tree (write a/FILE and b/FILE)"),
        (b"--- /etc/x\n+++ /etc/x\n@@ -1 +1 @@\n-a\n+b\n", "line 1 names '/etc/x', which is no file below the tree (write a/FILE and b/FILE)"),
        (b"--- a/x.c\n+++ b/x.c\n@@ -1,3 +1,3 @@\n line 1\n-line 2\n", "the hunk in line 3 has not as many lines as it says"),
        (b"--- a/x.c\n+++ b/x.c\n@@ -1,1 +1,2 @@\n-line 1\n-line 2\n", "the hunk in line 3 has not as many lines as it says"),
        (b"@@ -1 +1 @@\n-a\n+b\n", "the hunk in line 1 belongs to no file"),
        (b"this is no patch\n", "it changes no file"),
    ],
)  # fmt: skip
def test_a_patch_that_does_not_apply_says_why(tmp_path: Path, patch: bytes, told: str) -> None:
    other = "line 1\nline 2\nline three\nline 4\nline 5\nline 6\n"
    with pytest.raises(PatchFails, match=f"^{re.escape(told)}$"):
        patched(tmp_path, patch, **{"x.c": other})


def test_a_symbolic_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "y").write_text("a\n")
    (tmp_path / "x").symlink_to("y")
    with pytest.raises(PatchFails, match="symbolic link"):
        apply(diff("a\n", "b\n", "x"), tmp_path)


LINES = st.lists(st.sampled_from(["", "a", "b", "c\rd", "--- a", "+++ b", "@@ -1 +1 @@", "\\ x"]), max_size=12)


@given(LINES, LINES, st.integers(0, 3))
def test_it_agrees_with_diff_u(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], count: int
) -> None:
    folder = tmp_path_factory.mktemp("patch")
    texts = ["".join(f"{line}\n" for line in lines) for lines in (old, new)]
    for name, text in zip("ab", texts, strict=True):
        (folder / name).mkdir()
        (folder / name / "x").write_text(text, newline="")
    made = subprocess.run(["diff", "-a", f"-U{count}", "a/x", "b/x"], cwd=folder, capture_output=True, check=False)
    if made.stdout:
        apply(made.stdout, folder / "a")
    assert (folder / "a/x").read_text() == (folder / "b/x").read_text()
