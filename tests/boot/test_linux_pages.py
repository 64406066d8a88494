"""linux/aarch64 on kernels with pages of 4, 16 and 64 KiB.

qemu-user takes their size as an option for the loading of images. Its system calls still accept parts of such a page,
so what the heap and the trap report do about large pages cannot be seen here.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.composed import EXAMPLES, GUEST_SECONDS, LINUX_ARM, Workshop

CRASH = EXAMPLES / "crash"
SMALL_IMAGE_PAGE = ("recipes/boot/linux-aarch64/recipe.yaml", "page: 65536", "page: 4096")
SEGMENT = -11  # how a process ends that dies by SIGSEGV


@pytest.fixture(scope="module")
def crash(workshop: Workshop) -> Path:
    workshop.build(CRASH, target=LINUX_ARM)
    return workshop.image("crash", LINUX_ARM)


def run(image: Path, page: int, *arguments: str) -> tuple[int, str]:
    """The process's end and what it wrote, on a kernel with pages of `page` bytes."""
    words = ["qemu-aarch64", "-p", str(page), str(image), *arguments]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=GUEST_SECONDS, check=False)
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize("page", [4096, 16384, 65536])
@pytest.mark.parametrize("fault", ["write-code", "write-const", "execute-data", "execute-const"])
def test_each_part_of_the_image_has_its_own_rights(crash: Path, page: int, fault: str) -> None:
    status, told = run(crash, page, fault)
    assert (status, told.startswith("trap: page-fault signal=11 address=")) == (SEGMENT, True), told


def test_an_image_for_small_pages_loses_its_rights_on_large_ones(workshop: Workshop, tmp_path: Path) -> None:
    bare = workshop.altered(tmp_path, [SMALL_IMAGE_PAGE])
    bare.build(CRASH, target=LINUX_ARM)
    image = bare.image("crash", LINUX_ARM)
    assert run(image, 4096, "write-const")[0] == SEGMENT
    assert run(image, 65536, "write-const")[0] != SEGMENT
