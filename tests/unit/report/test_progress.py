"""Progress: counts, plain lines in a pipe, one live line on a terminal, nothing when quiet."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import pairwise

import pytest

from composer.errors import Code, Diagnostic
from composer.execute.forecast import forecast
from composer.execute.outcome import Outcome
from composer.model.step import Step
from composer.report.progress import Loudness, Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def step(label: str) -> Step:
    return Step(label, "app", "/bin/cc", "tool", ("-c", label), (), ())


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")


def told(stream: io.StringIO, loudness: Loudness) -> str:
    progress = Progress(stream, loudness)
    progress.began(forecast({label: frozenset() for label in ("one", "two", "three")}, {}, 2))
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


GRAPH = {"one": frozenset[str](), "two": frozenset[str](), "merge": frozenset({"one"}), "link": frozenset({"merge"})}
LASTED = {"one": 1.0, "two": 30.0, "merge": 40.0, "link": 5.0}


def live_line(stream: io.StringIO, graph: Mapping[str, frozenset[str]] = GRAPH) -> str:
    """What a terminal shows last while two steps run."""
    progress = Progress(stream, Loudness.NORMAL)
    progress.began(forecast(graph, LASTED, 2))
    for label in ("two", "one"):
        progress.started(step(label))
    if progress._live is not None:
        progress._live._live.refresh()
    text = stream.getvalue()
    progress.ended()
    return re.sub(r"\d\.\ds", "T", text)


def test_the_live_line_tells_the_critical_path_and_the_time_that_is_left() -> None:
    assert re.search(r"\[0/4\] T, about 4T left: one \(and 1 more\) > merge > link", live_line(Terminal()))


def test_the_live_line_is_cut_at_the_terminals_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    names = [f"compile a/long/folder/of/sources/{number}.c" for number in range(4)]
    graph = {"one": frozenset[str](), **{name: frozenset({before}) for before, name in pairwise(["one", *names])}}
    text = live_line(Terminal(), graph | {"two": frozenset()})
    shown = [line for part in text.split("\r") for line in re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", part).split("\n")]
    assert max(map(len, shown)) <= 80
    assert any(line.rstrip().endswith("…") for line in shown), shown


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    text = told(Terminal(), Loudness.NORMAL)
    assert "\x1b" not in text
    assert "two" in text.splitlines()[1]
