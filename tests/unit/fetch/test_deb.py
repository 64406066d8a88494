"""Packages as dpkg-deb makes them, and as nobody does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.fetch.deb import file_in

WANTED = re.compile(r"boot/xen-[0-9.]+-arm64")
CONTENT = b"hypervisor" * 100


def package(folder: Path, compression: str = "xz", name: str = "xen-4.17-arm64") -> bytes:
    """A package with a file below /boot, and one whose name only begins alike."""
    root = folder / "root"
    for path, content in (
        ("DEBIAN/control", b"Package: x\nVersion: 1\nArchitecture: arm64\nMaintainer: me\nDescription: x\n"),
        (f"boot/{name}.config", b"no"),
        (f"boot/{name}", CONTENT),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    made = folder / "made.deb"
    subprocess.run(["dpkg-deb", f"-Z{compression}", "-b", str(root), str(made)], check=True, capture_output=True)
    return made.read_bytes()


@pytest.mark.parametrize("compression", ["xz", "gzip", "none"])
def test_file_is_found_however_it_is_compressed(tmp_path: Path, compression: str) -> None:
    assert file_in(package(tmp_path, compression), WANTED) == CONTENT


def test_package_without_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not hold"):
        file_in(package(tmp_path, name="linux"), WANTED)


def test_compression_that_python_cannot_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be unpacked"):
        file_in(package(tmp_path, "zstd"), WANTED)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_told_by_value_error_alone(tmp_path: Path, data: st.DataObject) -> None:
    made = tmp_path / "made.deb"
    whole = bytearray(made.read_bytes() if made.exists() else package(tmp_path))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        file_in(bytes(whole[: data.draw(st.integers(0, len(whole)))]), WANTED)
    except ValueError:
        return
