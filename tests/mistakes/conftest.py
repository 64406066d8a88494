"""`pytest tests/mistakes --update-golden` writes what was seen into the expected.txt files; a human reads the diff."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what was seen as what is expected")
