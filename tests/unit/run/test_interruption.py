"""Signals and terminals: no way out leaves a process, a changed terminal or a stopped job."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from composer.run.guest import EndingKind, Guest
from tests.support.guests import ECHO, HANG, end, kvm_guest, linux_guest, say

ROOT = Path(__file__).parents[3]
BOUND = 60.0  # seconds
INTERRUPTED = 8


def hanging_kvm(folder: Path) -> Guest:
    return kvm_guest(folder, say(b"ready\n") + HANG)


def hanging_linux(folder: Path) -> Guest:
    return linux_guest(folder, 'say("ready\\n"); for (;;) ;')


both = pytest.mark.parametrize("hanging", [hanging_kvm, hanging_linux])


def command(guest: Guest, *more: str) -> list[str]:
    return [sys.executable, "-m", "tests.support.run_driver", guest.target.platform, str(guest.image), *more]


def ended_with(kind: EndingKind) -> int:
    """The status of the driver for this ending."""
    return 10 + list(EndingKind).index(kind)


@contextmanager
def driver(guest: Guest, *before: str) -> Iterator[subprocess.Popen[bytes]]:
    """A run whose guest has said that it is ready; killed afterwards if it is still there."""
    argv = [*before, *command(guest)]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield process
        finally:
            process.kill()


def child_of(pid: int) -> int:
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def becomes(condition: Callable[[], bool]) -> bool:
    """Whether `condition` holds in time."""
    deadline = time.monotonic() + BOUND
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@both
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_guest_and_run(tmp_path: Path, hanging: Callable[[Path], Guest], number: signal.Signals) -> None:
    with driver(hanging(tmp_path)) as process:
        guest = child_of(process.pid)
        process.send_signal(number)
        assert process.wait(BOUND) == INTERRUPTED
        assert not is_running(guest)


def test_guest_has_a_session_of_its_own_that_no_terminal_signals(tmp_path: Path) -> None:
    with driver(hanging_linux(tmp_path)) as process:
        guest = child_of(process.pid)
        assert os.getsid(guest) == guest


@both
def test_guest_dies_with_a_run_that_was_killed(tmp_path: Path, hanging: Callable[[Path], Guest]) -> None:
    with driver(hanging(tmp_path)) as process:
        guest = child_of(process.pid)
        process.kill()
        assert becomes(lambda: not is_running(guest))


def test_hang_up_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    waiting = linux_guest(tmp_path, 'char b; say("ready\\n"); call(0, 0, (long)&b, 1); finish(0);')
    with driver(waiting, "sh", "-c", 'trap "" HUP; exec "$@"', "sh") as process:
        process.send_signal(signal.SIGHUP)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(BOUND) == ended_with(EndingKind.EXIT)


def test_signal_ends_a_run_whose_reader_has_stopped(tmp_path: Path) -> None:
    flooding = linux_guest(tmp_path, 'say("ready\\n"); for (;;) say("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");')
    with driver(flooding) as process:
        guest = child_of(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(BOUND) == INTERRUPTED
        assert not is_running(guest)


def test_signal_ends_a_run_that_only_waits_for_its_reader(tmp_path: Path) -> None:
    """More than a pipe holds, so that the run is still there when its guest has ended."""
    talkative = linux_guest(tmp_path, 'say("ready\\n"); for (int i = 0; i < 200000; i++) say("xxxxxxxx");')
    with driver(talkative) as process:
        guest = child_of(process.pid)
        assert becomes(lambda: not is_running(guest))
        process.send_signal(signal.SIGTERM)
        assert process.wait(BOUND) == INTERRUPTED


@pytest.mark.slow
def test_time_out_holds_when_the_reader_has_stopped(tmp_path: Path) -> None:
    flooding = linux_guest(tmp_path, 'for (;;) say("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");')
    with subprocess.Popen(command(flooding, "0.5"), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as run:
        assert run.wait(BOUND) == ended_with(EndingKind.TIMEOUT)


class Terminal:
    """A pseudo-terminal with a session of its own on the other end, as a shell's window has it."""

    def __init__(self, guest: Guest, *, background: bool = False) -> None:
        self.keyboard, self._screen = os.openpty()
        self.before = termios.tcgetattr(self._screen)
        prelude = TAKE_TERMINAL + (GO_TO_BACKGROUND if background else "")
        run = f"import os, runpy, sys; sys.argv = {command(guest)[2:]!r}; runpy.run_module(sys.argv[0], run_name='__main__')"
        self.process = subprocess.Popen(
            [sys.executable, "-c", prelude + run],
            cwd=ROOT,
            stdin=self._screen,
            stdout=self._screen,
            stderr=self._screen,
            start_new_session=True,
        )
        self._seen = b""

    def wait_for(self, text: bytes) -> None:
        deadline = time.monotonic() + BOUND
        while text not in self._seen:
            ready, _, _ = select.select([self.keyboard], [], [], deadline - time.monotonic())
            assert ready, self._seen
            self._seen += os.read(self.keyboard, 4096)

    def attributes(self) -> list[object]:
        return list(termios.tcgetattr(self._screen))

    def unread(self) -> bytes:
        """What was typed and nobody has read."""
        os.set_blocking(self._screen, False)
        try:
            return os.read(self._screen, 4096)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.keyboard)
        os.close(self._screen)


TAKE_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
# The foreground process stays and does nothing but hand on how the other ends; that one is another job of the shell.
GO_TO_BACKGROUND = """
import os, sys
child = os.fork()
if child:
    _, status = os.waitpid(child, os.WUNTRACED)
    os._exit(99 if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status))
os.setpgid(0, 0)
"""


@contextmanager
def terminal(guest: Guest, *, background: bool = False) -> Iterator[Terminal]:
    opened = Terminal(guest, background=background)
    try:
        yield opened
    finally:
        opened.close()


def test_terminal_is_as_before_and_typed_lines_reach_the_guest(tmp_path: Path) -> None:
    with terminal(kvm_guest(tmp_path, say(b"ready\n") + ECHO + end(b"E", 0))) as console:
        console.wait_for(b"ready\r\n")  # whole, or the echo of what is typed falls into it
        os.write(console.keyboard, b"typed\n")
        console.wait_for(b"typed\r\ntyped")  # the terminal's own echo, then the guest's
        os.write(console.keyboard, b"\x04")  # Ctrl-D
        assert console.process.wait(BOUND) == ended_with(EndingKind.EXIT)
        assert console.attributes() == console.before


@both
def test_control_c_at_the_terminal_ends_guest_and_run(tmp_path: Path, hanging: Callable[[Path], Guest]) -> None:
    with terminal(hanging(tmp_path)) as console:
        console.wait_for(b"ready")
        guest = child_of(console.process.pid)
        os.write(console.keyboard, b"\x03")
        assert console.process.wait(BOUND) == INTERRUPTED
        assert not is_running(guest)
        assert console.attributes() == console.before


@pytest.mark.slow
def test_run_in_the_background_is_not_stopped_and_reads_nothing(tmp_path: Path) -> None:
    body = 'say("ready\\n"); struct { long s, n; } t = {1, 0}; call(35, (long)&t, 0, 0);'  # nanosleep
    with terminal(linux_guest(tmp_path, body), background=True) as console:
        console.wait_for(b"ready")
        os.write(console.keyboard, b"for the shell\n")
        assert console.process.wait(BOUND) == ended_with(EndingKind.EXIT)
        assert console.unread() == b"for the shell\n"
