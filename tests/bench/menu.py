"""How soon the menu shows what a choice changes: on the shipped catalog, and with 10,000 made-up recipes beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from composer.cli.main import collect_seldom
from composer.execute.store import Store
from composer.model.recipe import Catalog, Requirement
from composer.pipeline.menu import Menu
from composer.pipeline.project import load_recipes
from composer.pipeline.settings import Settings
from composer.report.progress import Loudness, Progress
from tests.bench.lab import Lab
from tests.bench.table import Figure, median
from tests.support.catalogs import RECIPES, TARGET, large_catalog

APP = "hello"
REACH_SHIPPED_MS = 200.0
REACH_LARGE_S = 1.0
SEEDS = (0, 1)  # each of which has an answer
FEW = ("libc", "profile", "memory", "machine", "console", "network")  # choices that stand for all with many recipes


def menu(lab: Lab) -> Iterator[Figure]:
    """Every word of every choice of an example, once its objects are in the store; the slowest counts."""
    collect_seldom()
    lab.project(APP, "-menu")
    shipped = load_recipes(())
    times = _effects(lab, shipped)
    slowest = max(times, key=times.__getitem__)
    note = f"{'='.join(slowest)}; {len(times)} choices of {APP} on {TARGET}, median {1000 * median([*times.values()]):.0f} ms"
    yield Figure("menu, slowest effect", 1000 * max(times.values()), "ms", REACH_SHIPPED_MS, note=note)
    large = {(str(seed), *key): s for seed in SEEDS for key, s in _effects(lab, _joined(shipped, seed), FEW).items()}
    worst = max(large, key=large.__getitem__)
    note = f"{'='.join(worst[1:])}; {len(large)} choices, {len(SEEDS)} seeds, median {median([*large.values()]):.2f} s"
    yield Figure(
        f"menu, slowest effect of {RECIPES:,} recipes more", max(large.values()), "s", REACH_LARGE_S, note=note
    )


def _joined(shipped: Catalog, seed: int) -> Catalog:
    """The shipped catalog and a made-up one, some half of which every image needs."""
    request, made_up = large_catalog(seed)
    start = shipped.recipes["start"]
    needs = tuple(Requirement(capability=want.what) for want in request.wants)
    recipe = start.recipe.model_copy(update={"requires": (*start.recipe.requires, *needs)})
    return replace(shipped, recipes={**shipped.recipes, **made_up.recipes, "start": replace(start, recipe=recipe)})


def _effects(lab: Lab, catalog: Catalog, only: tuple[str, ...] = ()) -> Mapping[tuple[str, str], float]:
    """Seconds by choice and word, the second time, when all that compiles is in the store."""
    store = Store(lab.store)
    store.enter()
    try:
        found: dict[tuple[str, str], float] = {}
        for _ in range(2):
            found = dict(_once(lab.folder, catalog, store, only))
        return found
    finally:
        store.close()


def _once(
    folder: Path, catalog: Catalog, store: Store, only: tuple[str, ...]
) -> Iterator[tuple[tuple[str, str], float]]:
    with Path(os.devnull).open("w") as nowhere:
        settings = Settings(folder / f"{APP}-menu", jobs=os.cpu_count() or 1)
        made = Menu(settings, lambda more: catalog, store, Progress(nowhere, Loudness.QUIET), folder / "menu-scratch")
        text = (settings.manifest / "unikernel.yaml").read_text()
        picture = made.picture(text, str(TARGET))
        assert not picture.problem, picture.problem
        for choice in picture.choices:
            for word in choice.words if not only or choice.name in only else ():
                start = time.perf_counter()
                made.effect(text, str(TARGET), choice.name, word)
                yield (choice.name, word), time.perf_counter() - start
