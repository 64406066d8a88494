"""newlib's own test programs on each C library: which of them build, run and find nothing wrong.

They are in newlib's archive and are not ours, so they are copied out of it for the time of a run. Run it by hand after
a C library or its recipe has changed: `python tests/bench/conformance.py`. The table that it prints, with the reason of
each failure, is in tests/bench/conformance.md.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from composer.pipeline.sources import have_trees
from tests.bench.index_libraries import workshop_for

LIBCS = ("nolibc", "picolibc", "newlib", "musl")
FOLDERS = ("elix", "iconv", "locale", "search", "stdio", "stdlib", "string", "wctype")
TARGET = "linux/x86_64"
BUILD_SECONDS, RUN_SECONDS = 600, 60
MANIFEST = "name: one\napp: {{sources: [{source}], include: [.]}}\ntarget: {target}\nlibc: {libc}\nmemory: 64MiB\n"


def suite() -> Path:
    """The folder of the test programs, fetched if it is not here yet."""
    with tempfile.TemporaryDirectory() as place:
        workshop = workshop_for(Path(place), "newlib", "x86_64", "newlib")
        have_trees(workshop, ["newlib"])
        files = workshop.trees["newlib"].files
        workshop.store.close()
        return files / "newlib/testsuite"


def verdict(program: Path, headers: Path, libc: str, folder: Path) -> str:
    """`ok`, or the word for how far the program comes with `libc`."""
    for file in (program, *headers.glob("*.h")):
        shutil.copy(file, folder / file.name)
    (folder / "unikernel.yaml").write_text(MANIFEST.format(source=program.name, target=TARGET, libc=libc))
    compose = [sys.executable, "-m", "composer"]
    built = subprocess.run([*compose, "build", "-q", str(folder)], capture_output=True, timeout=BUILD_SECONDS)
    if built.returncode:
        return "does not compile" if b"error[S" not in built.stderr else "lacks symbols"
    try:
        image = folder / "build/one" / TARGET.replace("/", "-") / "one.elf"
        status = subprocess.run([str(image)], capture_output=True, timeout=RUN_SECONDS).returncode
    except subprocess.TimeoutExpired:
        return "hangs"
    return "ok" if status == 0 else f"fails ({status})"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("libcs", nargs="*", default=LIBCS)
    libcs = parser.parse_args(argv).libcs
    print("| program |", " | ".join(libcs), "|")
    print("|---|" + "---|" * len(libcs))
    tests = suite()
    for program in sorted(path for name in FOLDERS for path in (tests / f"newlib.{name}").glob("*.c")):
        words = []
        for libc in libcs:
            with tempfile.TemporaryDirectory() as place:
                words.append(verdict(program, tests / "include", libc, Path(place)))
        print(f"| {program.parent.name}/{program.name} |", " | ".join(words), "|", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
