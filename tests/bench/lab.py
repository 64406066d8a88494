"""Where figures are measured: a folder of our own with manifests, images, a store and compiled Python files."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.execute.store import Store

ROOT = Path(__file__).parents[2]
MANIFESTS = ROOT / "manifests"
RECIPES = ROOT / "tests/bench/recipes"
APPS = ROOT / "tests/bench/apps"  # programs that are only measured
TARGET = "kvm/x86_64"
FLAT_TARGETS = ("kvm/aarch64", "xen/aarch64")  # that boot from a flat image
TARGETS = (TARGET, "linux/x86_64", *FLAT_TARGETS, "linux/aarch64")
JOBS = 2
LIMIT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process took, its children included."""

    seconds: float  # by the clock on the wall
    processor_seconds: float  # of all processors together; tells a slow program from a busy machine


class Lab:
    """Builds copies of `manifests/` in `folder`, with this process's interpreter and a store of its own.

    `command` is the `compose` that is installed beside that interpreter; where there is none, this checkout's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.python = sys.executable
        script = Path(sys.executable).with_name("compose")
        self._is_installed = script.is_file()
        self.command = (str(script),) if self._is_installed else (sys.executable, "-m", "composer")

    def project(self, name: str, copy: str = "", home: Path = MANIFESTS) -> Path:
        """A fresh copy of the manifest `name` of `home` with its sources, without anything that was built from it."""
        folder = self.folder / f"{name}{copy}"
        shutil.copytree(home / name, folder, ignore=shutil.ignore_patterns("build"))
        return folder

    def build(self, project: Path, *targets: str, words: Sequence[str] = ()) -> Spent:
        """Run `compose build` for `targets` (`TARGET` if none is given); raises CalledProcessError if it fails."""
        chosen = (word for target in targets or (TARGET,) for word in ("--target", target))
        return self.spend((*self.command, "build", "--quiet", *chosen, "--jobs", str(JOBS), *words, str(project)))

    def archives(self, project: Path, folder: Path) -> None:
        """Copy the archives that `project` is built of to `folder`, under their names; raises CalledProcessError."""
        folder.mkdir(exist_ok=True)
        told = self._output((*self.command, "fetch", "--json", "--target", TARGET, str(project)))
        for row in json.loads(told):
            shutil.copyfile(Store(self.store).path_of(row["sha256"]), folder / row["file"])

    def spend(self, argv: Sequence[str]) -> Spent:
        """Run a command and see what it took; raises CalledProcessError if it fails."""
        start, before = time.perf_counter(), _processor_seconds()
        self._output(argv)
        return Spent(time.perf_counter() - start, _processor_seconds() - before)

    def _output(self, argv: Sequence[str]) -> bytes:
        done = subprocess.run(
            argv, cwd=self.folder, env=self._environment(), capture_output=True, timeout=LIMIT_SECONDS
        )
        if done.returncode:
            sys.stderr.buffer.write(done.stderr)
            raise subprocess.CalledProcessError(done.returncode, argv)
        return done.stdout

    def image(self, name: str, target: str = TARGET, home: Path = MANIFESTS) -> Path:
        """The bootable file of the manifest `name` of `home`, built at the first call."""
        folder = self.folder / name
        if not folder.exists():
            self.project(name, home=home)
        if not image_of(folder, name, target).exists():
            self.build(folder, target)
        return image_of(folder, name, target)

    def _environment(self) -> Mapping[str, str]:
        """Compiled Python files are kept, as an installation has them, but not in the tree that is measured."""
        ours = {
            "COMPOSE_STORE": str(self.store),
            "PYTHONPYCACHEPREFIX": str(self.folder / "pycache"),
        }
        if not self._is_installed:
            ours["PYTHONPATH"] = str(ROOT)
        return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | ours


def image_of(project: Path, name: str, target: str = TARGET) -> Path:
    """Where the bootable file of `project` is."""
    suffix = ".img" if target in FLAT_TARGETS else ".elf"
    return project / "build" / name / target.replace("/", "-") / f"{name}{suffix}"


def _processor_seconds() -> float:
    """Of all children that have ended; `os.times` counts in hundredths only."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
