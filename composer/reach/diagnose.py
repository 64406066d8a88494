"""What is wrong with a reach, from the user's chair: all of it at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from composer.errors import Code, Diagnostic, Location
from composer.model.cause import Cause
from composer.model.linkage import NO_MEMBER, NO_SECTION, THREAD_LOCAL, Because, Member, ObjectIndex, Reach, Use
from composer.model.step import APP, RUNTIME
from composer.reach.lines import Locator


@dataclass(frozen=True, slots=True)
class Exports:
    """Who could have a symbol: the whole catalog's exports, for hints."""

    recipes: Mapping[str, tuple[str, ...]]  # symbol -> recipes that export it
    unsupported: frozenset[str]  # recipes that do not support the target
    target: str
    elsewhere: Mapping[str, str] = field(default_factory=dict)  # symbol -> a C library that cannot be there as well
    runtime_hint: str = ""  # how to have the functions that the compiler calls unasked, if this machine lacks them

    def can_have(self, symbol: str) -> bool:
        """Whether a recipe for the target exports `symbol`."""
        return any(recipe not in self.unsupported for recipe in self.recipes.get(symbol, ()))


def diagnose(reached: Reach, exports: Exports, locator: Locator) -> tuple[Diagnostic, ...]:
    """One diagnostic per missing, doubly defined or private symbol; none means that the link can be made."""
    return (
        *_missing(reached, exports, locator),
        *_twice(reached, locator),
        *_private(reached, locator),
    )


def function_at(index: ObjectIndex, section: int, offset: int) -> str:
    """Name of the function or variable at a place of an object; the section's name if none covers it."""
    inside = [s for s in index.symbols if s.section == section and s.offset <= offset < s.offset + max(s.size, 1)]
    before = [s for s in index.symbols if s.section == section and s.offset <= offset and not s.size]
    found = max(inside or before, key=lambda symbol: symbol.offset, default=None)
    return found.name if found else index.sections[section].name


def describe_use(members: tuple[Member, ...], because: Because) -> str:
    """Who uses a symbol, as the end of "it is used by ..."."""
    if because.cause is Cause.ROOT:
        return "the image itself"
    member = members[because.member]
    if because.cause is Cause.INIT:
        return f"an init call of recipe {member.owner}"
    function = function_at(member.index, because.section, because.offset)
    kind = member.index.sections[because.section].kind
    what = f"the thread-local {function}" if because.cause is Cause.KIND and kind in THREAD_LOCAL else function
    return f"{what} in {_spelled(member.owner)}"


def _spelled(owner: str) -> str:
    return {APP: "the app", RUNTIME: "the compiler's runtime"}.get(owner, f"recipe {owner}")


def _missing(reached: Reach, exports: Exports, locator: Locator) -> Iterator[Diagnostic]:
    for use in reached.missing:
        at = locator.reason(reached.members, use.because)
        if use.symbol == "main":
            hint = "add the source that has 'int main(void)' to app.sources"
            yield Diagnostic(Code.NO_MAIN, "the app defines no function 'main'", hint=hint)
            continue
        user = describe_use(reached.members, use.because)
        yield Diagnostic(
            Code.SYMBOL_MISSING,
            f"nothing defines '{use.symbol}', which is used by {user}",
            at,
            _nearest(use, exports, reached),
        )


