"""`compose show-script`: the linker script that was generated for an image."""

from __future__ import annotations

import argparse
import json
import sys

from composer.cli.build_command import build_all
from composer.cli.common import open_store, settings_of
from composer.pipeline.compose import SCRIPT_FILE


def run(args: argparse.Namespace) -> int:
    """Print the script of each target, after building what is stale: it depends on what is alive."""
    scripts = {}
    with open_store() as store:
        made = build_all(args, [settings_of(args, args.manifest)], store)
    for built in made:
        text = (built.folder / SCRIPT_FILE).read_text()
        scripts[built.image.target] = text
        if not args.json:
            sys.stdout.write(text)
    if args.json:
        json.dump(scripts, sys.stdout, indent=1)
        print()
    return 0
