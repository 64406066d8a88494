"""The pages of docs/ that are followed here word by word."""

from __future__ import annotations

from pathlib import Path

from tests.support.composed import ROOT
from tests.support.walkthrough import Follower


def test_a_library_in_a_folder_becomes_a_recipe_that_a_manifest_uses(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    Follower(tmp_path / "here", tmp_path / "store").follow(ROOT / "docs/add-a-recipe.md")
