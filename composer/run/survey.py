"""How a QEMU runs guests best on this machine: tried once with a tiny guest, then remembered.

Trying is the only way to know: a nested KVM may be an emulation that hangs, dies, or is two hundred
times slower than QEMU's own TCG, and a distribution's QEMU may lack a machine.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from composer.errors import Code
from composer.run.child import started
from composer.run.command import machine_command
from composer.run.guest import Emulator
from composer.run.pvh import PROBE_PORT, PROBE_STATUS, probe_guest

_KVM = Path("/dev/kvm")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_FASTEST, _PLAIN = "microvm", "q35"  # QEMU 7.2 under TCG starts a guest on them in 35 and 88 ms
_PATIENCE_SECONDS = 10.0  # for TCG, which works wherever QEMU does, but may have to share the processor
_KVM_SECONDS = 1.0  # a working KVM needs a few milliseconds more than QEMU's own start
_KVM_RATIO = 4  # ... or so many times what TCG has just taken, on a busy machine
_PROBE_MEMORY = 16 << 20
_SAID_CHARACTERS = 200  # of an emulator's messages; the first ones matter, the rest may be a register dump
_CACHE_NAME = "emulator.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What trying found out."""

    machine: str
    accelerator: str
    complaint: str  # why KVM is not used; empty if it is


def survey(program: str, cache: Path, notify: Callable[[str], None], kvm: Path = _KVM) -> Emulator:
    """The best machine and accelerator of the QEMU `program`, remembered in the folder `cache`.

    `notify` gets one line if KVM is not used. A cache that cannot be read or written only costs time.
    """
    facts = _facts(program, kvm)
    verdict = _recall(cache / _CACHE_NAME, facts)
    if verdict is None:
        verdict = _try_out(program, kvm)
        _remember(cache / _CACHE_NAME, facts, verdict)
    if verdict.complaint:
        notify(f"{verdict.complaint}; QEMU emulates the processor instead (TCG)")
    return Emulator(program, verdict.machine, verdict.accelerator)


def probe(emulator: Emulator, seconds: float) -> str | None:
    """Why `emulator` cannot run a tiny guest within `seconds`, as the end of a sentence; None if it can.

    After an internal error of KVM, QEMU stays up with the guest paused, so the deadline ends it always.
    """
    with tempfile.TemporaryDirectory(prefix="compose-probe-") as folder:
        image = Path(folder, "probe.elf")
        image.write_bytes(probe_guest())
        argv = [
            *machine_command(emulator, image, _PROBE_MEMORY),
            *("-serial", "none", "-device", f"isa-debug-exit,iobase={PROBE_PORT:#x},iosize=1"),
        ]
        with started(argv, blame=Code.NO_EMULATOR) as process:
            try:
                _, said = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                return f"did not run a tiny guest within {seconds:.1f} s"
    if process.returncode == 2 * PROBE_STATUS + 1:  # isa-debug-exit's rule
        return None
    lines = "; ".join(said.decode(errors="replace").split("\n")).strip("; ")
    return f"failed: {lines[:_SAID_CHARACTERS] or f'exit status {process.returncode}'}"


def _try_out(program: str, kvm: Path) -> Verdict:
    start = time.monotonic()
    machine = _FASTEST if probe(Emulator(program, _FASTEST, "tcg"), _PATIENCE_SECONDS) is None else _PLAIN
    seconds = max(_KVM_SECONDS, _KVM_RATIO * (time.monotonic() - start))
    complaint = _no_access(kvm)
    if complaint is None:
        failure = probe(Emulator(program, machine, "kvm"), seconds)
        complaint = f"KVM {failure}" if failure else ""
    return Verdict(machine, "tcg" if complaint else "kvm", complaint)


def _no_access(kvm: Path) -> str | None:
    if not kvm.exists():
        return f"there is no {kvm}"
    if not os.access(kvm, os.R_OK | os.W_OK):
        return f"you may not use {kvm} (often the group 'kvm' may)"
    return None


def _facts(program: str, kvm: Path) -> dict[str, str]:
    """Everything that the verdict depends on: this boot of this machine, this QEMU, this /dev/kvm and its access."""
    facts = {"program": program, "boot": "", "kvm": _no_access(kvm) or ""}
    status = Path(program).stat()
    facts["version"] = f"{status.st_size} {status.st_mtime_ns}"
    if _BOOT_ID.exists():
        facts["boot"] = _BOOT_ID.read_text().strip()
    if not facts["kvm"]:
        status = kvm.stat()
        facts["kvm"] = f"{stat.S_IFMT(status.st_mode)} {os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    return facts


def _recall(path: Path, facts: Mapping[str, str]) -> Verdict | None:
    """The verdict that was remembered for `facts`; None for another's, for garbage and for no file."""
    try:
        found = json.loads(path.read_bytes())
        if found["facts"] != facts:
            return None
        verdict = Verdict(**found["verdict"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    texts = (verdict.machine, verdict.accelerator, verdict.complaint)
    return verdict if all(isinstance(text, str) for text in texts) else None


def _remember(path: Path, facts: Mapping[str, str], verdict: Verdict) -> None:
    """Keep `verdict`, whole or not at all; a folder that cannot be written is no reason not to run."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"facts": facts, "verdict": asdict(verdict)}, indent=1))
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
