"""Programs on musl as Linux has it: what the same programs on the musl of our images are compared with."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from composer.pipeline.sources import have_trees
from tests.bench.index_libraries import workshop_for
from tests.bench.suite_program import NO_COMPILE, NO_LINK, Came, Program, run_here

JOBS = 2
# In name spaces of its own, for a suite signals groups and leaves files behind. The program is not the first process
# there, which a signal without a handler does not end; and this machine's clock is not for it to set.
_ALONE = (
    *("setpriv", "--bounding-set=-sys_time"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
)
_FRESH = (
    "exec 3<$0 && mount -t tmpfs none /dev/shm && mount -t tmpfs none /tmp && cd /tmp && cat <&3 >one && chmod +x one"
    " && exec 3<&- && ./one; exit $?"
)


def install(folder: Path) -> Path:
    """Build the archive of the recipe `musl` as its makefile does, into `folder`; the compiler that uses it."""
    with tempfile.TemporaryDirectory() as place:
        workshop = workshop_for(Path(place), "musl", "x86_64", "musl")
        have_trees(workshop, ["musl"])
        files = workshop.trees["musl"].files
        workshop.store.close()
    (folder / "build").mkdir()
    for argv in (
        (str(files / "configure"), f"--prefix={folder}", "--disable-shared"),
        ("make", f"-j{JOBS}", "install"),
    ):
        subprocess.run(argv, cwd=folder / "build", check=True, capture_output=True)
    return folder / "bin/musl-gcc"


def compile_object(compiler: Path, program: Program, folder: Path) -> Came | None:
    """Make `one.o` of a program in `folder`; None if that went well."""
    defines = (f"-D{name}={value}" for name, value in program.defines.items())
    words = ("-O2", "-std=gnu11", "-w", *defines, f"-I{program.suite / program.headers}")
    compiled = _told(compiler, *words, "-c", str(program.suite / program.source), "-o", str(folder / "one.o"))
    return Came(NO_COMPILE, compiled.stderr) if compiled.returncode else None


def symbols(folder: Path) -> tuple[frozenset[str], frozenset[str]]:
    """What `one.o` defines and what it asks for; nothing if there is no such file."""
    lines = [line.split() for line in _told("nm", "-P", str(folder / "one.o")).stdout.splitlines()]
    asked = frozenset(line[0] for line in lines if line[1] == "U")
    return frozenset(line[0] for line in lines) - asked, asked


def link(compiler: Path, folder: Path) -> Came | None:
    """Make `one` of `one.o`; None if that went well."""
    linked = _told(compiler, "-static", str(folder / "one.o"), "-o", str(folder / "one"))
    return Came(NO_LINK, linked.stderr) if linked.returncode else None


def run_alone(folder: Path) -> Came:
    """Run `one` of `folder`; for root alone, who may make name spaces."""
    return run_here((*_ALONE, "sh", "-c", _FRESH, str(folder / "one")))


def _told(program: Path | str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run((str(program), *words), capture_output=True, text=True)
