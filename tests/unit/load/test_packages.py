"""Which line installs a program where."""

from __future__ import annotations

import pytest

from composer.load.packages import install_line


@pytest.mark.parametrize(
    ("release", "program", "part"),
    [
        ({"ID": "debian"}, "qemu-system-x86_64", "apt-get install qemu-system-x86"),
        ({"ID": "debian"}, "qemu-system-aarch64", "apt-get install qemu-system-arm"),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, "qemu-aarch64", "apt-get install qemu-user"),
        ({"ID": "fedora"}, "qemu-system-x86_64", "dnf install qemu-system-x86-core"),
        ({"ID": "nobara", "ID_LIKE": "rhel fedora"}, "qemu-system-aarch64", "dnf install qemu-system-aarch64-core"),
        ({"ID": "arch"}, "qemu-system-x86_64", "pacman -S qemu-system-x86"),
        ({"ID": "other"}, "qemu-aarch64", "package manager"),
        ({"ID": "debian"}, "tclsh", "apt-get install tcl"),
        ({"ID": "arch"}, "tclsh", "install tclsh with your"),
        ({}, "qemu-system-x86_64", "package manager"),
    ],
)
def test_install_line_follows_the_distribution(release: dict[str, str], program: str, part: str) -> None:
    assert part in install_line([program], release)


def test_one_line_installs_several_programs_once() -> None:
    programs = ("gdb", "qemu-aarch64", "qemu-x86_64", "tclsh")
    assert install_line(programs, {"ID": "debian"}) == "sudo apt-get install gdb qemu-user tcl"
    assert install_line(programs, {"ID": "fedora"}) == (
        "sudo dnf install gdb qemu-user; install tclsh with your system's package manager"
    )
