"""What stands above the lists and in the left one: texts of the picture and of what is not saved."""

from __future__ import annotations

from collections.abc import Iterator

from composer.menu.rows import Row
from composer.menu.session import Session
from composer.model.menu import Choice, Member, Picture
from composer.report.menu import spell_total

LOOK_ONLY = "  (read-only: look, do not save)"


def head(session: Session, picture: Picture, is_old: bool) -> str:
    """The line above all; of an old picture no sums."""
    state = f"{session.count} not saved" if session.count else ""
    told = "…" if is_old else f"{spell_total(picture)}, {len(picture.members)} recipes"
    count = len(picture.targets)
    more = f" ({picture.targets.index(picture.target) + 1} of {count})" if count > 1 else ""
    line = f"{session.manuscript.shown}  {picture.target}{more}  {told}"
    only = "" if session.manuscript.is_writable else LOOK_ONLY
    return "  ".join(part for part in (line, state + only) if part)


def rows_of(picture: Picture, found: str) -> Iterator[Row]:
    """Choices below their sections, then recipes: those whose name or help has each word of `found`."""
    words = found.lower().split()
    section = ""
    for choice in picture.choices:
        if _has(words, choice.name, choice.help, *choice.words):
            if choice.section != section:
                section = choice.section
                yield Row("", section)
            yield _row_of_choice(choice)
    members = [member for member in picture.members if _has(words, member.recipe.name, member.summary)]
    if members:
        yield Row("", "Recipes in the image")
    for member in members:
        yield _row_of_member(member, picture.is_exact)


def id_of(member: Member) -> str:
    """The id of a recipe's row, which no choice has."""
    return f"recipe {member.recipe.name}"


def _has(words: list[str], *texts: str) -> bool:
    text = " ".join(texts).lower()
    return all(word in text for word in words)


def _row_of_choice(choice: Choice) -> Row:
    return Row(choice.name, f"{'*' if choice.is_set else ' '} {choice.name}", choice.value)


def _row_of_member(member: Member, is_exact: bool) -> Row:
    count = member.recipe.bytes
    told = "?" if count is None else f"{'' if is_exact else '~'}{count:,}"
    return Row(id_of(member), f"  {member.recipe.name}", told)
