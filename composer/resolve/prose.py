"""A contradiction in words: each premise with its place, and what follows from it.

The manner is that of pubgrub (Natalie Weizenbaum, "PubGrub: Next-Generation Version Solving", 2018): facts
in an order in which each can be checked, down to the contradiction. Where a choice is left, each way of
choosing is refuted in an indented list of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from composer.errors import Location
from composer.model.recipe import Catalog
from composer.model.resolution import SYMBOLS, ReasonKind, Request
from composer.resolve.problem import TRIED, Premise, PremiseKind, Row


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def placed(text: str, at: Location | None) -> str:
    """`text` with its place behind it."""
    return f"{text} ({at})" if at else text


class Teller:
    """Says what single premises mean."""

    def __init__(self, request: Request, catalog: Catalog, names: Sequence[str]) -> None:
        self._request = request
        self._recipes = catalog.recipes
        self._names = names

    def name(self, variable: int) -> str:
        """The recipe's name."""
        return self._names[variable - 1]

    def tell(self, row: Row, premise: Premise) -> str:
        """The premise as a clause of a sentence, with its place."""
        match premise.kind:
            case PremiseKind.WANT | PremiseKind.REQUIRES:
                return f"{self._asking(premise)}, which {self._providing(row, premise)}"
            case PremiseKind.PIN:
                is_tried = premise.subject == TRIED
                told = f"{premise.what} is being tried" if is_tried else f"the manifest pins {premise.what}"
                text = placed(told, premise.at)
                return text if row.more else f"{text}, and there is no such recipe"
            case PremiseKind.BAN:
                text = placed(f"the manifest refuses {premise.what}", premise.at)
                return f"{text}, which {premise.subject} provides"
            case PremiseKind.TARGET:
                return self._unsupported(premise.subject)
            case PremiseKind.SLOT:
                return f"{self._sharing(row, premise.what)}, which only one recipe of an image may provide"
            case PremiseKind.LOOP:
                return self._circle(premise.loop)
            case _:
                return self._conflict(premise.subject, premise.what)

    def _asking(self, premise: Premise) -> str:
        if premise.kind is PremiseKind.REQUIRES:
            place = self._place(premise.subject, "requires", premise.entry)
            return placed(f"{premise.subject} requires {premise.what}", place)
        user = premise.by or "the app"
        if premise.words:
            call = placed(f"the app calls {premise.words}", premise.at)
            return f"{call}, for which {user} uses the symbol {premise.what}"
        asking = {
            ReasonKind.TARGET.value: f"every image for {self._request.target} needs {premise.what}",
            ReasonKind.SYMBOL.value: f"{user} uses the symbol {premise.what}",
            ReasonKind.FORMAT.value: f"a format of {user} needs the symbol {premise.what}",
        }
        return placed(asking.get(premise.subject, f"the manifest asks for {premise.what}"), premise.at)

    def _providing(self, row: Row, premise: Premise) -> str:
        verb = "export" if premise.subject in SYMBOLS and premise.kind is PremiseKind.WANT else "provide"
        names = [self.name(v) for v in row.more]
        if not names:
            return f"no recipe {verb}s"
        return f"only {listed(names)} {verb}s" if len(names) == 1 else f"only {listed(names)} {verb}"

    def _unsupported(self, name: str) -> str:
        supports = self._recipes[name].recipe.supports
        targets = listed([f"{support.platform}/{support.arch}" for support in supports] or ["no target"])
        return f"{placed(f'{name} supports only {targets}', self._place(name, 'supports'))}, not {self._request.target}"

    def _sharing(self, row: Row, capability: str) -> str:
        sharing = [placed(self.name(v), self._place(self.name(v), "provides")) for v in row.less]
        return f"{listed(sharing)} {'both' if len(sharing) == 2 else 'all'} provide {capability}"

    def _conflict(self, first: str, second: str) -> str:
        if second not in self._recipes[first].recipe.conflicts:
            first, second = second, first
        return placed(f"{first} conflicts with {second}", self._place(first, "conflicts"))

    def _circle(self, loop: tuple[tuple[str, int], ...]) -> str:
        names = [name for name, _ in loop]
        links = [self._link(name, entry, names[(i + 1) % len(loop)]) for i, (name, entry) in enumerate(loop)]
        if len(loop) == 1:
            return links[0]
        return f"{listed(links)}, so that they wait for each other: {' -> '.join((*names, names[0]))}"

    def _link(self, name: str, entry: int, provider: str) -> str:
        capability = self._recipes[name].recipe.requires[entry].capability
        asking = placed(f"{name} requires {capability}", self._place(name, "requires", entry))
        return f"{asking}, which {'it provides itself' if provider == name else f'{provider} provides'}"

    def _place(self, recipe: str, *path: str | int) -> Location:
        return self._recipes[recipe].places.at(*path)


