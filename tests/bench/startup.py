"""What commands that only look take beside a Python that does nothing: of hello, which is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.lab import TARGET, Lab
from tests.bench.table import Figure, median

NAME = "hello"
ALONE = (("--help",), ("completion", "bash", "--", " build --set lwip.i"))  # the second is what Tab asks
COMMANDS = (("size",), ("size", "--tree"), ("why", "nolibc"), ("why", "printf"))  # of the image
TURNS = 3  # for each round


def startup(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Processor time over that of `python -c pass`, turn by turn, so that it means the same on a busy machine."""
    project = lab.project(NAME, "-looked-at")
    lab.build(project)
    for words in (*ALONE, *COMMANDS):
        yield _figure(lab, words, project, rounds)


def _figure(lab: Lab, words: Sequence[str], project: Path, rounds: int) -> Figure:
    where = () if words in ALONE else ("--target", TARGET, str(project))
    command = (*lab.command, *words, *where)
    lab.spend(command)  # compiles Python files, and has the lines of what it names remembered
    turns = [(_spent(lab, (lab.python, "-c", "pass")), _spent(lab, command)) for _ in range(TURNS * rounds)]
    python, ours = (median([turn[side] for turn in turns]) for side in (0, 1))
    note = f"processor time, medians of {len(turns)}: {ours * 1000:.0f} ms, python -c pass {python * 1000:.0f} ms"
    return Figure(f"compose {' '.join(words)}, over python -c pass", ours / python, "x", 8.0, note=note)


def _spent(lab: Lab, argv: Sequence[str]) -> float:
    return lab.spend(argv).processor_seconds
