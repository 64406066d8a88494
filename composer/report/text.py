"""Words and numbers as all reports spell them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType

from composer.errors import Code, Diagnostic, Location
from composer.model.cause import DESTRUCTORS_START, TLS_START
from composer.model.image import Image, ImageRecipe
from composer.model.resolution import Reason, ReasonKind, Resolution
from composer.model.step import IMAGE_FILES, SHIPPED

_KINDS = {TLS_START: "thread-local variables", DESTRUCTORS_START: "destructors"}  # by the symbol that they use

# By the loader that a recipe names: in a column, and in a sentence.
LOADERS = MappingProxyType(
    {
        "pvh": ("ELF, PVH", "an ELF file with a PVH note"),
        "flat": ("Image", "a raw arm64 Image"),
        "process": ("process", "an ELF file that a kernel starts as a process"),
    }
)


def listed(names: Iterable[str], most: int = 6) -> str:
    """The first of `names`, and how many more there are."""
    words = list(names)
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"


def spell_bytes(count: int | None) -> str:
    """A number of bytes with thousands separated; unknown as a question mark."""
    return "? bytes" if count is None else "1 byte" if count == 1 else f"{count:,} bytes"


def spell_milliseconds(seconds: float) -> str:
    """A short time."""
    return f"{1000 * seconds:,.0f} ms"


def spell_value(value: object, nothing: str) -> str:
    """What a key of a manifest has, as a manifest says it; `nothing` where it has none."""
    return nothing if value is None else value if isinstance(value, str) else json.dumps(value)


def spell_brief(diagnostic: Diagnostic) -> str:
    """What is wrong, in one line: of a compiler's words the first that it calls an error."""
    lines = [line.strip() for line in diagnostic.message.splitlines()]
    said = next((line for line in lines if "error:" in line), None) if diagnostic.code is Code.STEP_FAILED else None
    return said or (f"{diagnostic.at}: " if diagnostic.at else "") + lines[0].rstrip(":")


def spell_reason(reason: Reason, target: str) -> str:
    """A reason as a clause: who wants it, and where that is written."""
    place = f" ({reason.at})" if reason.at else ""
    match reason.kind:
        case ReasonKind.TARGET:
            return f"the target {target} needs {reason.what}{place}"
        case ReasonKind.REQUESTED:
            return f"the manifest asks for {reason.what}{place}"
        case ReasonKind.FORMAT:
            return f"{reason.by or 'the app'} {reason.words}{place}"
        case ReasonKind.SYMBOL if reason.what in _KINDS:
            return f"{reason.by or 'the app'} has {_KINDS[reason.what]}{place}"
        case ReasonKind.SYMBOL:
            origin = f" for {reason.words}" if reason.words else ""
            return f"{reason.by or 'the app'} calls {reason.what}{origin}{place}"
        case ReasonKind.REQUIRES | ReasonKind.RECOMMENDS:
            return f"{reason.by} {reason.kind.value} {reason.what}{place}"


def spell_origin(recipe: ImageRecipe) -> str:
    """Where a recipe is from, as an apposition; nothing for a shipped one."""
    if recipe.origin == SHIPPED:
        return ""
    place = f" in the place of the shipped v{recipe.replaced}" if recipe.replaced else ""
    return f" from {recipe.origin}{place}"


def remarks_on_origins(recipes: Iterable[ImageRecipe]) -> tuple[str, ...]:
    """Which shipped recipes are not in the image because others have their places."""
    return tuple(f"the recipe {one.name} v{one.version} is{spell_origin(one)}" for one in recipes if one.replaced)


def remarks_on(resolution: Resolution) -> tuple[str, ...]:
    """What a person should know of a resolution besides its recipes."""
    refused = (f"{reason.by} recommends {reason.what}, which is refused" for reason in resolution.refused)
    unproven = () if resolution.proven else ("the resolver reached its bound; a lighter set of recipes may exist",)
    return (*refused, *unproven)


def remarks_on_files(image: Image) -> tuple[str, ...]:
    """Files that nothing in the image can open."""
    name = image.manifest["files"]
    if name is None or any(row.recipe == IMAGE_FILES for row in image.rows):
        return ()
    return (f"the files of '{name}' are not in the image: nothing in it opens a path",)


def remarks_on_absent(image: Image, shown: Callable[[str], str]) -> tuple[str, ...]:
    """Who calls what will only fail; `shown` makes a logical path one that the user would type."""
    places = ((use, use.at and Location(shown(use.at.file), use.at.line)) for use in image.absent)
    return tuple(str(replace(use, at=at)) for use, at in places)
