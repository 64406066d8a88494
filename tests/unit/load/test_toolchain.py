"""Toolchains: the best one found, identified by content, and refused with the thing to install."""

from __future__ import annotations

import importlib.machinery
import os
import shutil
import stat
import sys
import time
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load import probe
from composer.load.shipped import shipped_folder
from composer.load.toolchain import Known, PinnedToolchain, find_toolchain, load_toolchains
from composer.model.toolchain import Toolchain
from tests.support.toolchains import ARCHITECTURES, TOOLCHAINS

PLACE = Location("unikernel.yaml", 4, 12)


@pytest.fixture(scope="module")
def known() -> Known:
    return load_toolchains(shipped_folder("toolchains"))


def find(memo: Path, arch: str = "x86_64", pinned: str | None = None, profile: str = "size") -> Toolchain:
    pin = None if pinned is None else PinnedToolchain(pinned, PLACE)
    return find_toolchain(load_toolchains(shipped_folder("toolchains")), arch, memo, profile, pin)


def script(folder: Path, name: str, *lines: str) -> Path:
    """A program called `name` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def wrapper(folder: Path, text: str) -> Path:
    """A program called gcc in `folder`."""
    return script(folder, "gcc", text)


def ends(pid: int) -> bool:
    """Whether the process is dead within ten seconds: a signal is sent before it is delivered."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":  # dead; who has to reap it is not our matter
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the Python package were not installed."""
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [importlib.machinery.PathFinder])


def refusals(memo: Path, pinned: str | None = None, arch: str = "x86_64") -> tuple[Diagnostic, ...]:
    with pytest.raises(ComposerError) as caught:
        find(memo, arch, pinned)
    return caught.value.diagnostics


def refusal(memo: Path, pinned: str | None = None, arch: str = "x86_64") -> Diagnostic:
    (only,) = refusals(memo, pinned, arch)
    return only


def test_the_toolchain_of_this_machine_is_found_and_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find(tmp_path / "memo.json")
    assert Path(found.include, "stddef.h").is_file()
    monkeypatch.setattr("composer.load.probe.probe", lambda *_, **__: pytest.fail("probed again"))
    assert find(tmp_path / "memo.json") == found


def test_choices_are_remembered_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memo = tmp_path / "memo.json"
    found = {name: find(memo, pinned=name) for name in TOOLCHAINS}
    monkeypatch.setattr("composer.load.probe.probe", lambda *_, **__: pytest.fail("probed again"))
    assert {name: find(memo, pinned=name) for name in TOOLCHAINS} == found
    assert len({toolchain.identity for toolchain in found.values()}) == len(TOOLCHAINS)


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("name", TOOLCHAINS)
def test_each_toolchain_of_this_machine_serves_each_architecture(tmp_path: Path, name: str, arch: str) -> None:
    found = find(tmp_path / "memo.json", arch, name)
    assert (found.name, found.reason, found.remarks) == (name, "as asked for", ())
    assert Path(found.include, "stddef.h").is_file()
    assert all(Path(program).is_file() for program in found.programs)


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("name", TOOLCHAINS)
def test_each_toolchain_has_its_runtime_which_is_part_of_what_it_is(tmp_path: Path, name: str, arch: str) -> None:
    found = find(tmp_path / "memo.json", arch, name)
    assert found.runtime.path in found.programs
    assert bool(found.runtime.make) == (name == "zig")
    assert not [word for word in found.runtime.make if "{arch}" in word]
    license = {"gcc": "GPL-3.0-or-later WITH GCC-exception-3.1", "zig": "MIT"}
    assert found.runtime.license == license.get(name, found.runtime.license) != ""
    assert not found.runtime.install


def test_another_runtime_is_another_identity_and_none_has_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find(tmp_path / "memo.json", pinned="gcc")
    archive = tmp_path / "libgcc.a"
    answer = f'[ "$1" = -print-libgcc-file-name ] && {{ echo {archive}; exit; }}'
    script(tmp_path / "bin", "gcc", answer, f'exec {real.compiler[0]} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    none = find(tmp_path / "memo.json", pinned="gcc")
    assert (none.runtime.path, none.runtime.license) == ("", "")
    assert "`sudo apt install gcc" in none.runtime.install
    assert str(archive) in none.absent
    archive.write_bytes(b"one")
    one = find(tmp_path / "memo.json", pinned="gcc")
    assert one.runtime.path == str(archive)
    archive.write_bytes(b"another")
    assert len({none.identity, one.identity, find(tmp_path / "memo.json", pinned="gcc").identity}) == 3


def test_the_best_by_rank_is_taken(tmp_path: Path, known: Known) -> None:
    for arch in ARCHITECTURES:
        ranks = {facts.architectures[arch].rank: name for name, (facts, _) in known.items()}
        assert len(ranks) == len(known), "two toolchains of one rank: the choice would be the alphabet's"
        found = find(tmp_path / "memo.json", arch)
        assert (found.name, found.reason) == (ranks[min(ranks)], known[found.name][0].architectures[arch].reason)


def test_every_toolchain_has_the_same_profiles(known: Known) -> None:
    assert len({frozenset(facts.profiles) for facts, _ in known.values()}) == 1


@pytest.mark.parametrize("garbage", ["", "{}", "[1]", "\x00", '{"x": {"stamps": [["a"]]}}'])
def test_a_damaged_memo_is_no_memo(tmp_path: Path, garbage: str) -> None:
    memo = tmp_path / "memo.json"
    memo.write_text(garbage)
    assert find(memo).identity


@pytest.mark.parametrize("field", ["stamps", "absent", "name", "compiler", "identity", "runtime", "license"])
def test_a_memo_that_lacks_something_is_no_memo(tmp_path: Path, field: str) -> None:
    memo = tmp_path / "memo.json"
    found = find(memo)
    memo.write_text(memo.read_text().replace(f'"{field}"', '"other"'))
    assert find(memo) == found


def test_another_driver_is_another_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = find(tmp_path / "memo.json", pinned="gcc")
    wrapper(tmp_path / "bin", f'exec {before.compiler[0]} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    after = find(tmp_path / "memo.json", pinned="gcc")
    assert after.identity != before.identity
    assert after.version == before.version
    wrapper(tmp_path / "bin", f'exec {before.compiler[0]} "$@" # changed')
    assert find(tmp_path / "memo.json", pinned="gcc").identity not in (before.identity, after.identity)


@pytest.mark.parametrize("name", ["driver", "library"])
def test_clang_is_known_by_its_shared_libraries_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A front door of a few kilobytes says nothing: what works is in libLLVM."""
    real = find(tmp_path / "memo.json", pinned="clang")
    library = tmp_path / "install/lib/libLLVM-99.so"
    library.parent.mkdir(parents=True)
    library.write_text("one")
    text = f'exec {real.compiler[0]} "$@" # {library.name}'
    driver = script(tmp_path / "install/bin", "clang", text)
    monkeypatch.setenv("PATH", str(driver.parent), prepend=os.pathsep)
    before = find(tmp_path / "memo.json", pinned="clang")
    assert str(library) in before.programs
    (library if name == "library" else driver).write_text("two" if name == "library" else f"#!/bin/sh\n{text} two\n")
    assert find(tmp_path / "memo.json", pinned="clang").identity != before.identity


