"""`compose schema`: what an editor must know to complete and mark manifests and recipes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from composer.load.schema import manifest_schema, recipe_schema
from composer.load.shipped import shipped_folder
from composer.load.toolchain import load_toolchains
from composer.pipeline.project import load_recipes


def run(args: argparse.Namespace) -> int:
    """Print the schema of a manifest, or of a recipe; it is JSON in any case."""
    catalog = load_recipes(map(Path, args.recipes))
    if args.subcommand == "recipe":
        schema = recipe_schema(catalog)
    else:
        schema = manifest_schema(catalog, load_toolchains(shipped_folder("toolchains")))
    print(json.dumps(schema, indent=1))
    return 0
