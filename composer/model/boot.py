"""The way of a guest from its machine's start to its first byte, as values: where it passes, when, and after how much work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """A part of the way, which begins where the one before ends."""

    START = "start"  # QEMU, and what it runs before the image
    ENTRY = "entry"  # from the image's first instruction
    MAPPED = "mapped"  # from the first instruction with the image's page tables
    INIT = "init"  # one init call
    READY = "ready"  # after the init calls, and after constructors if there are any
    MAIN = "main"
    REST = "rest"  # after the first byte


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a part begins that begins inside the image."""

    part: Part
    symbol: str
    address: int
    recipe: str = ""  # whose init call it is


@dataclass(frozen=True, slots=True)
class Course:
    """The stages of an image, in their order, and where it gives bytes to its console."""

    stages: tuple[Stage, ...]
    writer: int | None  # the address of console_write; None where it may be anywhere, inlined


@dataclass(frozen=True, slots=True)
class Counts:
    """Guest instructions from the machine's start, firmware and hypervisor included."""

    stages: Mapping[int, int]  # by index in `Course.stages`
    first_byte: int | None = None
    complaint: str = ""  # why there are none


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds from just before the machine's start."""

    stages: Mapping[int, float]  # by index in `Course.stages`: the guest came so far
    first_byte: float | None  # when the first one was here
    end: float


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a boot: when it began, what it took, how many instructions it had."""

    part: Part
    symbol: str
    recipe: str
    began: float  # seconds
    took: float  # seconds
    instructions: int | None  # None: not counted


@dataclass(frozen=True, slots=True)
class Boot:
    """One boot, as it was seen."""

    course: Course
    times: Times
    counts: Counts

    @property
    def legs(self) -> tuple[Leg, ...]:
        """From start to end without a gap: so the times add up to the whole, and so do the counts."""
        marks = [_Mark(Part.START, "", "", 0.0, 0), *map(self._mark, sorted(self.times.stages))]
        first = self.times.first_byte
        if marks[-1].part is Part.MAIN and first is not None and first >= marks[-1].seconds:
            marks.append(_Mark(Part.REST, "", "", first, self.counts.first_byte))
        ends = [*((mark.seconds, mark.count) for mark in marks[1:]), (self.times.end, None)]
        return tuple(_leg(mark, *end) for mark, end in zip(marks, ends, strict=True))

    def _mark(self, number: int) -> _Mark:
        stage = self.course.stages[number]
        return _Mark(stage.part, stage.symbol, stage.recipe, self.times.stages[number], self.counts.stages.get(number))


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a part begins."""

    part: Part
    symbol: str
    recipe: str
    seconds: float
    count: int | None


def _leg(mark: _Mark, end: float, count: int | None) -> Leg:
    instructions = None if mark.count is None or count is None else count - mark.count
    return Leg(mark.part, mark.symbol, mark.recipe, mark.seconds, end - mark.seconds, instructions)
