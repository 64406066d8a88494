"""Programs that stand in for an emulator."""

from __future__ import annotations

from pathlib import Path


def program(folder: Path, script: str, name: str = "qemu-system-x86_64") -> Path:
    """An executable shell script."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
