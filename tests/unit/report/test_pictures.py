"""Pictures in the terminal: the same text in a pipe, without colour, in ASCII, and in few columns."""

from __future__ import annotations

import io
import os
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.model.image import Image, Row
from composer.model.resolution import Reason, ReasonKind
from composer.report import graph, size_tree
from composer.report.lines import Branch, Line, Part, branch_line, show_lines, table_lines
from composer.report.terminal import ASCII, UNICODE, columns, cut, glyphs, has_colour, is_live
from tests.unit.model.test_difference import ROWS, image
from tests.unit.report.test_reports import AT, BUILT, composition, recipe, text_of

COLOUR = re.compile(r"\x1b\[\d*m")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Narrow(io.TextIOWrapper):
    """A stream with an encoding that has no lines and bars."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii")


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)


def sized(*rows: Row) -> Image:
    return image(rows=rows, file_bytes=sum(row.bytes for row in rows))


SMALL = sized(
    Row("libc", "out/libc/src/put.c.o", ".text.put", 700, 700),
    Row("libc", "out/libc/src/put.c.o", ".rodata", 200, 200),
    Row("libc", "out/libc/src/put.c.o", ".bss.buffer", 0, 4096),
    *(Row("libc", "out/libc/src/more.c.o", f".text.f{number}", 3, 3) for number in range(8)),
    Row("app", "out/app/main.c.o", ".text.main", 36, 36),
    Row("(elf)", "", "ELF header", 40, 40),
)
AS_TEXT = """\
bytes   share
1,000  100.0 %  ████████████████████  the whole file
  924   92.4 %  ██████████████████    ├── libc
  900   90.0 %  ██████████████████    │   ├── src/put.c
  700   70.0 %  ██████████████        │   │   ├── .text.put
  200   20.0 %  ████                  │   │   └── .rodata
   24    2.4 %                        │   └── src/more.c
   24    2.4 %                        │       └── … and 8 more
   40    4.0 %  █                     ├── (elf)
   40    4.0 %  █                     │   └── ELF header
   36    3.6 %  █                     └── app
   36    3.6 %  █                         └── main.c
   36    3.6 %  █                             └── .text.main
"""


def test_the_tree_of_bytes_has_bars_and_sums_up_what_is_small() -> None:
    assert text_of(size_tree.as_lines(SMALL, size_tree.LEVELS, UNICODE, None)) == AS_TEXT


def test_the_tree_of_bytes_stops_at_the_depth_asked_for() -> None:
    lines = text_of(size_tree.as_lines(SMALL, 1, UNICODE, None)).splitlines()
    assert [line.split()[-1] for line in lines[2:]] == ["libc", "(elf)", "app"]


def test_without_unicode_pictures_are_made_of_ascii() -> None:
    stream = Narrow()
    assert glyphs(stream) == ASCII
    show_lines(size_tree.as_lines(SMALL, size_tree.LEVELS, glyphs(stream), None), stream)
    stream.flush()
    text = stream.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]  # the BytesIO of `Narrow`
    assert "  700   70.0 %  ##############        |   |   |-- .text.put\n" in text
    assert "`-- ... and 8 more\n" in text


@given(ROWS, st.integers(1, size_tree.LEVELS))
def test_each_level_of_the_tree_adds_up_to_the_file(rows: tuple[Row, ...], depth: int) -> None:
    built = sized(*rows)
    check_sum(built.file_bytes, size_tree.tree(built, depth, UNICODE))
    assert sum(row["bytes"] for row in size_tree.as_json(built, depth)["below"]) == built.file_bytes


def check_sum(count: int, below: tuple[Branch, ...]) -> None:
    """What is below something takes just its bytes."""
    assert sum(branch.bytes or 0 for branch in below) == count
    for branch in below:
        if branch.below:
            check_sum(branch.bytes or 0, branch.below)


def test_the_bytes_of_the_graph_add_up() -> None:
    def counted(branches: tuple[Branch, ...]) -> int:
        return sum((branch.bytes or 0) + counted(branch.below) for branch in branches)

    assert counted(graph.as_tree(BUILT)) == BUILT.total


def shown_on(stream: io.StringIO, lines: tuple[Line, ...]) -> str:
    show_lines(lines, stream)
    return stream.getvalue()


def graph_lines(width: int | None) -> tuple[Line, ...]:
    return tuple(graph.as_lines(BUILT, UNICODE, width))


def test_colour_adds_nothing_but_colour() -> None:
    coloured = shown_on(Terminal(), graph_lines(80))
    assert "\x1b[1mboot v1\x1b[0m: the target" in coloured
    assert COLOUR.sub("", coloured) == shown_on(io.StringIO(), graph_lines(80))


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colour_gets_none(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert not has_colour(Terminal())
    assert "\x1b" not in shown_on(Terminal(), graph_lines(80))


def test_only_a_terminal_is_live_and_has_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (is_live(Terminal()), columns(Terminal())) == (True, 80)
    assert (is_live(io.StringIO()), columns(io.StringIO())) == (False, None)
    monkeypatch.setenv("TERM", "dumb")
    assert (is_live(Terminal()), columns(Terminal())) == (False, 80)


def test_the_width_is_that_of_the_terminal_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl
    import struct
    import termios

    monkeypatch.delenv("COLUMNS")
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 43, 0, 0))
    with os.fdopen(theirs, "w") as stream, os.fdopen(ours):
        assert columns(stream) == 43


FAR = replace(AT, file="a/folder/that/is/far/away/from/here/unikernel.yaml")
LONG = composition((recipe("a-recipe", Reason(ReasonKind.REQUIRES, "libc", "x" * 30, FAR)), *BUILT.recipes))


@pytest.mark.parametrize("width", [20, 50, 80])
def test_no_line_is_longer_than_the_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for lines in (graph.as_lines(LONG, UNICODE, width), size_tree.as_lines(SMALL, 3, UNICODE, width)):
        text = COLOUR.sub("", shown_on(Terminal(), tuple(lines)))
        assert max(map(len, text.splitlines())) <= width


def test_of_a_long_reason_the_place_goes_first() -> None:
    branch = Branch("a", texts=(": because of b (far/away.yaml:1:1)", ": because of b"))
    told = ["".join(part.text for part in branch_line("├── ", branch, (), width)) for width in (None, 80, 30)]
    assert told == [
        "├── a: because of b (far/away.yaml:1:1)",
        "├── a: because of b (far/away.yaml:1:1)",
        "├── a: because of b",
    ]


def test_what_is_cut_has_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (cut("abcdef", 4, UNICODE), cut("abcdef", 4, ASCII), cut("abcd", 4, ASCII)) == ("abc…", "a...", "abcd")
    monkeypatch.setenv("COLUMNS", "20")
    line = (Part("1234567890", "number"), Part("abcdefghij", "name"), Part(" and more"))
    assert COLOUR.sub("", shown_on(Terminal(), (line,))) == "1234567890abcdefghi…\n"


def test_of_a_table_the_numbers_stay_and_paths_lose_their_start() -> None:
    rows = [("recipe", "object", "bytes"), ("libc", "out/libc/src/a/very/long/way/to/put.c.o", "1,200")]
    lines = ["".join(part.text for part in line) for line in table_lines(rows, 2, 36, UNICODE)]
    assert lines == ["recipe  object                 bytes", "libc    …/long/way/to/put.c.o  1,200"]
