"""zlib's minigzip: 10 MB there and back, less for aarch64, each way checked against the host's gzip."""

from __future__ import annotations

import random
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.support.composed import EXAMPLES, KVM, KVM_ARM, LINUX, Workshop

MINIGZIP = EXAMPLES / "minigzip"
SIZE = 10_000_000
SIZES = {KVM: SIZE, KVM_ARM: SIZE // 5}  # an emulator takes its time
MANIFEST = (
    (MINIGZIP / "unikernel.yaml")
    .read_text()
    .replace("64MiB", "128MiB")
    .replace("name: minigzip", "name: pack\nfiles: files")
)


@cache
def data() -> bytes:
    """What is packed: words of a small vocabulary, noise and runs, the same in every process."""
    chance = random.Random("minigzip")
    words = [chance.randbytes(chance.randrange(2, 12)) for _ in range(2_000)]
    pieces = [b"".join(chance.choices(words, k=20_000)) for _ in range(60)]
    blocks = (piece + chance.randbytes(20_000) + bytes([n]) * 30_000 for n, piece in enumerate(pieces))
    whole = b"".join(blocks)
    assert len(whole) >= SIZE
    return whole[:SIZE]


def host(*words: str, stdin: bytes) -> bytes:
    return subprocess.run(["gzip", *words], input=stdin, capture_output=True, check=True).stdout


def write(folder: Path, content: bytes) -> None:
    """A manifest with the content among its files, and what the host's gzip makes of it."""
    (folder / "files").mkdir()
    (folder / "files/data").write_bytes(content)
    (folder / "files/packed.gz").write_bytes(host("-9", "-c", stdin=content))
    (folder / "unikernel.yaml").write_text(MANIFEST)


@pytest.mark.parametrize("target", SIZES)
def test_files_of_the_image_are_packed_and_unpacked(programs: Workshop, tmp_path: Path, target: str) -> None:
    """What goes out over the console is as it was written; input there ends at a byte 4, so data comes in by `files`."""
    content = data()[: SIZES[target]]
    write(tmp_path, content)
    words = ("--target", target, "--timeout", "600")
    packed = programs.run(tmp_path, "-c", "data", words=words)
    assert packed.status == 0, packed.told[-2000:]
    assert len(packed.output) < 0.6 * len(content)
    assert host("-d", "-c", stdin=packed.output) == content
    unpacked = programs.run(tmp_path, "-d", "-c", "packed.gz", words=words)
    assert unpacked.status == 0, unpacked.told[-2000:]
    assert unpacked.output == content


def test_a_process_packs_and_unpacks_what_is_piped_through_it(programs: Workshop) -> None:
    packed = programs.run(MINIGZIP, words=("--target", LINUX), stdin=data())
    assert packed.status == 0, packed.told[-2000:]
    assert host("-d", "-c", stdin=packed.output) == data()
    unpacked = programs.run(MINIGZIP, "-d", words=("--target", LINUX), stdin=host("-c", stdin=data()))
    assert (unpacked.status, unpacked.output == data()) == (0, True)


def test_damage_is_seen(programs: Workshop) -> None:
    packed = bytearray(host("-c", stdin=data()))
    packed[len(packed) // 2] ^= 1
    done = programs.run(MINIGZIP, "-d", words=("--target", LINUX), stdin=bytes(packed))
    assert done.status != 0, "a flipped bit was not seen"
