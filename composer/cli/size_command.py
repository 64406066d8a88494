"""`compose size`: the bytes of an image."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from composer.cli.standing import standing_images
from composer.errors import Code, ComposerError, Diagnostic
from composer.model.difference import KEYS
from composer.model.image import Image
from composer.pipeline.read import read_image
from composer.report.lines import show_lines, table_lines
from composer.report.size import as_difference, as_json, as_table
from composer.report.terminal import columns, glyphs


def run(args: argparse.Namespace) -> int:
    """Print the sizes of each target's image."""
    _check_words(args)
    old = read_image(Path(args.diff)) if args.diff else None
    images = (standing.image for standing in standing_images(args))
    for image in tuple(images) or _images_of(args):
        if args.tree:
            _show_tree(image, args)
        elif args.json:
            sys.stdout.write(as_json(image, args.by, old))
        else:
            print(f"{image.name} for {image.target}")
            rows = as_difference(old, image, args.by) if old else as_table(image, args.by)
            lines = table_lines(rows, len(KEYS[args.by]), columns(sys.stdout), glyphs(sys.stdout))
            show_lines(lines, sys.stdout)
    return 0


def _images_of(args: argparse.Namespace) -> Iterator[Image]:
    """The image of each target; raises ComposerError if there is none of the manifest as it is."""
    from composer.cli.common import built, views

    with views(args) as found:
        yield from map(built, found)


def _check_words(args: argparse.Namespace) -> None:
    """Raise ComposerError for words that have no meaning together."""
    if args.depth is not None and not args.tree:
        message, hint = "--depth is for the tree", "add --tree, or choose the rows of the table with --by"
    elif args.tree and args.by != "recipe":
        message, hint = "--by is for the table", "leave it out, or bound the tree with --depth"
    else:
        return
    raise ComposerError(Diagnostic(Code.USAGE, message, hint=hint))


def _show_tree(image: Image, args: argparse.Namespace) -> None:
    from composer.report import size_tree

    depth = args.depth or size_tree.LEVELS
    if args.json:
        print(json.dumps(size_tree.as_json(image, depth), indent=1))
        return
    print(f"{image.name} for {image.target}")
    show_lines(size_tree.as_lines(image, depth, glyphs(sys.stdout), columns(sys.stdout)), sys.stdout)
