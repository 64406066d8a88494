"""Run in the namespace of a tap: a DHCP server that does what it is told.

python -m tests.support.dhcp_server LOG HOW [WORD…]     (prints `ready` once it listens; ends when its input does)

silent              answer nothing
late SECONDS        answer nothing for so long after the first question
lies [NAME…]        answer everything first by all lies, or those, and then by what is right
flood COUNT         answer everything so many times
two                 offer another address as another server would, after the right offer
naks COUNT          refuse the first so many requests

LOG gets a line of JSON for each question: see `Question`.
"""

from __future__ import annotations

import json
import random
import select
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OURS, GUESTS, WRONG = "10.9.0.1", "10.9.0.2", "10.9.0.66"
COOKIE = bytes.fromhex("63825363")
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE = 1, 2, 3, 4, 5, 6, 7
MASK, ROUTER, NAMES, ADDRESS, LEASE, OVERLOAD, KIND, SERVER, RENEW, REBIND, END = (
    1,
    3,
    6,
    50,
    51,
    52,
    53,
    54,
    58,
    59,
    255,
)
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Question:
    """What a guest asked."""

    kind: int
    address: str  # asked for
    server: str  # asked of
    own: str  # that it has
    at: float  # the server's clock


def _word(seconds: int) -> bytes:
    return struct.pack(">I", seconds)


def _options(message: bytes) -> dict[int, bytes]:
    found, at = {}, 240
    while at < len(message) and message[at] != END:
        if message[at] == 0:
            at += 1
            continue
        found[message[at]] = message[at + 2 : at + 2 + message[at + 1]]
        at += 2 + message[at + 1]
    return found


def parse(message: bytes) -> Question:
    """A question."""
    options = _options(message)
    address, server = (socket.inet_ntoa(options.get(code, bytes(4))) for code in (ADDRESS, SERVER))
    return Question(options.get(KIND, b"\0")[0], address, server, socket.inet_ntoa(message[12:16]), time.time())


def reply(question: bytes, address: str = GUESTS, rest: bytes | None = None, **changes: bytes | None) -> bytes:
    """A right answer but for the changes: options by name, or `rest` instead of all behind the cookie."""
    kind = OFFER if parse(question).kind == DISCOVER else ACK
    options: dict[str, bytes | None] = {
        "KIND": bytes((kind,)),
        "SERVER": socket.inet_aton(OURS),
        "LEASE": _word(HOUR),
        "MASK": bytes((255, 255, 255, 0)),
        "ROUTER": socket.inet_aton(OURS),
        "NAMES": socket.inet_aton(OURS),
        **changes,
    }
    head = (
        b"\2" + question[1:8] + bytes(8) + socket.inet_aton(address) + bytes(8) + question[28:44] + bytes(192) + COOKIE
    )
    if rest is None:
        rest = b"".join(
            bytes((globals()[name], len(value))) + value for name, value in options.items() if value is not None
        ) + bytes((END,))
    return head + rest


def _changed(message: bytes, at: int, other: bytes) -> bytes:
    return message[:at] + other + message[at + len(other) :]


def _overloaded(question: bytes, kind: int) -> bytes:
    """With options that run out of the two fields as well."""
    message = reply(question, WRONG, OVERLOAD=bytes((kind,)))
    return _changed(message, 44, bytes((12, 255)) + b"\xfe" * 190)


def _with(address: str = WRONG, **changes: bytes | None) -> Callable[[bytes], bytes]:
    return lambda question: reply(question, address, **changes)


def _rest(rest: bytes) -> Callable[[bytes], bytes]:
    return lambda question: reply(question, WRONG, rest)


def _noise(question: bytes) -> bytes:
    return reply(question, WRONG, random.Random(question[4:8]).randbytes(300))


