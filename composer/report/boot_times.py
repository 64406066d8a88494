"""The boot of an image, part by part, for a person and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from composer.model.boot import Boot, Leg, Part
from composer.report.show import plain_table

_PARTS = {
    Part.START: "QEMU, and what runs before the image",
    Part.ENTRY: "boot",
    Part.MAPPED: "boot, with page tables",
    Part.READY: "after the init calls",
    Part.MAIN: "main",
    Part.REST: "after the first byte",
}
# A part that has another name before one that follows.
_BEFORE = {
    (Part.ENTRY, Part.MAPPED): "boot, without page tables",
    (Part.MAIN, Part.REST): "main, to the first byte",
}


def as_table(boot: Boot) -> Table:
    """A line for each part, and one for the boot, which is all but what comes after the first byte."""
    legs = boot.legs
    table = plain_table(("part", "at ms", "ms", "instructions"), 1)
    for leg, after in zip(legs, [*(leg.part for leg in legs[1:]), None], strict=True):
        table.add_row(name_of(leg, after), _ms(leg.began), _ms(leg.took), _number(leg.instructions))
    table.add_row("the boot", "", _ms(_seconds(legs)), _number(_instructions(legs)))
    return table


def remarks_on(boot: Boot) -> tuple[str, ...]:
    """What the table does not say."""
    said, last, first = [], boot.legs[-1].part, boot.times.first_byte
    if last not in (Part.MAIN, Part.REST):
        said.append("the guest did not come to main: it ended in the last part")
    if first is not None and last is not Part.REST:
        said.append(f"the console had its first byte before main, after {_ms(first)} ms")
    if boot.counts.complaint:
        said.append(f"instructions are not counted: {boot.counts.complaint}")
    return tuple(said)


def as_json(boot: Boot) -> dict[str, Any]:
    """The same for programs."""
    legs, first = boot.legs, boot.times.first_byte
    return {
        "parts": [
            {
                "part": leg.part.value,
                "recipe": leg.recipe or None,
                "symbol": leg.symbol or None,
                "at_ms": _exact_ms(leg.began),
                "ms": _exact_ms(leg.took),
                "instructions": leg.instructions,
            }
            for leg in legs
        ],
        "ms": _exact_ms(_seconds(legs)),
        "instructions": _instructions(legs),
        "first_byte_ms": None if first is None else _exact_ms(first),
        "complaint": boot.counts.complaint or None,
    }


def name_of(leg: Leg, after: Part | None) -> str:
    """What a person calls the part that `after` follows."""
    if leg.part is Part.INIT:
        return f"{leg.recipe}: {leg.symbol}"
    return (_BEFORE.get((leg.part, after)) if after is not None else None) or _PARTS[leg.part]


def _boot(legs: Sequence[Leg]) -> Sequence[Leg]:
    return [leg for leg in legs if leg.part is not Part.REST]


def _seconds(legs: Sequence[Leg]) -> float:
    return sum(leg.took for leg in _boot(legs))


def _instructions(legs: Sequence[Leg]) -> int | None:
    counts = [leg.instructions for leg in _boot(legs)]
    return None if None in counts else sum(count for count in counts if count is not None)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f}"


def _exact_ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
