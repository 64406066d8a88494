"""Folders of files in the store: unpacked sources, which nobody ever writes to again.

    v1/trees/ab/cdef…/files/      the tree, its files and folders read-only
    v1/trees/ab/cdef…/made.json   names, kinds and sizes of all that is in it
    v1/trees/ab/cdef…/sums.json   digests of its files

A tree appears by a rename like every entry. Whether it is still whole is asked of names, sizes and times at each use
(some milliseconds for thousands of files); what a file holds is hashed by whoever reads it.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from composer import digest
from composer.errors import Code
from composer.execute.drafts import remove
from composer.execute.faults import writing
from composer.execute.store import FORMAT, Store

FILES, MADE, SUMS = "files", "made.json", "sums.json"
# Of every file of a tree: so nothing depends on when it was unpacked, and one that is written to is seen.
TIME_SECONDS = 315532800  # 1980-01-01


def place_of(store: Store, key: str) -> Path:
    """The folder of the tree `key`, whether it is there or not."""
    return store.root / FORMAT / "trees" / key[:2] / key[2:]


def files_of(store: Store, key: str) -> Path:
    """Where the files of the tree `key` are, if it is there."""
    return place_of(store, key) / FILES


def find_tree(store: Store, key: str) -> Path | None:
    """The files of the tree `key` if it is there and whole; a damaged one is evicted."""
    place = place_of(store, key)
    with store.lease.shared():
        if store.lease.note_use(str(place)) and _is_whole(place):
            return place / FILES
    if place.exists():
        _evict(store, place)
    return None


def check_trees(store: Store) -> tuple[int, tuple[str, ...]]:
    """Hash every file of every tree anew; how many trees there were, and the keys of those that were damaged and are gone."""
    places = sorted((store.root / FORMAT / "trees").glob("*/*"))
    evicted = []
    for place in places:
        if not (_is_whole(place) and _known(place / SUMS) == dict(_sums(place / FILES))):
            _evict(store, place)
            evicted.append(place.parent.name + place.name)
    return len(places), tuple(evicted)


def _is_whole(place: Path) -> bool:
    try:
        return _known(place / MADE) == [list(row) for row in _rows(place / FILES)]
    except OSError:
        return False


def _known(file: Path) -> object:
    """What was written down of a tree; None if that cannot be read."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _evict(store: Store, place: Path) -> None:
    with writing(store.root, Code.STORE_UNWRITABLE), store.lease.alone():
        remove(place)


def make_tree(store: Store, key: str, fill: Callable[[Path], None]) -> Path:
    """The files of the tree `key`, which `fill` writes into an empty folder.

    What `fill` raises goes through and nothing is kept. Raises ComposerError(STORE_UNWRITABLE, DISK_FULL).
    """
    with writing(store.root, Code.STORE_UNWRITABLE):
        draft = store.drafts().new()
        (draft / FILES).mkdir(parents=True)
    try:
        with writing(store.root, Code.STORE_UNWRITABLE):
            fill(draft / FILES)
            _freeze(draft / FILES)
            (draft / SUMS).write_text(json.dumps(dict(_sums(draft / FILES))))
            (draft / MADE).write_text(json.dumps(list(_rows(draft / FILES))))
            os.utime(draft / MADE, (TIME_SECONDS, TIME_SECONDS))
            with store.lease.shared():
                _shelve(draft, place_of(store, key))
    except BaseException:
        remove(draft)
        raise
    return place_of(store, key) / FILES


def marker_of(files: Path) -> Path:
    """The file beside the tree `files` that changes whenever another tree takes its place."""
    return files.parent / MADE


def _rows(folder: Path) -> Iterator[tuple[str, str, int, int]]:
    """Name, kind, size and time in seconds of all that is below `folder`, sorted folder by folder."""
    todo = [("", str(folder))]
    while todo:
        prefix, here = todo.pop()
        with os.scandir(here) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.is_symlink():
                yield (name, "link", 0, 0)
            elif entry.is_dir():
                yield (name, "folder", 0, 0)
                todo.append((f"{name}/", entry.path))
            else:
                status = entry.stat(follow_symlinks=False)
                yield (name, "file", status.st_size, int(status.st_mtime))


def _sums(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and digest of every file below `folder`, and where each link leads."""
    for name, kind, _, _ in _rows(folder):
        path = folder / name
        if kind == "file":
            yield name, digest.of_file(path)
        elif kind == "link":
            yield name, str(path.readlink())


def _freeze(folder: Path) -> None:
    """Make all files below read-only, with one time; the folders too, but for `folder` itself, which comes last."""
    for here, folders, files in os.walk(folder, topdown=False):
        for name in files:
            path = Path(here, name)
            if not path.is_symlink():
                path.chmod(0o555 if path.stat().st_mode & stat.S_IXUSR else 0o444)
                os.utime(path, (TIME_SECONDS, TIME_SECONDS))
        for name in folders:
            path = Path(here, name)
            if not path.is_symlink():
                path.chmod(0o555)
    folder.chmod(0o555)


def _shelve(draft: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        draft.rename(place)
    except OSError:
        if not (place / MADE).is_file():
            raise
        remove(draft)  # another process was as quick
