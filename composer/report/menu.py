"""Choices and their effects in words; estimates are marked with ~."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from composer.model.menu import Choice, Effect, Kind, Member, Picture, Weighed
from composer.report.text import spell_bytes

MARKS = {True: "(*)", False: "( )"}
BOXES = {True: "[x]", False: "[ ]"}
SAME = "="  # nothing comes or goes
LATER = "?"  # known once it is built
IMPOSSIBLE = "not possible"


def spell_total(picture: Picture) -> str:
    """What the image weighs."""
    if picture.problem:
        return "no image is possible"
    return spell_bytes(picture.bytes) if picture.is_exact else f"~{spell_bytes(picture.bytes)}"


def mark(choice: Choice, word: str) -> str:
    """Whether the word holds."""
    marks = BOXES if choice.kind in (Kind.MANY, Kind.LIST) else MARKS
    return marks[word in choice.chosen]


def spell_change(choice: Choice, word: str, effect: Effect | None) -> str:
    """The effect in a word, behind the choice's word."""
    if effect is None:
        return "…"
    if effect.problem:
        return IMPOSSIBLE
    if effect.unknown:
        return "not here"
    if choice.name == "targets":
        return "" if effect.total is None else f"~{effect.total:,}"
    if word in choice.chosen and choice.kind is not Kind.LIST:
        return "now"
    if effect.bytes is None:
        return SAME if not (effect.comes or effect.goes) else LATER
    return f"~{effect.bytes:+,}"


def describe_effect(choice: Choice, word: str, effect: Effect | None, width: int) -> Iterator[str]:
    """The effect in sentences, in lines of `width` columns at most."""
    for paragraph in _paragraphs(choice, word, effect):
        yield from wrapped(paragraph, width)


def _paragraphs(choice: Choice, word: str, effect: Effect | None) -> Iterator[str]:
    if effect is None:
        yield "being worked out …"
    elif effect.problem:
        yield f"{choice.name} cannot be {word}:"
        yield from effect.problem.splitlines()
    elif effect.unknown:
        yield f"not known yet: {effect.unknown}"
        yield f"It is fetched when {word} is chosen, or by `compose fetch --set {choice.name}={word}`."
    elif choice.name == "targets":
        yield from _of_target(choice, word, effect)
    elif word in choice.chosen and choice.kind is not Kind.LIST:
        yield "This is how it is."
    else:
        yield from _difference(effect)


def _of_target(choice: Choice, word: str, effect: Effect) -> Iterator[str]:
    if word in choice.chosen:
        yield f"An image for {word} is built; without it that is built no longer."
    elif effect.total is not None:
        yield f"One more image, for {word}: ~{spell_bytes(effect.total)}, with {effect.libc}."


def _difference(effect: Effect) -> Iterator[str]:
    if effect.bytes:
        total = "" if effect.total is None else f", ~{spell_bytes(effect.total)} in all"
        yield f"~{spell_bytes(abs(effect.bytes))} {'more' if effect.bytes > 0 else 'less'}{total}."
    elif effect.comes or effect.goes:
        yield "What it weighs is known once it is built."
    else:
        yield "The same recipes; what it changes in them is known once it is built."
    if effect.libc:
        yield f"The C library is {effect.libc} then."
    for verb, recipes in (("comes", effect.comes), ("goes", effect.goes)):
        if recipes:
            yield f"{verb}: {', '.join(map(spell_weighed, recipes))}"


def describe_losses(losses: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    """Other targets for which there would be no image, with the reasons."""
    for target, problem in losses:
        yield ""
        yield from wrapped(f"There would be no image for {target}:", width)
        for line in problem.splitlines():
            yield from wrapped(line, width)


def spell_weighed(recipe: Weighed) -> str:
    """A recipe with its estimated bytes; one whose code is in others alone has none."""
    return recipe.name if recipe.bytes == 0 else f"{recipe.name} {_estimate(recipe.bytes)}"


def _estimate(count: int | None) -> str:
    return "?" if count is None else f"~{count:,}"


def describe_choice(choice: Choice, width: int) -> Iterator[str]:
    """What can be chosen, and what holds by whose word."""
    yield choice.name
    yield from wrapped(choice.help, width)
    whence = f"({choice.at})" if choice.at else "(the default)"
    yield from wrapped(f"now {choice.value} {whence}", width)
    if choice.at is not None and choice.default and choice.default != choice.value:
        yield from wrapped(f"default {choice.default}", width)


def describe_member(member: Member, is_exact: bool, width: int) -> Iterator[str]:
    """A recipe of the image: what it is, what it weighs, why it is there."""
    count = member.recipe.bytes
    yield f"{member.recipe.name} v{member.version}"
    yield from wrapped(member.summary, width)
    yield ("? bytes" if count is None else spell_bytes(count)) if is_exact else f"{_estimate(count)} bytes"
    yield ""
    yield "in the image because"
    for reason in member.reasons:
        yield from wrapped(reason, width, "- ")
    if member.options:
        yield ""
        yield from wrapped(f"options: {', '.join(member.options)}", width)


def wrapped(text: str, width: int, bullet: str = "") -> list[str]:
    """`text` in lines; those behind the first stand as far right as its first word."""
    indent = " " * (len(text) - len(text.lstrip()) + len(bullet))
    return textwrap.wrap(bullet + text, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def as_json(pictures: Sequence[Picture], effects: Mapping[tuple[str, str, str], Effect]) -> list[dict[str, Any]]:
    """All choices of each target with the effects of each word; `effects` are by target, choice and word."""
    return [
        {
            "target": picture.target,
            "bytes": picture.bytes,
            "is_estimate": not picture.is_exact,
            "libc": picture.libc,
            "problem": picture.problem,
            "choices": [
                _choice_as_json(choice, {word: effects[picture.target, choice.name, word] for word in choice.words})
                for choice in picture.choices
            ],
            "recipes": [
                {"name": member.recipe.name, "bytes": member.recipe.bytes, "reasons": member.reasons}
                for member in picture.members
            ],
        }
        for picture in pictures
    ]


def _choice_as_json(choice: Choice, effects: Mapping[str, Effect]) -> dict[str, Any]:
    return {
        "name": choice.name,
        "help": choice.help,
        "kind": choice.kind,
        "value": list(choice.chosen) if choice.kind in (Kind.MANY, Kind.LIST) else choice.value,
        "default": choice.default,
        "at": str(choice.at) if choice.at else None,
        "words": [{"word": word} | _effect_as_json(effect) for word, effect in effects.items()],
    }


def _effect_as_json(effect: Effect) -> dict[str, Any]:
    return {
        "estimated_change": effect.bytes,
        "estimated_total": effect.total,
        "comes": [recipe.name for recipe in effect.comes],
        "goes": [recipe.name for recipe in effect.goes],
        "libc": effect.libc,
        "problem": effect.problem,
        "unknown": effect.unknown,
    }
