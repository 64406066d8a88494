"""Making a minimisation smaller without changing its answer.

A `Block` asks for the cheapest set of variables that satisfies its rows; every cost is positive, so a
variable that no row can ask for is out. What remains falls into components that do not share a row.
Plain dictionaries and sets do this: rows join any number of variables and vanish all the time, which a
networkx graph (one edge object per pair, 190 ms to import) would only slow down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from composer.resolve.problem import Row


@dataclass(frozen=True, slots=True)
class Block:
    """Rows over open variables, and what choosing each of them costs (all costs positive)."""

    rows: tuple[Row, ...]
    costs: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Reduced:
    """An equivalent block; a variable of it stands for its `members`, chosen together."""

    block: Block
    chosen: tuple[int, ...]  # settled: in every answer worth having
    members: Mapping[int, tuple[int, ...]]  # variables that go with a variable of the block, itself included


class Contradiction(Exception):
    """The rows cannot hold together."""


class Reducer:
    """Settles, drops and merges variables until nothing changes."""

    def __init__(self, rows: Iterable[Row], costs: Mapping[int, int]) -> None:
        self.costs = dict(costs)
        self.spent = 0  # cost of what is chosen for good
        self._members: dict[int, tuple[int, ...]] = {}
        self._chosen: list[int] = []
        self._less = [set(row.less) for row in rows]
        self._more = [set(row.more) for row in rows]
        self._limit = [row.limit for row in rows]
        self._alive = [True] * len(self._less)
        self._in_less: dict[int, set[int]] = {v: set() for v in costs}
        self._in_more: dict[int, set[int]] = {v: set() for v in costs}
        for index, (less, more) in enumerate(zip(self._less, self._more, strict=True)):
            for v in less:
                self._in_less[v].add(index)
            for v in more:
                self._in_more[v].add(index)
        self._row_queue = list(range(len(self._less)))
        self._variable_queue = list(costs)

    def settle(self, variable: int, value: bool) -> None:
        """Decide `variable`; must be followed by `run`."""
        if value:
            self._chosen.extend(self._members.pop(variable, (variable,)))
            self.spent += self.costs[variable]
        for index in self._in_less.pop(variable):
            self._less[index].discard(variable)
            self._limit[index] -= value
            self._row_queue.append(index)
        for index in self._in_more.pop(variable):
            self._more[index].discard(variable)
            self._limit[index] += value
            self._row_queue.append(index)
        del self.costs[variable]

    def run(self) -> None:
        """Apply every rule until none applies; raises Contradiction."""
        while self._row_queue or self._variable_queue:
            if self._row_queue:
                index = self._row_queue.pop()
                if self._alive[index]:
                    self._check_row(index)
            else:
                variable = self._variable_queue.pop()
                if variable in self.costs:
                    self._check_variable(variable)

    def result(self) -> Reduced:
        """What is left, in an order that depends only on the variables' numbers."""
        rows = {
            Row(tuple(sorted(self._less[index])), tuple(sorted(self._more[index])), self._limit[index])
            for index, alive in enumerate(self._alive)
            if alive
        }
        members = {v: self._members.get(v, (v,)) for v in self.costs}
        return Reduced(Block(tuple(sorted(rows)), dict(sorted(self.costs.items()))), tuple(self._chosen), members)

    def _drop(self, index: int) -> None:
        self._alive[index] = False
        for v in self._less[index]:
            self._in_less[v].discard(index)
        for v in self._more[index]:
            self._in_more[v].discard(index)
            self._variable_queue.append(v)

    def _check_row(self, index: int) -> None:
        less, more, limit = self._less[index], self._more[index], self._limit[index]
        if len(less) <= limit:
            self._drop(index)
            return
        slack = limit + len(more)
        if slack < 0:
            raise Contradiction
        if slack == 0:
            forced_out, forced_in = sorted(less), sorted(more)
            self._drop(index)
            for v in forced_out:
                self.settle(v, False)
            for v in forced_in:
                self.settle(v, True)

    def _check_variable(self, variable: int) -> None:
        askers = self._in_more[variable]
        if not askers:
            self.settle(variable, False)
        elif len(askers) == 1:
            (index,) = askers
            if len(self._less[index]) == 1 and len(self._more[index]) == 1 and not self._limit[index]:
                self._merge(variable, next(iter(self._less[index])), index)

    def _merge(self, variable: int, asker: int, index: int) -> None:
        """The only one who can ask for `variable` always does: the two come and go together."""
        both = self._in_less[variable] & self._in_less[asker]
        if not all(self._is_clause(shared) or self._is_exclusion(shared) for shared in both):
            return
        self._drop(index)
        if any(self._is_exclusion(shared) for shared in both):
            self.settle(asker, False)
        else:
            self._replace(variable, asker)

    def _is_clause(self, index: int) -> bool:
        return self._limit[index] == len(self._less[index]) - 1

    def _is_exclusion(self, index: int) -> bool:
        return self._limit[index] == 1 and not self._more[index]

    def _replace(self, variable: int, asker: int) -> None:
        for index in self._in_less.pop(variable):
            less = self._less[index]
            less.discard(variable)
            if asker in less:
                self._limit[index] -= 1
            elif asker in self._more[index]:
                self._more[index].discard(asker)
                self._in_more[asker].discard(index)
                self._variable_queue.append(asker)
            else:
                less.add(asker)
                self._in_less[asker].add(index)
            self._row_queue.append(index)
        del self._in_more[variable]
        self._members[asker] = self._members.get(asker, (asker,)) + self._members.pop(variable, (variable,))
        self.costs[asker] += self.costs.pop(variable)
        self._variable_queue.append(asker)


def components(block: Block) -> list[Block]:
    """The block's parts that share no row, in the order of their smallest variables."""
    parent = {v: v for v in block.costs}

    def root(v: int) -> int:
        while parent[v] != v:
            parent[v] = v = parent[parent[v]]
        return v

    for row in block.rows:
        variables = row.less + row.more
        first = root(variables[0])
        for v in variables[1:]:
            parent[root(v)] = first
    parts: dict[int, tuple[list[Row], dict[int, int]]] = {}
    for v, cost in block.costs.items():
        parts.setdefault(root(v), ([], {}))[1][v] = cost
    for row in block.rows:
        parts[root((row.less + row.more)[0])][0].append(row)
    return [Block(tuple(rows), costs) for rows, costs in parts.values()]
