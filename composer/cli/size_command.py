"""`compose size`: the bytes of an image."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from composer.cli.common import built, views
from composer.pipeline.read import read_image
from composer.report.show import show
from composer.report.size import as_difference, as_json, as_table


def run(args: argparse.Namespace) -> int:
    """Print the sizes of each target's image."""
    old = read_image(Path(args.diff)) if args.diff else None
    with views(args) as found:
        for view in found:
            image = built(view)
            if args.json:
                sys.stdout.write(as_json(image, args.by, old))
            else:
                print(f"{image.name} for {image.target}")
                show(as_difference(old, image, args.by) if old else as_table(image, args.by), sys.stdout)
    return 0
