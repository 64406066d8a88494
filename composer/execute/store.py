"""The content-addressed store. It knows keys, blobs and folders, and nothing of compilers.

    v1/blobs/ab/cdef…     a file by the SHA-256 of its content, read-only
    v1/actions/ab/cdef…   a step's key -> the digests of what it made
    v1/facts/ab/cdef…     a step's key -> the list that was hashed, for `compose explain`
    v1/found/ab/cdef…     a step's base key -> the headers that it was seen to read
    v1/memo/ab/cdef…      any JSON value by a digest
    v1/trees/ab/cdef…     unpacked sources (`execute/trees.py`)
    v1/partial/           archives that are being fetched
    v1/drafts/            unfinished things, by owner
    v1/lock               held by whoever uses or removes an entry (`execute/lease.py`)

Every entry appears by a rename, so it is absent or whole, and two that write the same one do not
disturb each other. Whatever cannot be read as what it should be is a miss. Deleting all of it
costs time, never correctness.
"""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from composer import digest
from composer.errors import Code, ComposerError
from composer.execute.drafts import Drafts
from composer.execute.faults import writing
from composer.execute.keys import Fact
from composer.execute.lease import Lease

FORMAT = "v1"
Shelf: TypeAlias = Literal["blobs", "actions", "facts", "found", "memo"]


@dataclass(frozen=True, slots=True)
class Action:
    """What a step made: the digests of its outputs and of what it printed (None: nothing)."""

    outputs: Mapping[str, str]
    log: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Checkup:
    """What `Store.check` saw."""

    blobs: int
    evicted: tuple[str, ...]  # digests whose file had another content


