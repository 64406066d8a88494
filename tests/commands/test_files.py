"""`files:` and commands: what changes in the tree is seen by the next build, and nothing else makes it anew."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.composed import LINUX, LINUX_ARM, OTHER_ORDER, Workshop

MAIN = (
    'long sys_openat(int, const char *, int, unsigned);\nint main(void) { return sys_openat(-100, "/a", 0, 0) < 0; }\n'
)


@pytest.fixture
def tree_app(tmp_path: Path) -> Path:
    app = tmp_path / "app"
    (app / "rootfs/folder").mkdir(parents=True)
    (app / "rootfs/a").write_text("one\n")
    (app / "rootfs/folder/b").write_text("two\n")
    (app / "rootfs/link").symlink_to("a")
    (app / "main.c").write_text(MAIN)
    (app / "unikernel.yaml").write_text(f"name: mine\napp: {{sources: [main.c]}}\ntarget: {LINUX}\nfiles: rootfs\n")
    return app


def bytes_of(workshop: Workshop, app: Path, *words: str) -> bytes:
    done = workshop.call("build", "--json", *words, str(app))
    assert done.status == 0, done.told
    return Path(json.loads(done.output)[0]["image"]).read_bytes()


def relink(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").symlink_to("folder/b")


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "a").write_text("ONE\n"),
        lambda root: (root / "folder/new").write_text(""),
        lambda root: (root / "folder/b").unlink(),
        lambda root: (root / "a").chmod(0o755),
        lambda root: (root / "a").rename(root / "c"),
        relink,
    ],
    ids=["content", "new", "gone", "executable", "renamed", "link"],
)
def test_a_change_in_the_tree_is_in_the_next_image(
    workshop: Workshop, tree_app: Path, change: Callable[[Path], object]
) -> None:
    before = bytes_of(workshop, tree_app)
    time.sleep(0.05)  # so that the change is told apart from what was before it
    assert bytes_of(workshop, tree_app) == before
    change(tree_app / "rootfs")
    after = bytes_of(workshop, tree_app)
    assert after != before
    time.sleep(0.05)
    assert bytes_of(workshop, tree_app) == after


def test_a_second_build_finds_nothing_to_do(workshop: Workshop, tree_app: Path) -> None:
    bytes_of(workshop, tree_app)
    time.sleep(0.05)
    bytes_of(workshop, tree_app)
    done = workshop.call("build", "--json", str(tree_app))
    assert (done.status, done.errors) == (0, b""), done.told


def test_a_target_and_the_command_line_can_have_another_tree(workshop: Workshop, tree_app: Path) -> None:
    (tree_app / "other").mkdir()
    (tree_app / "other/a").write_text("of the other tree")
    text = (tree_app / "unikernel.yaml").read_text()
    targets = f"targets: {{{LINUX}: , {LINUX_ARM}: {{files: other}}}}"
    (tree_app / "unikernel.yaml").write_text(text.replace(f"target: {LINUX}", targets))
    done = workshop.call("build", "--json", str(tree_app))
    assert done.status == 0, done.told
    first, second = (Path(row["image"]).read_bytes() for row in json.loads(done.output))
    assert b"one\n" in first
    assert b"of the other tree" not in first
    assert b"of the other tree" in second
    assert b"two\n" not in second
    assert b"of the other tree" in bytes_of(workshop, tree_app, "--target", LINUX, "--set", "files=other")


def test_two_checkouts_give_the_same_bytes(workshop: Workshop, tree_app: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere/app"
    (other / "rootfs/folder").mkdir(parents=True)
    (other / "rootfs/link").symlink_to("a")
    for name in ("rootfs/folder/b", "rootfs/a", "main.c", "unikernel.yaml"):
        (other / name).write_bytes((tree_app / name).read_bytes())
        (other / name).chmod(0o640)
    assert bytes_of(workshop, tree_app) == bytes_of(replace(workshop, environment=OTHER_ORDER), other)


def test_plan_and_explain_know_the_step_that_packs(workshop: Workshop, tree_app: Path) -> None:
    bytes_of(workshop, tree_app)
    assert b"pack the files: out/" in workshop.call("plan", str(tree_app)).output
    done = workshop.call("explain", "pack the files", str(tree_app))
    assert done.status == 0, done.told
    assert b"files/folder/b" in done.output, done.told
