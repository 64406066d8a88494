"""What runs a guest here, and what to install where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.load.packages import install_line, os_release
from composer.model.target import Target
from composer.run.guest import Emulator, Host, Interpreter, XenHost
from composer.run.survey import survey

MACHINE_EMULATORS = ("qemu-system-aarch64", "qemu-system-x86_64")


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
        return process_host(target)
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
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=install_line([name], os_release())))
    return str(Path(program).absolute())


def switch_emulator(target: Target) -> str:
    """The path of any QEMU for machines, which can carry frames; raises `ComposerError` (NO_EMULATOR)."""
    for name in sorted(MACHINE_EMULATORS, key=lambda name: not name.endswith(target.arch)):
        program = shutil.which(name)
        if program is not None:
            return str(Path(program).absolute())
    message = "the network of a process is QEMU's, which is not on this machine"
    line = install_line([f"qemu-system-{target.arch}"], os_release())
    hint = f"{line}; or connect it to a tap by --tap NAME"
    raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=hint))


def process_host(target: Target) -> Interpreter | None:
    """What runs a linux guest as a process here; None where it itself does. Raises `ComposerError` (NO_EMULATOR)."""
    here = f"{sys.platform}/{os.uname().machine}"
    if here == str(target):
        return None
    if sys.platform != "linux":
        message = f"{target} runs as a process of such a system, and this machine is {here}"
        hint = f"build and run kvm/{target.arch}, which QEMU emulates anywhere"
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=hint))
    return interpreter(target)


def interpreter(target: Target, purpose: str = "") -> Interpreter:
    """The QEMU that emulates a processor for a linux guest, for a `purpose`; raises `ComposerError` (NO_EMULATOR)."""
    names = (f"qemu-{target.arch}", f"qemu-{target.arch}-static")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        message = f"{purpose}{target} runs under {names[0]} here, which is not on this machine"
        raise ComposerError(Diagnostic(Code.NO_EMULATOR, message, hint=install_line(names[:1], os_release())))
    return Interpreter(str(Path(program).absolute()))


def emulated(host: Host, target: Target) -> Emulator | Interpreter | XenHost:
    """What emulates the processor of `target`, on which every instruction can be seen, in place of `host`.

    Raises `ComposerError` (NO_EMULATOR).
    """
    if host is None:
        return interpreter(target, "for its boot times ")
    return replace(host, accelerator="tcg") if isinstance(host, Emulator) else host
