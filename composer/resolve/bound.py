"""A lower bound on a block by Lagrangian relaxation.

Rows that tie groups together are given a price (multiplier) instead of being obeyed. For fixed prices each
group picks its cheapest member on its own, and the sum is a bound. Prices climb by the subgradient method
(Held, Wolfe and Crowder, "Validation of subgradient optimization", 1974) in floating point; the bound itself
is then computed in whole numbers, so that rounding can only make it weaker, never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import mul

from composer.resolve.problem import Row
from composer.resolve.reduce import Block
from composer.resolve.relax import group_up, strengthened

FRACTION_DIGITS = 14  # binary digits that a price has below one byte of weight
PATIENCE = 8  # rounds without progress before the step shrinks
SHRINK = 0.7
MOMENTUM = 0.6  # how much of the last direction is kept
GAIN = 1e-5  # progress, as a part of the value
SHORTEST = 0.005
MEMORY = 1.05  # how much more each round counts than the one before in what the choice leans to


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


class Stride:
    """How far prices move: shorter whenever some rounds in a row gained next to nothing."""

    __slots__ = ("_best", "_waited", "length")

    def __init__(self) -> None:
        self.length = 1.0
        self._best = float("-inf")
        self._waited = 0

    def measure(self, value: float) -> bool:
        """Note the value of a round; whether it is the best so far."""
        better = value > self._best
        self._waited = 0 if value > self._best + abs(self._best) * GAIN else self._waited + 1
        if better:
            self._best = value
        if self._waited >= PATIENCE:
            self.length, self._waited = self.length * SHRINK, 0
        return better


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
        prices = list(self._prices)
        paid = self._pay(prices, [0.0] * len(prices), reduced)
        slopes = [-limit for limit in self._limits]
        direction = [0.0] * len(prices)
        shares = [0.0] * len(reduced)
        weight, weights = 1.0, 0.0
        chosen: set[int] = set()
        stride = Stride()
        for _ in range(rounds):
            value, picked = self._pick(reduced)
            value -= paid
            for i in picked:
                shares[i] += weight
            weights += weight
            weight *= MEMORY
            self._turn(slopes, chosen, picked)
            chosen = picked
            if stride.measure(value):
                self._prices = prices
            direction = [
                0.0 if (turned := MOMENTUM * old + slope) < 0 and price <= 0 else turned
                for old, slope, price in zip(direction, slopes, prices, strict=True)
            ]
            norm = sum(map(mul, direction, direction))
            if not norm or value >= ceiling or stride.length < SHORTEST:
                break
            step = stride.length * (ceiling - value) / norm
            moved = [
                max(0.0, price + step * turned) if turned else price
                for price, turned in zip(prices, direction, strict=True)
            ]
            paid += self._pay(moved, prices, reduced)
            prices = moved
        return self._exactly(cutoff, [share / weights for share in shares])

    def _pay(self, now: list[float], before: list[float], reduced: list[float]) -> float:
        """Move the reduced costs from one set of prices to another; by how much more is paid for limits."""
        paid = 0.0
        for k, (price, old) in enumerate(zip(now, before, strict=True)):
            if price != old:
                change = price - old
                paid += change * self._limits[k]
                for i in self._less[k]:
                    reduced[i] += change
                for i in self._more[k]:
                    reduced[i] -= change
        return paid

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
