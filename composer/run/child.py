"""One process of ours that cannot outlive us, in a session of its own, spoken to over pipes."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from composer.errors import Code, ComposerError, Diagnostic

_PATIENCE_SECONDS = 2.0  # for a program on our terminal that was asked to end
_PR_SET_PDEATHSIG = 1  # prctl(2)
_SIGKILL = 9
_THIRD = 3  # of a process with a network card (recipes/drivers/net-linux)


@contextmanager
def started(
    argv: Sequence[str],
    *,
    blame: Code,
    environment: Mapping[str, str] | None = None,
    merged: bool = False,
    errors: int | None = None,
    pass_fds: Sequence[int] = (),
    third: int | None = None,
    leaves_no_core: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start `argv` with unbuffered pipes; on every way out it is dead and reaped, and the pipes are closed.

    A session of its own keeps the terminal's Ctrl-C and hang-up from it: we decide how it ends.
    `merged` sends its errors where its output goes, `errors` to that descriptor; `third` is what it gets as descriptor 3; `leaves_no_core` forbids it
    to dump its memory. Raises `ComposerError` (`blame`) if it cannot be started.
    """
    with _blaming(blame, argv[0]), _as_third(third) as (inherited, arrange):
        process = subprocess.Popen(
            argv,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors if errors is not None else subprocess.STDOUT if merged else subprocess.PIPE,
            env=environment,
            pass_fds=(*pass_fds, *inherited),
            start_new_session=True,
            preexec_fn=_dying_with_us(leaves_no_core, arrange),
        )
    try:
        yield process
    finally:
        process.kill()  # no effect on a process that has been reaped
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def attended(
    argv: Sequence[str],
    *,
    blame: Code,
    environment: Mapping[str, str] | None = None,
    console: tuple[int | None, int | None, int | None] = (None, None, None),
    third: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Start `argv` for a person: on our own terminal and in our process group, so that it gets Ctrl-C as we do.

    `console` has the descriptors of its input, output and messages, None for ours; `third` is what it gets as
    descriptor 3. On every way out it is dead and reaped, and the terminal is set as before. Raises `ComposerError` (`blame`) if it cannot be started.
    """
    terminal = _terminal_state()
    stdin, stdout, stderr = console
    with _blaming(blame, argv[0]), _as_third(third) as (inherited, arrange):
        process = subprocess.Popen(
            argv,
            env=environment,
            pass_fds=inherited,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            preexec_fn=_dying_with_us(False, arrange),
        )
    try:
        yield process
    finally:
        process.terminate()  # no effect on a process that has been reaped
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        terminal()


@contextmanager
def _blaming(blame: Code, program: str) -> Iterator[None]:
    """Tell a program that cannot be started as a mistake of the kind `blame`."""
    try:
        yield
    except OSError as error:
        raise ComposerError(Diagnostic(blame, f"{program} cannot be started: {error.strerror}")) from error


def _terminal_state() -> Callable[[], None]:
    """What sets our terminal as it is now; nothing where we have none."""
    import termios

    try:
        state = termios.tcgetattr(0)
    except termios.error:
        return lambda: None
    return lambda: termios.tcsetattr(0, termios.TCSADRAIN, state)


@contextmanager
def _as_third(descriptor: int | None) -> Iterator[tuple[tuple[int, ...], Callable[[], None]]]:
    """What a child must inherit and do so that `descriptor` is its number 3, whatever that number is here.

    It is taken here meanwhile, so that no descriptor of the start itself gets it.
    """
    if descriptor is None:
        yield (), _nothing
        return
    copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _THIRD)  # the lowest free number from there on
    try:
        yield (_THIRD,), _nothing if copy == _THIRD else lambda: _replace(copy, _THIRD)
    finally:
        os.close(copy)


def _replace(descriptor: int, number: int) -> None:
    os.dup2(descriptor, number)


def _nothing() -> None:
    """Nothing is to be done."""


def _dying_with_us(leaves_no_core: bool, also: Callable[[], None]) -> Callable[[], None] | None:
    """What the child runs before its program: ask Linux to kill it when we die, even by SIGKILL; and `also`."""
    if sys.platform != "linux":
        return also
    import ctypes
    import resource

    prctl = ctypes.CDLL(None).prctl  # looked up here: after the fork only calls are safe
    parent = os.getpid()

    def arrange() -> None:
        prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if leaves_no_core:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if os.getppid() != parent:  # we died before the call
            os._exit(1)
        also()

    return arrange
