"""What an ending means to the person who ran the guest: nothing to say, or one diagnostic."""

from __future__ import annotations

import signal

from composer.errors import Code, Diagnostic
from composer.run.guest import Ending, EndingKind

_WAITING = "--timeout sets the time; a guest that waits for input ends when the input does"


def complaint(ending: Ending, name: str, expect: str | None = None) -> Diagnostic | None:
    """What is wrong with the `ending` of the image `name`, or None if it is a success.

    With `expect`, success is that the text appeared; without, that the app's status is 0.
    """
    match ending.kind:
        case EndingKind.EXPECTED:
            return None
        case EndingKind.EXIT if ending.status == 0:
            return _silence(name, expect)
        case EndingKind.EXIT:
            return Diagnostic(Code.GUEST_STATUS, f"{name} ended with status {ending.status}")
        case EndingKind.TIMEOUT:
            return Diagnostic(Code.GUEST_TIMEOUT, f"{name} did not end in time and was stopped", hint=_WAITING)
        case EndingKind.DIED:
            said = f"it said: {' | '.join(ending.emulator_said)}" if ending.emulator_said else None
            return Diagnostic(Code.EMULATOR_DIED, _death(ending, name), hint=said)
        case EndingKind.RESET:
            return Diagnostic(Code.GUEST_TRAPPED, f"{name} reset the machine and did not say how it ended")
        case EndingKind.ABORT | EndingKind.TRAP:
            return Diagnostic(Code.GUEST_TRAPPED, _crash(ending, name))


def _silence(name: str, expect: str | None) -> Diagnostic | None:
    if expect is None:
        return None
    return Diagnostic(Code.GUEST_SILENT, f"{name} ended with status 0 and never printed '{expect}'")


def _crash(ending: Ending, name: str) -> str:
    """With the cause as the guest printed it; else the vector or signal is all that is known."""
    what = "aborted" if ending.kind is EndingKind.ABORT else "crashed"
    if ending.report:
        return f"{name} {what}: {ending.report[0].partition(': ')[2]}"
    return f"{name} {what}" if ending.kind is EndingKind.ABORT else f"{name} {what} by trap {ending.status}"


def _death(ending: Ending, name: str) -> str:
    """A negative status is a signal, as `subprocess` has it."""
    status = ending.status or 0
    how = (
        f"was killed by signal {-status} ({signal.strsignal(-status)})"
        if status < 0
        else f"failed with status {status}"
    )
    return f"the process that ran {name} {how}"
