"""The resolver against brute force, and against its own answers on shuffled input."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import Code, ComposerError
from composer.model.recipe import Catalog
from composer.model.resolution import Request, Resolution
from composer.resolve.resolver import resolve
from tests.unit.resolve.oracle import Answer, best_answer
from tests.unit.resolve.worlds import World, worlds


def resolved(world: World) -> Resolution | str:
    """The resolution, or the text of the refusal."""
    try:
        return resolve(world.request, world.catalog)
    except ComposerError as error:
        (diagnostic,) = error.diagnostics
        assert diagnostic.code is Code.UNRESOLVABLE
        return str(diagnostic)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_resolver_answers_as_brute_force_does(world: World) -> None:
    expected = best_answer(world.request, world.catalog)
    found = resolved(world)
    if isinstance(found, str):
        assert expected is None
    else:
        names = tuple(sorted(found.recipes))
        assert Answer(len(found.refused), found.weight, len(names), names) == expected
        assert found.proven
        assert all(found.reasons[name] for name in names)


@settings(max_examples=80, deadline=None)
@given(worlds(), st.integers(0, 1000))
def test_resolver_ignores_the_order_of_its_input(world: World, seed: int) -> None:
    order = random.Random(seed)
    request, catalog = world.request, world.catalog
    other = World(
        Request(
            target=request.target,
            target_at=request.target_at,
            wants=tuple(order.sample(list(request.wants), len(request.wants))),
            pins=request.pins,
            bans=request.bans,
            options=request.options,
        ),
        Catalog(catalog.roots, dict(order.sample(list(catalog.recipes.items()), len(catalog.recipes)))),
    )
    assert resolved(other) == resolved(world)
