"""Where a plan's logical paths are on this machine, and what is there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic
from composer.execute.stamps import Stamps, stamp_of
from composer.execute.store import Store
from composer.load.paths import display_path
from composer.model.step import OUT, TEXT, Plan

ABSENT = "absent"


class World:
    """The roots, texts and outputs of one plan, as this run sees them; each file is read once.

    `outputs` grows while steps end. Raises ComposerError(INPUT_CHANGED) where a file is gone and
    KeyError for a path that the plan does not explain, which is a fault of the plan.
    """

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.outputs: dict[str, str] = dict(plan.given)
        self._store = store
        self._memo_key = digest.of_json(["stamps", sorted(plan.roots.values())])
        self.stamps = Stamps(store.recall(self._memo_key))
        self._texts: dict[str, str] = {}
        self._listings: dict[str, frozenset[str]] = {}

    @cached_property
    def real_roots(self) -> Mapping[str, str]:
        """The folder of each root with all symbolic links followed."""
        return {name: os.path.realpath(folder) for name, folder in self.plan.roots.items()}

    def is_rooted(self, path: str) -> bool:
        """Whether the logical path is below one of the roots."""
        return path.partition("/")[0] in self.plan.roots

    def physical(self, path: str) -> str:
        """The file of a logical path below a root."""
        root, _, rest = path.partition("/")
        return f"{self.plan.roots[root]}/{rest}"

    def shown(self, path: str) -> str:
        """A logical path below a root as the user would type it; any other is returned as it is."""
        return display_path(Path(self.physical(path))) if self.is_rooted(path) else path

    def digest_of(self, path: str) -> str:
        """Digest of an input's content."""
        if path in self.plan.given:
            return self.plan.given[path]
        kind = path.partition("/")[0]
        if kind == TEXT:
            if path not in self._texts:
                self._texts[path] = digest.of_bytes(self.plan.texts[path])
            return self._texts[path]
        if kind == OUT:
            return self.outputs[path]
        try:
            return self.stamps.digest(self.physical(path))
        except OSError as error:
            raise ComposerError(_gone(path, error)) from error

    def digest_or_absent(self, path: str) -> str:
        """Digest of a file that was read once and may be gone by now."""
        try:
            return self.stamps.digest(self.physical(path))
        except (OSError, KeyError):
            return ABSENT

    def listing(self, folder: str, *, anew: bool = False) -> frozenset[str]:
        """Names in a folder below a root, as first seen or `anew`; none where it is not a folder (any more)."""
        found = None if anew else self._listings.get(folder)
        if found is None:
            try:
                found = frozenset(os.listdir(self.physical(folder)))  # noqa: PTH208 - names only, many folders
            except (OSError, KeyError):
                found = frozenset()
            self._listings.setdefault(folder, found)
        return found

    def is_older(self, path: str, time_ns: int) -> bool:
        """Whether this, below a root, was last changed before that time of the file system's clock, or is not there."""
        try:
            return stamp_of(self.physical(path))[4] < time_ns
        except OSError:
            return True

    def changed(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those inputs whose content is no longer what `digest_of` told: edited files, blobs that a step wrote to."""
        files = (path for path in paths if not (self.is_rooted(path) and path in self.plan.given))
        return tuple(path for path in files if not self.stamps.unchanged(self._file(path)))

    def _file(self, path: str) -> str:
        """The file of any input."""
        return self.physical(path) if self.is_rooted(path) else str(self._store.path_of(self.digest_of(path)))

    def is_whole(self, content: str) -> bool:
        """Whether the store has this blob undamaged; a damaged one is evicted."""
        place = str(self._store.path_of(content))
        try:
            if self.stamps.digest(place) == content:
                return True
        except OSError:
            return False
        self.stamps.forget(place)
        self._store.evict(content)
        return False

    def save(self) -> None:
        """Remember the digests for the next run; no error, as losing them only costs time."""
        changes = self.stamps.changes()
        if changes is not None:
            try:
                self._store.remember(self._memo_key, changes)
            except ComposerError:
                return


def _gone(path: str, error: OSError) -> Diagnostic:
    return Diagnostic(
        Code.INPUT_CHANGED,
        f"'{path}' was there when the build was planned and cannot be read now: {error.strerror}",
        hint="run the same command again when nothing changes the sources",
    )
