"""Test suites of others on each C library: which of their programs build, run and find nothing wrong.

    python tests/bench/conformance.py newlib
    python tests/bench/conformance.py posix [--only REGEX] [--columns WORD…] [--results FILE]

They are not ours, so they are fetched and copied for the time of a run. Run it by hand after a C library, its recipe or
posix/ has changed. The tables that it prints, with the reason of each difference, are in tests/bench/conformance.md.
`posix` compares with musl as Linux has it, and needs root for that; what passes in a process is tried on the machine
too. That takes most of an hour, so FILE keeps what is known of other tests and columns.
"""

from __future__ import annotations

import argparse
import functools
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from tests.bench import linux_musl, newlib_suite, posix_suite
from tests.bench.posix_suite import Test
from tests.bench.suite_program import LIBCS, PROCESS, Came, Program, build, refused, run

JOBS = 2
LINUX = "musl on Linux"
MACHINE = "kvm/x86_64"
ON_MACHINE = {f"{libc} on {MACHINE}": libc for libc in ("nolibc", "musl")}
COLUMNS = (*LIBCS, LINUX, *ON_MACHINE)
BEYOND = "beyond"  # instead of all columns: what a test needs that is out of scope
Row = dict[str, Came]  # by column


def came_on(program: Program, libc: str, target: str) -> Came:
    """How far a program comes in an image."""
    with tempfile.TemporaryDirectory() as place:
        return build(program, libc, target, Path(place)) or run(target, Path(place))


def newlib() -> None:
    """Print the table of newlib's tests."""
    print(_row("program", *LIBCS), _row(*["---"] * (len(LIBCS) + 1)), sep="\n")
    for program in newlib_suite.programs():
        words = (newlib_suite.word(came_on(program, libc, PROCESS).end) for libc in LIBCS)
        print(_row(program.source, *words), flush=True)


def posix(only: str, columns: Sequence[str], results: Path | None) -> None:
    """Print the tables of the POSIX suite."""
    chosen = [test for test in posix_suite.tests(posix_suite.fetch()) if re.search(only, test.name)]
    rows = _read(results)
    with tempfile.TemporaryDirectory() as place, ProcessPoolExecutor(JOBS, get_context("fork")) as pool:
        look = functools.partial(_look, linux_musl.install(Path(place)), LINUX in columns)
        looked = list(pool.map(look, chosen))
        within = [one for one in looked if one.beyond is None]
        refusals = {libc: refused([one.test.program for one in within], libc) for libc in LIBCS if libc in columns}
        measure = functools.partial(_measure, columns, refusals)
        known = [rows.get(one.test.name, {}) for one in within]
        rows |= {one.test.name: {BEYOND: Came(one.beyond)} for one in looked if one.beyond is not None}
        try:
            for one, row in zip(within, pool.map(measure, within, known), strict=True):
                rows[one.test.name] = row
                words = (f"{column}: {posix_suite.word(came.end)}" for column, came in row.items())
                print(one.test.name, ", ".join(words), file=sys.stderr, flush=True)
        finally:
            _write(results, rows)
    print("\n".join(_tables(chosen, rows)))


@dataclass(frozen=True, slots=True)
class Looked:
    """What a test shows where musl is Linux's."""

    test: Test
    beyond: str | None  # what it needs that is out of scope
    runs: bool  # it has a `main`
    linux: Came | None


def _look(compiler: Path, is_run: bool, test: Test) -> Looked:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        failed = linux_musl.compile_object(compiler, test.program, folder)
        defined, asked = linux_musl.symbols(folder)
        runs = "main" in defined
        beyond = posix_suite.beyond(test, asked) if failed or runs else None
        came = failed
        if is_run and not failed and not beyond:
            came = (linux_musl.link(compiler, folder) or linux_musl.run_alone(folder)) if runs else Came(0)
    return Looked(test, beyond, runs, came)


def _measure(columns: Sequence[str], refusals: Mapping[str, Mapping[str, Came]], one: Looked, known: Row) -> Row:
    """What comes of a test on `columns`, beside what is known of it on others."""
    row = {**known, **({LINUX: one.linux} if one.linux and LINUX in columns else {})}
    program = one.test.program
    for libc in refusals:
        came = refusals[libc].get(program.source)
        row[libc] = came or (came_on(program, libc, PROCESS) if one.runs else Came(0))
    for column, libc in ON_MACHINE.items():
        if column in columns:
            row.pop(column, None)
            if one.runs and libc in row and row[libc].end == 0:
                row[column] = came_on(program, libc, MACHINE)
    return row


def _read(results: Path | None) -> dict[str, Row]:
    if results is None or not results.exists():
        return {}
    known = json.loads(results.read_text())
    return {name: {column: Came(**came) for column, came in row.items()} for name, row in known.items()}


def _write(results: Path | None, rows: Mapping[str, Row]) -> None:
    if results is not None:
        known = {name: {column: asdict(came) for column, came in row.items()} for name, row in list(rows.items())}
        results.write_text(json.dumps(known, indent=1))


def _tables(chosen: Sequence[Test], rows: Mapping[str, Row]) -> Iterator[str]:
    """What is out of scope, how many tests of each group ended how, and where two columns differ that should not."""
    beyond = Counter(str(rows[test.name][BEYOND].end) for test in chosen if BEYOND in rows[test.name])
    yield from (f"- {what}: {count}" for what, count in sorted(beyond.items()))
    within = [test for test in chosen if BEYOND not in rows[test.name]]
    columns = (*LIBCS, LINUX)
    yield from ("", _row("group", "tests", *columns), _row(*["---"] * (len(columns) + 2)))
    for group in posix_suite.GROUPS:
        tests = [test for test in within if test.group == group]
        counted = (_counts(rows[test.name].get(column) for test in tests) for column in columns)
        yield _row(group, str(len(tests)), *counted)
    for column, like in (("musl", LINUX), *ON_MACHINE.items()):
        yield from ("", _row("test", column, like), _row(*["---"] * 3))
        for test in within:
            row = rows[test.name]
            if column in row and like in row and (words := _words(row, column, like))[0] != words[1]:
                yield _row(test.name, *words)


def _words(row: Row, *columns: str) -> list[str]:
    return [posix_suite.word(row[column].end) for column in columns]


def _counts(all_came: Iterable[Came | None]) -> str:
    """How many ended how, the most frequent first."""
    counted = Counter(posix_suite.word(came.end) for came in all_came if came)
    return ", ".join(f"{count} {word}" for word, count in counted.most_common())


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables of one suite."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    suites = parser.add_subparsers(dest="suite", required=True)
    suites.add_parser("newlib")
    options = suites.add_parser("posix")
    options.add_argument("--only", default="", metavar="REGEX", help="tests whose names (raise/1-1) it finds")
    options.add_argument("--columns", nargs="+", default=COLUMNS, choices=COLUMNS, metavar="WORD")
    options.add_argument("--results", type=Path, metavar="FILE", help="keep what came of each test here")
    args = parser.parse_args(argv)
    if args.suite == "newlib":
        newlib()
    else:
        posix(args.only, args.columns, args.results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
