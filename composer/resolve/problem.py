"""The question as rows over 0/1 variables: request and catalog in, integers out.

A variable is a recipe that the request can reach (1 to `Problem.recipes`, ranked by name) or the
refusal of one recommendation (the numbers after those). Every fact is one `Row`, so that search,
bound and proof share a single kind of constraint, and each row carries the `Premise` that says
where the fact was stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from composer.errors import Location
from composer.model.recipe import Catalog, OptionValue, Recipe, Requirement
from composer.model.resolution import ReasonKind, Request, Want
from composer.model.target import Target


class Row(NamedTuple):
    """Sum over `less` minus sum over `more` is at most `limit`; each variable appears once."""

    less: tuple[int, ...]
    more: tuple[int, ...]
    limit: int


TRIED = "tried"


class PremiseKind(Enum):
    """What sort of fact a row states, and what its premise's fields hold."""

    WANT = auto()  # subject: kind of the want, what: capability or symbol, at
    PIN = auto()  # subject: TRIED if no manifest names it, what: the recipe, at
    BAN = auto()  # subject: a provider, what: the capability, at
    TARGET = auto()  # subject: a recipe that does not support the target
    REQUIRES = auto()  # subject: a recipe, what: the capability, entry
    SLOT = auto()  # what: a capability that one recipe at most may provide
    CONFLICT = auto()  # subject, what: two recipes
    LOOP = auto()  # loop: recipes that would wait for each other, with the entry by which each asks the next
    RECOMMENDS = auto()  # subject: a recipe, what: the capability, entry


class Premise(NamedTuple):
    """A fact that a row stands for."""

    kind: PremiseKind
    subject: str = ""
    what: str = ""
    entry: int = 0  # number of the line in the recipe's `requires` or `recommends`
    at: Location | None = None  # of what the request states
    loop: tuple[tuple[str, int], ...] = ()
    by: str = ""  # of a WANT for a symbol: the recipe that uses it; "" for the app
    words: str = ""  # of such a WANT: what the app calls at `at`, for which the recipe uses it


@dataclass(frozen=True, slots=True)
class Problem:
    """All facts that can matter to one request."""

    names: tuple[str, ...]  # of recipe variables; variable v is names[v - 1]
    rows: tuple[Row, ...]
    premises: tuple[Premise, ...]  # parallel to rows
    refusals: tuple[tuple[int, str, int], ...]  # recipe variable, capability, entry; in the order of their variables
    edges: tuple[tuple[tuple[int, tuple[int, ...]], ...], ...]  # by variable: (entry, providers) of what it requires

    @property
    def recipes(self) -> int:
        """How many variables are recipes; they come first."""
        return len(self.names)

    @property
    def size(self) -> int:
        """How many variables there are."""
        return len(self.names) + len(self.refusals)


def place_order(at: Location | None) -> Location:
    """Sorting key of a place that may be unknown."""
    return at or Location("")


def option_values(recipe: Recipe, request: Request) -> dict[str, OptionValue]:
    """Each option of `recipe` with its default or the manifest's value."""
    chosen = (request.options or {}).get(recipe.name, {})
    return {name: chosen.get(name, option.default) for name, option in sorted(recipe.options.items())}


def entries_that_apply(
    entries: Iterable[Requirement], target: Target, options: Mapping[str, OptionValue]
) -> tuple[tuple[int, str], ...]:
    """Number and capability of each entry whose condition holds; a capability counts once."""
    found: dict[str, int] = {}
    for index, entry in enumerate(entries):
        if entry.when.holds(target, options):
            found.setdefault(entry.capability, index)
    return tuple((index, capability) for capability, index in found.items())


class Facts(NamedTuple):
    """What one recipe says about the request's target."""

    usable: bool  # the target is supported and nothing that it provides is banned
    supported: bool
    requires: tuple[tuple[int, str], ...]
    recommends: tuple[tuple[int, str], ...]


def exporters(symbols: Set[str], arch: str, catalog: Catalog) -> dict[str, list[str]]:
    """The recipes that export each of `symbols`."""
    found: dict[str, list[str]] = {}
    for name, entry in catalog.recipes.items() if symbols else ():
        for symbol in symbols & entry.exports(arch):
            found.setdefault(symbol, []).append(name)
    return found


