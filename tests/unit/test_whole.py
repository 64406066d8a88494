"""A new file is whole or absent, and never in the place of another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from composer.whole import write_new


def test_a_file_is_written_with_the_rights_of_a_new_one(tmp_path: Path) -> None:
    write_new(tmp_path / "x", "text\n")
    (tmp_path / "y").touch()
    assert (tmp_path / "x").read_text() == "text\n"
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "y").stat().st_mode
    assert {path.name for path in tmp_path.iterdir()} == {"x", "y"}


@pytest.mark.parametrize("has_links", [True, False])
def test_what_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    if not has_links:  # as on FAT

        def refuse(*words: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "link", refuse)
        write_new(tmp_path / "first", "first")
        assert (tmp_path / "first").read_text() == "first"
    (tmp_path / "x").write_text("mine")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "x", "other")
    assert (tmp_path / "x").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} <= {"x", "first"}


def test_a_text_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_new(tmp_path / "x", "half\n" * 100_000 + "\ud800")
    assert list(tmp_path.iterdir()) == []
