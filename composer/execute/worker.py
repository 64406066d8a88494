"""One step from its key to its outcome: looked up, staged, and its results put into the store."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Code, ComposerError
from composer.execute import depfile, failure, headers
from composer.execute.faults import writing
from composer.execute.headers import Finder, Headers
from composer.execute.keys import Fact, facts, key_of
from composer.execute.outcome import Outcome
from composer.execute.pool import Command, Ended
from composer.execute.stage import stage
from composer.execute.store import Action, Store
from composer.execute.world import World
from composer.model.step import TEXT, Step

# Sets of headers remembered per base key: enough to go back and forth between a few states of a tree.
REMEMBERED = 4


@dataclass(slots=True)
class _Attempt:
    """What was known of a step before it ran."""

    base: tuple[Fact, ...]
    base_key: str
    known: tuple[Headers, ...]  # their facts were looked at before the step ran
    began_ns: int = 0  # by the clock of the store's file system


class Worker:
    """Looks up, prepares and collects the steps of one plan; starts nothing itself."""

    def __init__(self, world: World, store: Store, log_folder: Path) -> None:
        self._world = world
        self._store = store
        self._log_folder = log_folder
        self._finder = Finder(world)
        self._attempts: dict[str, _Attempt] = {}

    def lookup(self, step: Step) -> Outcome | None:
        """The outcome that the store has for this step as the disk is now; raises ComposerError(INPUT_CHANGED)."""
        base = tuple(facts(step, self._world.digest_of))
        base_key = key_of(base)
        known = self.known(base_key) if step.depfile else (Headers(),)
        self._attempts[step.label] = _Attempt(base, base_key, known)
        for candidate in known:
            key = key_of((*base, *candidate.facts(self._world)))
            action = self._store.fetch_action(key)
            if action is not None and self._is_usable(step, action):
                self._world.outputs.update(action.outputs)
                return Outcome(step, key, action.outputs, True, action.seconds, self._said(step, action.log))
        return None

    def prepare(self, step: Step) -> Command:
        """Lay out a folder for the step; raises ComposerError(STORE_CORRUPT) if one of its inputs was lost."""
        for path in step.inputs:
            if path.partition("/")[0] == TEXT:
                self._keep_text(path)
            if not self._world.is_rooted(path) and not self._world.is_whole(self._world.digest_of(path)):
                raise ComposerError(failure.lost_input(step, path))
        folder = self._store.drafts().new()
        with writing(self._store.root, Code.STORE_UNWRITABLE):
            stage(step, self._world, self._store, folder)
            self._attempts[step.label].began_ns = folder.stat().st_ctime_ns
        return Command(step, folder, folder.with_name(f"{folder.name}.log"))

    def _keep_text(self, path: str) -> None:
        """Have a text in the store, used now: no action says that it is in use."""
        content = self._world.digest_of(path)
        if not (self._store.use(content) and self._world.is_whole(content)):
            self._store.put_bytes(self._world.plan.texts[path])

    def collect(self, ended: Ended) -> Outcome | None:
        """Put into the store what the process made; None if it has to run once more. Raises ComposerError."""
        try:
            return self._collect(ended)
        finally:
            shutil.rmtree(ended.command.folder, ignore_errors=True)
            ended.command.log.unlink(missing_ok=True)

    def _collect(self, ended: Ended) -> Outcome | None:
        command, step = ended.command, ended.command.step
        text = command.log.read_bytes().replace(f"{command.folder}/".encode(), b"")
        if ended.status or ended.is_late:
            readable = text.decode(errors="replace")
            raise ComposerError(failure.diagnose(ended, readable, self._world, self._store, self._log_folder))
        attempt = self._attempts[step.label]
        seen = self._seen(step, command.folder)
        told = tuple(seen.facts(self._world))
        was_known = seen in attempt.known
        if not was_known and not seen.is_older(self._world, attempt.began_ns):
            # Perhaps it read another content than was hashed just now. The next attempt knows it before.
            attempt.known = (seen,)
            return None
        if changed := (*self._world.changed(step.inputs), *(seen.changed(self._world) if was_known else ())):
            raise ComposerError(failure.changed_inputs(step, tuple(map(self._world.shown, changed))))
        return self._record(ended, attempt, (*attempt.base, *told), seen, text)

    def _seen(self, step: Step, folder: Path) -> Headers:
        """The headers that the process says it read."""
        if step.depfile is None:
            return Headers()
        try:
            text = (folder / step.depfile).read_text(errors="surrogateescape")
        except OSError:
            raise ComposerError(failure.missing_output(step, step.depfile)) from None
        return self._finder.search(step, self._finder.locate(step, depfile.parse(text), str(folder)))

    def _record(self, ended: Ended, attempt: _Attempt, known: tuple[Fact, ...], seen: Headers, text: bytes) -> Outcome:
        step = ended.command.step
        places = dict(step.foreign.made) if step.foreign else {}
        outputs = {path: self._keep(step, ended.command.folder / places.get(path, path), path) for path in step.outputs}
        log = self._store.put_bytes(text) if text else None
        key = key_of(known)
        if step.depfile is not None:
            others = [entry for entry in self.known(attempt.base_key) if entry != seen]
            self._store.record_found(attempt.base_key, [entry.as_json() for entry in [seen, *others][:REMEMBERED]])
        self._store.record_action(key, Action(outputs, log, ended.seconds), known)
        self._world.outputs.update(outputs)
        return Outcome(step, key, outputs, False, ended.seconds, self._said(step, log))

    def _said(self, step: Step, log: str | None) -> str:
        """A compiler's warnings; what foreign programs print is told only if they fail."""
        text = self._store.read(log) if log is not None and step.foreign is None else None
        return failure.for_people(text.decode(errors="replace"), self._world) if text else ""

    def _keep(self, step: Step, file: Path, path: str) -> str:
        if file.is_symlink() or not file.is_file():
            raise ComposerError(failure.missing_output(step, path))
        return self._store.put_file(file, move=True)

    def known(self, base_key: str) -> tuple[Headers, ...]:
        """The sets of headers that steps with this base key were seen to read, the latest first."""
        value = self._store.fetch_found(base_key)
        entries = value if isinstance(value, list) else []
        return tuple(entry for entry in map(headers.from_json, entries) if entry is not None)

    def _is_usable(self, step: Step, action: Action) -> bool:
        """Whether the action is about this step's outputs and all of them are there, undamaged."""
        if action.outputs.keys() != set(step.outputs):
            return False
        return all(
            [self._world.is_whole(content) for content in (*action.outputs.values(), *filter(None, [action.log]))]
        )