class Builder:
    """Walks from the wants to everything they can reach, then states each fact once."""

    def __init__(self, request: Request, catalog: Catalog) -> None:
        self._request = request
        self._catalog = catalog.recipes
        self._banned = {ban.capability for ban in request.bans}
        self._providers: dict[str, list[str]] = {}
        for name, entry in catalog.recipes.items():
            for capability in entry.recipe.provides:
                self._providers.setdefault(capability, []).append(name)
        self._exporters = exporters(
            {want.what for want in request.wants if want.is_symbol}, request.target.arch, catalog
        )
        self._facts: dict[str, Facts] = {}
        self._rows: list[Row] = []
        self._premises: list[Premise] = []

    def build(self) -> Problem:
        """Number what is reachable by name and write down its rows in one fixed order."""
        self._reach()
        names = tuple(sorted(self._facts))
        number = {name: index for index, name in enumerate(names, 1)}
        groups = {
            capability: tuple(sorted(number[name] for name in providers if name in number))
            for capability, providers in self._providers.items()
        }
        self._state_request(names, number, groups)
        edges: list[tuple[tuple[int, tuple[int, ...]], ...]] = []
        refusals: list[tuple[int, str, int]] = []
        for variable, name in enumerate(names, 1):
            facts = self._facts[name]
            edges.append(tuple((index, groups.get(what, ())) for index, what in facts.requires))
            self._state_recipe(variable, name, facts, groups)
            for index, what in facts.recommends:
                providers = groups.get(what, ())
                if variable not in providers:
                    refusals.append((variable, what, index))
                    row = Row((variable,), (*providers, len(names) + len(refusals)), 0)
                    self._state(row, Premise(PremiseKind.RECOMMENDS, name, what, index))
        self._state_exclusions(names, number, groups)
        return Problem(names, tuple(self._rows), tuple(self._premises), tuple(refusals), tuple(edges))

    def _state(self, row: Row, premise: Premise) -> None:
        self._rows.append(row)
        self._premises.append(premise)

    def _candidates(self, want: Want) -> list[str]:
        return (self._exporters if want.is_symbol else self._providers).get(want.what, [])

    def _reach(self) -> None:
        """Look up each recipe that some chain of wants could bring in; an unusable one leads no further."""
        todo = [pin.recipe for pin in self._request.pins if pin.recipe in self._catalog]
        for want in self._request.wants:
            todo += self._candidates(want)
        asked: set[str] = set()
        while todo:
            name = todo.pop()
            if name in self._facts:
                continue
            facts = self._facts[name] = self._facts_of(name)
            for _, capability in (*facts.requires, *facts.recommends) if facts.usable else ():
                if capability not in asked:
                    asked.add(capability)
                    todo += self._providers.get(capability, [])

    def _facts_of(self, name: str) -> Facts:
        recipe = self._catalog[name].recipe
        target = self._request.target
        supported = recipe.supported(target)
        if not supported or not self._banned.isdisjoint(recipe.provides):
            return Facts(False, supported, (), ())
        options = option_values(recipe, self._request) if recipe.options else {}
        requires = entries_that_apply(recipe.requires, target, options)
        return Facts(True, True, requires, entries_that_apply(recipe.recommends, target, options))

    def _state_request(
        self, names: tuple[str, ...], number: Mapping[str, int], groups: Mapping[str, tuple[int, ...]]
    ) -> None:
        for want in sorted(set(self._request.wants), key=lambda want: (want.kind, want.what, place_order(want.at))):
            providers = tuple(sorted(number[name] for name in self._candidates(want)))
            origin = want.words if want.kind is ReasonKind.SYMBOL else ""
            premise = Premise(PremiseKind.WANT, want.kind, want.what, at=want.at, by=want.by, words=origin)
            self._state(Row((), providers, -1), premise)
        for pin in sorted(set(self._request.pins), key=lambda pin: (pin.recipe, place_order(pin.at))):
            pinned = (number[pin.recipe],) if pin.recipe in number else ()
            subject = "" if pin.is_named else TRIED
            self._state(Row((), pinned, -1), Premise(PremiseKind.PIN, subject, pin.recipe, at=pin.at))
        for ban in sorted(set(self._request.bans), key=lambda ban: (ban.capability, place_order(ban.at))):
            for variable in groups.get(ban.capability, ()):
                premise = Premise(PremiseKind.BAN, names[variable - 1], ban.capability, at=ban.at)
                self._state(Row((variable,), (), 0), premise)

    def _state_recipe(self, variable: int, name: str, facts: Facts, groups: Mapping[str, tuple[int, ...]]) -> None:
        if not facts.supported:
            self._state(Row((variable,), (), 0), Premise(PremiseKind.TARGET, name))
        for index, capability in facts.requires:
            providers = groups.get(capability, ())
            if variable in providers:
                self._state(Row((variable,), (), 0), Premise(PremiseKind.LOOP, loop=((name, index),)))
            else:
                self._state(Row((variable,), providers, 0), Premise(PremiseKind.REQUIRES, name, capability, index))

    def _state_exclusions(
        self, names: tuple[str, ...], number: Mapping[str, int], groups: Mapping[str, tuple[int, ...]]
    ) -> None:
        for capability, variables in sorted(groups.items()):
            if len(variables) > 1:
                self._state(Row(variables, (), 1), Premise(PremiseKind.SLOT, "", capability))
        conflicts = {
            (min(variable, number[other]), max(variable, number[other]))
            for variable, name in enumerate(names, 1)
            for other in self._catalog[name].recipe.conflicts
            if other in number and other != name
        }
        for first, second in sorted(conflicts):
            self._state(Row((first, second), (), 1), Premise(PremiseKind.CONFLICT, names[first - 1], names[second - 1]))


def build_problem(request: Request, catalog: Catalog) -> Problem:
    """Every fact of `catalog` that can matter to `request`."""
    return Builder(request, catalog).build()
