"""'Did you mean': the nearest known word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None if none is close."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def hint_for(word: str, known: Iterable[str], kind: str) -> str:
    """A sentence that names the nearest known word, else all of them."""
    words = sorted(known)
    near = nearest(word, words)
    return f"did you mean '{near}'?" if near else f"{kind}: {', '.join(words)}"
