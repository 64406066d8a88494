"""Progress: counts, plain lines in a pipe, one live line on a terminal, nothing when quiet."""

from __future__ import annotations

import io
import re

from composer.errors import Code, Diagnostic
from composer.execute.outcome import Outcome
from composer.model.step import Step
from composer.report.progress import Loudness, Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def step(label: str) -> Step:
    return Step(label, "app", "/bin/cc", "tool", ("-c", label), (), ())


def told(stream: io.StringIO, loudness: Loudness) -> str:
    progress = Progress(stream, loudness)
    progress.began(3)
    for label, cached in (("one", True), ("two", False)):
        if not cached:
            progress.started(step(label))
        progress.finished(
            Outcome(step(label), "key", {}, cached, 0.0, f"warning of {label}\n" if label == "one" else "")
        )
    progress.started(step("three"))
    progress.failed(step("three"), Diagnostic(Code.STEP_FAILED, "no"))
    progress.ended()
    return stream.getvalue()


def test_a_pipe_gets_one_plain_line_for_each_step_that_ran() -> None:
    lines = told(io.StringIO(), Loudness.NORMAL).splitlines()
    assert [re.sub(r"\d+\.\ds", "T", line) for line in lines] == [
        "warning of one",
        "[2/3] T two",
        "[3/3] T failed: three",
    ]


def test_quiet_says_warnings_only() -> None:
    assert told(io.StringIO(), Loudness.QUIET) == "warning of one\n"


def test_verbose_tells_the_commands() -> None:
    assert "/bin/cc -c two" in told(io.StringIO(), Loudness.VERBOSE)


def test_a_terminal_gets_a_live_line_that_is_gone_at_the_end() -> None:
    text = told(Terminal(), Loudness.NORMAL)
    assert "\x1b[?25h" in text, "the cursor is shown again"
    assert "failed: three" in text
    assert text.endswith("\x1b[2K"), "the line is erased"


def fetched(stream: io.StringIO, loudness: Loudness) -> str:
    progress = Progress(stream, loudness)
    progress.told("getting lib.tar.gz from a mirror")
    progress.received("lib.tar.gz", 0, None)
    progress.received("lib.tar.gz", 1500, 2000)
    progress.ended()
    return stream.getvalue()


def test_a_download_is_told_in_bytes_on_a_terminal() -> None:
    text = fetched(Terminal(), Loudness.NORMAL)
    assert text.startswith("getting lib.tar.gz from a mirror\n")
    assert "lib.tar.gz: 1,500 of 2,000 bytes" in text
    assert text.endswith("\x1b[2K"), "the line is erased"


def test_elsewhere_a_download_is_one_line_and_quiet_is_nothing() -> None:
    assert fetched(io.StringIO(), Loudness.NORMAL) == "getting lib.tar.gz from a mirror\n"
    assert fetched(Terminal(), Loudness.QUIET) == ""
