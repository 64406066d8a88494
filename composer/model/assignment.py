"""One value that the command line sets in place of the manifest's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assignment:
    """`--set KEY=VALUE`, or a word that stands for one, such as `--profile NAME`."""

    key: str  # as the manifest would write it, its parts joined by dots; or recipe.option
    value: str  # YAML, as it would stand behind the key
    words: str  # of the command line; the place in messages and reasons
