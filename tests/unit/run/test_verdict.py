"""What an ending means: the code of its diagnostic, and the facts that must not be missing from it."""

from __future__ import annotations

import pytest

from composer.errors import Code
from composer.run.guest import Ending, EndingKind
from composer.run.verdict import complaint


@pytest.mark.parametrize(
    ("kind", "status", "code", "fact"),
    [
        (EndingKind.EXIT, 200, Code.GUEST_STATUS, "200"),
        (EndingKind.TRAP, 14, Code.GUEST_TRAPPED, "14"),
        (EndingKind.ABORT, 0, Code.GUEST_TRAPPED, "aborted"),
        (EndingKind.RESET, None, Code.GUEST_TRAPPED, "reset"),
        (EndingKind.TIMEOUT, None, Code.GUEST_TIMEOUT, "time"),
        (EndingKind.DIED, 1, Code.EMULATOR_DIED, "status 1"),
        (EndingKind.DIED, -9, Code.EMULATOR_DIED, "signal 9"),
    ],
)
def test_each_failure_has_its_code(kind: EndingKind, status: int | None, code: Code, fact: str) -> None:
    diagnostic = complaint(Ending(kind, status, 0.1), "hello")
    assert diagnostic is not None
    assert diagnostic.code is code
    assert fact in diagnostic.message
    assert "hello" in diagnostic.message


def test_status_zero_and_expected_text_are_successes() -> None:
    assert complaint(Ending(EndingKind.EXIT, 0, 0.1), "hello") is None
    assert complaint(Ending(EndingKind.EXPECTED, None, 0.1), "hello", "text") is None


def test_guest_that_never_printed_the_expected_text_is_silent_even_with_status_zero() -> None:
    diagnostic = complaint(Ending(EndingKind.EXIT, 0, 0.1), "hello", "ready")
    assert diagnostic is not None
    assert diagnostic.code is Code.GUEST_SILENT
    assert "ready" in diagnostic.message


def test_cause_that_the_guest_printed_is_told() -> None:
    ending = Ending(EndingKind.TRAP, 14, 0.1, report=("trap: page-fault vector=14 address=0", "  #0 0x1 main"))
    diagnostic = complaint(ending, "hello")
    assert diagnostic is not None
    assert "page-fault vector=14 address=0" in diagnostic.message


def test_what_the_emulator_said_is_told() -> None:
    diagnostic = complaint(Ending(EndingKind.DIED, 1, 0.1, emulator_said=("qemu: no",)), "hello")
    assert diagnostic is not None
    assert "qemu: no" in (diagnostic.hint or "")
