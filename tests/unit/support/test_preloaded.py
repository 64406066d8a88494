"""A call that is forked is what a call that is started would be."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.composed import COMPOSE, ROOT, Workshop
from tests.support.preloaded import Call, called, can_be_forked

SECONDS = 60
MASK = 0o027


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return Workshop(ROOT, tmp_path / "store", tmp_path / "out").variables()


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("recipes", "--json"),
        ("build", b"nothing \xff here"),
        ("no-command",),
        ("cache",),
    ],
)
def test_it_says_and_ends_as_one_that_is_started(
    environment: dict[str, str], tmp_path: Path, words: tuple[str | bytes, ...]
) -> None:
    started = subprocess.run([*COMPOSE, *words], cwd=tmp_path, env=environment, capture_output=True, check=False)
    forked = called(Call(words, environment, tmp_path, MASK), SECONDS)
    assert forked == (started.returncode, started.stdout, started.stderr)


def hanging(environment: dict[str, str], folder: Path) -> Call:
    """A call whose manifest is a pipe that nobody writes to."""
    os.mkfifo(folder / "unikernel.yaml")
    return Call(("build",), environment, folder, MASK, is_leader=True)


def test_one_that_hangs_is_killed(environment: dict[str, str], tmp_path: Path) -> None:
    assert called(hanging(environment, tmp_path), 0.5) == (-9, b"", b"")


def test_it_has_what_it_was_given_and_nothing_else(environment: dict[str, str], tmp_path: Path) -> None:
    called(Call(("--help",), environment, tmp_path, MASK), SECONDS)  # what stays open for the next is there
    before = len([*Path("/proc/self/fd").iterdir()])
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(called, hanging(environment, tmp_path), SECONDS)
        process = working_in(tmp_path)
        assert os.getsid(int(process.name)) == int(process.name)
        assert f"Umask:\t{MASK:04o}\n" in (process / "status").read_text()
        places = {link.name: str(link.readlink()) for link in (process / "fd").iterdir()}
        os.kill(int(process.name), signal.SIGKILL)
        assert result.result() == (-9, b"", b"")
    assert places["0"] == os.devnull
    others = [place for number, place in places.items() if int(number) > 2]
    assert not [place for place in others if place.startswith(("pipe:", "socket:", "anon_inode:", os.devnull))]
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def working_in(folder: Path) -> Path:
    """The one process that works in the folder, as soon as it does, in /proc."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "cwd").readlink() == folder:
                    return process
        time.sleep(0.01)
    raise AssertionError("nobody works there")


def test_with_another_checkout_it_is_started(environment: dict[str, str]) -> None:
    assert can_be_forked(environment)
    assert not can_be_forked({**environment, "PYTHONPATH": f"{ROOT}:/elsewhere"})
