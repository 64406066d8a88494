"""The parts of the comparison with Linux that start no guest."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from composer.model.image import Image, ImageRecipe, Kept
from tests.bench.calls import REACH, compared
from tests.bench.initramfs import Entry, archive, character_device, file, folder
from tests.bench.linux_guest import initramfs, timed_by
from tests.bench.linux_link import shared_objects

SAID = [("noise", 0.5), ("begin", 1.0), ("getpid 12000", 2.0), ("write 5", 2.5), ("end 2000000000", 3.0), ("more", 4.0)]


def test_archive_is_one_that_cpio_lists_and_unpacks(tmp_path: Path) -> None:
    if shutil.which("cpio") is None:
        pytest.skip("cpio is not on this machine")
    packed = archive([folder("bin"), file("bin/a", b"odd"), file("b", b"")])
    done = subprocess.run(["cpio", "-idv", "--quiet"], input=packed, cwd=tmp_path, capture_output=True, check=True)
    assert done.stderr.decode().split() == ["bin", "bin/a", "b"]
    assert (tmp_path / "bin/a").read_bytes() == b"odd"
    assert (tmp_path / "bin/a").stat().st_mode & 0o777 == 0o755


def test_records_begin_at_multiples_of_four_bytes() -> None:
    packed = archive([file("abc", b"12345"), character_device("null", 1, 3)])
    starts = [at for at in range(len(packed)) if packed.startswith(b"070701", at)]
    assert len(starts) == 3
    assert all(at % 4 == 0 for at in starts)
    assert len(packed) % 4 == 0


def test_device_has_its_numbers_where_the_kernel_reads_them() -> None:
    record = archive([character_device("null", 1, 3)])
    fields = [int(record[6 + 8 * index : 14 + 8 * index], 16) for index in range(13)]
    assert (fields[1] >> 12, fields[9], fields[10]) == (2, 1, 3)


def test_first_process_is_called_init() -> None:
    assert b"init\0" in initramfs(b"program")
    assert Entry("init", 0o100755, b"program") == file("init", b"program")


def test_figures_are_those_between_begin_and_end() -> None:
    timed = timed_by(SAID)
    assert timed.picoseconds == {"getpid": 12000.0, "write": 5.0}
    assert timed.drift == 0


def test_clock_that_is_not_ours_is_seen() -> None:
    slow = [*SAID[:4], ("end 1000000000", 3.0)]
    assert timed_by(slow).drift == -0.5


def test_guest_that_does_not_come_to_its_end_is_no_result() -> None:
    with pytest.raises(RuntimeError, match="panic"):
        timed_by([*SAID[:3], ("Kernel panic", 3.0)])


def test_ratio_is_that_of_the_medians_and_says_both(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {("ours",): 2000, ("linux",): 9000}
    monkeypatch.setattr("tests.bench.calls.run_timed", lambda argv: timed_by([
        ("begin", 0.0), *((f"{name} {said[argv]}", 0.0) for name in REACH), ("end 1", 1.0)]))  # fmt: skip
    figure = next(iter(compared([(("ours",), ("linux",))] * 3, {"getpid": 10.0})))
    assert (figure.ours, figure.verdict) == (4.5, "short")
    assert "2.0 ns, Linux 9.0 ns" in figure.note


def _kept(recipe: str, path: str) -> Kept:
    return Kept(recipe, path, ".text", (), "root", "", -1, 0)


def test_program_of_linux_has_the_app_and_its_libraries_but_no_library_os() -> None:
    sections = (
        _kept("app", "out/app/main.c.o"),
        _kept("musl", "out/musl/a.o"),
        _kept("posix-time", "out/posix-time/b.o"),
        _kept("boot-kvm-x86_64", "out/boot-kvm-x86_64/c.o"),
        _kept("libgcc", "out/libgcc/d.o"),
    )
    names = [kept.recipe for kept in sections if kept.recipe != "app"]
    image = Image(
        *("it", "kvm/x86_64", "size", 0, 0, {}, "", {}, {}, 0, 0, 0, ()),
        recipes=tuple(ImageRecipe(name, "1", "", (), True, ()) for name in names),
        sections=sections,
        objects={kept.object: "" for kept in sections} | {"out/text/image.c.o": ""},
        files={},
    )
    assert shared_objects(image) == ("out/app/main.c.o", "out/musl/a.o", "out/libgcc/d.o")
