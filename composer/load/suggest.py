"""'Did you mean': the nearest known word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_NAMED = 24


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None if none is close."""
    found = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


def hint_for(word: str, known: Iterable[str], kind: str) -> str:
    """A sentence that names the nearest known word, else all of them, or the first of very many."""
    words = sorted(known)
    near = nearest(word, words)
    if near:
        return f"did you mean '{near}'?"
    more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return f"{kind}: {', '.join(words[:MOST_NAMED])}{more}"
