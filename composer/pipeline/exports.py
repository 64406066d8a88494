"""Who in the catalog has which symbol, as an image with one C library sees it."""

from __future__ import annotations

from composer.pipeline.libc import other_libcs
from composer.pipeline.workshop import Workshop
from composer.reach.diagnose import Exports

LAST = 1 << 30  # behind every C library


def exports_for(workshop: Workshop, libc: str) -> Exports:
    """Who has what for the workshop's target in an image with the C library `libc`, and what this machine lacks."""
    catalog, target = workshop.project.catalog, workshop.target
    others = other_libcs(catalog, libc)
    found: dict[str, list[str]] = {}
    elsewhere: dict[str, str] = {}
    for name in sorted(catalog.recipes, key=lambda name: (catalog.recipes[name].recipe.trial or LAST, name)):
        for symbol in catalog.recipes[name].exports(target.arch):
            if name in others:
                elsewhere.setdefault(symbol, name)
            else:
                found.setdefault(symbol, []).append(name)
    return Exports(
        recipes={symbol: tuple(names) for symbol, names in found.items()},
        unsupported=frozenset(n for n, entry in catalog.recipes.items() if not entry.recipe.supported(target)),
        target=str(target),
        runtime_hint=workshop.toolchain.runtime.install,
        elsewhere=elsewhere,
    )
