"""Is there anything to do at all? Answered from file stamps alone, before anything else is imported.

After a command has built, every file that it read or wrote is noted with size, time, inode and the right to
execute it, and each folder in which a new file could change the result. If all of them are as they were, the command
would do nothing but print the same text. Only `os` and `binascii` are imported, for starting Python
costs 14 ms here and each usual module (re, json, pathlib, dataclasses) 2 to 10 more.

A file that changed so shortly before the build began that its time could not tell a second change
apart (file systems count in ticks of up to 10 ms) keeps the note from being written.
"""

from __future__ import annotations

import os
from binascii import crc32
from collections.abc import Container, Iterable, Sequence

TICK_NS = 20_000_000
FORMAT = "fresh 2"


def store_folder() -> str:
    """The folder of the content-addressed store: $COMPOSE_STORE, else one in the user's cache."""
    named = os.environ.get("COMPOSE_STORE")
    if named:
        return os.path.abspath(named)
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return f"{cache}/compose"


def recall(words: Sequence[str]) -> str | None:
    """What the command `words` printed here last time, if it would do nothing now; else None."""
    try:
        with open(_note(words), encoding="utf-8", errors="surrogateescape") as stream:
            head, *stamps, text = stream.read().split("\0")
        if head == _key(words) and all(_is_unchanged(stamp) for stamp in stamps):
            return text
    except (OSError, ValueError):
        pass
    return None


def remember(
    words: Sequence[str],
    text: str,
    inputs: Iterable[str],
    outputs: Iterable[str],
    started_ns: int,
    settled: Container[str],
) -> None:
    """Note that the command `words` has built and printed `text`.

    `inputs` and `outputs` are all files and folders that matter; `started_ns` is time.time_ns() at its start.
    A folder of `settled` is known to hold what it held then, whatever its time says: a first build makes its
    output folder among the sources.
    """
    before = {path: stamp_of(path) for path in inputs}
    if any(time_of(stamp) >= started_ns - TICK_NS for path, stamp in before.items() if path not in settled):
        return
    stamps = before | {path: stamp_of(path) for path in outputs}
    note = _note(words)
    draft = f"{note}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(note), exist_ok=True)
        with open(draft, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write("\0".join([_key(words), *(f"{stamp} {path}" for path, stamp in stamps.items()), text]))
        os.replace(draft, note)
    except OSError:
        return  # without a note the next build looks at everything once more, which is only slower


def _key(words: Sequence[str]) -> str:
    """Everything besides files that the result depends on."""
    return "\n".join([FORMAT, os.getcwd(), os.environ.get("PATH", ""), *words])


def _note(words: Sequence[str]) -> str:
    return f"{store_folder()}/fresh/{crc32(_key(words).encode(errors='surrogateescape')):08x}"


def stamp_of(path: str) -> str:
    """Time, size, inode and whether its owner may execute it; a path that is not there has a stamp too."""
    try:
        status = os.stat(path)
    except OSError:
        return "0:absent"
    return f"{status.st_mtime_ns}:{status.st_size}:{status.st_ino}:{status.st_mode & 0o100:o}"


def time_of(stamp: str) -> int:
    """When the file of a stamp was last changed, in nanoseconds."""
    return int(stamp.partition(":")[0])


def _is_unchanged(row: str) -> bool:
    stamp, _, path = row.partition(" ")
    return stamp_of(path) == stamp
