"""The resolver against brute force, and against its own answers on shuffled input."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import Code, ComposerError
from composer.model.recipe import Catalog, CatalogRecipe, Recipe
from composer.model.resolution import ReasonKind, Request, Resolution, Want
from composer.resolve.resolver import resolve
from tests.unit.resolve.oracle import Answer, best_answer
from tests.unit.resolve.worlds import TARGET, World, catalog_of, entry, slot_worlds, worlds


def resolved(world: World) -> Resolution | str:
    """The resolution, or the text of the refusal."""
    try:
        return resolve(world.request, world.catalog)
    except ComposerError as error:
        (diagnostic,) = error.diagnostics
        assert diagnostic.code is Code.UNRESOLVABLE
        return str(diagnostic)


@settings(max_examples=300, deadline=None)
@given(st.one_of(worlds(), slot_worlds()))
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


def test_resolver_prefers_the_smaller_names_among_equals() -> None:
    def part(name: str, provides: str, enemy: str) -> CatalogRecipe:
        recipe = Recipe(
            name=name,
            version="1",
            summary="a recipe",
            license="BSD-2-Clause",
            provides=frozenset({provides}),
            conflicts=frozenset({enemy}),
        )
        return entry(recipe)

    catalog = catalog_of(part("a", "one", "y"), part("b", "one", "z"), part("y", "two", "a"), part("z", "two", "b"))
    wants = (Want(ReasonKind.TARGET, "one"), Want(ReasonKind.TARGET, "two"))
    assert resolve(Request(TARGET, wants=wants), catalog).recipes == ("a", "z")
