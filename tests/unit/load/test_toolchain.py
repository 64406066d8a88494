"""Toolchains: found, identified by content, and refused with the thing to install."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.load.shipped import shipped_folder
from composer.load.toolchain import find_toolchain, load_toolchains
from composer.model.toolchain import Toolchain


def find(memo: Path, arch: str = "x86_64") -> Toolchain:
    return find_toolchain(load_toolchains(shipped_folder("toolchains")), arch, memo, "size")


def wrapper(folder: Path, script: str) -> Path:
    """A program called gcc in `folder`, before the real one on PATH."""
    folder.mkdir(exist_ok=True)
    file = folder / "gcc"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def refusal(memo: Path) -> Code:
    with pytest.raises(ComposerError) as caught:
        find(memo)
    return caught.value.diagnostics[0].code


def test_the_toolchain_of_this_machine_is_found_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find(tmp_path / "memo.json")
    assert Path(found.include, "stddef.h").is_file()
    monkeypatch.setattr("composer.load.toolchain._probe", lambda *_: pytest.fail("probed again"))
    assert find(tmp_path / "memo.json") == found


@pytest.mark.parametrize("garbage", ["", "{}", "[1]", "\x00", '{"x": {"stamps": [["a"]]}}'])
def test_a_damaged_memo_is_no_memo(tmp_path: Path, garbage: str) -> None:
    memo = tmp_path / "memo.json"
    memo.write_text(garbage)
    assert find(memo).identity


def test_another_driver_is_another_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = find(tmp_path / "memo.json")
    wrapper(tmp_path / "bin", f'exec {before.compiler} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    after = find(tmp_path / "memo.json")
    assert after.identity != before.identity
    assert after.version == before.version
    wrapper(tmp_path / "bin", f'exec {before.compiler} "$@" # changed')
    assert find(tmp_path / "memo.json").identity not in (before.identity, after.identity)


def test_no_compiler_is_said_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ComposerError) as caught:
        find(tmp_path / "memo.json")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NO_COMPILER
    assert diagnostic.hint
    assert "apt install gcc" in diagnostic.hint


def test_a_compiler_that_is_too_old_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = find(tmp_path / "memo.json").compiler
    wrapper(tmp_path / "bin", f'case "$1" in -dumpfullversion) echo 4.8.5;; *) exec {real} "$@";; esac')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    assert refusal(tmp_path / "memo.json") is Code.COMPILER_TOO_OLD


def test_the_flag_that_a_compiler_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = find(tmp_path / "memo.json").compiler
    script = f'for word; do [ "$word" = -mno-red-zone ] && exit 1; done; exec {real} "$@"'
    wrapper(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    with pytest.raises(ComposerError) as caught:
        find(tmp_path / "memo.json")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.COMPILER_LACKS_FLAG
    assert "-mno-red-zone" in diagnostic.message
    assert diagnostic.at
    assert diagnostic.at.line


def test_an_architecture_without_a_toolchain_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ComposerError) as caught:
        find(tmp_path / "memo.json", "cortex-m3")
    assert caught.value.diagnostics[0].code is Code.NO_COMPILER
