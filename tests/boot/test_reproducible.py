"""Same inputs, same bytes: whatever the folders are called, and whoever builds."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from tests.support.composed import EXAMPLES, ROOT, TARGETS, Workshop

NAME = "echo"
# Left out: compile_commands.json and the logs are about this machine's folders.
FILES = ("dbg", "map", "link.ld", "image.json")


def digests(workshop: Workshop, target: str) -> dict[str, str]:
    """Digests of everything that a build promises to make alike."""
    folder = workshop.folder(NAME, target)
    paths = [folder / (file if "." in file else f"{NAME}.{file}") for file in FILES]
    paths.append(workshop.image(NAME, target))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_other_folders_umask_and_time_zone_make_the_same_bytes(tmp_path: Path) -> None:
    here, there = tmp_path / "a", tmp_path / "some/where/much/deeper down"
    there.mkdir(parents=True)
    plain = Workshop(ROOT, here / "store", here / "out", {"TZ": "UTC"}, umask=0o022)
    copied = plain.altered(there / "copy of the checkout", ())
    other = Workshop(copied.checkout, there / "the store", there / "out", {"TZ": "Asia/Kathmandu"}, umask=0o077)
    for workshop, folder in ((plain, here), (other, there)):
        shutil.copytree(EXAMPLES / NAME, folder / "app")
        workshop.build(folder / "app")
    for target in TARGETS:
        assert digests(plain, target) == digests(other, target)
