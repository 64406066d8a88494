"""`compose recipes check`: whether recipes are what they say of themselves."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from composer.cli.common import open_store, progress_of, search_of
from composer.errors import ComposerError, Exit, Location
from composer.load.catalog import FIRST_OUTSIDE
from composer.load.manifest import buildable_targets, parse_target
from composer.pipeline.check import Checked, check
from composer.pipeline.project import load_recipes
from composer.pipeline.settings import Settings
from composer.report.check import as_lines, as_row, diagnostics_as_json


def run(args: argparse.Namespace) -> int:
    """Print what is wrong with each recipe in the folder, or that nothing is."""
    try:
        checked = _checked(args)
    except ComposerError as error:
        if not args.json:
            raise
        print(json.dumps({"recipes": [], "findings": diagnostics_as_json(error.diagnostics)}, indent=1))
        return error.exit
    findings = [finding for one in checked for finding in one.findings]
    if args.json:
        rows = [as_row(one.entry, one.targets, one.passed_by, one.findings) for one in checked]
        print(json.dumps({"recipes": rows, "findings": diagnostics_as_json(findings)}, indent=1))
    else:
        print("".join(f"{finding}\n" for finding in findings), end="", file=sys.stderr)
        for one in checked:
            print(*as_lines(one.entry, one.targets, one.passed_by, len(one.findings)), sep="\n")
    return Exit.BUILD if findings else Exit.OK


def _checked(args: argparse.Namespace) -> Sequence[Checked]:
    folder = Path(args.folder)
    catalog = load_recipes([folder, *map(Path, args.recipes)])
    targets = [parse_target(word, Location("--target"), catalog) for word in args.target] or buildable_targets(catalog)
    with open_store() as store, tempfile.TemporaryDirectory(prefix="compose-check-") as logs:
        settings = Settings(Path(args.folder), out=Path(logs), jobs=args.jobs, search=search_of(args))
        here = [entry for entry in catalog.recipes.values() if entry.folder.partition("/")[0] == FIRST_OUTSIDE]
        return [check(entry, catalog, targets, settings, store, progress_of(args)) for entry in here]
