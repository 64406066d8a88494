"""The least fixpoint over real objects: what is alive, and the first reason for it (DESIGN section 4, sieve 2).

Alive is what can be reached by relocations from the roots. Three rules go beyond plain reachability:

- a recipe's init calls become roots once any of its sections is alive, so recipes that only know each
  other die together;
- notes, constructors (`.init_array*`) and destructors (`.fini_array*`) are alive as soon as any section of their object is. The linker
  agrees because the generated script says KEEP for them, and because it is not given objects in which
  nothing is alive;
- what needs somebody who makes it work uses the symbol of that: a thread-local variable `tls_start`, destructors
  `destructors_start`;
- one live section of a COMDAT group makes the whole group alive; of two groups with one signature only
  the first in link order exists.

Of several definitions of one symbol a use takes one, as if each recipe were an archive (`_Search._choose`). The
others do no harm while nothing of their objects is alive, for the linker is not given those.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from composer.errors import Code, ComposerError, Diagnostic
from composer.model.cause import Cause
from composer.model.linkage import NO_MEMBER, NO_SECTION, STARTERS, Alive, Because, Member, Reach, Reference, Use
from composer.model.recipe import INIT_LEVELS, InitCall
from composer.model.step import APP

_STRENGTH = {"weak": 0, "common": 1, "global": 2}
_STRONG = _STRENGTH["global"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides life besides the objects themselves."""

    roots: tuple[str, ...]  # the entry, and what the generated code needs
    init: Mapping[str, tuple[InitCall, ...]]  # recipe -> its init calls
    exports: Mapping[str, frozenset[str]]  # recipe -> symbols that others may use
    generated: frozenset[str]  # symbols that the composer itself defines
    app: str = APP  # whose objects the program is made of


def reach(members: Sequence[Member], rules: Rules) -> Reach:
    """The fixpoint over `members`, which are in link order; never raises, mistakes are in the value."""
    search = _Search(members, rules)
    search.run()
    return search.result()


def undefined(members: Sequence[Member]) -> Reach:
    """The app's own objects alone, from `main`: `missing` holds each outer symbol by its first use.

    Raises ComposerError(NO_MAIN) if there is no `main`.
    """
    if not any(symbol.name == "main" and symbol.binding != "local" for m in members for symbol in m.index.symbols):
        owner = members[0].owner if members else APP
        where = "app.sources" if owner == APP else f"the recipe {owner}"
        hint = f"add the source that has 'int main(void)' to {where}"
        raise ComposerError(Diagnostic(Code.NO_MAIN, "the app defines no function 'main'", hint=hint))
    return reach(members, Rules(("main",), {}, {}, frozenset()))


@dataclass(frozen=True, slots=True)
class _Definition:
    """One of the definitions of a symbol."""

    strength: int
    place: int  # index of its member
    section: int


