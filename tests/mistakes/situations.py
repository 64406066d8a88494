"""Circumstances that no file can describe: a machine that lacks something, and events while the command runs.

Each is a function that is given the scene before the command starts. Those about permissions also hold for root,
whose right to ignore them is given up in the child.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_SECONDS = 60.0  # for an event that surely comes, on a busy machine
_PR_CAPBSET_DROP = 24  # <linux/prctl.h>
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2  # <linux/capability.h>


@dataclass
class Scene:
    """Where and how the command is going to run; a situation changes it."""

    folder: Path  # the copy of the mistake's folder, in which the command runs
    tools: Path  # stands first in PATH, empty
    store: Path
    environment: dict[str, str]
    in_child: Callable[[], None] = lambda: None
    meanwhile: Callable[[subprocess.Popen[str]], None] = lambda process: None
    restore: list[Path] = field(default_factory=list)  # folders to be made writable again

    def tool(self, name: str, *lines: str) -> None:
        """A shell script on the PATH that stands before the real program, which it can call as `$real`."""
        script = self.tools / name
        script.write_text("\n".join(["#!/bin/sh", f"real={shutil.which(name)}", *lines, ""]))
        script.chmod(0o755)

    def own_store(self) -> None:
        """Use an empty store instead of the one that all mistakes share."""
        self.store = self.folder.parent / "store"
        self.environment["COMPOSE_STORE"] = str(self.store)

    def forbid_writing(self, folder: Path) -> None:
        """Make `folder` read-only, for root too."""
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o555)
        self.restore.append(folder)
        self.in_child = _obey_permissions


def _obey_permissions() -> None:
    libc = ctypes.CDLL(None)
    for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def _awaited(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "the moment to interrupt never came"
        time.sleep(0.01)


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C: the terminal sends it to the whole foreground group."""
    os.killpg(process.pid, signal.SIGINT)


# The compiler


def no_compiler(scene: Scene) -> None:
    """Nothing is on the PATH."""
    scene.environment["PATH"] = str(scene.tools)


def no_linker(scene: Scene) -> None:
    """The compiler knows of no ld."""
    scene.tool("gcc", '[ "$1" = -print-prog-name=ld ] && { echo no-such-ld; exit; }', 'exec "$real" "$@"')


def old_compiler(scene: Scene) -> None:
    """The compiler says that it is version 9.4.0."""
    scene.tool("gcc", '[ "$1" = -dumpfullversion ] && { echo 9.4.0; exit; }', 'exec "$real" "$@"')


def compiler_without_a_flag(scene: Scene) -> None:
    """The compiler refuses one flag of the toolchain."""
    scene.tool("gcc", 'for word; do [ "$word" = -mno-red-zone ] && exit 1; done', 'exec "$real" "$@"')


# Disk and permissions


def build_folder_not_writable(scene: Scene) -> None:
    """The manifest's folder is read-only."""
    scene.forbid_writing(scene.folder)


def store_not_writable(scene: Scene) -> None:
    """The store is an empty read-only folder."""
    scene.own_store()
    scene.forbid_writing(scene.store)


def manifest_not_readable(scene: Scene) -> None:
    """The manifest's permissions forbid reading it."""
    (scene.folder / "unikernel.yaml").chmod(0)
    scene.in_child = _obey_permissions


def _limit_files(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def disk_full_for_the_store(scene: Scene) -> None:
    """No file of the store may grow: the same error as that of a disk without any room."""
    scene.own_store()
    scene.in_child = _limit_files(0)
