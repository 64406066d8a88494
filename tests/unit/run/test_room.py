"""How much memory an image needs; that less does not do is seen with the real QEMU."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import ComposerError
from composer.run.guest import Emulator, EndingKind
from composer.run.probes import CODE_OFFSET, LOAD_ADDRESS, arm64_image, pvh_elf
from composer.run.room import room_of
from tests.support.guests import arm_guest, run_guest

MIB = 1 << 20


def test_elf_file_counts_from_address_zero() -> None:
    assert room_of(pvh_elf(b"\xf4" * 100)) == LOAD_ADDRESS + CODE_OFFSET + 100


@pytest.mark.parametrize(("bss", "room"), [(0, 6 * MIB), (2 * MIB - 65, 6 * MIB), (2 * MIB, 8 * MIB)])
def test_image_takes_whole_blocks_and_one_for_the_device_tree(bss: int, room: int) -> None:
    assert room_of(arm64_image(b"x", bss)) == room


@given(st.binary() | st.binary(max_size=80).map(lambda tail: arm64_image(b"")[:50] + tail))
def test_anything_else_is_refused_or_measured(garbage: bytes) -> None:
    with suppress(ComposerError):
        assert room_of(garbage) > 0


def test_room_is_what_qemu_needs(tmp_path: Path) -> None:
    guest = arm_guest(tmp_path, "end(69, 0);")
    room = room_of(guest.image.read_bytes())
    for memory, kind in ((room, EndingKind.EXIT), (room - 2 * MIB, EndingKind.DIED)):
        ending = run_guest(
            replace(guest, memory=memory),
            Emulator("qemu-system-aarch64", "virt"),
            stdin=None,
            stdout=2,
            timeout_seconds=60,
        )
        assert ending.kind is kind
