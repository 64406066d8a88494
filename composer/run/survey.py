"""How a QEMU runs guests best on this machine: tried once with a tiny guest, then remembered.

Trying is the only way to know: a nested KVM may be an emulation that hangs, dies, or is two hundred
times slower than QEMU's own TCG, and a distribution's QEMU may lack a machine.
"""

from __future__ import annotations

import json
import os
import platform
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from composer.errors import Code
from composer.run.child import started
from composer.run.command import machine_command
from composer.run.guest import Emulator
from composer.run.probes import Probe, probe_of
from composer.whole import write_whole

KVM = Path("/dev/kvm")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# Of each architecture: the machine that is tried first, and the one that every QEMU has. QEMU 7.2 under TCG
# starts a guest on microvm and q35 in 35 and 88 ms.
_MACHINES = MappingProxyType({"x86_64": ("microvm", "q35"), "aarch64": ("virt,gic-version=max", "virt")})
_PATIENCE_SECONDS = 10.0  # for TCG, which works wherever QEMU does, but may have to share the processor
_KVM_SECONDS = 1.0  # a working KVM needs a few milliseconds more than QEMU's own start
_KVM_RATIO = 4  # ... or so many times what TCG has just taken, on a busy machine
_PROBE_MEMORY = 16 << 20
_SAID_CHARACTERS = 200  # of an emulator's messages; the first ones matter, the rest may be a register dump


@dataclass(frozen=True, slots=True)
class Verdict:
    """What trying found out."""

    machine: str
    accelerator: str
    complaint: str  # why KVM is not used; empty if it is
    tcg_seconds: float  # that a tiny guest took from QEMU's start to its end
    kvm_seconds: float | None  # the same under KVM; None where it was not tried or did not end


def survey(program: str, cache: Path, notify: Callable[[str], None], kvm: Path = KVM, arch: str = "x86_64") -> Emulator:
    """The best machine and accelerator of the QEMU `program` for guests of `arch`, remembered in the folder `cache`.

    `notify` gets one line if KVM is not used, though the processor is the guest's. A cache that cannot be
    read or written only costs time.
    """
    verdict = _recall(cache, _facts(program, kvm, arch), arch) or try_out(program, cache, kvm, arch)
    if verdict.complaint:
        notify(f"{verdict.complaint}; QEMU emulates the processor instead (TCG)")
    return Emulator(program, verdict.machine, verdict.accelerator)


def probe(emulator: Emulator, seconds: float, arch: str = "x86_64") -> str | None:
    """Why `emulator` cannot run a tiny guest within `seconds`, as the end of a sentence; None if it can.

    After an internal error of KVM, QEMU stays up with the guest paused, so the deadline ends it always.
    """
    guest: Probe = probe_of(arch)
    with tempfile.TemporaryDirectory(prefix="compose-probe-") as folder:
        image = Path(folder, "probe")
        image.write_bytes(guest.image)
        argv = [*machine_command(emulator, image, _PROBE_MEMORY), *guest.words]
        with started(argv, blame=Code.NO_EMULATOR) as process:
            try:
                output, said = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                return f"did not run a tiny guest within {seconds:.1f} s"
    if (process.returncode, output) == (guest.status, guest.output):
        return None
    lines = "; ".join(said.decode(errors="replace").split("\n")).strip("; ")
    return f"failed: {lines[:_SAID_CHARACTERS] or f'exit status {process.returncode}'}"


def try_out(program: str, cache: Path, kvm: Path = KVM, arch: str = "x86_64") -> Verdict:
    """What trying finds out now, whatever is remembered; it is remembered in its place."""
    facts = _facts(program, kvm, arch)
    verdict = _tried(program, kvm, arch)
    _remember(cache, facts, verdict, arch)
    return verdict


def _tried(program: str, kvm: Path, arch: str) -> Verdict:
    fastest, plain = _MACHINES[arch]
    failure, tcg_seconds = _timed(Emulator(program, fastest, "tcg"), _PATIENCE_SECONDS, arch)
    machine = fastest if failure is None else plain
    if not is_ours(arch):
        return Verdict(machine, "tcg", "", tcg_seconds, None)
    complaint = _no_access(kvm)
    if complaint is not None:
        return Verdict(machine, "tcg", complaint, tcg_seconds, None)
    patience = max(_KVM_SECONDS, _KVM_RATIO * tcg_seconds)
    failure, seconds = _timed(Emulator(program, machine, "kvm"), patience, arch)
    if failure is not None:
        return Verdict(machine, "tcg", f"KVM {failure}", tcg_seconds, None)
    return Verdict(machine, "kvm", "", tcg_seconds, seconds)


def _timed(emulator: Emulator, patience: float, arch: str) -> tuple[str | None, float]:
    """What `probe` says, and how long it took."""
    start = time.monotonic()
    return probe(emulator, patience, arch), time.monotonic() - start


def is_ours(arch: str) -> bool:
    """Whether this processor is one of `arch`, which alone KVM can run."""
    return {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine()) == arch


def _no_access(kvm: Path) -> str | None:
    if not kvm.exists():
        return f"there is no {kvm}"
    if not os.access(kvm, os.R_OK | os.W_OK):
        return f"you may not use {kvm} (often the group 'kvm' may)"
    return None


def _facts(program: str, kvm: Path, arch: str) -> dict[str, str]:
    """Everything that the verdict depends on: this boot of this machine, this QEMU, this /dev/kvm and its access."""
    facts = {"program": program, "machines": " ".join(_MACHINES[arch]), "boot": "", "kvm": _no_access(kvm) or ""}
    status = Path(program).stat()
    facts["version"] = f"{status.st_size} {status.st_mtime_ns}"
    if _BOOT_ID.exists():
        facts["boot"] = _BOOT_ID.read_text().strip()
    if not facts["kvm"]:
        status = kvm.stat()
        facts["kvm"] = f"{stat.S_IFMT(status.st_mode)} {os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    return facts


def _memo(cache: Path, arch: str) -> Path:
    return cache / f"emulator-{arch}.json"


def _recall(cache: Path, facts: Mapping[str, str], arch: str) -> Verdict | None:
    """The verdict that was remembered for `facts`; None for another's, for garbage and for no file."""
    try:
        found = json.loads(_memo(cache, arch).read_bytes())
        if found["facts"] != facts:
            return None
        verdict = Verdict(**found["verdict"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    texts = (verdict.machine, verdict.accelerator, verdict.complaint)
    return verdict if all(isinstance(text, str) for text in texts) else None


def _remember(cache: Path, facts: Mapping[str, str], verdict: Verdict, arch: str) -> None:
    """Keep `verdict`, whole or not at all; a folder that cannot be written is no reason not to run."""
    path = _memo(cache, arch)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps({"facts": facts, "verdict": asdict(verdict)}, indent=1).encode())
