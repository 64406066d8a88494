"""Xen's serial line taken apart, with texts as a real Xen 4.17 prints them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.run.view import View
from composer.run.xen_screen import SWITCH, XenScreen

BOOT = b"(XEN) Xen version 4.17.7\r\n(XEN) Brought up 1 CPUs\r\n"
SWITCHED = b"(XEN) *** Serial input to DOM1 (type 'CTRL-y' three times to switch input)\r\n"
FREED = b"(XEN) Freed 348kB init memory.\r\n"
NONCES = ("0000000a", "0000000b")


def screen(count: int = 1, log: list[str] | None = None) -> XenScreen:
    views = [View("aarch64", nonce) for nonce in NONCES[:count]]
    return XenScreen(views, ["one", "two"][:count], (log if log is not None else []).append)


def mark(number: int, status: int = 0) -> bytes:
    return f"\x1e{NONCES[number]}E{status:02x}\n".encode()


def in_lines(text: bytes, domain: int = 1) -> bytes:
    """What Xen prints of a guest that has not the input; what is unfinished stays in Xen."""
    printed, line = b"", b""
    for byte in text:
        line += bytes([byte])
        if byte == 10 or len(line) == 126:
            printed += b"(XEN) DOM%d: " % domain + line.removesuffix(b"\n") + b"\r\n"
            line = b""
    return printed


def in_bytes(text: bytes) -> bytes:
    """What Xen prints of a guest that has the input."""
    printed, begins = b"", True
    for byte in text:
        printed += (b"(XEN) " if begins else b"") + (b"\r\n" if byte == 10 else bytes([byte]))
        begins = byte == 10
    return printed


def fed(taker: XenScreen, text: bytes, cuts: list[int] | None = None) -> bytes:
    """What is shown of `text` that comes in pieces of `cuts` bytes."""
    shown = b""
    for size in cuts or []:
        shown += taker.take(text[:size])
        text = text[size:]
    return shown + taker.take(text) + taker.rest()


cuts = st.lists(st.integers(0, 40))
texts = st.lists(st.sampled_from([b"\n", b"\r", b"(XEN) ", b"DOM1: ", b"x" * 125, b"y", b"\x1e", b"(XE"])).map(b"".join)


@given(texts | st.binary().map(lambda text: text.replace(b"\0", b"")), cuts)
def test_guest_with_the_input_is_shown_byte_for_byte(text: bytes, cuts: list[int]) -> None:
    taker = screen()
    assert fed(taker, BOOT + SWITCHED + FREED + in_bytes(text + mark(0, 7)), cuts) == text
    assert taker.views[0].record == b"E\x07"
    assert taker.is_over()


@given(texts | st.binary().map(lambda text: text.replace(b"\0", b"")), cuts)
def test_guest_without_the_input_is_shown_byte_for_byte(text: bytes, cuts: list[int]) -> None:
    taker = screen()
    assert fed(taker, BOOT + FREED + in_lines(text + mark(0)), cuts) == text
    assert taker.is_over()


@pytest.mark.parametrize("before", [b"", b"early\n", b"e" * 300 + b"\n"])
def test_input_that_is_switched_while_the_guest_runs_loses_nothing(before: bytes) -> None:
    taker = screen()
    shown = fed(taker, BOOT + FREED + in_lines(before) + SWITCHED + in_bytes(b"late" + mark(0)))
    assert shown == before + b"late"


def test_switch_in_the_middle_of_xens_own_line_is_understood() -> None:
    """As seen: the interrupt of the third character came between the two halves of a message."""
    both = b"(XEN) *** Serial input to DOM0*** Serial input to DOM1 (type 'CTRL-y' three times)\r\n(XEN)  (type it)\r\n"
    assert fed(screen(), BOOT + both + FREED + in_bytes(b"hello\n")) == b"hello\n"


def test_input_is_switched_when_xen_listens_and_typed_when_the_guest_has_it() -> None:
    taker = screen()
    taker.take(b"(XEN) Xen version 4.17.7\r\n")
    assert taker.cue() == b""
    taker.take(b"(XEN) Brought up 1 CPUs\r\n")
    assert taker.cue() == SWITCH * 3
    assert taker.cue() == b""
    taker.take(SWITCHED)
    assert not taker.takes_input()
    taker.take(FREED)
    assert taker.takes_input()


def test_prompt_is_shown_at_once() -> None:
    taker = screen()
    taker.take(BOOT + SWITCHED + FREED)
    assert taker.take(b"(XEN) name? ") == b"name? "


def test_lines_of_xen_go_to_the_log() -> None:
    log: list[str] = []
    assert fed(screen(log=log), BOOT + SWITCHED + FREED + in_bytes(b"hello\n")) == b"hello\n"
    assert log[0] == "Xen version 4.17.7"
    assert log[-1] == "Freed 348kB init memory."
    assert len(log) == 4


def test_what_a_guest_prints_before_xen_has_started_it_cannot_be_a_guests() -> None:
    assert fed(screen(), b"(XEN) DOM1: hello\r\n" + FREED) == b""


def test_several_guests_have_their_names_before_each_line() -> None:
    taker = screen(2)
    text = in_lines(b"a\n") + in_lines(b"b\n", 2) + in_lines(b"x" * 200 + b"\n") + in_lines(mark(1), 2)
    assert fed(taker, BOOT + FREED + text) == b"one: a\ntwo: b\none: " + b"x" * 200 + b"\n"
    assert not taker.is_over()
    assert taker.cue() == b""
    assert not taker.takes_input()


def test_run_of_several_is_over_when_the_last_has_ended() -> None:
    taker = screen(2)
    text = in_lines(b"unfinished" + mark(0, 3)) + in_lines(mark(1, 4), 2)
    assert fed(taker, BOOT + FREED + text) == b"one: unfinished\n"
    assert [view.record for view in taker.views] == [b"E\x03", b"E\x04"]
    assert taker.is_over()


def test_line_of_an_unknown_domain_is_xens() -> None:
    log: list[str] = []
    assert fed(screen(log=log), FREED + in_lines(b"who\n", 3)) == b""
    assert log[-1] == "DOM3: who"


PANIC = (
    b"(XEN) \r\n(XEN) ****************************************\r\n(XEN) Panic on CPU 0:\r\n"
    b"(XEN) Could not set up domain domU1\r\n(XEN) ****************************************\r\n(XEN) \r\n"
    b"(XEN) Reboot in five seconds...\r\n"
)


def test_panic_ends_the_run_and_its_reason_is_told() -> None:
    taker = screen()
    taker.take(BOOT + PANIC[:-10])
    assert not taker.is_over()
    taker.take(PANIC[-10:])
    assert taker.is_over()
    assert taker.trouble == ("Could not set up domain domU1",)


def test_panic_while_the_guest_runs_is_seen_too() -> None:
    taker = screen()
    taker.take(BOOT + SWITCHED + FREED + in_bytes(b"hello\n") + PANIC)
    assert taker.is_over()


def test_guest_that_xen_ends_is_over() -> None:
    taker = screen()
    taker.take(BOOT + SWITCHED + FREED + in_bytes(b"part") + b"Domain 1 (vcpu#0) crashed on cpu#0:\r\n")
    assert taker.is_over()
    assert taker.trouble == ("partDomain 1 (vcpu#0) crashed on cpu#0:",)


@given(st.lists(st.sampled_from([SWITCH, SWITCH * 2, b"a", b"\x01"])).map(b"".join), cuts)
def test_no_three_switch_characters_in_a_row_are_typed(text: bytes, cuts: list[int]) -> None:
    taker = screen()
    typed = b""
    rest = text
    for size in cuts:
        typed += taker.typed(rest[:size])
        rest = rest[size:]
    typed += taker.typed(rest)
    assert SWITCH * 3 not in typed
    assert typed.replace(SWITCH, b"") == text.replace(SWITCH, b"")
    if SWITCH * 3 not in text:
        assert typed == text


@given(st.binary(), cuts)
def test_garbage_never_raises(garbage: bytes, cuts: list[int]) -> None:
    fed(screen(), BOOT + FREED + garbage, cuts)
    fed(screen(2), FREED + garbage + b"\n", cuts)