@dataclass(slots=True)
class Steps:
    """What one stretch of propagation found: settled variables with the row each follows from."""

    value: dict[int, bool]
    order: list[tuple[int, int]] = field(default_factory=list)  # variable, row
    broken: int = -1  # the row that cannot hold


def propagate(rows: Sequence[Row], value: dict[int, bool]) -> Steps:
    """Everything that follows from `value` row by row, or the first row that breaks."""
    steps = Steps(value)
    while True:
        before = len(steps.order)
        for index, row in enumerate(rows):
            slack = row.limit - sum(value.get(v, False) for v in row.less) + sum(value.get(v, True) for v in row.more)
            if slack < 0:
                steps.broken = index
                return steps
            if slack == 0:
                for v, forced in [*((v, False) for v in row.less), *((v, True) for v in row.more)]:
                    if v not in value:
                        value[v] = forced
                        steps.order.append((v, index))
        if len(steps.order) == before:
            return steps


def causes(row: Row, value: dict[int, bool]) -> set[int]:
    """The settled variables that took the row's slack."""
    return {v for v in row.less if value.get(v) is True} | {v for v in row.more if value.get(v) is False}


class Refutation:
    """The proof that rows contradict each other, line by line."""

    def __init__(self, rows: Sequence[Row], premises: Sequence[Premise], teller: Teller) -> None:
        self._rows = rows
        self._premises = premises
        self._teller = teller

    def lines(self) -> list[str]:
        """Each line is a clause; a choice is followed by indented lines for each way of choosing."""
        return list(self._refute({}, everything=True))

    def _refute(self, value: dict[int, bool], everything: bool = False) -> Iterator[str]:
        steps = propagate(self._rows, value)
        if steps.broken >= 0:
            yield from self._chain(steps)
            return
        told: set[int] = set()
        for variable, index in steps.order:
            if everything and index not in told:
                told.add(index)
                yield self._say(index) + self._so(variable, index, steps.value)
        choice = min(
            (row for row in self._rows if self._is_open(row, steps.value)),
            key=lambda row: (sum(v not in steps.value for v in row.more), row),
        )
        index = self._rows.index(choice)
        yield f"{self._say(index)}:"
        for v in choice.more:
            if v not in steps.value:
                yield f"  - with {self._teller.name(v)}:"
                yield from (f"      {line}" for line in self._refute({**steps.value, v: True}))

    def _is_open(self, row: Row, value: dict[int, bool]) -> bool:
        """Whether a provider is due and not yet chosen."""
        return (
            bool(row.more)
            and all(value.get(v) is True for v in row.less)
            and not any(value.get(v) is True for v in row.more)
        )

    def _chain(self, steps: Steps) -> Iterator[str]:
        """The lines that lead to the broken row, each once, in the order in which they follow."""
        needed = causes(self._rows[steps.broken], steps.value)
        used: list[tuple[int, int]] = []
        for variable, index in reversed(steps.order):
            if variable in needed:
                used.append((variable, index))
                needed |= causes(self._rows[index], steps.value) - {variable}
        told: set[int] = set()
        for variable, index in reversed(used):
            if index not in told:
                told.add(index)
                yield self._say(index) + self._so(variable, index, steps.value)
        if steps.broken not in told:
            yield self._say(steps.broken)

    def _say(self, index: int) -> str:
        return self._teller.tell(self._rows[index], self._premises[index])

    def _so(self, variable: int, index: int, value: dict[int, bool]) -> str:
        """The conclusion, where the premise alone does not say it."""
        kind, row = self._premises[index].kind, self._rows[index]
        name = self._teller.name(variable)
        if kind in (PremiseKind.TARGET, PremiseKind.BAN, PremiseKind.PIN) or len(row.less) + len(row.more) == 1:
            return ""
        if value[variable]:
            return "" if len(row.more) == 1 else f", so {name} must be in"
        return f", so {name} cannot be in"
