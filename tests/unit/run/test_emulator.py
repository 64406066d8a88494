"""Which emulator is chosen, and what is said where there is none."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from composer.errors import Code, ComposerError
from composer.run.emulator import choose_emulator, install_line
from tests.support.fakes import program
from tests.support.guests import KVM, LINUX


def test_linux_guest_needs_no_emulator_on_linux(tmp_path: Path) -> None:
    assert choose_emulator(LINUX, tmp_path, print) is None


def test_linux_guest_elsewhere_is_refused_and_the_nearest_target_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine="aarch64"))
    with pytest.raises(ComposerError) as caught:
        choose_emulator(LINUX, tmp_path, print)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NO_EMULATOR
    assert "kvm/x86_64" in (diagnostic.hint or "")


def test_missing_qemu_is_told_with_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ComposerError) as caught:
        choose_emulator(KVM, tmp_path, print)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NO_EMULATOR
    assert diagnostic.hint


def test_qemu_of_the_path_is_surveyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qemu = program(tmp_path, "exit 99")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    emulator = choose_emulator(KVM, tmp_path / "cache", print)
    assert emulator is not None
    assert (emulator.program, emulator.machine) == (str(qemu), "microvm")


@pytest.mark.parametrize(
    ("release", "part"),
    [
        ({"ID": "debian"}, "apt-get install qemu-system-x86"),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "apt-get install qemu-system-x86"),
        ({"ID": "fedora"}, "dnf install qemu-system-x86-core"),
        ({"ID": "nobara", "ID_LIKE": "rhel fedora"}, "dnf install"),
        ({"ID": "arch"}, "pacman -S qemu-system-x86"),
        ({"ID": "other"}, "package manager"),
        ({}, "package manager"),
    ],
)
def test_install_line_follows_the_distribution(release: dict[str, str], part: str) -> None:
    assert part in install_line(release)
