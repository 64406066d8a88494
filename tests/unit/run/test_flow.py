"""Bytes on their way: nothing lost, nothing blocked, nothing without a bound."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.run.flow import CHUNK, Finder, Flow, Tail


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    yield reader, writer
    for descriptor in (reader, writer):
        try:
            os.close(descriptor)
        except OSError:  # the test closed it
            continue


@given(st.lists(st.sampled_from(["a", "b", "ab", "aab", ""])), st.sampled_from(["a", "ab", "aab", "abab"]))
def test_text_is_found_exactly_when_the_whole_stream_has_it(pieces: list[str], text: str) -> None:
    finder = Finder(text)
    found = [finder.feed(piece.encode()) for piece in pieces]
    assert any(found) == (text in "".join(pieces))


def test_flow_stops_reading_at_its_limit_and_goes_on_when_the_sink_took_it(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    flow = Flow(reader, writer, limit=4)
    os.write(writer, b"abcdef")
    flow.read()
    assert not flow.wants_read
    flow.write()
    assert flow.wants_read
    assert not flow.wants_write
    assert os.read(reader, 10) == b"abcdef"


def test_flow_says_farewell_once_where_the_source_ended(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    os.write(writer, b"last")
    os.close(writer)
    flow = Flow(reader, None, limit=100, farewell=b"!")
    for _ in range(3):
        flow.read()
    assert bytes(flow.pending) == b"last!"
    assert flow.source is None


def test_flow_without_a_reader_reports_a_broken_pipe(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    flow = Flow(None, writer, limit=100)
    flow.pending += b"x"
    os.close(reader)
    with pytest.raises(BrokenPipeError):
        flow.write()


def test_flow_never_writes_more_than_a_writable_pipe_surely_takes(pipe: tuple[int, int]) -> None:
    flow = Flow(None, pipe[1], limit=100)
    flow.pending += bytes(10 * CHUNK)
    flow.write()
    assert len(flow.pending) == 9 * CHUNK


def test_tail_keeps_only_the_last_bytes(pipe: tuple[int, int]) -> None:
    reader, writer = pipe
    tail = Tail(reader, keep=2)
    for piece in (b"E", b"\xc8T", b"\x0e"):
        os.write(writer, piece)
        tail.read()
    assert tail.bytes == b"T\x0e"
