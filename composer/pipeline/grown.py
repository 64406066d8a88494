"""What the real objects of an image wanted beyond what its selection knew, kept for commands that only look.

Formats of recipes, and calls that another compiler's objects do not make, are found once recipes are compiled. A
command that does not compile them would tell of another image than the one that was built.
"""

from __future__ import annotations

from collections.abc import Sequence

from composer import digest
from composer.errors import Location
from composer.model.resolution import ReasonKind, Want
from composer.pipeline.select import Selection, extend
from composer.pipeline.workshop import Workshop

FORMAT_OF_WANTS = 1  # raise it whenever a want is written in another way


def note_growth(workshop: Workshop, before: Selection, wants: Sequence[Want]) -> None:
    """Remember what a build of `before` wanted more; nothing as well, for it may have been something earlier."""
    key = _key(before)
    if wants or workshop.store.recall(key):
        workshop.store.remember(key, [_as_row(want) for want in wants])


def as_built(workshop: Workshop, selection: Selection) -> Selection:
    """`selection` with what the last build of it wanted more; raises ComposerError if that cannot be had any longer."""
    rows = workshop.store.recall(_key(selection))
    try:
        wants = tuple(_from_row(row) for row in rows) if isinstance(rows, list) else ()
    except (TypeError, ValueError):  # not what we wrote: damaged, which is a miss
        wants = ()
    return extend(workshop, selection, wants) if wants else selection


def _key(selection: Selection) -> str:
    wants = [(want.kind.value, want.what, want.by) for want in selection.wants]
    inputs = [str(selection.target), selection.libc, selection.toolchain.identity, dict(selection.objects), wants]
    return digest.of_json(["growth", FORMAT_OF_WANTS, *inputs])


def _as_row(want: Want) -> list[object]:
    at = want.at or Location("")
    return [want.kind.value, want.what, at.file, at.line, at.column, want.by, want.words]


def _from_row(row: Sequence[str | int]) -> Want:
    kind, what, file, line, column, by, words = row
    at = Location(str(file), int(line), int(column)) if file else None
    return Want(ReasonKind(str(kind)), str(what), at, str(by), str(words))
