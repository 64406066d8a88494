"""How long builds of hello for kvm/x86_64 take: from nothing, with nothing to do, after an edit, after a flipped option."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench.lab import JOBS, TARGETS, Lab, Spent, image_of
from tests.bench.table import Figure, median

NAME = "hello"
OPTION = "trap-report.stack_words"
FIRST_VALUE = 1  # flips are to values that no build had before


def builds(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Medians; each build is seen to have made another image where it should."""
    project = lab.project(NAME, "-timed")
    lab.build(project)  # compiles the composer's own Python files
    yield _clean(lab, project, rounds)
    yield _all_targets(lab, project, rounds)
    yield _idle(lab, project, rounds)
    yield _edited(lab, project, rounds)
    yield _flipped(lab, project, rounds)


def _clean(lab: Lab, project: Path, rounds: int) -> Figure:
    spent = [_from_nothing(lab, project) for _ in range(rounds)]
    return _figure(f"clean build, {JOBS} jobs, empty store", spent, 2.0, "4.6 s")


def _all_targets(lab: Lab, project: Path, rounds: int) -> Figure:
    spent = [_from_nothing(lab, project, *TARGETS) for _ in range(rounds)]
    return _figure(f"clean build of {len(TARGETS)} targets, {JOBS} jobs, empty store", spent, 6.0, "-")


def _from_nothing(lab: Lab, project: Path, *targets: str) -> Spent:
    shutil.rmtree(lab.store)
    shutil.rmtree(project / "build")
    return lab.build(project, *targets)


def _idle(lab: Lab, project: Path, rounds: int) -> Figure:
    """Against a Python that does nothing, turn by turn: a ratio, so that it means the same on every machine."""
    lab.build(project)
    turns = [(lab.spend((lab.python, "-c", "pass")).seconds, lab.build(project).seconds) for _ in range(3 * rounds)]
    python, ours = (median([turn[side] for turn in turns]) for side in (0, 1))
    note = f"medians of {3 * rounds}: {ours * 1000:.0f} ms, python -c pass {python * 1000:.0f} ms"
    return Figure("nothing to do, over python -c pass", ours / python, "x", 3.0, rival="0.55 s", note=note)


def _edited(lab: Lab, project: Path, rounds: int) -> Figure:
    source = project / "main.c"
    original = source.read_text()

    def edit(_: int) -> None:
        # A string that is printed: so its bytes are in the image, and the object is another one each time.
        source.write_text(original.replace('("', f'("{secrets.token_hex(4)} ', 1))

    spent = [_rebuild(lab, project, edit, number) for number in range(rounds)]
    source.write_text(original)
    return _figure("one source edited", spent, 0.5, "1.0 s")


def _flipped(lab: Lab, project: Path, rounds: int) -> Figure:
    manifest = project / "unikernel.yaml"
    original = manifest.read_text()

    def flip(number: int) -> None:
        manifest.write_text(f"{original}options: {{{OPTION}: {FIRST_VALUE + number}}}\n")

    spent = [_rebuild(lab, project, flip, number) for number in range(rounds)]
    manifest.write_text(original)
    return _figure("one option flipped", spent, 0.6, "9.2 s")


def _rebuild(lab: Lab, project: Path, change: Callable[[int], None], number: int) -> Spent:
    """Change something and build; raises RuntimeError if that made the same image."""
    image = image_of(project, NAME)
    before = image.read_bytes()
    change(number)
    spent = lab.build(project)
    if image.read_bytes() == before:
        raise RuntimeError("the change did not reach the image")
    return spent


def _figure(name: str, spent: Sequence[Spent], reach: float, rival: str) -> Figure:
    seconds = [one.seconds for one in spent]
    processor = median([one.processor_seconds for one in spent])
    note = f"median of {len(spent)}, at best {min(seconds):.2f} s; {processor:.2f} s of processors"
    return Figure(name, median(seconds), "s", reach, rival=rival, note=note)