def test_a_better_toolchain_that_appears_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_wheel: None
) -> None:
    real = {name: find(tmp_path / "memo.json", pinned=name) for name in ("gcc", "clang")}
    folder = tmp_path / "bin"
    for name in ("clang", "ld.lld", "as", "ld"):
        target = real["clang"].compiler[0] if name == "clang" else _which(name)
        script(folder, name, f'exec {target} "$@"')
    monkeypatch.setenv("PATH", str(folder))
    worse = find(tmp_path / "memo.json")
    assert worse.name == "clang"
    assert str(folder / "gcc") in worse.absent
    wrapper(folder, f'exec {real["gcc"].compiler[0]} "$@"')
    assert find(tmp_path / "memo.json").name == "gcc"


def _which(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, name
    return found


@pytest.mark.usefixtures("no_wheel")
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_no_compiler_is_said_with_every_way_to_have_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arch: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    diagnostic = refusal(tmp_path / "memo.json", arch=arch)
    assert diagnostic.code is Code.NO_COMPILER
    assert diagnostic.hint
    package = {"x86_64": "gcc-x86-64-linux-gnu", "aarch64": "gcc-aarch64-linux-gnu"}[arch]
    own = os.uname().machine == arch
    assert f"apt install {'gcc' if own else package}`" in diagnostic.hint
    assert 'pip install "unikernel-composer[zig]"' in diagnostic.hint


def test_a_compiler_that_is_too_old_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = find(tmp_path / "memo.json", pinned="gcc").compiler[0]
    wrapper(tmp_path / "bin", f'case "$1" in -dumpfullversion) echo 4.8.5;; *) exec {real} "$@";; esac')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert refusal(tmp_path / "memo.json", "gcc").code is Code.COMPILER_TOO_OLD


def test_a_better_compiler_that_will_not_do_is_passed_over_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = wrapper(tmp_path / "bin", "echo 4.8.5")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = find(tmp_path / "memo.json")  # only the wheel is left
    assert (found.name, found.remarks) == ("zig", (f"{driver} is version 4.8.5; gcc needs 10 or newer",))
    monkeypatch.setattr("composer.load.probe.probe", lambda *_, **__: pytest.fail("probed again"))
    assert find(tmp_path / "memo.json") == found


def test_the_flag_that_a_compiler_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = find(tmp_path / "memo.json", pinned="gcc").compiler[0]
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    wrapper(tmp_path / "bin", f'for word; do [ "$word" = -mno-red-zone ] && exit 1; done; exec {real} "$@"')
    script(tmp_path / "bin", "x86_64-linux-gnu-gcc", "exit 1")
    first, *_ = refusals(tmp_path / "memo.json", "gcc")
    assert first.code is Code.COMPILER_LACKS_FLAG
    assert "-mno-red-zone" in first.message
    assert first.at
    assert first.at.line


def test_a_gcc_of_another_architecture_is_left_for_the_one_that_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On an arm64 machine `gcc` makes arm64 code, and x86_64-linux-gnu-gcc what is wanted."""
    real = find(tmp_path / "memo.json", pinned="gcc").compiler[0]
    other = find(tmp_path / "memo.json", "aarch64", "gcc").compiler[0]
    wrapper(tmp_path / "bin", f'exec {other} "$@"')
    cross = script(tmp_path / "bin", "x86_64-linux-gnu-gcc", f'exec {real} "$@"')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    assert find(tmp_path / "memo.json", pinned="gcc").compiler == (str(cross),)
    cross.unlink()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert refusal(tmp_path / "memo.json", "gcc").code is Code.COMPILER_WRONG_ARCH


def test_a_compiler_that_hangs_is_stopped_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "PROBE_SECONDS", 0.3)
    wrapper(tmp_path / "bin", f"/bin/sleep 600 & echo $! > {tmp_path}/child\nwait")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert refusal(tmp_path / "memo.json", "gcc").code is Code.COMPILER_HANGS
    assert ends(int((tmp_path / "child").read_text()))


def test_an_untried_version_is_taken_only_by_name_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = find(tmp_path / "memo.json", pinned="zig").compiler[0]
    package = tmp_path / "ziglang"
    program = script(package, "zig", f'[ "$1" = version ] && {{ echo 0.18.0; exit; }}\nexec {real} "$@"')
    (package / "__init__.py").touch()
    (package / "lib").symlink_to(Path(real).parent / "lib")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(tmp_path / "memo.json").code is Code.COMPILER_UNTRIED
    found = find(tmp_path / "memo.json", pinned="zig")
    assert found.remarks == (f"{program} is version 0.18.0, and nobody has tried 0.18 or newer",)


def test_zig_on_the_path_serves_where_there_is_no_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """As a distribution installs it: the library is not beside the program."""
    real = Path(find(tmp_path / "memo.json", pinned="zig").compiler[0])
    program = script(tmp_path / "usr/bin", "zig", f'exec {real} "$@"')
    (tmp_path / "usr/lib").mkdir()
    (tmp_path / "usr/lib/zig").symlink_to(real.parent / "lib")
    request.getfixturevalue("no_wheel")
    monkeypatch.setenv("PATH", str(program.parent))
    found = find(tmp_path / "memo.json")
    assert (found.compiler, found.include) == ((str(program), "clang"), str(tmp_path / "usr/lib/zig/include"))


def test_an_architecture_without_a_toolchain_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "memo.json", arch="cortex-m3").code is Code.NO_COMPILER


def test_a_toolchain_that_is_none_is_refused_where_it_is_asked_for(tmp_path: Path) -> None:
    diagnostic = refusal(tmp_path / "memo.json", "clnag")
    assert (diagnostic.code, diagnostic.at, diagnostic.hint) == (Code.UNKNOWN_TOOLCHAIN, PLACE, "did you mean 'clang'?")


def test_a_flag_of_a_recipe_is_spelled_as_the_compiler_knows_it(tmp_path: Path) -> None:
    words = ("-mgeneral-regs-only", "-fno-tree-loop-distribute-patterns")
    assert tuple(find(tmp_path / "memo.json", pinned="gcc").spelled(words)) == words
    assert tuple(find(tmp_path / "memo.json", pinned="zig").spelled(words)) == (words[0], "-fno-builtin")
