"""Every page of the documentation, followed: its files are written, its commands run, and what they print is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import ROOT
from tests.support.walkthrough import Follower

PAGES = ROOT / "docs"
FOLLOWED = tuple(sorted(path.name for path in PAGES.glob("*.md") if path.name != "index.md"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all pages, so that what they share is built once."""
    return tmp_path_factory.mktemp("docs") / "store"


@pytest.mark.slow
@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_does_as_it_says(name: str, tmp_path: Path, store: Path) -> None:
    Follower(tmp_path, store).follow(PAGES / name)