class _Search:
    """The worklist; everything in it happens in link order and offset order, so the reasons are stable."""

    def __init__(self, members: Sequence[Member], rules: Rules) -> None:
        self._members = tuple(members)
        self._rules = rules
        self._void = _duplicate_groups(self._members)
        self._definitions = _definitions(self._members, self._void)
        self._by_section = [_by_section(member) for member in self._members]
        self._because: dict[tuple[int, int], Because] = {}
        self._queue: deque[tuple[int, int]] = deque()
        self._live_members: set[int] = set()
        self._owners: set[str] = set()
        self._missing: dict[str, Use] = {}
        self._private: dict[tuple[str, str], Use] = {}

    def run(self) -> None:
        for symbol in self._rules.roots:
            self._use(symbol, Because(Cause.ROOT, symbol), "")
        while self._queue:
            place, section = self._queue.popleft()
            self._enliven_member(place)
            self._enliven_group(place, section)
            for reference in self._by_section[place].get(section, ()):
                self._follow(place, reference)

    def result(self) -> Reach:
        return Reach(
            members=self._members,
            alive=tuple(Alive(place, section, because) for (place, section), because in self._because.items()),
            owners=frozenset(self._owners),
            left=tuple(sorted({*self._rules.init, *(member.owner for member in self._members)} - self._owners)),
            definers={symbol: self._final(found) for symbol, found in self._definitions.items()},
            missing=tuple(self._missing.values()),
            private=tuple(self._private.values()),
            twice=tuple(self._twice()),
        )

    def _final(self, found: Sequence[_Definition]) -> tuple[int, int]:
        """The definition that the linker takes: of objects that are alive, if there is one."""
        live = [definition for definition in found if definition.place in self._live_members]
        best = max(live or found, key=lambda definition: (definition.strength, -definition.place))
        return best.place, best.section

    def _twice(self) -> Iterator[tuple[str, int, int]]:
        """Symbols that are strong in two objects which are alive, or in two of the app, and those of the composer."""
        for symbol, found in self._definitions.items():
            if symbol in self._rules.generated:
                yield symbol, found[0].place, NO_MEMBER
                continue
            strong = [entry.place for entry in found if entry.strength == _STRONG]
            app = [place for place in strong if self._members[place].owner == self._rules.app]
            live = [place for place in strong if place in self._live_members]
            if len(app) > 1 or len(live) > 1:
                first, second, *_ = app if len(app) > 1 else live
                yield symbol, first, second

    def _mark(self, place: int, section: int, because: Because) -> None:
        key = (place, section)
        if section != NO_SECTION and key not in self._because and key not in self._void:
            self._because[key] = because
            self._queue.append(key)
            starter = STARTERS.get(self._members[place].index.sections[section].kind)
            if starter is not None:
                self._use(starter, Because(Cause.KIND, starter, place, section), "")

    def _enliven_member(self, place: int) -> None:
        if place in self._live_members:
            return
        self._live_members.add(place)
        member = self._members[place]
        for number, section in enumerate(member.index.sections):
            if section.kept:
                self._mark(place, number, Because(Cause.KEPT, "", place))
        if member.owner not in self._owners:
            self._owners.add(member.owner)
            for call in self._rules.init.get(member.owner, ()):
                self._use(call.call, Because(Cause.INIT, call.call, place), member.owner)

    def _enliven_group(self, place: int, section: int) -> None:
        sections = self._members[place].index.sections
        group = sections[section].group
        if group:
            for number, other in enumerate(sections):
                if other.group == group:
                    self._mark(place, number, Because(Cause.GROUP, group, place, section))

    def _follow(self, place: int, reference: Reference) -> None:
        because = Because(Cause.SYMBOL, reference.symbol, place, reference.section, reference.offset)
        if reference.symbol:
            self._use(reference.symbol, because, self._members[place].owner)
        else:
            self._mark(place, reference.target, because)

    def _use(self, symbol: str, because: Because, user: str) -> None:
        """`user` (an owner, or "" for the composer) needs `symbol`."""
        found = () if symbol in self._rules.generated else self._definitions.get(symbol, ())
        if found:
            chosen = self._choose(symbol, found, user)
            self._check_export(symbol, because, user, chosen.place)
            self._mark(chosen.place, chosen.section, because)
        elif not (
            symbol in self._rules.generated or self._mark_named(symbol, because) or self._is_weak(symbol, because)
        ):
            self._missing.setdefault(symbol, Use(symbol, because))

    def _choose(self, symbol: str, found: Sequence[_Definition], user: str) -> _Definition:
        """The definition that `user` means: a strong one before a weak one, then

        - one of its own recipe that others may not use, so that nobody puts another in its place unseen;
        - the app's, which may replace what a recipe exports; but nobody else's code is the image's entry;
        - the first in link order that it may use.
        """

        def rank(entry: _Definition) -> tuple[int, int, int]:
            owner = self._members[entry.place].owner
            is_private = owner in self._rules.exports and symbol not in self._rules.exports[owner]
            if owner == self._rules.app:
                place = 1 if user else 3
            elif is_private:
                place = 0 if owner == user else 3
            else:
                place = 2
            return -entry.strength, place, entry.place

        return found[0] if len(found) == 1 else min(found, key=rank)

    def _check_export(self, symbol: str, because: Because, user: str, definer: int) -> None:
        owner = self._members[definer].owner
        if user not in ("", owner) and owner in self._rules.exports and symbol not in self._rules.exports[owner]:
            self._private.setdefault((user, symbol), Use(symbol, because, definer))

    def _mark_named(self, symbol: str, because: Because) -> bool:
        """`__start_x` and `__stop_x` mean all sections that are called x (GNU ld, "--gc-sections")."""
        name = symbol.removeprefix("__start_").removeprefix("__stop_")
        if name == symbol:
            return False
        found = False
        for place, member in enumerate(self._members):
            for number, section in enumerate(member.index.sections):
                if section.name == name:
                    found = True
                    self._mark(place, number, because)
        return found

    def _is_weak(self, symbol: str, because: Because) -> bool:
        return because.cause is Cause.SYMBOL and symbol in self._members[because.member].index.weak


def _by_section(member: Member) -> dict[int, list[Reference]]:
    grouped: dict[int, list[Reference]] = {}
    for reference in member.index.references:
        grouped.setdefault(reference.section, []).append(reference)
    return grouped


def _duplicate_groups(members: Sequence[Member]) -> Collection[tuple[int, int]]:
    """Sections of COMDAT groups whose signature an earlier object has."""
    first: dict[str, int] = {}
    void: set[tuple[int, int]] = set()
    for place, member in enumerate(members):
        for number, section in enumerate(member.index.sections):
            if section.group and first.setdefault(section.group, place) != place:
                void.add((place, number))
    return void


def _definitions(members: Sequence[Member], void: Collection[tuple[int, int]]) -> Mapping[str, Sequence[_Definition]]:
    """Every definition of each global symbol, in link order."""
    found: dict[str, list[_Definition]] = {}
    for place, member in enumerate(members):
        for symbol in member.index.symbols:
            if symbol.binding != "local" and (place, symbol.section) not in void:
                found.setdefault(symbol.name, []).append(_Definition(_STRENGTH[symbol.binding], place, symbol.section))
    return found


def init_calls(
    reached: Reach, recipes: Sequence[str], init: Mapping[str, tuple[InitCall, ...]]
) -> tuple[tuple[str, InitCall], ...]:
    """Init calls of the recipes that are alive, with the recipe: level by level, inside a level in the order of `recipes`."""
    return tuple(_in_level_order(reached, recipes, init))


def _in_level_order(
    reached: Reach, recipes: Sequence[str], init: Mapping[str, tuple[InitCall, ...]]
) -> Iterator[tuple[str, InitCall]]:
    for level in INIT_LEVELS:
        for recipe in recipes:
            if recipe in reached.owners:
                yield from ((recipe, call) for call in init.get(recipe, ()) if call.level == level)
