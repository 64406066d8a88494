"""Answers of parts that were settled before: two requests mostly differ in a part of what they reach.

A part is known by all that its answer depends on, so that nothing is ever out of date: its rows, and each of its variables by
name and weight. Numbers of variables do not matter, but their order does, which is that of the names in every problem.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from composer.resolve.problem import Row
from composer.resolve.reduce import Block

Key = Hashable


class Remembered(NamedTuple):
    """The best choice of a part, proven."""

    chosen: tuple[int, ...]  # places among the part's variables
    steps: int  # that it took; they are taken again, so that a budget ends where it would end without a memory


Memory = dict[Key, Remembered]


def key_of(block: Block, members: Mapping[int, tuple[int, ...]], labels: Sequence[Hashable]) -> Key:
    """What the answer of `block` depends on; `labels` says of each variable of the problem, from 1 on, what it is."""
    place = {v: index for index, v in enumerate(block.costs)}
    rows = (Row(_places(row.less, place), _places(row.more, place), row.limit) for row in block.rows)
    return tuple(tuple(labels[v - 1] for v in sorted(members[one])) for one in block.costs), tuple(rows)


def _places(variables: Sequence[int], place: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(place[v] for v in variables)
