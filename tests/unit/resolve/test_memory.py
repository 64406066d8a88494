"""A memory handed from one request to the next changes no answer, and saves the search."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import ComposerError
from composer.model.recipe import Recipe
from composer.model.resolution import ReasonKind, Want
from composer.resolve import optimise
from composer.resolve.memory import Memory
from composer.resolve.reduce import Block
from composer.resolve.resolver import DEFAULT_STEPS, resolve
from tests.support.catalogs import large_catalog
from tests.unit.resolve.worlds import World, catalog_of, entry, slot_worlds, worlds

SHARED: Memory = {}  # of all worlds: their recipes have the same names, other weights and other needs


def _said(world: World, memory: Memory | None) -> object:
    try:
        return resolve(world.request, world.catalog, memory=memory)
    except ComposerError as error:
        return str(error)


@settings(max_examples=300, deadline=None)
@given(st.one_of(worlds(), slot_worlds()))
def test_answers_are_the_same(world: World) -> None:
    assert _said(world, SHARED) == _said(world, None)


@pytest.mark.parametrize(
    ("roots", "few_steps"),
    [
        pytest.param(["here.image"], 4_000, id="one part, of which the best is not found"),
        pytest.param(["here.image", "far.image"], 13_000, id="two parts, one is settled"),
    ],
)
def test_a_search_ends_where_it_would_without(roots: list[str], few_steps: int) -> None:
    request, catalog = large_catalog(2)
    asked = replace(request, wants=tuple(Want(ReasonKind.REQUESTED, root) for root in roots))
    memory: Memory = {}
    for steps, is_proven in ((few_steps, False), (DEFAULT_STEPS, True), (few_steps, False)):
        answer = resolve(asked, catalog, steps, memory)
        assert answer.proven == is_proven
        assert answer == resolve(asked, catalog, steps)


def test_nothing_is_taken_from_a_catalog_of_other_weights_or_other_needs() -> None:
    request, catalog = large_catalog(0)
    other_needs = large_catalog(1)
    weights = Random(1)
    others = {
        name: replace(one, weights={str(request.target): weights.randint(300, 16_000)})
        for name, one in catalog.recipes.items()
    }
    memory: Memory = {}
    for asked, known in ((request, catalog), (request, replace(catalog, recipes=others)), other_needs):
        assert resolve(asked, known, memory=memory) == resolve(asked, known)


def test_only_what_another_request_adds_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    request, catalog = large_catalog(0)
    beside = [
        entry(
            Recipe(name=name, version="1", summary="a recipe", license="BSD-2-Clause", provides=frozenset({"beside"})),
            weight,
        )
        for name, weight in (("light", 1), ("heavy", 2))
    ]
    both = replace(catalog, recipes={**catalog.recipes, **catalog_of(*beside).recipes})
    memory: Memory = {}
    first = resolve(request, both, memory=memory)
    searched: list[int] = []
    search = optimise.Optimiser._search

    def counted(self: optimise.Optimiser, block: Block, *rest: Any) -> None:
        searched.append(len(block.costs))
        search(self, block, *rest)

    monkeypatch.setattr(optimise.Optimiser, "_search", counted)
    wider = replace(request, wants=(*request.wants, Want(ReasonKind.REQUESTED, "beside")))
    second = resolve(wider, both, memory=memory)
    assert {*second.recipes} == {*first.recipes, "light"}
    assert sum(searched) <= 2
    assert resolve(wider, both).recipes == second.recipes
    assert sum(searched) > 100
