"""`compose doctor` on machines that have and lack things: what is on the PATH decides, as it does for a build and a run."""

from __future__ import annotations

import os
import platform
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from composer.load.packages import distribution, os_release
from tests.support.composed import KVM, KVM_ARM, LINUX, LINUX_ARM, TARGETS, XEN_ARM, Done, Workshop

HERE = platform.machine()
GCC = ("gcc", "as", "ld")
needs_debian = pytest.mark.skipif(
    distribution(os_release()) != "debian", reason="knows the packages of Debian's compilers"
)


def doctor(workshop: Workshop, *words: str) -> tuple[Done, dict[str, dict[str, Any]]]:
    """What it says of each target."""
    done = workshop.call("doctor", "--json", *words)
    return done, {row["target"]: row for row in done.verdict["targets"]}


def with_programs(workshop: Workshop, folder: Path, *names: str, qemu: str = "") -> Workshop:
    """The same on a machine with just these programs, and perhaps a script in the place of QEMU."""
    folder.mkdir()
    for name in names:
        real = shutil.which(name)
        assert real is not None, f"the tests need {name}"
        (folder / name).symlink_to(real)
    if qemu:
        (folder / "qemu-system-x86_64").write_text(f"#!/bin/sh\n{qemu}\n")
        (folder / "qemu-system-x86_64").chmod(0o755)
    # A Python package that is called so and is empty: none has a compiler.
    (folder / "python/ziglang").mkdir(parents=True)
    (folder / "python/ziglang/__init__.py").touch()
    packages = f"{folder / 'python'}{os.pathsep}{workshop.checkout}"
    return replace(workshop, store=folder / "store", environment={"PATH": str(folder), "PYTHONPATH": packages})


def test_a_machine_with_everything_does_everything(workshop: Workshop) -> None:
    done, found = doctor(workshop)
    assert done.status == 0, done.told
    assert found.keys() == {*TARGETS}
    for target in TARGETS:
        assert found[target]["works"], done.told
        assert not found[target]["debug"]["lack"], done.told
    assert "gcc" in found[KVM_ARM]["build"]["found"]
    assert found[KVM]["run"]["found"].startswith(shutil.which("qemu-system-x86_64"))
    assert done.verdict["install"] is None


def test_kvm_is_measured_and_not_believed(workshop: Workshop, tmp_path: Path) -> None:
    """/dev/kvm may be there and not work: what counts is whether a tiny guest ran, and how long that took."""
    qemu = str(shutil.which("qemu-system-x86_64"))
    # Without KVM the real one, with KVM none that ever answers.
    script = f'case "$*" in *-accel\\ kvm*) exec sleep 100;; esac; exec {qemu} "$@"'
    mine = with_programs(workshop, tmp_path / "bin", *GCC, "sleep", "sh", qemu=script)
    done, found = doctor(mine, KVM)
    assert done.status == 0, done.told
    assert "emulated" in found[KVM]["run"]["found"]
    (kvm,) = [row for row in done.verdict["others"] if row["what"] == "KVM"]
    assert re.search(r"; a tiny guest runs emulated in \d+ ms$", kvm["lack"]), done.told
    if os.access("/dev/kvm", os.R_OK | os.W_OK):
        assert "did not run a tiny guest within" in kvm["lack"]


def test_what_is_missing_is_told_with_one_line_that_installs_it_all(workshop: Workshop, tmp_path: Path) -> None:
    mine = with_programs(workshop, tmp_path / "bin", *GCC, "sh")
    done, found = doctor(mine)
    assert done.status == 0, done.told  # a process needs nothing more
    mine_too = LINUX if HERE == "x86_64" else LINUX_ARM
    assert [target for target in TARGETS if found[target]["works"]] == [mine_too]
    assert not found[KVM]["build"]["lack"]
    assert "qemu-system-x86_64, which is not on this machine" in found[KVM]["run"]["lack"]
    assert "qemu-system-aarch64" in found[XEN_ARM]["run"]["lack"]
    if distribution(os_release()) == "debian":
        assert found[KVM]["run"]["hint"] == "sudo apt-get install qemu-system-x86"
        words = done.verdict["install"].removeprefix("sudo apt-get install ").split()
        assert {"qemu-system-x86", "qemu-system-arm", "qemu-user", "gdb", "gdb-multiarch", "tcl"} <= {*words}
        assert "gcc-aarch64-linux-gnu" in words
        assert len(words) == len({*words})


def test_a_machine_that_can_do_nothing_is_told_so_with_status_36(workshop: Workshop, tmp_path: Path) -> None:
    done, found = doctor(with_programs(workshop, tmp_path / "bin", "sh"), KVM)
    assert done.status == 36
    assert "no C compiler for x86_64" in found[KVM]["build"]["lack"]
    assert done.errors.startswith(b"error[X008]: this machine cannot build and run images for kvm/x86_64\n")


def test_one_target_that_works_does_not_help_another(workshop: Workshop, tmp_path: Path) -> None:
    mine = with_programs(workshop, tmp_path / "bin", *GCC, "sh")
    assert doctor(mine, LINUX if HERE == "x86_64" else LINUX_ARM)[0].status == 0
    assert doctor(mine, KVM_ARM)[0].status == 36


def test_the_table_says_what_can_be_done(workshop: Workshop, tmp_path: Path) -> None:
    text = workshop.call("doctor", KVM).output.decode()
    assert re.search(r"^kvm/x86_64 +can be built, run, debugged\n  builds with  gcc \d", text), text
    text = with_programs(workshop, tmp_path / "bin", *GCC, "sh").call("doctor", KVM).output.decode()
    assert re.search(r"^kvm/x86_64 +can be built; cannot be run, debugged\n", text), text
    assert re.search(r"^sources +lacking: tclsh is not on this machine; it makes sources of sqlite", text, re.M), text


@needs_debian
def test_the_line_that_installs_follows_what_is_missing(workshop: Workshop, tmp_path: Path) -> None:
    done, _ = doctor(with_programs(workshop, tmp_path / "bin", "sh", "gdb", "tclsh", "make", "sed"), LINUX)
    assert done.verdict["install"] == "sudo apt-get install gcc"
