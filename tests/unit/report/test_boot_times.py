"""The parts of a boot add up to all of it, and what is not known is not made up."""

from __future__ import annotations

import io
from collections.abc import Mapping

from composer.model.boot import Boot, Counts, Course, Part, Stage, Times
from composer.report.boot_times import as_json, as_table, remarks_on
from composer.report.show import show

COURSE = Course(
    (
        Stage(Part.ENTRY, "", 0x100),
        Stage(Part.MAPPED, "boot_mapped", 0x180),
        Stage(Part.INIT, "clock_start", 0x200, "clock"),
        Stage(Part.READY, "arguments_start", 0x300),
        Stage(Part.MAIN, "main", 0x400),
    ),
    writer=0x500,
)
SECONDS = {0: 0.030, 1: 0.031, 2: 0.033, 3: 0.0335, 4: 0.0336}
COUNTS = {0: 14_000, 1: 15_000, 2: 15_100, 3: 65_100, 4: 65_200}


def boot(seconds: Mapping[int, float], first: float | None, counts: Counts) -> Boot:
    return Boot(COURSE, Times(seconds, first, 0.05), counts)


WHOLE = boot(SECONDS, 0.034, Counts(COUNTS, 67_000))


def text_of(what: Boot) -> str:
    stream = io.StringIO()
    show(as_table(what), stream)
    return stream.getvalue()


def test_the_table_has_a_line_for_each_part() -> None:
    assert text_of(WHOLE).splitlines() == [
        "part                                  at ms     ms  instructions",
        "QEMU, and what runs before the image   0.00  30.00        14,000",
        "boot, without page tables             30.00   1.00         1,000",
        "boot, with page tables                31.00   2.00           100",
        "clock: clock_start                    33.00   0.50        50,000",
        "after the init calls                  33.50   0.10           100",
        "main, to the first byte               33.60   0.40         1,800",
        "after the first byte                  34.00  16.00             ?",
        "the boot                                     34.00        67,000",
    ]
    assert remarks_on(WHOLE) == ()


def test_a_guest_that_did_not_come_to_main_shows_where_it_ended() -> None:
    dead = boot(
        {number: SECONDS[number] for number in (0, 1, 2)},
        None,
        Counts({number: COUNTS[number] for number in (0, 1, 2)}),
    )
    assert text_of(dead).splitlines()[-2:] == [
        "clock: clock_start                    33.00  17.00             ?",
        "the boot                                     50.00             ?",
    ]
    assert remarks_on(dead) == ("the guest did not come to main: it ended in the last part",)


def test_a_first_byte_before_main_does_not_divide_the_part_that_wrote_it() -> None:
    early = boot(SECONDS, 0.0331, Counts(COUNTS, 15_200))
    assert [leg.part for leg in early.legs][-1] is Part.MAIN
    assert remarks_on(early) == ("the console had its first byte before main, after 33.10 ms",)


def test_what_was_not_counted_is_unknown_with_its_reason() -> None:
    uncounted = boot(SECONDS, 0.034, Counts({}, None, "qemu: no"))
    value = as_json(uncounted)
    assert [part["instructions"] for part in value["parts"]] == [None] * 7
    assert (value["instructions"], value["complaint"], value["ms"]) == (None, "qemu: no", 34.0)
    assert remarks_on(uncounted) == ("instructions are not counted: qemu: no",)