# What no guest may take. An address that cannot be, or the wrong one in an answer that is none.
LIES: Mapping[str, Callable[[bytes], bytes]] = {
    **{
        f"address-{address}": _with(address)
        for address in ("0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", OURS)
    },
    "address-of-all": _with("10.9.0.255"),
    "address-of-the-net": _with("10.9.0.0"),
    "mask-with-holes": _with(MASK=bytes((255, 0, 255, 0))),
    "mask-upside-down": _with(MASK=bytes((0, 0, 0, 255))),
    "mask-short": _with(MASK=bytes((255, 255, 255))),
    "mask-long": _with(MASK=bytes((255, 255, 255, 0, 0))),
    "lease-of-nothing": _with(LEASE=_word(0)),
    "cookie-of-another": lambda question: _changed(reply(question, WRONG), 236, b"\x01\x02\x03\x04"),
    "lease-short": _with(LEASE=b"\0\1"),
    "kind-missing": _with(KIND=None),
    "kind-empty": _with(KIND=b""),
    "kind-unknown": _with(KIND=b"\xc8"),
    "server-short": _with(SERVER=b"\12\11\0"),
    "router-short": _with(ROUTER=b"\12"),
    "not-an-answer": lambda question: _changed(reply(question, WRONG), 0, b"\1"),
    "other-transaction": lambda question: _changed(reply(question, WRONG), 4, bytes(4)),
    "other-card": lambda question: _changed(reply(question, WRONG), 28, b"\x52\x54\0\1\2\3"),
    "cut-in-the-head": lambda question: reply(question, WRONG)[:40],
    "cut-before-the-cookie": lambda question: reply(question, WRONG)[:200],
    "cut-behind-the-cookie": _rest(b""),
    "no-options": _rest(bytes((END,))),
    "no-end": lambda question: reply(question, WRONG)[:-1],
    "only-padding": _rest(bytes(1000)),
    "option-beyond-the-end": lambda question: reply(question, WRONG)[:-1] + bytes((12, 255, 1)),
    "option-without-length": lambda question: reply(question, WRONG)[:-1] + bytes((12,)),
    "overload-1": lambda question: _overloaded(question, 1),
    "overload-2": lambda question: _overloaded(question, 2),
    "overload-3": lambda question: _overloaded(question, 3),
    "noise": _noise,
    "empty": lambda question: b"",
}


def _lies(names: Sequence[str]) -> Callable[[bytes], Iterator[bytes]]:
    def answers(question: bytes) -> Iterator[bytes]:
        yield from (LIES[name](question) for name in names or LIES)
        yield reply(question)

    return answers


def _flood(count: str) -> Callable[[bytes], Iterator[bytes]]:
    return lambda question: iter([reply(question)] * int(count))


def _two() -> Callable[[bytes], Iterator[bytes]]:
    def answers(question: bytes) -> Iterator[bytes]:
        yield reply(question)
        yield reply(question, WRONG, SERVER=socket.inet_aton("10.9.0.7"))

    return answers


def _late(seconds: str) -> Callable[[bytes], Iterator[bytes]]:
    begin = 0.0

    def answers(question: bytes) -> Iterator[bytes]:
        nonlocal begin
        begin = begin or time.monotonic()
        if time.monotonic() - begin >= float(seconds):
            yield reply(question)

    return answers


def _naks(count: str) -> Callable[[bytes], Iterator[bytes]]:
    left = int(count)

    def answers(question: bytes) -> Iterator[bytes]:
        nonlocal left
        is_refused = parse(question).kind == REQUEST and left > 0
        left -= is_refused
        yield reply(question, "0.0.0.0", KIND=bytes((NAK,)), LEASE=None) if is_refused else reply(question)

    return answers


def behaviour(how: str, words: Sequence[str]) -> Callable[[bytes], Iterator[bytes]]:
    """The answers to a question."""
    if how == "silent":
        return lambda question: iter(())
    if how == "lies":
        return _lies(words)
    made: Mapping[str, Callable[..., Callable[[bytes], Iterator[bytes]]]] = {
        "flood": _flood,
        "two": _two,
        "late": _late,
        "naks": _naks,
    }
    return made[how](*words)


def main() -> None:
    """Serve until the input ends."""
    log, how, *words = sys.argv[1:]
    answers = behaviour(how, words)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port, Path(log).open("w") as told:
        port.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"tap0")
        port.bind(("", 67))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while sys.stdin not in (ready := select.select([port, sys.stdin], [], [])[0]):
            assert ready
            message = port.recv(2048)
            question = parse(message)
            told.write(json.dumps(asdict(question)) + "\n")
            told.flush()
            if question.kind in (DISCOVER, REQUEST):
                for answer in answers(message):
                    port.sendto(answer, ("255.255.255.255", 68))


if __name__ == "__main__":
    main()
