"""Images made and run by the real command line, and machines that boot them without it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.support.preloaded import Call, called, can_be_forked

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "manifests"
APPS = ROOT / "tests/boot/apps"
KVM, KVM_ARM, XEN_ARM = "kvm/x86_64", "kvm/aarch64", "xen/aarch64"
LINUX, LINUX_ARM = "linux/x86_64", "linux/aarch64"
TARGETS = (KVM, KVM_ARM, XEN_ARM, LINUX, LINUX_ARM)
FLAT = (KVM_ARM, XEN_ARM)  # what boots is a raw Image

COMPOSE = (sys.executable, "-P", "-m", "composer")  # -P: from PYTHONPATH, whatever the current folder has
PROGRAMS = tuple(
    sorted(path.parent.name for path in EXAMPLES.glob("*/unikernel.yaml") if "recipe:" in path.read_text())
)
GUEST_SECONDS = 40  # a guest that takes longer hangs; the slowest takes a second
COMMAND_SECONDS = 120
OTHER_ORDER = {"PYTHONHASHSEED": "7"}  # of sets, for one of two calls that make the same


@dataclass(frozen=True, slots=True)
class Done:
    """One call of `compose` that has ended."""

    words: tuple[str | bytes, ...]
    status: int
    output: bytes
    errors: bytes

    @property
    def told(self) -> str:
        """Everything there is to see of it; the message of assertions."""
        texts = [part.decode(errors="backslashreplace") for part in (self.output, self.errors)]
        return f"{self.words} ended with {self.status}\n--- output\n{texts[0]}\n--- errors\n{texts[1]}"

    @property
    def verdict(self) -> dict[str, Any]:
        """What `--json` told."""
        assert self.output.startswith((b"{", b"[")), self.told
        verdict: dict[str, Any] = json.loads(self.output)
        return verdict

    @property
    def ending(self) -> tuple[str, int | None]:
        """How the guest of a run with `--json` ended, and its status."""
        return self.verdict["end"], self.verdict["status"]


def finish(process: subprocess.Popen[bytes], seconds: float, stdin: bytes | None = None) -> tuple[bytes, bytes]:
    """All that the process prints; one that takes longer than `seconds` is killed, so that what it said is not lost."""
    try:
        return process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


@dataclass(frozen=True, slots=True)
class Workshop:
    """A checkout of the composer, a store, a folder for images."""

    checkout: Path
    store: Path
    out: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    umask: int = 0o022
    toolchain: str | None = None  # None: the best for each target
    seconds: float = COMMAND_SECONDS  # a call that takes longer hangs

    def call(self, *words: str | bytes, stdin: bytes | int = subprocess.DEVNULL) -> Done:
        """One call of `compose`; `stdin` is what it reads, or a descriptor. If it hangs, it ends with -9."""
        if can_be_forked(self.variables()):
            call = Call(words, self.variables(), Path.cwd(), self.umask)
            return Done(words, *called(call, self.seconds, stdin))
        with subprocess.Popen(
            [*COMPOSE, *words],
            env=self.variables(),
            umask=self.umask,
            stdin=subprocess.PIPE if isinstance(stdin, bytes) else stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            output, errors = finish(process, self.seconds, stdin if isinstance(stdin, bytes) else None)
            return Done(words, process.returncode, output, errors)

    @property
    def pin(self) -> tuple[str, ...]:
        """The words for the toolchain, for commands that only look as well."""
        return () if self.toolchain is None else ("--toolchain", self.toolchain)

    def variables(self) -> dict[str, str]:
        """The environment of a call."""
        mine = {"PYTHONPATH": str(self.checkout), "COMPOSE_STORE": str(self.store)}
        return {**os.environ, **mine, **self.environment}

    def build(self, *manifests: Path, target: str | None = None, words: Sequence[str] = ()) -> None:
        """Build images, of all their targets or of one, with more `words` for `compose build`."""
        targets = () if target is None else ("--target", target)
        done = self.call("build", "--quiet", "--out", str(self.out), *self.pin, *targets, *words, *map(str, manifests))
        assert done.status == 0, done.told

    def folder(self, name: str, target: str) -> Path:
        """Where the image `name` for `target` and the files beside it are."""
        return self.out / name / target.replace("/", "-")

    def image(self, name: str, target: str) -> Path:
        """The bootable file of an image that was built."""
        return self.folder(name, target) / f"{name}.{'img' if target in FLAT else 'elf'}"

    def facts(self, name: str, target: str) -> dict[str, Any]:
        """What image.json says."""
        facts: dict[str, Any] = json.loads((self.folder(name, target) / "image.json").read_text())
        return facts

    def run(
        self,
        image: Path,
        *arguments: str | bytes,
        words: Sequence[str | bytes] = (),
        stdin: bytes | int = subprocess.DEVNULL,
    ) -> Done:
        """Run an image, or a manifest, with `arguments` for its app and more `words` for `compose run`."""
        bound = ("--timeout", str(GUEST_SECONDS))
        out = () if image.suffix in (".elf", ".img") else ("--out", str(self.out), *self.pin)
        return self.call("run", "--quiet", *bound, *out, *words, str(image), "--", *arguments, stdin=stdin)

    def altered(self, folder: Path, edits: Sequence[tuple[str, str, str]]) -> Workshop:
        """A workshop on a copy of the checkout in which each (file, text, other text) of `edits` is replaced, once."""
        for part in ("composer", "recipes", "toolchains"):
            shutil.copytree(self.checkout / part, folder / part, ignore=shutil.ignore_patterns("*.pyc.*"))
        for name, text, other in edits:
            content = (folder / name).read_text()
            assert content.count(text) == 1, f"{name} does not have {text!r} exactly once"
            (folder / name).write_text(content.replace(text, other))
        return replace(self, checkout=folder, out=folder / "out")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of QEMU as no `compose run` starts it."""

    kind: str = "microvm"
    memory: str = "16M"
    processor: str = "max"
    has_status_device: bool = True
    may_restart: bool = False  # a guest that resets the machine would start again
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Boot:
    """What a machine did."""

    console: bytes
    record: bytes  # what the guest wrote to the status device
    told: str  # all of it, as the message of assertions


def boot(image: Path, machine: Machine, line: bytes = b"") -> Boot:
    """Boot `image` with the command line `line`, until QEMU ends by itself with status 0."""
    with tempfile.TemporaryDirectory(prefix="boot-") as folder:
        record = Path(folder, "record")
        status_device = ["-chardev", f"file,id=s,path={record}", "-device", "isa-debugcon,iobase=0x501,chardev=s"]
        argv: list[str | bytes] = [
            *("qemu-system-x86_64", "-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none"),
            *("-serial", "stdio", "-machine", machine.kind, "-cpu", machine.processor, "-m", machine.memory),
            *([] if machine.may_restart else ["-no-reboot"]),
            *(status_device if machine.has_status_device else []),
            *(word for device in machine.devices for word in ("-device", device)),
            *("-kernel", str(image), "-append", line),
        ]
        pipe = subprocess.PIPE
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT) as process:
            console, _ = finish(process, GUEST_SECONDS)
        told = f"{machine} ended with {process.returncode}\n{console.decode(errors='backslashreplace')}"
        assert process.returncode == 0, told
        return Boot(console, record.read_bytes() if record.exists() else b"", told)
