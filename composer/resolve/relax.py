"""A block as groups of which each decides alone, and the rows that tie the groups together.

At most one provider of a slot is chosen, so a slot is one decision. What all providers of a slot that need
the same recipe share becomes one row ("the slot needs it at most once"), likewise what one variable and
several of a slot exclude: far stronger than one row per provider once the rows only have prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from composer.resolve.problem import Row
from composer.resolve.reduce import Block


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


@dataclass(slots=True)
class Links:
    """What the rows of a block say about single variables."""

    implied: dict[int, list[int]]  # what has to come with a variable
    asked: dict[int, list[tuple[int, ...]]]  # of which it needs one
    enemies: dict[int, set[int]]  # what cannot come with it
    others: list[Row]  # rows that say more than that


def links_of(block: Block) -> Links:
    """Sort the rows of `block` by what they say."""
    links = Links({v: [] for v in block.costs}, {v: [] for v in block.costs}, {}, [])
    for row in block.rows:
        if len(row.less) == 1 and not row.limit:
            if len(row.more) == 1:
                links.implied[row.less[0]].append(row.more[0])
            else:
                links.asked[row.less[0]].append(row.more)
        elif len(row.less) == 2 and row.limit == 1 and not row.more:
            for one, other in (row.less, row.less[::-1]):
                links.enemies.setdefault(one, set()).add(other)
        else:
            links.others.append(row)
    return links


def strengthened(block: Block, groups: Sequence[Group]) -> list[Row]:
    """The rows to put prices on: those that groups do not obey by themselves, joined per group."""
    number_of = {v: number for number, group in enumerate(groups) for v in group.members}
    links = links_of(block)
    rows = {row for row in links.others if not obeyed(row, groups[number_of[(row.less + row.more)[0]]])}
    followers = {v: closure(v, links.implied) for v in block.costs}
    for v, others in incompatible(followers, links.enemies).items():
        direct = links.enemies.get(v, set())
        members: dict[int, list[int]] = {}
        for other in others:
            members.setdefault(number_of[other], []).append(other)
        for number, found in members.items():
            if number != number_of[v] and (len(found) > 1 or found[0] in direct):
                rows.add(Row(tuple(sorted((v, *found))), (), 1))
    for group in groups:
        rows.update(joined(group, followers, links))
    return sorted(rows)


def obeyed(row: Row, group: Group) -> bool:
    """Whether choices from `group` satisfy the row by themselves."""
    if row.more:
        return group.due and not row.less and row.limit == -1 and set(row.more) >= set(group.members)
    return row.limit == 1 and set(row.less) <= set(group.members)


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


def joined(group: Group, followers: Mapping[int, set[int]], links: Links) -> Iterable[Row]:
    """What members of a group need, directly or through others: one row for all that need the same."""
    needers: dict[tuple[int, ...], set[int]] = {}
    direct: set[tuple[int, ...]] = set()
    for member in group.members:
        for v in followers[member]:
            if v != member:
                needers.setdefault((v,), set()).add(member)
            for others in links.asked[v]:
                needers.setdefault(others, set()).add(member)
        direct.update((other,) for other in links.implied[member])
        direct.update(links.asked[member])
    for needed, members in needers.items():
        if (len(members) > 1 or needed in direct) and members.isdisjoint(needed):
            yield Row(tuple(sorted(members)), needed, 0)
