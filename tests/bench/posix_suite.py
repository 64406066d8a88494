"""The Open POSIX Test Suite: which of its tests are for one process with one thread, and what they mean by their status."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Location
from composer.execute.store import Store
from composer.fetch.places import Search
from composer.model.source import Archive, Source
from composer.pipeline.fresh import store_folder
from composer.pipeline.upstream import Wanted, have_tree
from composer.report.progress import Loudness, Progress
from tests.bench.suite_program import Program

ARCHIVE = Archive(
    file="posixtestsuite_1.5.2.orig.tar.gz",
    sha256="15a2185672127cba851d35ec9d538ff6148defdbb75f99c7e9c50aeba0f94757",
    strip=1,
    debian="posixtestsuite",
)
HEADERS = "include"
# As the suite's makefile and its advice for Linux have them.
DEFINES = {"_POSIX_C_SOURCE": "200112L", "_XOPEN_SOURCE": "600"}
PASS = "pass"
STATUSES = {0: PASS, 1: "fail", 2: "unresolved", 4: "unsupported", 5: "untested"}
# What a test beyond one process with one thread calls, or is about.
BEYOND = {
    "a second thread": r"pthread_create",
    "a second process": r"fork|wait|waitpid|system|popen|exec[lv]\w*",
    "message queues": r"mq_\w+",
    "asynchronous input and output": r"aio_\w+|lio_listio",
    "a timer that interrupts": r"timer_\w+|alarm|setitimer",
}
GROUPS = {
    "headers": r"\w+_h",
    "time": r"asctime|clock|clock_\w+|ctime|difftime|gmtime|localtime|mktime|nanosleep|strftime|time",
    "memory": r"munmap|mmap|m(un)?lock(all)?|shm_\w+",
    "signals": r"sig\w+|raise|kill|killpg",
    "scheduling": r"sched_\w+",
    "semaphores": r"sem_\w+",
    "threads": r"pthread_\w+",
    "processes and files": r"fork|fsync|getpid",
}


@dataclass(frozen=True, slots=True)
class Test:
    """One test; without a `main` it is only to compile."""

    name: str  # of the function or header, and the test's number
    program: Program

    @property
    def group(self) -> str:
        """The group of the table that it is in."""
        about = self.name.partition("/")[0]
        return next((group for group, pattern in GROUPS.items() if re.fullmatch(pattern, about)), "other")


def fetch() -> Path:
    """The folder of the suite, fetched if it is not here yet."""
    store = Store(Path(store_folder()))
    wanted = Wanted(Source(id="posixtestsuite", archives=(ARCHIVE,)), Location(__file__))
    tree = have_tree(wanted, store, Search(), Progress(sys.stderr, Loudness.QUIET))
    store.close()
    return tree.files


def tests(suite: Path) -> Iterator[Test]:
    """All that are tests of their own: not what a script calls with arguments, nor what POSIX leaves open."""
    folder = suite / "conformance"
    for file in sorted((*folder.glob("interfaces/*/*.c"), *folder.glob("definitions/**/*.c"))):
        if re.fullmatch(r"\d+(-\d+)?", file.stem):
            yield Test(
                f"{file.parent.name}/{file.stem}", Program(suite, str(file.relative_to(suite)), HEADERS, DEFINES)
            )


def beyond(test: Test, asked: frozenset[str]) -> str | None:
    """What a test needs besides one process with one thread, by its subject and the symbols that it asks for."""
    names = asked | {test.name.partition("/")[0]}
    return next((what for what, pattern in BEYOND.items() if any(re.fullmatch(pattern, name) for name in names)), None)


def word(end: str | int) -> str:
    """What a test that ended so says of its function."""
    if isinstance(end, str):
        return end
    return STATUSES.get(end) or (f"signal {end - 128}" if end > 128 else f"status {end}")
