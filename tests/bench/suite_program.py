"""A program out of a test suite of others: built into an image with one C library, and run."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from composer.cli.main import main as compose

LIBCS = ("nolibc", "picolibc", "newlib", "musl")
PROCESS = "linux/x86_64"  # the target that runs on this machine itself
RUN_SECONDS = 30
# Words for how far a program came.
NO_COMPILE, NO_LINK, HANGS = "does not compile", "lacks symbols", "hangs"
_OF_SIGNALS = (
    128  # the status of a program that a signal has ended is more than this, as a shell tells it and our images do
)


@dataclass(frozen=True, slots=True)
class Program:
    """A source below the folder of its suite. It sees the files beside it, and the headers of one folder."""

    suite: Path
    source: str
    headers: str
    defines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Came:
    """How far a program came: a word, or the status that it ended with; and what was said."""

    end: str | int
    said: str = ""


def refused(programs: Sequence[Program], libc: str) -> dict[str, Came]:
    """Of programs of one suite, the sources that do not compile with the headers of `libc`.

    One command compiles them all, and then finds that they are not one program.
    """
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(programs[0].suite, place, dirs_exist_ok=True)
        _write_manifest(programs[0], [program.source for program in programs], libc, PROCESS, Path(place))
        status, said = _composed("build", "-q", "--keep-going", place)
    _, *failed = said.split("error[B001]: 'compile app/")
    if status and not failed and not re.search(r"error\[[RS]\d", said):
        raise RuntimeError(said)  # it did not come to the question whose symbols they use
    return {text.partition("'")[0]: Came(NO_COMPILE, text) for text in failed}


def build(program: Program, libc: str, target: str, folder: Path) -> Came | None:
    """Compose its image in the empty `folder`; None if that went well."""
    for part in {Path(program.source).parent, Path(program.headers)}:
        shutil.copytree(program.suite / part, folder / part)
    _write_manifest(program, [program.source], libc, target, folder)
    status, said = _composed("build", "-q", str(folder))
    if status == 0:
        return None
    return Came(NO_COMPILE if "error[B001]: 'compile app/" in said else NO_LINK, said)


def _write_manifest(program: Program, sources: Sequence[str], libc: str, target: str, folder: Path) -> None:
    app = {"sources": sources, "include": [program.headers], "defines": dict(program.defines), "flags": ["-w"]}
    manifest = {"name": "one", "app": app, "target": target, "libc": libc, "memory": "64MiB"}
    (folder / "unikernel.yaml").write_text(json.dumps(manifest))


def _composed(*words: str) -> tuple[int, str]:
    """In this process: to start another and to import the composer there takes longer than to build."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        return compose(words), said.getvalue()


def run(target: str, folder: Path) -> Came:
    """Run what `build` has made in `folder`."""
    if target == PROCESS:
        return run_here((str(folder / "build/one" / target.replace("/", "-") / "one.elf"),))
    words = ("run", "-q", "--json", "--timeout", str(RUN_SECONDS), str(folder))
    told = subprocess.run((sys.executable, "-m", "composer", *words), capture_output=True, text=True, errors="replace")
    end = json.loads(told.stdout)
    return Came(end["status"] if end["end"] == "exit" else end["end"], told.stderr)


def run_here(argv: Sequence[str]) -> Came:
    """Run a program of this machine."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired as late:
        return Came(HANGS, (late.stdout or b"").decode(errors="replace"))
    said = (done.stdout + done.stderr).decode(errors="replace")
    return Came(done.returncode if done.returncode >= 0 else _OF_SIGNALS - done.returncode, said)
