"""The device tree of QEMU's machine for Xen, asked of QEMU once and remembered."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic
from composer.run.child import started
from composer.run.command import quiet_machine
from composer.run.device_tree import parse
from composer.run.xen_machine import MACHINE, PROCESSOR

_PATIENCE_SECONDS = 30.0


def own_tree(program: str, cache: Path) -> bytes:
    """The tree that the QEMU `program` makes; kept in the folder `cache`, which may be lost or read-only.

    Raises `ComposerError` (EMULATOR_DIED) if QEMU does not make one.
    """
    status = Path(program).stat()
    key = digest.of_json([program, status.st_size, status.st_mtime_ns, MACHINE, PROCESSOR])
    path = cache / f"tree-{key[:16]}.dtb"
    with suppress(OSError, ValueError):
        blob = path.read_bytes()
        parse(blob)
        return blob
    blob = _asked(program)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(blob)
        draft.replace(path)
    return blob


def _asked(program: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="compose-tree-") as folder:
        path = Path(folder, "tree.dtb")
        argv = quiet_machine(program, f"{MACHINE},dumpdtb={str(path).replace(',', ',,')}", "tcg", PROCESSOR)
        with started(argv, blame=Code.NO_EMULATOR) as process:
            try:
                _, said = process.communicate(timeout=_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                said = b"it took too long"
        try:
            blob = path.read_bytes()
            parse(blob)
        except (OSError, ValueError):
            lines = said.decode(errors="replace").strip().splitlines()[:4]
            message = "QEMU does not tell the device tree of its machine" + "".join(f"\n    {line}" for line in lines)
            hint = "Xen for aarch64 was tried with QEMU 7.2"
            raise ComposerError(Diagnostic(Code.EMULATOR_DIED, message, hint=hint)) from None
    return blob
