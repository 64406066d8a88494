"""Objects in the store and their indexes. `compose why` of a fresh image needs what is remembered of them, and no more:
so what reads objects is imported only when one has to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.execute.store import Store
from composer.model.image import Image, Kept

if TYPE_CHECKING:
    from composer.model.linkage import Member

FORMAT_OF_INDEX = 3  # raise it whenever an ObjectIndex holds something else: older memos are then misses


def member_of(store: Store, owner: str, path: str, content: str) -> Member:
    """The object `path` with the digest `content`, indexed now or ever before."""
    from composer.model.linkage import Member
    from composer.reach.objects import as_json, from_json, index_object

    key = digest.of_json(["object index", FORMAT_OF_INDEX, content])
    remembered = store.recall(key)
    if isinstance(remembered, dict):
        return Member(owner, path, from_json(remembered))
    index = index_object(bytes_of(store, content), path)
    store.remember(key, as_json(index))
    return Member(owner, path, index)


def bytes_of(store: Store, content: str) -> bytes:
    """The bytes with that digest; raises ComposerError if the store has lost them meanwhile."""
    found = store.read(content)
    if found is None:
        message = f"the store has lost {content[:12]} while it was in use"
        raise ComposerError(Diagnostic(Code.STORE_CORRUPT, message, hint="run the same command again"))
    return found


def line_of_use(store: Store, image: Image, kept: Kept, offset: int) -> Location | None:
    """The source line, by its logical path, of the use at `offset` of a section; found now or ever before."""
    content = image.objects.get(kept.object)
    if content is None or not store.has(content):
        return None
    key = digest.of_json(["line of a use", FORMAT_OF_INDEX, kept.object, content, kept.section, offset])
    remembered = store.recall(key)
    if isinstance(remembered, list) and len(remembered) in (0, 2):
        return Location(str(remembered[0]), int(remembered[1])) if remembered else None
    from composer.reach.lines import Locator

    member = member_of(store, kept.recipe, kept.object, content)
    section = next(n for n, section in enumerate(member.index.sections) if section.name == kept.section)
    at = Locator(lambda path: bytes_of(store, image.objects[path]), str).locate(member, section, offset)
    store.remember(key, [at.file, at.line] if at else [])
    return at
