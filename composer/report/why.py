"""Why something is in an image: each chain of reasons down to a line of the manifest or of a source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from composer.errors import Location
from composer.model.cause import TLS_START, Cause
from composer.model.image import Image, ImageRecipe, Kept
from composer.model.step import RUNTIME
from composer.report.text import spell_bytes, spell_origin, spell_reason

LocateUse = Callable[[Kept, int], Location | None]  # (section that uses, offset in it) -> source line


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: a statement, its place, and the chains that explain it further."""

    text: str
    because: tuple[Link, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The chain as indented lines."""
        yield "  " * depth + ("because " if depth else "") + self.text
        for link in self.because:
            yield from link.lines(depth + 1)

    def as_json(self) -> dict[str, object]:
        """The chain for programs."""
        return {"text": self.text, "because": [link.as_json() for link in self.because]}


def why_recipe(name: str, recipes: Mapping[str, ImageRecipe], image: Image | None, target: str) -> Link:
    """Every chain of recipes from `name` to the manifest; a recipe told before is not told again."""
    recipe = recipes[name]
    weight = "" if image is None else f" ({spell_bytes(image.bytes_of(name))})"
    what = "the compiler's runtime" if name == RUNTIME else f"the recipe {name}{spell_origin(recipe)}"
    return Link(f"{what} is in the image for {target}{weight}", _reasons(recipe, recipes, target, {name}))


def _reasons(recipe: ImageRecipe, recipes: Mapping[str, ImageRecipe], target: str, told: set[str]) -> tuple[Link, ...]:
    links = []
    for reason in recipe.reasons:
        again = reason.by in told
        deeper: tuple[Link, ...] = ()
        if reason.by and not again:
            told.add(reason.by)
            deeper = _reasons(recipes[reason.by], recipes, target, told)
        links.append(Link(spell_reason(reason, target) + (" (told above)" if reason.by and again else ""), deeper))
    return tuple(links)


def why_capability(capability: str, provider: str, recipes: Mapping[str, ImageRecipe], target: str) -> Link:
    """Who provides a capability in the image, and everybody who wants it."""
    wanted = tuple(reason for reason in recipes[provider].reasons if reason.what == capability)
    told = {provider}
    links = []
    for reason in wanted:
        deeper = () if not reason.by or reason.by in told else _reasons(recipes[reason.by], recipes, target, told)
        told.add(reason.by)
        links.append(Link(spell_reason(reason, target), deeper))
    return Link(f"{capability} is provided by the recipe {provider} in the image for {target}", tuple(links))


def why_symbol(symbol: str, image: Image, locate: LocateUse) -> Link:
    """The chain of uses from the section that defines `symbol` to the image's entry or an init call."""
    place = next(number for number, kept in enumerate(image.sections) if symbol in kept.symbols)
    kept = image.sections[place]
    owner = "the compiler's runtime" if kept.recipe == RUNTIME else f"recipe {kept.recipe}"
    head = f"{symbol} is in the image for {image.target} (in {kept.section} of {kept.object}, {owner})"
    if image.manifest.get("lto") and not any(
        (row.object, row.section) == (kept.object, kept.section) for row in image.rows
    ):
        head += "; optimised at link time, what is left of it is part of others"
    head += next((f"; it only fails: {use.reason}" for use in image.absent if use.symbol == symbol), "")
    return Link(head, _uses(place, image, locate))


def _uses(place: int, image: Image, locate: LocateUse) -> tuple[Link, ...]:
    texts = []
    while place >= 0:
        kept = image.sections[place]
        texts.append(_spell_use(kept, image, locate))
        place = kept.by
    chain: tuple[Link, ...] = ()
    for text in reversed(texts):
        chain = (Link(text, chain),)
    return chain


def _spell_use(kept: Kept, image: Image, locate: LocateUse) -> str:
    """Why a section is alive, as a clause."""
    match Cause(kept.cause):
        case Cause.ROOT:
            return f"{kept.symbol} is where the image begins"
        case Cause.INIT:
            return f"{kept.symbol} is an init call of {kept.recipe}, which is alive"
        case Cause.KEPT:
            return f"{kept.section} is kept whenever {kept.object} is alive"
        case Cause.KIND:
            holder = image.sections[kept.by]
            what = "is thread-local" if kept.symbol == TLS_START else "has destructors"
            return f"{_name(holder)} of {holder.recipe} {what}"
        case Cause.GROUP:
            return f"it belongs to the group {kept.symbol}"
        case Cause.SYMBOL:
            user = image.sections[kept.by]
            at = locate(user, kept.offset)
            name = _name(user)
            what = kept.symbol or (kept.symbols[0] if kept.symbols else kept.section)
            return f"{name} of {user.recipe} uses {what}" + (f" ({at})" if at else "")


def _name(kept: Kept) -> str:
    return kept.symbols[0] if kept.symbols else kept.section
