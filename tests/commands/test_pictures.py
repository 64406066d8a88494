"""What a person sees at a terminal and what a pipe gets: of builds, sizes and the graph."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from tests.support.composed import COMPOSE, KVM, LINUX, Workshop

ESCAPE = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")


def seen(workshop: Workshop, *words: str, columns: int = 80, **variables: str) -> str:
    """All that a call writes to a terminal of its own."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    mine = {"TERM": "xterm-256color", **variables}
    environment = {k: v for k, v in workshop.variables().items() if k not in ("NO_COLOR", "COLUMNS")} | mine
    with subprocess.Popen([*COMPOSE, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux tells that nobody has the other end any more
                break
            if not part:
                break
            parts.append(part)
        os.close(ours)
        assert process.wait(workshop.seconds) == 0, b"".join(parts)
    return b"".join(parts).decode().replace("\r\n", "\n")


@pytest.mark.parametrize("words", [("graph",), ("size", "--tree"), ("size", "--by", "section")])
def test_a_terminal_shows_what_a_pipe_gets_within_its_width(
    built: Path, workshop: Workshop, words: tuple[str, ...]
) -> None:
    call = (*words, "--target", KVM, str(built))
    wide = workshop.call(*call).output.decode()
    assert "\x1b" not in wide
    coloured = seen(workshop, *call, columns=500)
    assert ("\x1b[" in coloured) is ("section" not in words)  # tables have no colour
    assert ESCAPE.sub("", coloured) == wide
    for variables in {"NO_COLOR": "1"}, {"TERM": "dumb"}:
        assert seen(workshop, *call, columns=500, **variables) == wide
    narrow = ESCAPE.sub("", seen(workshop, *call)).splitlines()
    assert max(map(len, narrow)) <= 80
    assert len(narrow) == len(wide.splitlines())


def test_the_tree_of_bytes_adds_up_to_the_file(built: Path, workshop: Workshop) -> None:
    value = workshop.call("size", "--tree", "--json", "--target", LINUX, str(built)).verdict
    size = (built / "build" / "four" / "linux-x86_64" / "four.elf").stat().st_size
    assert sum(row["bytes"] for row in value["below"]) == value["bytes"] == size
    plain = workshop.call("size", "--tree", "--depth", "1", "--target", LINUX, str(built)).output.decode()
    counts = [int(line.split()[0].replace(",", "")) for line in plain.splitlines()[2:]]
    assert counts[0] == sum(counts[1:]) == size


def test_a_build_closes_with_size_time_and_what_has_changed(app: Path, workshop: Workshop) -> None:
    words = ("build", "--target", KVM, str(app))
    first = workshop.call(*words)
    assert b"the first build" in first.errors, first.told
    (app / "main.c").write_text((app / "main.c").read_text().replace("words", "some more words"))
    again = workshop.call(*words)
    assert again.output.decode().count("\n") == 1, again.told
    lines = again.errors.decode().splitlines()[-3:]
    image = app / "build" / "four" / "kvm-x86_64" / "four.elf"
    assert lines[0] == f"  size: {image.stat().st_size:,} bytes, 10 more than in the last build"
    assert re.fullmatch(r"  time: \d+\.\d s; 2 steps run, \d+ from the store", lines[1])
    assert lines[2] == f"  changed: nothing but {app}/main.c; app +10"
    (app / "main.c").write_text((app / "main.c").read_text() + "\n")
    quiet = workshop.call("build", "-q", "--target", KVM, str(app))
    assert quiet.errors == b"", quiet.told


def test_a_build_of_several_targets_closes_with_a_line_each(app: Path, workshop: Workshop) -> None:
    lines = workshop.call("build", "-v", str(app)).errors.decode().splitlines()
    told = [line for line in lines if line.startswith("  four for ")]
    assert [line.split(":")[0] for line in told] == [f"  four for {KVM}", f"  four for {LINUX}"]
    assert lines[lines.index(told[1]) + 1].startswith("  time: ")


def test_programs_get_the_same_facts_and_later_that_nothing_was_done(app: Path, workshop: Workshop) -> None:
    words = ("build", "--json", "--target", KVM, "--set", "trap-report.stack_words=9", str(app))
    workshop.call("build", "--target", KVM, str(app))
    first, again = (json.loads(workshop.call(*words).output)[0] for _ in range(2))
    assert first["last"]["options"] == {"trap-report.stack_words": [64, 9]}
    assert first["steps_run"] >= 1
    assert [row["step"] for row in first["critical_path"]][-1] == "link image"
    assert (again["steps_run"], again["last"]["same_file"], again["last"]["options"]) == (0, True, {})
    assert again["steps_reused"] == first["steps_run"] + first["steps_reused"]


def test_a_verbose_build_tells_its_critical_path(app: Path, workshop: Workshop) -> None:
    (app / "main.c").write_text((app / "main.c").read_text().replace("words", "other words"))
    told = workshop.call("build", "-v", "--target", KVM, str(app)).errors.decode()
    (path,) = re.findall(r"critical path: [\d,]+ ms of [\d,]+ ms\n((?: +[\d,]+ ms  .*\n)+)", told)
    assert [line.split("  ")[-1] for line in path.splitlines()] == ["compile app/main.c", "link image"]


def test_progress_of_a_terminal_leaves_plain_lines_behind(app: Path, workshop: Workshop) -> None:
    (app / "main.c").write_text((app / "main.c").read_text().replace("words", "yet other words"))
    words = ("build", "--target", KVM, str(app))
    text = seen(workshop, *words)
    assert "\x1b[2K" in text  # a line was drawn, and drawn again
    shown = ESCAPE.sub("", text.rpartition("\x1b[2K")[2])
    assert [line.split(":")[0] for line in shown.splitlines() if line[:3] in ("  s", "  t", "  c")] == [
        "  size",
        "  time",
        "  changed",
    ]
    (app / "main.c").write_text((app / "main.c").read_text().replace("words", "still other words"))
    assert "\x1b" not in seen(workshop, *words, TERM="dumb")


def modules(workshop: Workshop, *words: str) -> set[str]:
    """What a call imports."""
    variables = {**workshop.variables(), "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run([*COMPOSE, *words], env=variables, capture_output=True, text=True, check=True)
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


HEAVY = {"pydantic", "yaml", "networkx", "elftools", "rich", "composer.load.document", "composer.pipeline.look"}


def test_of_a_fresh_image_size_and_why_read_its_description_alone(app: Path, workshop: Workshop) -> None:
    here = (str(app), "--target", KVM)
    assert workshop.call("build", "-q", *here).status == 0
    decided = {name: modules(workshop, *name.split(), *here) for name in ("size", "size --tree", "why nolibc")}
    assert {name: found & HEAVY for name, found in decided.items()} == {name: set() for name in decided}
    calls = [("why", "nolibc"), ("why", "console"), ("why", "printf"), ("size",)]
    fresh = [workshop.call(*call, *here).output for call in calls]
    (app / "unikernel.yaml").write_text((app / "unikernel.yaml").read_text() + "# another time\n")
    assert "pydantic" in modules(workshop, "size", *here)
    assert [workshop.call(*call, *here).output for call in calls] == fresh
