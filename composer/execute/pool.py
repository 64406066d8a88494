"""Running processes: so many at once, each with a time limit, none left behind."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.execute import guardian
from composer.execute.sandbox import HERE, bubblewrap, confined
from composer.model.step import Step

# Between asking a process to end and making it end.
GRACE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Command:
    """A step made concrete: what to start, in which folder, and the file for all that it prints."""

    step: Step
    folder: Path
    log: Path

    @property
    def argv(self) -> tuple[str, ...]:
        """The arguments, with the folder in place of `{cwd}`."""
        return tuple(word.replace("{cwd}", str(self.folder)) for word in self.step.argv)

    @property
    def environment(self) -> dict[str, str]:
        """Likewise the environment."""
        return {name: value.replace("{cwd}", str(self.folder)) for name, value in self.step.environment}

    @property
    def starts_in(self) -> Path:
        """The folder in which the process starts."""
        return self.folder / self.step.foreign.folder if self.step.foreign else self.folder

    def words(self) -> tuple[str, ...]:
        """What is started: the program with its arguments, a foreign one confined if that can be."""
        wrapper = bubblewrap() if self.step.foreign else None
        if wrapper is None:
            return (self.step.program, *self.argv)
        return confined(wrapper, self.step, tuple(word.replace("{cwd}", HERE) for word in self.step.argv), self.folder)


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that is over."""

    command: Command
    status: int  # exit status, or minus the signal's number
    seconds: float
    is_late: bool  # ended by the time limit


@dataclass(slots=True)
class _Running:
    command: Command
    process: subprocess.Popen[bytes]
    began: float = field(default_factory=time.monotonic)
    is_late: bool = False


class Pool:
    """At most `jobs` processes, each the leader of its own session. Used by one thread.

    A thread per process waits for it without reaping, so that a process id never stands for another
    process while this one may still send it a signal.
    """

    def __init__(self, folder: Path, jobs: int, limit_seconds: float) -> None:
        """All commands run in folders below `folder`."""
        self._folder = os.path.realpath(folder)
        self._jobs = jobs
        self._limit = limit_seconds
        self._running: dict[int, _Running] = {}
        self._ends: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._is_interrupted = False
        self._guardian: subprocess.Popen[bytes] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs."""
        return not self._running

    @property
    def is_full(self) -> bool:
        """Whether no more may be started now."""
        return len(self._running) >= self._jobs

    def interrupt(self) -> None:
        """Have `check` and `wait_any` raise; may be called by a signal handler."""
        self._is_interrupted = True
        self._ends.put(None)

    def check(self) -> None:
        """Raise ComposerError(INTERRUPTED) after `interrupt`."""
        if self._is_interrupted:
            raise ComposerError(Diagnostic(Code.INTERRUPTED, "interrupted; what was built so far is kept"))

    def start(self, command: Command) -> None:
        """Start a process; raises OSError if that is impossible."""
        if self._guardian is None:
            self._guardian = self._post_guardian()
        with command.log.open("wb") as log:
            process = subprocess.Popen(
                command.words(),
                cwd=command.starts_in,
                env=command.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o022,
            )
        self._running[process.pid] = _Running(command, process)
        threading.Thread(target=self._watch, args=(process.pid,), daemon=True).start()

    def wait_any(self) -> Ended:
        """The next process that ends; raises ComposerError(INTERRUPTED) after `interrupt`."""
        while True:
            self.check()
            try:
                pid = self._ends.get(timeout=self._seconds_left())
            except queue.Empty:
                self._end_late()
                continue
            if pid is not None and pid in self._running:
                return self._reap(pid)

    def close(self) -> None:
        """End whatever still runs: TERM to each group, KILL after GRACE_SECONDS, and to what left its group."""
        for pid in self._running:
            _signal_group(pid, signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while self._running and (left := until - time.monotonic()) > 0:
            with suppress(queue.Empty):
                ended = self._ends.get(timeout=left)
                if ended is not None and ended in self._running:
                    self._reap(ended)
        for pid in tuple(self._running):
            self._reap(pid)
        if self._guardian is not None:
            guardian.end_all_in(self._folder)
            self._guardian.kill()
            self._guardian.communicate()
            self._guardian = None

    def _post_guardian(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            (sys.executable, "-I", "-S", guardian.__file__, self._folder),
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _watch(self, pid: int) -> None:
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        self._ends.put(pid)

    def _reap(self, pid: int) -> Ended:
        """Collect a process, after whatever it left in its group was ended."""
        running = self._running.pop(pid)
        _signal_group(pid, signal.SIGKILL)
        status = running.process.wait()
        return Ended(running.command, status, time.monotonic() - running.began, running.is_late)

    def _seconds_left(self) -> float | None:
        """Until the next process is late."""
        begun = [running.began for running in self._running.values() if not running.is_late]
        return max(0.0, min(begun) + self._limit - time.monotonic()) if begun else None

    def _end_late(self) -> None:
        for pid, running in self._running.items():
            if time.monotonic() - running.began >= self._limit:
                running.is_late = True
                _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
