"""`compose recipes`: what images are made of."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.manifest import buildable_targets, parse_target
from composer.load.search import find_recipes, searched_words
from composer.load.suggest import nearest
from composer.model.recipe import Catalog
from composer.pipeline.project import load_recipes
from composer.report import recipes
from composer.report.show import show


def run(args: argparse.Namespace) -> int:
    """List, search, show one, check some, or write one."""
    if args.subcommand == "check":
        from composer.cli.recipes_check import run as check

        return check(args)
    if args.subcommand == "new":
        from composer.cli.recipes_new import run as make

        return make(args)
    catalog = load_recipes(map(Path, args.recipes))
    match args.subcommand:
        case "list":
            _print_list(args, catalog, {})
        case "search":
            _print_list(args, catalog, _found(args.text, catalog))
        case _:
            _print_one(args, catalog)
    return 0


def _found(words: Sequence[str], catalog: Catalog) -> Mapping[str, Sequence[str]]:
    """The recipes that have all of `words`; raises ComposerError if none has."""
    found = find_recipes(words, catalog)
    if not found:
        quoted = (f"'{word}'" for word in words)
        message = f"no recipe has {' and '.join(quoted)}"
        raise ComposerError(Diagnostic(Code.UNKNOWN_NAME, message, hint=_hint(words, catalog)))
    return found


def _hint(words: Sequence[str], catalog: Catalog) -> str:
    unknown = [word for word in words if not find_recipes([word], catalog)]
    if not unknown:
        return "there are recipes with each of them: leave one out"
    near = nearest(unknown[0].lower(), searched_words(catalog))
    return f"did you mean '{near}'?" if near else "see `compose recipes` for all that there are"


def _print_list(args: argparse.Namespace, catalog: Catalog, found: Mapping[str, Sequence[str]]) -> None:
    targets = buildable_targets(catalog)
    if args.target is not None:
        targets = (parse_target(args.target, Location("--target"), catalog),)
    entries = [
        entry
        for name, entry in catalog.recipes.items()
        if (not found or name in found) and any(map(entry.recipe.supported, targets))
    ]
    if args.json:
        print(json.dumps(recipes.as_rows(entries, targets, found), indent=1))
    else:
        show(recipes.as_table(entries, targets, found), sys.stdout)


def _print_one(args: argparse.Namespace, catalog: Catalog) -> None:
    if args.name not in catalog.recipes:
        message = f"there is no recipe '{args.name}'"
        hint = recipes.hint_for_recipe(args.name, catalog)
        raise ComposerError(Diagnostic(Code.UNKNOWN_RECIPE, message, hint=hint))
    targets = buildable_targets(catalog)
    if args.json:
        print(json.dumps(recipes.as_json(args.name, catalog, targets), indent=1))
    else:
        print(recipes.title(catalog.recipes[args.name].recipe))
        show(recipes.describe(args.name, catalog, targets), sys.stdout)
