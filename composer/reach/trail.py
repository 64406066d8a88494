"""The way from a live section back to the app, along the first reason that was found for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from composer.model.linkage import NO_SECTION, Because, Reach
from composer.model.step import APP


def first_uses(reached: Reach, symbols: Iterable[str], app: str = APP) -> Iterator[tuple[str, Because]]:
    """Each of `symbols` that is alive, and the use which leads there: the app's, else the one that begins the way.

    `app` owns the app's objects.
    """
    causes = {(alive.member, alive.section): alive.because for alive in reached.alive}
    for symbol in symbols:
        place = reached.definers.get(symbol)
        if place is not None and place in causes:
            yield symbol, _back_to_app(reached, causes, causes[place], app)


def _back_to_app(reached: Reach, causes: dict[tuple[int, int], Because], because: Because, app: str) -> Because:
    while because.section != NO_SECTION and reached.members[because.member].owner != app:
        before = causes[(because.member, because.section)]
        if before.section == NO_SECTION:
            break
        because = before
    return because
