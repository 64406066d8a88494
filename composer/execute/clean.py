"""What is in the store, and what of it goes when room is wanted: whatever was used least recently, and nothing that is in use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from composer.errors import Code
from composer.execute.faults import writing
from composer.execute.lease import GRAIN_SECONDS, started_first
from composer.execute.store import FORMAT, Store

# Shelves of the store, and of what kind their entries are.
OBJECTS, SOURCES, TREES, NOTES, PARTIAL, DRAFTS, OTHERS = (
    "objects that steps made",
    "archives and texts",
    "unpacked sources",
    "notes on steps",
    "unfinished downloads",
    "drafts of running commands",
    "Xen, compilers, emulators",
)
_NOTES = ("actions", "facts", "found", "memo")
_KEPT = frozenset({DRAFTS, OTHERS})  # kinds that are never removed here


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in the store."""

    path: str
    kind: str
    bytes: int  # that it takes on the disk
    used: float  # when it was used last, by the file system's clock


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What a cleaning removes, and what it leaves."""

    removed: tuple[Entry, ...]
    kept: tuple[Entry, ...]
    in_use: int  # bytes that would have gone too, but that running commands use


def inventory(store: Store) -> tuple[Entry, ...]:
    """Everything in the store but what is this process's own; it may be gone by the time this is read."""
    with store.lease.shared():
        return tuple(_entries(store))


def clean(store: Store, before: float | None, most_bytes: int | None, *, is_dry: bool) -> Cleaning:
    """Remove what was used last before that time, and then the oldest until no more than `most_bytes` are left.

    What commands use that run now stays in any case. With `is_dry` nothing is removed. Raises
    ComposerError(STORE_UNWRITABLE).
    """
    drafts = store.drafts()
    with store.lease.alone(), writing(store.root, Code.STORE_UNWRITABLE):
        entries = tuple(_entries(store))
        first = started_first(drafts.folder.parent, drafts.folder)
        going, in_use = _chosen(entries, before, most_bytes, None if first is None else first - GRAIN_SECONDS)
        for entry in () if is_dry else going:
            with suppress(FileNotFoundError):  # what is damaged is evicted by whoever sees it
                os.rename(entry.path, drafts.new())  # noqa: PTH104 - many, while others wait
    gone = frozenset(going)
    return Cleaning(going, tuple(entry for entry in entries if entry not in gone), in_use)


def _chosen(
    entries: Iterable[Entry], before: float | None, most_bytes: int | None, horizon: float | None
) -> tuple[tuple[Entry, ...], int]:
    """Which entries go, the oldest first, and how many bytes of others would if they were not in use since `horizon`."""
    listed = sorted(entries, key=lambda entry: (entry.used, entry.path))
    left = sum(entry.bytes for entry in listed)
    going: list[Entry] = []
    in_use = 0
    for entry in listed:
        is_old = before is not None and entry.used < before
        is_too_much = most_bytes is not None and left > most_bytes
        if entry.kind in _KEPT or not (is_old or is_too_much):
            continue
        if horizon is not None and entry.used >= horizon:
            in_use += entry.bytes
            continue
        going.append(entry)
        left -= entry.bytes
    return tuple(going), in_use


def _entries(store: Store) -> Iterator[Entry]:
    base = store.root / FORMAT
    notes = {shelf: {name: entry for name, entry in _shelf(base / shelf, NOTES)} for shelf in _NOTES}
    made: dict[str, float] = {}  # blobs that steps made, and when the last of those that made one was used
    for key, entry in notes["actions"].items():
        action = store.peek_action(key)
        for content in () if action is None else (*action.outputs.values(), action.log):
            if content is not None:
                made[content] = max(made.get(content, 0.0), entry.used)
        facts = notes["facts"].get(key)
        if facts is not None:
            notes["facts"][key] = replace(facts, used=max(facts.used, entry.used))
    for shelf in notes.values():
        yield from shelf.values()
    for name, entry in _shelf(base / "blobs", SOURCES):
        yield replace(entry, kind=OBJECTS, used=max(entry.used, made[name])) if name in made else entry
    yield from (entry for _, entry in _shelf(base / "trees", TREES))
    yield from _downloads(base / "partial")
    yield from (entry for entry in _children(base / "drafts", DRAFTS) if entry.path != store.own_drafts)
    yield from _children(store.root / "fresh", NOTES)
    yield from (entry for entry in _children(store.root, OTHERS) if Path(entry.path).name not in (FORMAT, "fresh"))


def _shelf(folder: Path, kind: str) -> Iterator[tuple[str, Entry]]:
    """The entries of a shelf by their names, which are split after two signs."""
    for part in _listed(folder):
        yield from ((part.name + found.name, _entry(found, kind)) for found in _listed(part.path))


def _downloads(folder: Path) -> Iterator[Entry]:
    """What is there of archives; who fetches one has written to its lock."""
    found = {entry.path: entry for entry in _children(folder, PARTIAL)}
    for path, entry in found.items():
        lock = found.get(f"{path}.lock", entry)
        yield replace(entry, used=max(entry.used, lock.used))


def _children(folder: Path, kind: str) -> Iterator[Entry]:
    yield from (_entry(found, kind) for found in _listed(folder) if found.name != "lock")


def _listed(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _entry(found: os.DirEntry[str], kind: str) -> Entry:
    try:
        status = found.stat(follow_symlinks=False)
    except OSError:
        return Entry(found.path, kind, 0, 0.0)
    size = _bytes_below(found.path) if found.is_dir(follow_symlinks=False) else status.st_blocks * 512
    return Entry(found.path, kind, size, status.st_mtime)


def _bytes_below(folder: str) -> int:
    """What the files below a folder take on the disk."""
    total = 0
    for found in _listed(folder):
        if found.is_dir(follow_symlinks=False):
            total += _bytes_below(found.path)
        else:
            try:
                total += found.stat(follow_symlinks=False).st_blocks * 512
            except OSError:
                continue
    return total


def sums(entries: Iterable[Entry]) -> Mapping[str, tuple[int, int]]:
    """By kind, how many there are and what they take."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        count, size = found.get(entry.kind, (0, 0))
        found[entry.kind] = (count + 1, size + entry.bytes)
    return found
