"""Functions that compilers call unasked, as `__udivti3` for the division of 128-bit numbers: they come with the
compiler, as an archive or as sources, and an image has those that it reaches.

They are asked last, so a recipe may have one of its own; and only for names that C reserves for the implementation, so
that what else such an archive has (`memcpy`, `sin`) does not depend on the toolchain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from composer import digest
from composer.model.cause import Cause
from composer.model.image import ImageRecipe
from composer.model.linkage import Member, Reach
from composer.model.resolution import Reason, ReasonKind
from composer.model.step import APP, RUNTIME
from composer.model.toolchain import Toolchain
from composer.pipeline.workshop import Workshop
from composer.plan.runtime import FOLDER, RUNTIME_OBJECT, runtime_step
from composer.reach.archive import Entry, read_archive
from composer.reach.diagnose import Exports

FORMAT_OF_TABLE = 1  # raise it whenever the table of an archive holds something else
RESERVED = "__"


def with_runtime(
    workshop: Workshop,
    members: Sequence[Member],
    objects: Mapping[str, str],
    exports: Exports,
    ask: Callable[[Sequence[Member]], Reach],
) -> tuple[Reach, Mapping[str, str]]:
    """What `ask` says of `members` and of the runtime's objects that define what is missing; `objects` with those.

    Raises ComposerError if the runtime cannot be read or made.
    """
    known, seen = list(members), dict(objects)
    while True:
        reached = ask(known)
        missing = (use.symbol for use in reached.missing)
        wanted = [name for name in missing if name.startswith(RESERVED) and not exports.can_have(name)]
        more = {path: content for path, content in _objects_for(workshop, wanted) if path not in seen}
        if not more:
            return reached, seen
        seen |= more
        known += [workshop.member(RUNTIME, path, content) for path, content in more.items()]


def _objects_for(workshop: Workshop, symbols: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Path and digest of each object of the runtime that defines one of `symbols`."""
    runtime = workshop.toolchain.runtime
    if not symbols or not runtime.path:
        return
    if runtime.make:
        made = workshop.run((runtime_step(workshop.toolchain),), {}, {})[RUNTIME_OBJECT]
        defined = {symbol.name for symbol in workshop.member(RUNTIME, RUNTIME_OBJECT, made).index.symbols}
        if not defined.isdisjoint(symbols):
            yield RUNTIME_OBJECT, made
        return
    table = _table(workshop)
    for entry in dict.fromkeys(table[symbol] for symbol in symbols if symbol in table):
        with Path(runtime.path).open("rb") as archive:
            archive.seek(entry.offset)
            yield f"{FOLDER}/{entry.name}", workshop.store.put_bytes(archive.read(entry.size))


def _table(workshop: Workshop) -> Mapping[str, Entry]:
    """Which object of the archive defines each symbol, read now or ever before."""
    key = digest.of_json(["runtime table", FORMAT_OF_TABLE, workshop.toolchain.identity])
    remembered = workshop.store.recall(key)
    if isinstance(remembered, dict):
        return {symbol: Entry(*row) for symbol, row in remembered.items()}
    path = workshop.toolchain.runtime.path
    table = read_archive(Path(path).read_bytes(), path)
    workshop.store.remember(key, {symbol: [row.name, row.offset, row.size] for symbol, row in table.items()})
    return table


def as_recipe(toolchain: Toolchain, reached: Reach, linked: Reach) -> tuple[ImageRecipe, ...]:
    """The runtime as one of the recipes of an image that has something of it, with the first use by each of them.

    `reached` is of the objects as they were compiled, `linked` of those that were linked: an optimiser may call what
    nothing called before, and then it is said to be the app.
    """
    uses = list(_uses(reached))
    told = {symbol for _, symbol in uses}
    uses += [(APP, symbol) for _, symbol in _uses(linked) if symbol not in told]
    reasons = dict.fromkeys(Reason(ReasonKind.SYMBOL, "" if user == APP else user, symbol) for user, symbol in uses)
    if not reasons:
        return ()
    is_alive = RUNTIME in linked.owners
    license = toolchain.runtime.license
    return (ImageRecipe(RUNTIME, toolchain.version, license, tuple(reasons), is_alive, ()),)


def _uses(reached: Reach) -> Iterator[tuple[str, str]]:
    """By whom and by which symbol each live section of the runtime was found, but for its own uses."""
    for entry in reached.alive:
        because = entry.because
        if reached.members[entry.member].owner == RUNTIME and because.cause is Cause.SYMBOL:
            user = reached.members[because.member].owner
            if user != RUNTIME:
                yield user, because.symbol