def _nearest(use: Use, exports: Exports, reached: Reach) -> str:
    """The thing that comes closest to having the symbol."""
    symbol, recipes = use.symbol, exports.recipes.get(use.symbol, ())
    liar = next((member.owner for member in reached.members if member.owner in recipes), None)
    if liar is not None:
        return f"recipe {liar} says that it exports '{symbol}', but none of its sources defines it"
    absent = [recipe for recipe in recipes if recipe not in exports.unsupported]
    if absent:
        return f"recipe {absent[0]} exports '{symbol}', but is not in the image"
    if recipes:
        return f"recipe {recipes[0]} exports '{symbol}', but does not support {exports.target}"
    if symbol in exports.elsewhere:
        return f"the C library {exports.elsewhere[symbol]} has it: write `libc: {exports.elsewhere[symbol]}`"
    defined = {s.name for m in reached.members for s in m.index.symbols if m.owner == APP and s.binding != "local"}
    if symbol.startswith("__") and exports.runtime_hint:
        return f"if the compiler itself calls it, install the compiler's runtime: {exports.runtime_hint}"
    if use.because.cause is not Cause.INIT and (close := _close(symbol, defined, exports)) is not None:
        return f"did you mean {close}?"
    if use.because.member != NO_MEMBER and (owner := reached.members[use.because.member].owner) != APP:
        return f"define it in recipe {owner}, or have it require the recipe that does"
    return "define it in one of app.sources; no recipe of the catalog exports it"


def _close(symbol: str, defined: set[str], exports: Exports) -> str | None:
    """The name that may have been meant: of the app's own (`defined`) first, for these are likelier misspelt."""
    own = difflib.get_close_matches(symbol, sorted(defined), n=1, cutoff=0.75)
    if own:
        return f"'{own[0]}' of the app"
    others = difflib.get_close_matches(symbol, sorted({*exports.recipes, *exports.elsewhere}), n=1, cutoff=0.75)
    if not others:
        return None
    found = others[0]
    has = (
        f"recipe {exports.recipes[found][0]}"
        if found in exports.recipes
        else f"the C library {exports.elsewhere[found]}"
    )
    return f"'{found}' of {has}"


def _definition(member: Member, symbol: str, locator: Locator) -> Location:
    """Where `member` defines `symbol`: its source line for a function, else at least its object."""
    sections = (found for found in member.index.symbols if found.name == symbol and found.section != NO_SECTION)
    lines = (locator.locate_function(member, found.section, found.offset) for found in sections)
    return next((line for line in lines if line is not None), Location(member.path))


def _twice(reached: Reach, locator: Locator) -> Iterator[Diagnostic]:
    for symbol, one, other in reached.twice:
        first = reached.members[one]
        at = _definition(first, symbol, locator)
        if other == NO_MEMBER:
            message = f"'{symbol}' is defined {_owned(first)}, but compose itself defines it in every image"
            yield Diagnostic(Code.SYMBOL_TWICE, message, at, "choose another name")
            continue
        second = reached.members[other]
        there = _definition(second, symbol, locator)
        message = f"'{symbol}' is defined twice: {_owned(first)} at {at}, and {_owned(second)} at {there}"
        # The app is what the user can change most easily, so the message points there.
        place = there if second.owner == APP else at
        yield Diagnostic(Code.SYMBOL_TWICE, message, place, _way_out(reached, symbol, one, other))


def _way_out(reached: Reach, symbol: str, one: int, other: int) -> str:
    """What to do about two definitions; of the app's and a recipe's, also why the recipe's is in the image at all."""
    owners = [reached.members[place].owner for place in (one, other)]
    if owners.count(APP) != 1:
        return f"rename one of them, or make it static if only its own file uses '{symbol}'"
    theirs = other if owners[0] == APP else one
    reason = next(entry.because for entry in reached.alive if entry.member == theirs)
    needed = f"{describe_use(reached.members, reason)} uses '{reason.symbol}'"
    hint = f"rename yours, or make it static if only its own file uses '{symbol}'"
    return f"{hint}; the recipe's object is in the image because {needed}"


def _owned(member: Member) -> str:
    return f"by {_spelled(member.owner)}"


def _private(reached: Reach, locator: Locator) -> Iterator[Diagnostic]:
    for use in reached.private:
        owner = reached.members[use.definer].owner
        user = describe_use(reached.members, use.because)
        yield Diagnostic(
            Code.SYMBOL_NOT_EXPORTED,
            f"'{use.symbol}' is private to recipe {owner}, and {user} uses it",
            locator.reason(reached.members, use.because),
            f"add {use.symbol} to the exports of recipe {owner}, or use one of its exports",
        )
