"""QEMU's own last line is not the guest's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.run.screen_user import UserModeScreen
from composer.run.view import View

LINE = b"qemu: uncaught target signal 11 (Segmentation fault) - core dumped\n"


def fed(pieces: list[bytes]) -> bytes:
    screen = UserModeScreen(View("aarch64"))
    return b"".join(map(screen.take, pieces)) + screen.rest()


@pytest.mark.parametrize("text", [b"", b"part", b"line\n", b"qemu: ", LINE])
def test_last_line_of_qemu_is_left_out_once(text: bytes) -> None:
    assert fed([text + LINE]) == text


@pytest.mark.parametrize(
    "text",
    [
        LINE + b"more",
        LINE[:-1],
        b"qemu: uncaught target signal",
        b"qemu: uncaught target signal 11 (" + b"x" * 500,
        b"qemu: uncaught target signal 11 (x) - 77\n",
    ],
)
def test_text_like_it_is_the_guests(text: bytes) -> None:
    assert fed([text]) == text
    assert fed([bytes([byte]) for byte in text]) == text


@given(st.lists(st.sampled_from([LINE, LINE[:20], b"qemu", b"q", b"\n", b"text"])))
def test_nothing_else_is_lost_wherever_the_stream_is_cut(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    expected = text.removesuffix(LINE)
    assert fed(pieces) == expected
    assert fed([bytes([byte]) for byte in text]) == expected


@given(st.binary().filter(lambda text: b"q" not in text))
def test_ordinary_text_does_not_wait(text: bytes) -> None:
    assert UserModeScreen(View("aarch64")).take(text) == text
