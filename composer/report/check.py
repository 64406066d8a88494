"""What `compose recipes check` found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from composer.errors import Diagnostic
from composer.model.recipe import CatalogRecipe
from composer.model.target import Target


def as_lines(entry: CatalogRecipe, targets: Sequence[Target], passed_by: Sequence[Target], count: int) -> Iterator[str]:
    """What was looked at of a recipe in which so many things are wrong."""
    recipe = entry.recipe
    what = "no finding" if not count else "1 finding" if count == 1 else f"{count} findings"
    manner = "its sources are there for" if recipe.library is not None else "compiled for"
    yield f"{recipe.name} v{recipe.version}: {what}; {manner} {', '.join(map(str, targets))}"
    if passed_by:
        yield f"  not looked at, for there is no compiler here: {', '.join(map(str, passed_by))}"


def as_row(
    entry: CatalogRecipe, targets: Sequence[Target], passed_by: Sequence[Target], findings: Iterable[Diagnostic]
) -> dict[str, Any]:
    """The same for programs."""
    return {
        "recipe": entry.recipe.name,
        "file": entry.places.file,
        "targets": [str(target) for target in targets],
        "passed_by": [str(target) for target in passed_by],
        "findings": diagnostics_as_json(findings),
    }


def diagnostics_as_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """What is wrong, for programs."""
    return [
        {
            "code": one.code.id,
            "message": one.message,
            "file": one.at.file if one.at else None,
            "line": one.at.line if one.at else 0,
            "column": one.at.column if one.at else 0,
            "hint": one.hint,
        }
        for one in diagnostics
    ]
