"""Which emulator is chosen, and what is said where there is none."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from composer.errors import Code, ComposerError
from composer.run.emulator import choose_host
from composer.run.guest import Emulator, Interpreter
from tests.support.fakes import program
from tests.support.guests import KVM, LINUX


def test_linux_guest_needs_no_emulator_on_linux(tmp_path: Path) -> None:
    assert choose_host(LINUX, tmp_path, print) is None


@pytest.mark.parametrize("name", ["qemu-x86_64", "qemu-x86_64-static"])
def test_linux_guest_of_another_architecture_is_interpreted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine="aarch64"))
    qemu = program(tmp_path, "exit 0", name)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert choose_host(LINUX, tmp_path, print) == Interpreter(str(qemu))


def test_linux_guest_without_an_interpreter_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine="aarch64"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ComposerError) as caught:
        choose_host(LINUX, tmp_path, print)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NO_EMULATOR
    assert "qemu-x86_64" in diagnostic.message
    assert "qemu-user" in (diagnostic.hint or "")


def test_linux_guest_on_another_system_is_refused_and_the_nearest_target_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ComposerError) as caught:
        choose_host(LINUX, tmp_path, print)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NO_EMULATOR
    assert "kvm/x86_64" in (diagnostic.hint or "")


def test_missing_qemu_is_told_with_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ComposerError) as caught:
        choose_host(KVM, tmp_path, print)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NO_EMULATOR
    assert diagnostic.hint


def test_qemu_of_the_path_is_surveyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qemu = program(tmp_path, "exit 99")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    emulator = choose_host(KVM, tmp_path / "cache", print)
    assert isinstance(emulator, Emulator)
    assert (emulator.program, emulator.machine) == (str(qemu), "microvm")
