"""The resolver on 10,000 recipes: every seed is settled with a proof, and being greedy is not enough."""

from __future__ import annotations

from composer.errors import ComposerError
from composer.model.resolution import Resolution
from composer.resolve.problem import build_problem
from composer.resolve.resolver import resolve
from tests.support.catalogs import REACHABLE, RECIPES, SEEDS, SLOTS, Greedy, large_catalog


def settled(seed: int) -> tuple[Resolution | None, int | None]:
    """The resolver's answer and the weight that greedy choices lead to."""
    request, catalog = large_catalog(seed)
    try:
        return resolve(request, catalog), Greedy(request, catalog).weight()
    except ComposerError:
        return None, None


def test_large_catalogs_have_the_promised_size() -> None:
    request, catalog = large_catalog(0)
    problem = build_problem(request, catalog)
    offers: dict[str, int] = {}
    for name in problem.names:
        for capability in catalog.recipes[name].recipe.provides:
            offers[capability] = offers.get(capability, 0) + 1
    choices = [count for count in offers.values() if count > 1]
    assert len(catalog.recipes) == RECIPES
    assert len(problem.names) == REACHABLE
    assert len(choices) == SLOTS
    assert set(choices) == {2, 3, 4}


def test_resolver_settles_every_large_catalog_and_beats_greedy_in_most() -> None:
    found = [(answer, greedy) for answer, greedy in map(settled, SEEDS) if answer]
    assert len(SEEDS) - len(found) >= 3
    assert all(answer.proven for answer, _ in found)
    assert all(greedy is None or greedy >= answer.weight for answer, greedy in found)
    assert sum(greedy != answer.weight for answer, greedy in found) * 2 >= len(SEEDS)
