"""Every error code is one that a user can meet: a folder of tests/mistakes shows its text, and the composer raises it."""

from __future__ import annotations

import re
from pathlib import Path

import composer
from composer.errors import Code
from tests.mistakes.mistake import EXPECTED, HERE

PACKAGE = Path(composer.__file__).parent


def _shown() -> set[str]:
    texts = (path.read_text() for path in HERE.glob(f"*/{EXPECTED}"))
    return {found for text in texts for found in re.findall(r"error\[([A-Z]\d{3})\]: ", text)}


def test_every_code_has_a_mistake_that_shows_it() -> None:
    # An interruption is not told as an error: who pressed Ctrl-C knows what happened.
    wanted = {code.id for code in Code if code is not Code.INTERRUPTED}
    assert wanted - _shown() == set()
    assert (HERE / "interrupted-while-building" / EXPECTED).read_text() == "interrupted\n"


def test_no_mistake_shows_a_code_that_is_none() -> None:
    assert _shown() - {code.id for code in Code} == set()


def test_every_code_is_raised_somewhere() -> None:
    source = "\n".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    assert {code.name for code in Code if not re.search(rf"\bCode\.{code.name}\b", source)} == set()
