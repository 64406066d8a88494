"""Which emulator runs a guest here, and what to install where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from composer.errors import Code, ComposerError, Diagnostic
from composer.model.target import Target
from composer.run.guest import Emulator
from composer.run.survey import survey

_QEMU = MappingProxyType({"x86_64": "qemu-system-x86_64"})
# Distribution (ID or ID_LIKE of os-release) -> the line that installs QEMU for x86_64.
_INSTALL = MappingProxyType(
    {
        "debian": "sudo apt-get install qemu-system-x86",
        "fedora": "sudo dnf install qemu-system-x86-core",
        "arch": "sudo pacman -S qemu-system-x86",
    }
)


def choose_emulator(target: Target, cache: Path, notify: Callable[[str], None]) -> Emulator | None:
    """The emulator for `target` on this machine; None where the image itself runs.

    What probing found out is kept in the folder `cache`; `notify` gets one line if KVM cannot be used.
    Raises `ComposerError` (NO_EMULATOR) if nothing here runs the target.
    """
    if target.platform == "linux":
        _require_linux(target)
        return None
    name = _QEMU[target.arch]
    program = shutil.which(name)
    if program is None:
        message = f"{target} runs under {name}, which is not on this machine"
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=install_line(os_release())))
    return survey(str(Path(program).absolute()), cache, notify)


def install_line(release: Mapping[str, str]) -> str:
    """The command that installs QEMU on the distribution that `release` (os-release) describes."""
    for distribution in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        if distribution in _INSTALL:
            return _INSTALL[distribution]
    return "install QEMU for x86_64 with your system's package manager"


def os_release() -> Mapping[str, str]:
    """What the distribution says of itself; nothing where there is none."""
    import platform

    try:
        return platform.freedesktop_os_release()
    except OSError:  # not a Linux distribution
        return {}


def _require_linux(target: Target) -> None:
    here = f"{sys.platform}/{os.uname().machine}"
    if here != str(target):
        message = f"{target} runs as a process of such a system, and this machine is {here}"
        hint = f"build and run kvm/{target.arch}, which QEMU emulates anywhere"
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=hint))