class Store:
    """Blobs, actions and memos below `root`, which is made by the first write.

    Whatever writes raises ComposerError: STORE_UNWRITABLE, or DISK_FULL where that is the reason.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._base = str(self.root / FORMAT)
        self._drafts: Drafts | None = None
        self.lease = Lease(self._base)

    def enter(self) -> None:
        """Be known as a user: from now on nothing that this process uses is cleaned away.

        No error where nothing can be written, for there nothing can be cleaned either.
        """
        with suppress(ComposerError):
            self.drafts()

    def drafts(self) -> Drafts:
        """This process's folder for unfinished things, on the same file system as the blobs."""
        if self._drafts is None:
            with writing(self.root, Code.STORE_UNWRITABLE):
                self._drafts = Drafts(self.root / FORMAT / "drafts")
        return self._drafts

    @property
    def own_drafts(self) -> str | None:
        """Where this process's unfinished things are, if it may have some."""
        return None if self._drafts is None else str(self._drafts.folder)

    def close(self) -> None:
        """Remove what is unfinished; the store may be used again."""
        if self._drafts is not None:
            self._drafts.close()
            self._drafts = None
        self.lease.close()

    # Blobs

    def path_of(self, content: str) -> Path:
        """Where the blob with this digest is, if it is there."""
        return Path(self._path("blobs", content))

    def use(self, content: str) -> bool:
        """Note that a blob is used which no step made; whether it is there."""
        with self.lease.shared():
            return self.lease.note_use(str(self.path_of(content)))

    def has(self, content: str) -> bool:
        """Whether there is such a blob; not whether its content is right."""
        return self.path_of(content).is_file()

    def read(self, content: str) -> bytes | None:
        """The blob's content, None when it is missing or damaged (then it is evicted)."""
        try:
            found = self.path_of(content).read_bytes()
        except OSError:
            return None
        if digest.of_bytes(found) == content:
            return found
        self.evict(content)
        return None

    def put_bytes(self, content: bytes) -> str:
        """Keep `content`; its digest."""
        name = digest.of_bytes(content)
        if self.use(name) and self.read(name) is not None:
            return name
        with writing(self.root, Code.STORE_UNWRITABLE):
            draft = self.drafts().new()
            draft.write_bytes(content)
            self._shelve(draft, self.path_of(name), 0o444)
        return name

    def put_file(self, source: Path, *, move: bool = False) -> str:
        """Keep the content of `source`; its digest. With `move` the file itself, on this file system, goes in.

        A file that has another name too is copied in any case: who owns that name could change it later.
        Raises OSError when `source` cannot be read.
        """
        if not move or source.lstat().st_nlink != 1:
            with writing(self.root, Code.STORE_UNWRITABLE):
                draft = self.drafts().new()
                shutil.copyfile(source, draft)
            source = draft
        name = digest.of_file(source)
        with writing(self.root, Code.STORE_UNWRITABLE):
            self._shelve(source, self.path_of(name), 0o444)
        return name

    def evict(self, content: str) -> None:
        """Drop the blob; whoever needs it makes it again."""
        with writing(self.root, Code.STORE_UNWRITABLE):
            self.path_of(content).unlink(missing_ok=True)

    def check(self) -> Checkup:
        """Hash every blob anew and evict those that are not what their name says."""
        evicted: list[str] = []
        blobs = 0
        for path in sorted((self.root / FORMAT / "blobs").glob("*/*")):
            blobs += 1
            name = path.parent.name + path.name
            if not _is_right(path, name):
                with self.lease.alone():  # somebody may have put it right meanwhile
                    if not _is_right(path, name):
                        self.evict(name)
                        evicted.append(name)
        return Checkup(blobs, tuple(evicted))

    # Actions, what they were keyed by, and what they were seen to read

    def fetch_action(self, key: str) -> Action | None:
        """What the step with this key made, if that is known; that is used by this."""
        return _as_action(self._read("actions", key))

    def peek_action(self, key: str) -> Action | None:
        """The same without using it, for those who hold the lock."""
        return _as_action(_parsed(self._path("actions", key)))

    def record_action(self, key: str, action: Action, facts: Sequence[Fact]) -> None:
        """Remember what the step with this key made, and the list that the key was made of."""
        self._write("facts", key, facts)
        self._write("actions", key, {"outputs": dict(action.outputs), "log": action.log, "seconds": action.seconds})

    def fetch_facts(self, key: str) -> tuple[Fact, ...] | None:
        """The list that the key was made of, if an action was recorded under it."""
        value = self._read("facts", key)
        if not isinstance(value, list) or not all(isinstance(fact, list) and len(fact) == 2 for fact in value):
            return None
        return tuple((str(name), str(content)) for name, content in value)

    def fetch_found(self, base_key: str) -> object:
        """What was recorded last under this base key; None if nothing was."""
        return self._read("found", base_key)

    def record_found(self, base_key: str, value: object) -> None:
        """Remember what steps with this base key were seen to read."""
        self._write("found", base_key, value)

    # Memos

    def recall(self, key: str) -> object:
        """The JSON value remembered under a digest; None if there is none."""
        return self._read("memo", key)

    def remember(self, key: str, value: object) -> None:
        """Remember a JSON value under a digest that names all it depends on."""
        self._write("memo", key, value)

    # Files

    def _path(self, shelf: Shelf, name: str) -> str:
        return f"{self._base}/{shelf}/{name[:2]}/{name[2:]}"

    def _read(self, shelf: Shelf, name: str) -> object:
        """The JSON value of an entry, which is used by that; None where it is missing, unreadable or not JSON."""
        path = self._path(shelf, name)
        with self.lease.shared():
            return _parsed(path) if self.lease.note_use(path) else None

    def _write(self, shelf: Shelf, name: str, value: object) -> None:
        with writing(self.root, Code.STORE_UNWRITABLE):
            draft = self.drafts().new()
            draft.write_text(json.dumps(value))
            self._shelve(draft, Path(self._path(shelf, name)), 0o644)

    def _shelve(self, draft: Path, place: Path, mode: int) -> None:
        """The only moment at which others can see an entry."""
        draft.chmod(mode)
        with self.lease.shared():
            try:
                draft.rename(place)
            except FileNotFoundError:
                place.parent.mkdir(parents=True, exist_ok=True)
                draft.rename(place)
            except IsADirectoryError:
                shutil.rmtree(place, ignore_errors=True)
                draft.rename(place)


def _parsed(path: str) -> object:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - two per cached step; a Path costs more
            return json.loads(stream.read())
    except (OSError, ValueError, RecursionError):
        return None


def _as_action(value: object) -> Action | None:
    match value:
        case {"outputs": dict(outputs), "log": str() | None as log, "seconds": int() | float() as seconds}:
            if all(map(digest.is_digest, outputs.values())) and (log is None or digest.is_digest(log)):
                return Action(outputs, log, float(seconds))
    return None


def _is_right(path: Path, name: str) -> bool:
    """Whether a blob is a file with the digest that its name says."""
    try:
        return stat.S_ISREG(path.lstat().st_mode) and digest.of_file(path) == name
    except OSError:
        return False
