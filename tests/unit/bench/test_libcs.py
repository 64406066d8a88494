"""The parts of the figures of C libraries that build nothing."""

from __future__ import annotations

from pathlib import Path

from composer.run.probes import pvh_elf
from tests.bench.libcs import loaded_bytes, pin


def test_pin_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    manifest = tmp_path / "unikernel.yaml"
    manifest.write_text("name: a\nlibc: auto\napp: {sources: [main.c]}\n")
    pin(tmp_path, "musl")
    pin(tmp_path, "newlib")
    assert manifest.read_text() == "name: a\napp: {sources: [main.c]}\nlibc: newlib\n"


def test_bytes_that_no_segment_has_are_not_counted() -> None:
    elf = pvh_elf(b"\x90" * 100)
    assert 100 <= loaded_bytes(elf) == loaded_bytes(elf + bytes(5000))
    assert loaded_bytes(pvh_elf(b"\x90" * 200)) == loaded_bytes(elf) + 100
