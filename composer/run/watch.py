"""Sees when a guest comes to the stages of its boot, and leaves it as it is: QEMU itself tells.

QEMU's TCG translates a piece of code when it is about to be executed for the first time. With `-d in_asm` it tells of that, and with
`-dfilter` of those pieces alone that begin at a stage, as the target of a call does. So there are a few lines for each stage, and
nothing else is slower than in any run. They come over a socket, on which the kernel notes when each was sent: when we come to
read it does not matter, which on a busy machine is milliseconds later, and what the telling takes is known and taken off.

*Lost:* `-d exec`, which also tells, unfiltered, of all pieces that it joins.
"""

from __future__ import annotations

import re
import socket
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from composer.model.boot import Course, Times

_PACKET = 1 << 18
_KEPT = 4096  # bytes of QEMU's own messages
_SO_TIMESTAMPNS = 35  # socket(7); Python does not know it
_TIMESPEC = struct.Struct("@qq")
# What `-d in_asm` writes of a piece: a line of dashes, a line with its function, its instructions, an empty line.
_RULE, _TITLE = b"----------------", b"IN:"
_INSTRUCTION = re.compile(rb"0x([0-9a-f]+):")


class Watch:
    """What is seen of one run of a guest with `course`."""

    def __init__(self, course: Course, ours: socket.socket, theirs: socket.socket) -> None:
        self.errors = theirs.fileno()  # what QEMU must have for its messages
        self.source: int | None = ours.fileno()
        self.bytes = b""  # the last of what else was said there
        self._channel = ours
        self._course = course
        self._numbers = {stage.address: number for number, stage in enumerate(course.stages)}
        self._text = Pieces()
        self._began = self._end = 0.0
        self._telling = 0.0  # seconds that QEMU has taken for it so far: some 50 µs for each stage
        self._first_byte: float | None = None
        self._reached: dict[int, float] = {}

    @property
    def times(self) -> Times:
        """From `begin` to `finish`."""
        reached = {number: at - self._began for number, at in sorted(self._reached.items())}
        first = None if self._first_byte is None else self._first_byte - self._began
        return Times(reached, first, self._end - self._telling - self._began)

    def joined(self, argv: Sequence[str]) -> tuple[str, ...]:
        """The command `argv` of an emulator that tells of the stages."""
        places = [stage.address for stage in self._course.stages]
        if self._course.writer is not None:
            places.append(self._course.writer)
        ranges = ",".join(f"{place:#x}+1" for place in places)
        return (argv[0], "-d", "in_asm", "-dfilter", ranges, *argv[1:])

    def begin(self) -> None:
        """QEMU is started now."""
        self._began = self._end = time.time()

    def finish(self, first_byte: float | None) -> None:
        """The run is over; its first byte was here at that time of the clock, if there was one."""
        self._end = time.time()
        self.read()
        if self._course.writer is None and first_byte is not None:
            self._first_byte = first_byte - self._telling

    def read(self) -> bytes:
        """Take all that QEMU has told; what is nothing about a piece is given back."""
        said = b""
        with suppress(BlockingIOError):
            while True:
                data, notes, _, _ = self._channel.recvmsg(_PACKET, socket.CMSG_SPACE(_TIMESPEC.size))
                said += self._text.feed(data, next((_seconds(content) for _, _, content in notes), time.time()))
        for piece in self._text.taken():
            self._see(piece.address, piece.began - self._telling)
            self._telling += piece.ended - piece.began
        self.bytes = (self.bytes + said)[-_KEPT:]
        return said

    def _see(self, address: int, at: float) -> None:
        number = self._numbers.get(address)
        if number == 0:
            # What was before was somebody else: a hypervisor may itself start at such addresses.
            self._reached, self._first_byte = {0: at}, None
        elif number is not None and self._reached and number > max(self._reached):
            self._reached[number] = at
        elif address == self._course.writer and self._reached and self._first_byte is None:
            self._first_byte = at


@dataclass(frozen=True, slots=True)
class Piece:
    """What was told of a piece of code."""

    address: int
    began: float  # when the telling did, by the clock
    ended: float


class Pieces:
    """Takes what is told of pieces out of a stream."""

    def __init__(self) -> None:
        self._rest = b""  # an unfinished line
        self._at = 0.0  # when that was begun
        self._rule = b""  # a line that may be the first of a piece's text
        self._began = 0.0  # when that came
        self._address: int | None = None  # of the piece that is being told of
        self._is_inside = False
        self._found: list[Piece] = []

    def feed(self, data: bytes, at: float) -> bytes:
        """Read on; what belongs to no piece is given back."""
        said = b""
        self._at = self._at if self._rest else at
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            said += self._take(line, self._at)
            self._at = at
        if not (self._is_inside or self._rule or _RULE.startswith(self._rest)):
            said, self._rest = said + self._rest, b""
        return said

    def taken(self) -> list[Piece]:
        """The pieces that were told of since the last call."""
        found, self._found = self._found, []
        return found

    def _take(self, line: bytes, at: float) -> bytes:
        if self._is_inside:
            self._take_inside(line, at)
            return b""
        if self._rule and line.startswith(_TITLE):
            self._rule, self._address, self._is_inside = b"", None, True
            return b""
        before, self._rule = self._rule, b""
        if line == _RULE:
            self._rule, self._began = line + b"\n", at
            return before
        return before + line + b"\n"

    def _take_inside(self, line: bytes, at: float) -> None:
        if not line:
            self._is_inside = False
            if self._address is not None:
                self._found.append(Piece(self._address, self._began, at))
        elif self._address is None and (address := _INSTRUCTION.match(line)):
            self._address = int(address[1], 16)


@contextmanager
def watching(course: Course) -> Iterator[Watch]:
    """For one run."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        ours.setblocking(False)
        if sys.platform == "linux":
            ours.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        yield Watch(course, ours, theirs)


def _seconds(note: bytes) -> float:
    seconds, nanoseconds = _TIMESPEC.unpack(note)
    return float(seconds + nanoseconds / 1e9)
