"""The mark with which a guest tells its end on its console."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.run.marks import MarkReader, fresh_word

NONCE = "0123abcd"
MARK = b"\x1e0123abcdE07\n"


def fed(pieces: list[bytes]) -> tuple[bytes, bytes]:
    """What a reader shows of a stream that comes in `pieces`, and the record that it found."""
    reader = MarkReader(NONCE)
    shown = b"".join(map(reader.feed, pieces)) + reader.rest()
    return shown, reader.record


def cut(text: bytes, places: list[int]) -> list[bytes]:
    """`text` cut at `places`."""
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize(
    ("letter", "status", "record"),
    [("E", "00", b"E\0"), ("A", "0a", b"A\n"), ("T", "ff", b"T\xff"), ("E", "30", b"E0")],
)
def test_record_of_each_end(letter: str, status: str, record: bytes) -> None:
    assert fed([f"hello\n\x1e{NONCE}{letter}{status}\n".encode()]) == (b"hello\n", record)


@pytest.mark.parametrize(
    "text",
    [
        b"\x1e",
        b"\x1e0123abcd",
        b"\x1e0123abceE07\n",  # another nonce
        b"\x1e0123ABCDE07\n",
        b"\x1e0123abcdX07\n",  # no letter of ours
        b"\x1e0123abcdE7\n",
        b"\x1e0123abcdEFF\n",
        b"\x1e0123abcdE077\n",
        b"\x1e0123abcdE07\r\n",
        b"0123abcdE07\n",
    ],
)
def test_look_alike_is_passed_on_whole(text: bytes) -> None:
    assert fed([text]) == (text, b"")
    assert fed([bytes([byte]) for byte in text]) == (text, b"")


def test_mark_right_behind_a_look_alike_is_found() -> None:
    assert fed([b"\x1e\x1e0123abc" + MARK]) == (b"\x1e\x1e0123abc", b"E\x07")


def test_first_mark_counts_and_what_follows_is_passed_on() -> None:
    assert fed([MARK + b"more" + b"\x1e0123abcdT01\n"]) == (b"more\x1e0123abcdT01\n", b"E\x07")


looks_alike = st.lists(st.sampled_from([b"\x1e", b"\x1e0123abcd", b"\x1e0123abcdE0", b"E07\n", b"text", b"\n"])).map(
    b"".join
)
unmarked = (looks_alike | st.binary()).filter(lambda text: MARK not in text)


@given(unmarked, st.lists(st.integers(0, 200)))
def test_mark_is_found_and_nothing_else_is_lost_wherever_the_stream_is_cut(text: bytes, places: list[int]) -> None:
    assert fed(cut(text + MARK, places)) == (text, b"E\x07")


@given(unmarked, st.lists(st.integers(0, 200)))
def test_text_without_a_mark_is_passed_on_whole(text: bytes, places: list[int]) -> None:
    assert fed(cut(text, places)) == (text, b"")


@given(st.binary().filter(lambda text: b"\x1e" not in text))
def test_ordinary_text_does_not_wait(text: bytes) -> None:
    assert MarkReader(NONCE).feed(text) == text


def test_no_two_words_are_alike_and_a_word_reads_as_agreed() -> None:
    assert fresh_word() != fresh_word()
    assert re.fullmatch("compose=[0-9a-f]{24}", str(fresh_word()))
