"""What runs a guest here, and what to install where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from composer.errors import Code, ComposerError, Diagnostic
from composer.model.target import Target
from composer.run.guest import Host, Interpreter, XenHost
from composer.run.survey import survey

# Distribution (ID or ID_LIKE of os-release) -> the line that installs QEMU's machines of an architecture.
_INSTALL = MappingProxyType(
    {
        "debian": MappingProxyType(
            {
                "x86_64": "sudo apt-get install qemu-system-x86",
                "aarch64": "sudo apt-get install qemu-system-arm",
                "user": "sudo apt-get install qemu-user",
            }
        ),
        "fedora": MappingProxyType(
            {
                "x86_64": "sudo dnf install qemu-system-x86-core",
                "aarch64": "sudo dnf install qemu-system-aarch64-core",
                "user": "sudo dnf install qemu-user",
            }
        ),
        "arch": MappingProxyType(
            {
                "x86_64": "sudo pacman -S qemu-system-x86",
                "aarch64": "sudo pacman -S qemu-system-aarch64",
                "user": "sudo pacman -S qemu-user",
            }
        ),
    }
)


def choose_host(
    target: Target,
    cache: Path,
    notify: Callable[[str], None],
    named: Path | None = None,
    *,
    offline: bool = False,
    machine: str | None = None,
) -> Host:
    """What runs `target` on this machine; None where the image itself does.

    What was found out or fetched is kept in the folder `cache`; `named` is the user's own hypervisor, `offline`
    forbids to fetch one, and `machine` is what the image needs instead of QEMU's quickest. `notify` gets one line if KVM cannot be used, and one before and after a download.
    Raises `ComposerError` (NO_EMULATOR, NO_HYPERVISOR) if nothing here runs the target.
    """
    if target.platform == "linux":
        return _process_host(target)
    program = system_emulator(target)
    if target.platform == "xen":
        from composer.fetch.hypervisor import hypervisor
        from composer.run.xen_tree import own_tree

        xen = hypervisor(cache / "xen", named, notify, offline=offline)
        return XenHost(program, xen, own_tree(program, cache / "xen"))
    found = survey(program, cache, notify, arch=target.arch)
    return found if machine is None else replace(found, machine=machine)


def system_emulator(target: Target) -> str:
    """The path of the QEMU that has machines for `target`; raises `ComposerError` (NO_EMULATOR)."""
    name = f"qemu-system-{target.arch}"
    program = shutil.which(name)
    if program is None:
        message = f"{target} runs under {name}, which is not on this machine"
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=install_line(os_release(), target.arch)))
    return str(Path(program).absolute())


def switch_emulator(target: Target) -> str:
    """The path of any QEMU for machines, which can carry frames; raises `ComposerError` (NO_EMULATOR)."""
    for arch in sorted(_INSTALL["debian"].keys() - {"user"}, key=lambda arch: arch != target.arch):
        program = shutil.which(f"qemu-system-{arch}")
        if program is not None:
            return str(Path(program).absolute())
    message = "the network of a process is QEMU's, which is not on this machine"
    hint = f"{install_line(os_release(), target.arch)}; or connect it to a tap by --tap NAME"
    raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=hint))


def install_line(release: Mapping[str, str], what: str) -> str:
    """The command that installs QEMU for `what` (an architecture's machines, or "user") where `release` (os-release) is."""
    for distribution in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        if distribution in _INSTALL:
            return _INSTALL[distribution][what]
    return f"install QEMU ({what}) with your system's package manager"


def os_release() -> Mapping[str, str]:
    """What the distribution says of itself; nothing where there is none."""
    import platform

    try:
        return platform.freedesktop_os_release()
    except OSError:  # not a Linux distribution
        return {}


def _process_host(target: Target) -> Interpreter | None:
    here = f"{sys.platform}/{os.uname().machine}"
    if here == str(target):
        return None
    if sys.platform != "linux":
        message = f"{target} runs as a process of such a system, and this machine is {here}"
        hint = f"build and run kvm/{target.arch}, which QEMU emulates anywhere"
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=hint))
    names = (f"qemu-{target.arch}", f"qemu-{target.arch}-static")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        message = f"{target} runs under {names[0]} here, which is not on this machine"
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=install_line(os_release(), "user")))
    return Interpreter(str(Path(program).absolute()))
