"""Whether rows can hold together: search with learning, and which rows contradict each other if not.

Conflict-driven clause learning (Marques-Silva and Sakallah, GRASP, 1996) over counted rows instead of
watched clauses: slots and conflicts are cardinalities, and one counter per row serves all kinds. Each
learned row remembers the rows that it came from, so a contradiction comes with its premises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from composer.resolve.problem import Row

DECAY = 1.06  # how much more a new conflict counts than the one before
RESTART = 128  # conflicts until the first restart; each next run is half as long again


class Exhausted(Exception):
    """The budget of steps is spent before there is an answer."""


@dataclass(slots=True)
class Budget:
    """Steps that may still be taken; counting instead of timing keeps answers the same on every machine."""

    left: int

    def spend(self, steps: int = 1) -> None:
        """Take `steps`; raises Exhausted when there are not enough."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


@dataclass(frozen=True, slots=True)
class Verdict:
    """Either a set of variables that satisfies every row, or numbers of rows that contradict each other."""

    chosen: frozenset[int] | None
    core: tuple[int, ...] = ()


class Satisfier:
    """One search; `rank` tells which variables to decide first (highest first), `guess` how to."""

    def __init__(
        self, size: int, rows: Sequence[Row], rank: Sequence[int], budget: Budget, guess: Sequence[bool] = ()
    ) -> None:
        self._budget = budget
        self._value = [0] * (size + 1)  # 1 in, -1 out, 0 open
        self._level = [0] * (size + 1)
        self._position = [0] * (size + 1)
        self._reason = [-1] * (size + 1)
        self._less: list[list[int]] = [[] for _ in range(size + 1)]
        self._more: list[list[int]] = [[] for _ in range(size + 1)]
        self._rows: list[Row] = []
        self._slack: list[int] = []
        self._origins: list[int] = []  # bit set of given rows that a row follows from
        self._grounds: list[frozenset[int]] = []  # variables settled for good that a learned row relies on
        self._trail: list[int] = []
        self._marks: list[int] = []  # length of the trail where each level begins
        self._head = 0
        self._activity = [0.0] * (size + 1)
        self._bump = 1.0
        self._saved = [-1, *(1 if value else -1 for value in guess)] if guess else [-1] * (size + 1)
        self._rank = [0, *rank]
        self._heap = [(0.0, -self._rank[v], v) for v in range(1, size + 1)]
        heapify(self._heap)
        self._given = len(rows)
        for row in rows:
            self._add(row, 1 << len(self._rows), frozenset())

    def solve(self) -> Verdict:
        """Search until every variable is settled or a contradiction needs no assumption; raises Exhausted."""
        conflict = self._first_conflict()
        patience, conflicts = RESTART, 0
        while True:
            if conflict >= 0:
                if not self._marks:
                    return Verdict(None, self._core(conflict))
                self._learn(conflict)
                conflicts += 1
                if conflicts >= patience:
                    conflicts, patience = 0, patience * 3 // 2
                    self._back_to(0)
            elif not self._decide():
                return Verdict(frozenset(v for v, value in enumerate(self._value) if value > 0))
            conflict = self._propagate()

    def _first_conflict(self) -> int:
        for index in range(len(self._rows)):
            conflict = self._force(index)
            if conflict >= 0:
                return conflict
        return self._propagate()

    def _add(self, row: Row, origins: int, grounds: frozenset[int]) -> int:
        index = len(self._rows)
        slack = row.limit + len(row.more)
        for v in row.less:
            self._less[v].append(index)
            slack -= self._value[v] > 0
        for v in row.more:
            self._more[v].append(index)
            slack -= self._value[v] < 0
        self._rows.append(row)
        self._slack.append(slack)
        self._origins.append(origins)
        self._grounds.append(grounds)
        return index

    def _assign(self, variable: int, value: int, reason: int) -> None:
        self._value[variable] = value
        self._level[variable] = len(self._marks)
        self._reason[variable] = reason
        self._position[variable] = len(self._trail)
        self._trail.append(variable)

    def _force(self, index: int) -> int:
        """Settle what a row without slack leaves no choice about; the row's number if it is broken, else -1."""
        slack = self._slack[index]
        if slack > 0:
            return -1
        if slack < 0:
            return index
        row, value = self._rows[index], self._value
        for v in row.less:
            if not value[v]:
                self._assign(v, -1, index)
        for v in row.more:
            if not value[v]:
                self._assign(v, 1, index)
        return -1

    def _propagate(self) -> int:
        slack, trail = self._slack, self._trail
        conflict = -1
        while self._head < len(trail) and conflict < 0:
            v = trail[self._head]
            self._head += 1
            touched = self._less[v] if self._value[v] > 0 else self._more[v]
            for index in touched:
                slack[index] -= 1
            for index in touched:
                if slack[index] <= 0:
                    conflict = self._force(index)
                    if conflict >= 0:
                        break
        return conflict

    def _decide(self) -> bool:
        value, heap = self._value, self._heap
        while heap:
            v = heappop(heap)[2]
            if not value[v]:
                self._budget.spend()
                self._marks.append(len(self._trail))
                self._assign(v, self._saved[v], -1)
                return True
        return False

    def _back_to(self, level: int) -> None:
        if level >= len(self._marks):
            return
        start = self._marks[level]
        for place in range(len(self._trail) - 1, start - 1, -1):
            v = self._trail[place]
            value = self._value[v]
            if place < self._head:
                for index in self._less[v] if value > 0 else self._more[v]:
                    self._slack[index] += 1
            self._saved[v] = value
            self._value[v] = 0
            heappush(self._heap, (-self._activity[v], -self._rank[v], v))
        del self._trail[start:]
        del self._marks[level:]
        self._head = min(self._head, start)

    def _causes(self, index: int, before: int) -> list[int]:
        """Variables, settled before a place of the trail, that took the row's slack."""
        row, value, position = self._rows[index], self._value, self._position
        causes = [v for v in row.less if value[v] > 0 and position[v] < before]
        causes += [v for v in row.more if value[v] < 0 and position[v] < before]
        return causes

    def _learn(self, conflict: int) -> None:
        """Derive the row that the conflict teaches (first unique implication point), go back and apply it."""
        here = len(self._marks)
        seen: set[int] = set()
        lower: list[int] = []
        grounds: set[int] = set()
        origins, open_here, place = 0, 0, len(self._trail)
        index, before = conflict, place
        while True:
            self._budget.spend()
            origins |= self._origins[index]
            grounds |= self._grounds[index]
            for v in self._causes(index, before):
                if v in seen:
                    continue
                seen.add(v)
                self._excite(v)
                if self._level[v] == here:
                    open_here += 1
                elif self._level[v]:
                    lower.append(v)
                else:
                    grounds.add(v)
            place -= 1
            while self._trail[place] not in seen:
                place -= 1
            open_here -= 1
            point = self._trail[place]
            if not open_here:
                break
            index, before = self._reason[point], place
        self._bump *= DECAY
        self._assert(point, lower, origins, frozenset(grounds))

    def _excite(self, variable: int) -> None:
        self._activity[variable] += self._bump
        if self._bump > 1e100:
            self._activity = [value * 1e-100 for value in self._activity]
            self._bump *= 1e-100

    def _assert(self, point: int, lower: list[int], origins: int, grounds: frozenset[int]) -> None:
        involved = [point, *lower]
        less = tuple(v for v in involved if self._value[v] > 0)
        more = tuple(v for v in involved if self._value[v] < 0)
        flipped = -self._value[point]
        self._back_to(max((self._level[v] for v in lower), default=0))
        index = self._add(Row(less, more, len(less) - 1), origins, grounds)
        self._assign(point, flipped, index)

    def _core(self, conflict: int) -> tuple[int, ...]:
        """The given rows from which a conflict without any decision follows."""
        origins = self._origins[conflict]
        needed = set(self._grounds[conflict])
        needed.update(self._causes(conflict, len(self._trail)))
        for place in range(len(self._trail) - 1, -1, -1):
            v = self._trail[place]
            if v in needed:
                reason = self._reason[v]
                origins |= self._origins[reason]
                needed |= self._grounds[reason]
                needed.update(self._causes(reason, place))
        return tuple(index for index in range(self._given) if origins >> index & 1)
