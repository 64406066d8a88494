"""What a person, a pipe or nobody types reaches the app, and its end ends the app's input."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.composed import COMMAND_SECONDS, COMPOSE, TARGETS, XEN_ARM, Workshop

END_OF_INPUT = b"\x04"  # Ctrl-D
pytestmark = pytest.mark.parametrize("target", TARGETS)


def test_pipe_is_read_to_its_end(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("echo", target), stdin=b"one\ntwo\n")
    assert done.output.endswith(b"1: eno\n2: owt\n2 line(s)\n"), done.told


def test_null_device_is_an_ended_input(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("echo", target), stdin=subprocess.DEVNULL)
    assert (done.status, done.output.splitlines()[1:]) == (0, [b"0 line(s)"]), done.told


def test_file_that_is_longer_than_any_buffer_arrives_whole(workshop: Workshop, target: str, tmp_path: Path) -> None:
    count = 300 if target == XEN_ARM else 4_000  # Xen is typed to slowly
    lines = [b"%d" % number for number in range(count)]
    (tmp_path / "input").write_bytes(b"\n".join(lines))
    with (tmp_path / "input").open("rb") as stream:
        done = workshop.run(workshop.image("echo", target), stdin=stream.fileno())
    expected = [b"%d: %s" % (number, line[::-1]) for number, line in enumerate(lines, 1)]
    assert done.output.splitlines()[1:] == [*expected, b"%d line(s)" % count], done.told[-2000:]


def test_person_types_lines_and_control_d(workshop: Workshop, target: str) -> None:
    keyboard, terminal = os.openpty()
    words = ["run", "--quiet", "--timeout", "40", str(workshop.image("echo", target))]
    with subprocess.Popen(
        [*COMPOSE, *words], env=workshop.variables(), stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            os.close(terminal)
            assert process.stdout is not None
            console = process.stdout.readline()
            for text, answer in ((b"typed\n", b"1: depyt\n"), (b"again\n", b"2: niaga\n")):
                os.write(keyboard, text)
                console += process.stdout.readline()
                assert console.endswith(answer), console
            os.write(keyboard, END_OF_INPUT)
            rest, _ = process.communicate(timeout=COMMAND_SECONDS)
        finally:
            process.kill()
            os.close(keyboard)
    assert (process.returncode, rest) == (0, b"2 line(s)\n"), console + rest
