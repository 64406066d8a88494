"""A lower bound on a block by Lagrangian relaxation.

At most one provider of a slot is chosen, so a slot is one decision; every other row is given a price
(multiplier) instead of being obeyed. For fixed prices each slot picks its cheapest provider on its own,
and the sum is a bound. Prices climb by the subgradient method (Held, Wolfe and Crowder, 1974) in floating
point; the bound itself is then computed in whole numbers, so that rounding can only make it weaker, never
wrong. What all providers of one slot that need the same recipe share is one row ("the slot needs it at
most once"), which is far stronger than one row per provider.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from composer.resolve.problem import Row
from composer.resolve.reduce import Block

FRACTION_DIGITS = 14  # binary digits that a price has below one byte of weight
PATIENCE = 8  # rounds without progress before the step shrinks
SHRINK = 0.7
MOMENTUM = 0.6


@dataclass(frozen=True, slots=True)
class Group:
    """Variables of which one at most is chosen; exactly one if it is due."""

    members: tuple[int, ...]
    due: bool


def group_up(block: Block) -> list[Group]:
    """Each variable in exactly one group: slots first, then what is left alone."""
    exclusions = [row.less for row in block.rows if row.limit == 1 and not row.more]
    dues = [row.more for row in block.rows if not row.less and row.limit == -1]
    taken: set[int] = set()
    groups: list[Group] = []
    holders: dict[int, list[set[int]]] = {}
    for members in exclusions:
        for v in members:
            holders.setdefault(v, []).append(set(members))
    offers = [
        (members, True) for members in dues if any(held.issuperset(members) for held in holders.get(members[0], ()))
    ]
    offers += [(members, False) for members in exclusions]
    for members, due in sorted(offers, key=lambda offer: (not offer[1], -len(offer[0]), offer[0])):
        if taken.isdisjoint(members):
            taken.update(members)
            groups.append(Group(members, due))
    groups += [Group((v,), False) for v in block.costs if v not in taken]
    return groups


def strengthened(block: Block, groups: Sequence[Group]) -> list[Row]:
    """The rows to put prices on: those that groups do not obey by themselves, joined per group."""
    group_of = {v: group for group in groups for v in group.members}
    number_of = {v: number for number, group in enumerate(groups) for v in group.members}
    implied: dict[int, list[int]] = {v: [] for v in block.costs}
    asked: dict[int, list[tuple[int, ...]]] = {v: [] for v in block.costs}
    enemies: dict[int, set[int]] = {}
    rows: set[Row] = set()
    for row in block.rows:
        if len(row.less) == 1 and not row.limit:
            if len(row.more) == 1:
                implied[row.less[0]].append(row.more[0])
            else:
                asked[row.less[0]].append(row.more)
        elif len(row.less) == 2 and row.limit == 1 and not row.more:
            enemies.setdefault(row.less[0], set()).add(row.less[1])
            enemies.setdefault(row.less[1], set()).add(row.less[0])
        elif not any(set(row.less + row.more) <= set(group_of[v].members) for v in (row.less + row.more)[:1]) or (
            not row.less and not group_of[row.more[0]].due
        ):
            rows.add(row)
    followers = {v: closure(v, implied) for v in block.costs}
    for v, others in incompatible(followers, enemies).items():
        direct = enemies.get(v, set())
        members: dict[int, list[int]] = {}
        for other in others:
            members.setdefault(number_of[other], []).append(other)
        for number, found in members.items():
            if number != number_of[v] and (len(found) > 1 or found[0] in direct):
                rows.add(Row(tuple(sorted((v, *found))), (), 1))
    for group in groups:
        rows.update(joined(group, implied, asked))
    return sorted(rows)


def closure(variable: int, implied: Mapping[int, list[int]]) -> set[int]:
    """The variable and everything that has to come with it."""
    seen = {variable}
    todo = [variable]
    while todo:
        for other in implied[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def incompatible(followers: Mapping[int, set[int]], enemies: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """For each variable those that cannot be chosen with it, as what comes with them conflicts."""
    leaders: dict[int, list[int]] = {}
    for v, following in followers.items():
        for other in following:
            if other in enemies:
                leaders.setdefault(other, []).append(v)
    found: dict[int, set[int]] = {}
    for one, others in enemies.items():
        for other in others:
            for leader in leaders[one]:
                found.setdefault(leader, set()).update(leaders[other])
    return found


def joined(group: Group, implied: Mapping[int, list[int]], asked: Mapping[int, list[tuple[int, ...]]]) -> Iterable[Row]:
    """What members of a group need, directly or through others: one row for all that need the same."""
    needers: dict[tuple[int, ...], set[int]] = {}
    direct: set[tuple[int, ...]] = set()
    for member in group.members:
        seen = {member}
        todo = [member]
        while todo:
            v = todo.pop()
            for other in implied[v]:
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
                    needers.setdefault((other,), set()).add(member)
            for others in asked[v]:
                needers.setdefault(others, set()).add(member)
        direct.update((other,) for other in implied[member])
        direct.update(asked[member])
    for needed, members in needers.items():
        if (len(members) > 1 or needed in direct) and members.isdisjoint(needed):
            yield Row(tuple(sorted(members)), needed, 0)


Prices = dict[tuple[int, ...], float]


@dataclass(slots=True)
class Bound:
    """A proven bound: no choice costs less than `value`."""

    value: int
    extra: dict[int, int]  # by how much the bound rises if a variable is chosen
    settled: dict[int, bool]  # what every choice below the cutoff has or lacks
    size: dict[int, float]  # cost of a variable as a floating-point number
    leaning: dict[int, float]  # how often a variable was chosen of late, 0 to 1
    prices: Prices


class Relaxation:
    """Prices on the rows of one block; `unit` is the number of binary digits of a cost below one byte."""

    def __init__(self, block: Block, unit: int, prices: Prices) -> None:
        self._block = block
        self._unit = unit
        self._variables = list(block.costs)
        number = {v: index for index, v in enumerate(self._variables)}
        self._groups = group_up(block)
        self._rows = strengthened(block, self._groups)
        self._members = [[number[v] for v in group.members] for group in self._groups]
        self._less = [tuple(number[v] for v in row.less) for row in self._rows]
        self._more = [tuple(number[v] for v in row.more) for row in self._rows]
        self._limits = [row.limit for row in self._rows]
        self._prices = [self._known(row, prices) for row in self._rows]
        self._in_less: list[list[int]] = [[] for _ in number]
        self._in_more: list[list[int]] = [[] for _ in number]
        for k, (less, more) in enumerate(zip(self._less, self._more, strict=True)):
            for i in less:
                self._in_less[i].append(k)
            for i in more:
                self._in_more[i].append(k)
        self._choices = [(m, g.due) for m, g in zip(self._members, self._groups, strict=True) if len(m) > 1 or g.due]
        self._singles = [m[0] for m, g in zip(self._members, self._groups, strict=True) if len(m) == 1 and not g.due]

    def _known(self, row: Row, prices: Prices) -> float:
        for v in row.less or (0,):
            found = prices.get((v, -row.limit, *(row.more or row.less)))
            if found is not None:
                return found
        return 0.0

    def prices(self) -> Prices:
        """The prices under keys that survive when a row loses some of its members."""
        return {
            (v, -row.limit, *(row.more or row.less)): price
            for row, price in zip(self._rows, self._prices, strict=True)
            if price
            for v in row.less or (0,)
        }

    def climb(self, cutoff: int, rounds: int) -> Bound:
        """Raise the prices for at most `rounds` rounds, then bound exactly."""
        scale = max(0, self._unit - FRACTION_DIGITS)
        ceiling = float(cutoff >> scale)
        reduced = [float(cost >> scale) for cost in self._block.costs.values()]
        prices, less, more, limits = list(self._prices), self._less, self._more, self._limits
        paid = 0.0
        for k, price in enumerate(prices):
            if price:
                paid += price * limits[k]
                for i in less[k]:
                    reduced[i] += price
                for i in more[k]:
                    reduced[i] -= price
        best = float("-inf")
        weight, weights = 1.0, 0.0
        shares = [0.0] * len(reduced)
        slopes = [-limit for limit in limits]
        direction = [0.0] * len(prices)
        chosen: set[int] = set()
        theta, waited = 1.0, 0
        for _ in range(rounds):
            value, picked = self._pick(reduced)
            value -= paid
            for i in picked:
                shares[i] += weight
            weights += weight
            weight *= 1.05
            self._turn(slopes, chosen, picked)
            chosen = picked
            if value > best:
                waited = 0 if value > best + abs(best) * 1e-5 else waited + 1
                best, self._prices = value, list(prices)
                if best >= ceiling:
                    break
            else:
                waited += 1
            if waited >= PATIENCE:
                theta, waited = theta * SHRINK, 0
                if theta < 0.005:
                    break
            direction = [
                0.0 if (turned := MOMENTUM * old + slope) < 0 and price <= 0 else turned
                for old, slope, price in zip(direction, slopes, prices, strict=True)
            ]
            norm = sum(map(mul, direction, direction))
            if not norm:
                break
            step = theta * (ceiling - value) / norm
            for k, turned in enumerate(direction):
                if turned:
                    old = prices[k]
                    new = old + step * turned
                    if new < 0:
                        new = 0.0
                    prices[k] = new
                    change = new - old
                    paid += change * limits[k]
                    for i in less[k]:
                        reduced[i] += change
                    for i in more[k]:
                        reduced[i] -= change
        return self._exactly(cutoff, [share / weights for share in shares])

    def _pick(self, reduced: list[float]) -> tuple[float, set[int]]:
        """The value and the choice of least reduced cost, group by group."""
        value = 0.0
        picked = set()
        for members, due in self._choices:
            at = members[0]
            cost = reduced[at]
            for i in members:
                if reduced[i] < cost:
                    at, cost = i, reduced[i]
            if due or cost < 0:
                picked.add(at)
                value += cost
        for i in self._singles:
            if reduced[i] < 0:
                picked.add(i)
                value += reduced[i]
        return value, picked

    def _turn(self, slopes: list[int], before: set[int], now: set[int]) -> None:
        """Count for each row by how much a new choice breaks it."""
        for sign, changed in ((1, now - before), (-1, before - now)):
            for i in changed:
                for k in self._in_less[i]:
                    slopes[k] += sign
                for k in self._in_more[i]:
                    slopes[k] -= sign

    def _exactly(self, cutoff: int, leaning: list[float]) -> Bound:
        """The bound in whole numbers, and what it settles."""
        scale = max(0, self._unit - FRACTION_DIGITS)
        reduced = list(self._block.costs.values())
        value = 0
        for k, price in enumerate(self._prices):
            if price:
                whole = int(price) << scale
                value -= whole * self._limits[k]
                for i in self._less[k]:
                    reduced[i] += whole
                for i in self._more[k]:
                    reduced[i] -= whole
        least: list[int] = []
        for members, group in zip(self._members, self._groups, strict=True):
            cost = min(reduced[i] for i in members)
            least.append(cost if group.due or cost < 0 else 0)
        value += sum(least)
        names = self._variables
        extra: dict[int, int] = {}
        settled: dict[int, bool] = {}
        room = cutoff - value
        for members, group, cost in zip(self._members, self._groups, least, strict=True):
            ranked = sorted(members, key=reduced.__getitem__)
            for i in ranked:
                extra[names[i]] = reduced[i] - cost
                if extra[names[i]] >= room:
                    settled[names[i]] = False
            others = [reduced[i] for i in ranked[1:2]] + ([] if group.due else [0])
            if not others or min(others) - cost >= room:
                settled.setdefault(names[ranked[0]], True)
        size = {v: float(cost >> scale) for v, cost in self._block.costs.items()}
        return Bound(value, extra, settled, size, dict(zip(names, leaning, strict=True)), self.prices())
