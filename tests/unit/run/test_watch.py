"""What QEMU tells of pieces of code, wherever its stream is cut, and what else is said there."""

from __future__ import annotations

import pytest

from composer.run.watch import Piece, Pieces

PIECE = b"----------------\nIN: main\n0x00101e40:  fc                       cld      \n0x00101e41:  c3  retq\n\n"
OTHER = b"----------------\nIN: \n0x0000000040200214:  d503201f  nop\n\n"


def fed(parts: list[bytes]) -> tuple[list[Piece], bytes]:
    """The pieces, with the numbers of parts as times, and what is nothing about a piece."""
    pieces, said = Pieces(), b""
    for number, part in enumerate(parts):
        said += pieces.feed(part, float(number))
    return pieces.taken(), said


@pytest.mark.parametrize("cut", range(1, len(PIECE) - 1))
def test_a_piece_is_found_wherever_the_stream_is_cut(cut: int) -> None:
    found, said = fed([PIECE[:cut], PIECE[cut:-1], PIECE[-1:], OTHER])
    assert found == [Piece(0x101E40, 0.0, 2.0), Piece(0x40200214, 3.0, 3.0)]
    assert said == b""


def test_what_else_is_said_passes_at_once() -> None:
    assert fed([b"a prompt: "])[1] == b"a prompt: "
    assert fed([b"a line\n" + PIECE + b"another\n", b"one more"])[1] == b"a line\nanother\none more"


def test_a_line_of_dashes_alone_is_no_piece() -> None:
    found, said = fed([b"----------------\n", b"a heading\n", b"----------------\n", b"----------------\n", b"end\n"])
    assert found == []
    assert said == b"----------------\na heading\n----------------\n----------------\nend\n"
