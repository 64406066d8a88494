"""`compose recipes new`: a recipe for a C library."""

from __future__ import annotations

import argparse
import io
import json
import tempfile
from pathlib import Path

from composer.cli.common import open_store, progress_of, search_of
from composer.errors import Exit
from composer.load.catalog import RECIPE_FILE
from composer.load.paths import display_path
from composer.pipeline.new_recipe import Wish, make_recipe, require_possible
from composer.pipeline.project import load_recipes
from composer.pipeline.settings import Settings
from composer.report.new_recipe import draft_as_json, spell_draft
from composer.report.progress import Loudness, Progress


def run(args: argparse.Namespace) -> int:
    """Write the recipe, and print where it is and what is left to do."""
    wish = Wish(args.name, Path(args.origin), Path(args.into))
    given = [Path(folder) for folder in args.recipes]
    require_possible(wish, load_recipes(given))
    with open_store() as store, tempfile.TemporaryDirectory(prefix="compose-new-") as logs:
        settings = Settings(wish.into, out=Path(logs), jobs=args.jobs, search=search_of(args))
        # What is tried and given up again has warnings that nobody needs.
        reporter = progress_of(args) if args.verbose else Progress(io.StringIO(), Loudness.QUIET)
        draft = make_recipe(wish, given, settings, store, reporter)
    file = display_path(wish.place / RECIPE_FILE)
    if args.json:
        print(json.dumps({"recipe": draft.name, "file": file, **draft_as_json(draft)}, indent=1))
    else:
        print(*spell_draft(draft, file, display_path(wish.place)), sep="\n")
    return Exit.OK
