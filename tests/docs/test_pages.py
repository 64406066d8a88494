"""Every page of the documentation, followed: its files are written, its commands run, and what they print is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.composed import ROOT
from tests.support.walkthrough import Follower

# The README is followed as soon as it has sessions.
PAGES = tuple(
    path for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))) if "```console\n" in path.read_text()
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all pages, so that what they share is built once."""
    return tmp_path_factory.mktemp("docs") / "store"


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_does_as_it_says(page: Path, tmp_path: Path, store: Path) -> None:
    Follower(tmp_path, store).follow(page)
