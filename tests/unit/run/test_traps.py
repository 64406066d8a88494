"""Trap reports, read back from a console on which anything may stand."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from composer.run.traps import TrapReader

PAGE_FAULT = b"""hello
trap: page-fault vector=14 error=2 address=dead
trap: rip=100234 rsp=1ffe0 rflags=10246 rbp=0
trap: rax=1 rbx=2 rcx=ffffffffffffffff
trap: r15=f
trap: stack 1ffe0: 1 2 100300 ffffffff80000000
trap: stack 20000: a
trap: end
bye
"""
lines = st.sampled_from(PAGE_FAULT.splitlines(keepends=True)) | st.sampled_from(
    [
        b"abort: stack-smashed pc=100234\n",
        b"trap: ",
        b"trap: stack zz: 1\n",
        b"trap: stack 1:\n",
        b"trap: rip=\n",
        b"\r\n",
    ]
)


def read(*pieces: bytes) -> TrapReader:
    reader = TrapReader()
    for piece in pieces:
        reader.feed(piece)
    return reader


def test_report_has_cause_registers_and_stack_words() -> None:
    (report,) = read(PAGE_FAULT).reports
    assert report.cause == "trap: page-fault vector=14 error=2 address=dead"
    assert report.registers["rip"] == 0x100234
    assert report.registers["rcx"] == 2**64 - 1
    assert report.registers["r15"] == 15
    assert report.words == {0x1FFE0: 1, 0x1FFE8: 2, 0x1FFF0: 0x100300, 0x1FFF8: 0xFFFFFFFF80000000, 0x20000: 10}


@given(st.lists(st.integers(0, len(PAGE_FAULT)), max_size=6).map(sorted))
def test_report_is_the_same_wherever_the_stream_is_cut(cuts: list[int]) -> None:
    edges = [0, *cuts, len(PAGE_FAULT)]
    pieces = [PAGE_FAULT[a:b] for a, b in itertools.pairwise(edges)]
    assert read(*pieces).reports == read(PAGE_FAULT).reports


@given(st.lists(lines | st.binary(max_size=40), max_size=20))
def test_garbage_never_raises_and_the_next_whole_report_is_found(garbage: list[bytes]) -> None:
    reports = read(*garbage, b"\n", PAGE_FAULT).reports
    assert len(reports) == 16 or reports[-1] == read(PAGE_FAULT).reports[0]


def test_smashed_stack_names_the_call_not_what_follows_it() -> None:
    (report,) = read(b"abort: stack-smashed pc=100234\n").reports
    assert report.cause == "abort: stack-smashed pc=100234"
    assert report.registers == {"rip": 0x100233}


def test_report_after_an_unfinished_line_of_the_app_is_found() -> None:
    assert read(b"loading..." + PAGE_FAULT.partition(b"\n")[2]).reports == read(PAGE_FAULT).reports


def test_report_that_was_cut_short_still_counts() -> None:
    (report,) = read(PAGE_FAULT[: PAGE_FAULT.index(b"trap: rax")]).reports
    assert report.registers["rsp"] == 0x1FFE0


def test_words_of_the_app_are_no_report() -> None:
    assert read(b"trap: careful\ntrap: end\nabort: no\nabort: mission failed\ntrap: rip=1\n").reports == ()


def test_flood_of_reports_and_of_words_is_bounded() -> None:
    start, words = b"trap: x vector=1\n", b"".join(b"trap: stack %x: 1 2 3 4\n" % (n * 32) for n in range(2000))
    reports = read(*[start + words + b"trap: end\n"] * 20).reports
    assert len(reports) == 16
    assert len(reports[0].words) == 4096
    assert read(b"trap: x vector=" + b"1" * 100_000 + b"\n").reports == ()


ARM_FAULT = b"""trap: page-fault class=37 error=46 address=8
trap: pc=40200100 sp=40203000 pstate=3c5
trap: x0=1 x29=40203010 x30=40200200
trap: stack 40203000: 7
trap: end
"""


def test_report_of_aarch64() -> None:
    reader = TrapReader("aarch64")
    reader.feed(ARM_FAULT)
    (report,) = reader.reports
    assert report.cause == "trap: page-fault class=37 error=46 address=8"
    expected = {"pc": 0x40200100, "sp": 0x40203000, "pstate": 0x3C5, "x0": 1, "x29": 0x40203010, "x30": 0x40200200}
    assert report.registers == expected
    assert report.words == {0x40203000: 7}


def test_abort_is_told_at_the_call_and_not_where_it_returns_to() -> None:
    for arch, registers in (("aarch64", {"pc": 0x40200100}), ("x86_64", {"rip": 0x40200103})):
        reader = TrapReader(arch)
        reader.feed(b"abort: stack-smashed pc=40200104\n")
        assert [report.registers for report in reader.reports] == [registers]
