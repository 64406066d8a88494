"""`compose platforms`: what images can run on, and how far that is tested."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from composer.errors import Location
from composer.load.manifest import known_targets, parse_target
from composer.load.shipped import shipped_folder
from composer.load.toolchain import load_toolchains
from composer.model.target import Target
from composer.pipeline.project import load_recipes
from composer.report.platforms import as_json, as_table, describe, platform_of
from composer.report.show import show


def run(args: argparse.Namespace) -> int:
    """A line for each target, or all of one."""
    catalog = load_recipes(map(Path, args.recipes))
    toolchains = [facts for facts, _ in load_toolchains(shipped_folder("toolchains")).values()]
    targets: tuple[Target, ...] = known_targets()
    if args.target is not None:
        targets = (parse_target(args.target, Location("compose platforms"), catalog),)
    platforms = [platform_of(target, catalog, toolchains) for target in targets]
    if args.json:
        print(json.dumps([as_json(platform) for platform in platforms], indent=1))
    else:
        show(as_table(platforms) if args.target is None else describe(platforms[0]), sys.stdout)
    return 0
