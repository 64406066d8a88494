"""Which package of a distribution has a program that we run, and the line that installs it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

# Distribution (ID or ID_LIKE of os-release) -> what installs packages there.
_MANAGERS = MappingProxyType({"debian": "sudo apt-get install", "fedora": "sudo dnf install", "arch": "sudo pacman -S"})
_DISTRIBUTIONS = tuple(_MANAGERS)
# Program -> its package on each of these.
_PACKAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "qemu-system-x86_64": ("qemu-system-x86", "qemu-system-x86-core", "qemu-system-x86"),
        "qemu-system-aarch64": ("qemu-system-arm", "qemu-system-aarch64-core", "qemu-system-aarch64"),
        "qemu-x86_64": ("qemu-user", "qemu-user", "qemu-user"),
        "qemu-aarch64": ("qemu-user", "qemu-user", "qemu-user"),
        "gdb": ("gdb", "gdb", "gdb"),
        "gdb-multiarch": ("gdb-multiarch", "gdb", "gdb"),  # Debian's gdb knows its own architecture only
        "gdbserver": ("gdbserver", "gdb-gdbserver", "gdb"),
    }
)
# Programs that make sources: Debian's package, where it is not called so too.
_DEBIAN = MappingProxyType(
    {
        "sh": "dash",
        "tclsh": "tcl",
        "awk": "gawk",
        "cc": "gcc",
        "c++": "g++",
        "lex": "flex",
        "yacc": "bison",
        "python3": "python3-minimal",
    }
)


def os_release() -> Mapping[str, str]:
    """What the distribution says of itself; nothing where there is none."""
    import platform

    try:
        return platform.freedesktop_os_release()
    except OSError:  # not a Linux distribution
        return {}


def distribution(release: Mapping[str, str]) -> str | None:
    """The one of those we know that `release` (os-release) is, or is like."""
    names = (release.get("ID", ""), *release.get("ID_LIKE", "").split())
    return next((name for name in names if name in _MANAGERS), None)


def package_of(program: str, release: Mapping[str, str]) -> str | None:
    """The package that has `program` where `release` is; None if nobody here knows."""
    here = distribution(release)
    if here is not None and program in _PACKAGES:
        return _PACKAGES[program][_DISTRIBUTIONS.index(here)]
    return debian_package(program) if here == "debian" else None


def debian_package(program: str) -> str:
    """Debian's package of a program that makes sources."""
    return _DEBIAN.get(program, program)


def install_line(programs: Iterable[str], release: Mapping[str, str]) -> str:
    """The command that installs `programs` where `release` is."""
    return install_packages({program: package_of(program, release) for program in programs}, release)


def install_packages(wanted: Mapping[str, str | None], release: Mapping[str, str]) -> str:
    """The command that installs the packages of programs; those without one are named."""
    packages = dict.fromkeys(package for package in wanted.values() if package is not None)
    unknown = [program for program, package in wanted.items() if package is None]
    manager = _MANAGERS.get(distribution(release) or "", "install")
    lines = [f"{manager} {' '.join(packages)}"] if packages else []
    lines += [f"install {', '.join(unknown)} with your system's package manager"] if unknown else []
    return "; ".join(lines)
