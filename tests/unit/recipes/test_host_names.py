"""The client of DNS of the recipe host, linked into a program of the test's with sanitizers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.recipe_objects import RECIPES, REPORT, SANITIZED, Build, build_host_program, verdict

HOST = Path(__file__).parent / "host"
SOURCES = RECIPES / "net/host/src"
SEED = os.environ.get("NAMES_SEED", "1")
ROUNDS = int(os.environ.get("NAMES_ROUNDS", "200000"))

# Checks of what a server says, each taken away once.
CHECKS = {
    "number of the question": (" two_bytes(message->bytes) == two_bytes(question->bytes) &&", ""),
    "it is an answer": (" message->bytes[2] & 0x80 &&", ""),
    "question of the answer": (
        "__builtin_memcmp(message->bytes + HEADER, question->bytes + HEADER, question->size - HEADER) == 0",
        "true",
    ),
    "size of an answer": ("message->size >= question->size && ", ""),
    "end of a record": ("place + RECORD > answer->size || ", ""),
    "end of its data": (" || (place += RECORD + two_bytes(record + 8)) > answer->size)", ")"),
    "size of an address": (" && two_bytes(record + 8) == kind->size", ""),
}


def program(into: Path, sources: Path) -> tuple[str, ...]:
    build = Build(extra=(*SANITIZED.extra, f"-I{sources}", f"-I{RECIPES}/core/linux-call-x86_64/include"))
    return build_host_program(HOST / "host_names_test.c", [REPORT], into, build, renamed=False)


def test_names_are_found_and_no_answer_does_harm(tmp_path: Path) -> None:
    """NAMES_SEED and NAMES_ROUNDS choose others; the seed is in what fails."""
    assert verdict(program(tmp_path, SOURCES), SEED, str(ROUNDS)) == f"intact, {ROUNDS} rounds of seed {SEED}"


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_is_needed(tmp_path: Path, check: str) -> None:
    text, other = CHECKS[check]
    copy = tmp_path / "src"
    copy.mkdir()
    for source in SOURCES.iterdir():
        content = source.read_text()
        if source.name == "lookup.c":
            assert content.count(text) == 1
            content = content.replace(text, other)
        (copy / source.name).write_text(content)
    with pytest.raises(AssertionError):
        verdict(program(tmp_path, copy), SEED, str(ROUNDS))
