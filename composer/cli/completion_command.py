"""`compose completion`: the script by which a shell completes, and the answers to what it asks."""

from __future__ import annotations

import argparse
import json
import sys

from composer.cli.completion import answer
from composer.report.completion import SCRIPTS, spell, split_line


def run(args: argparse.Namespace) -> int:
    """Print the script, or what may come next; words behind -- are those behind `compose`, for bash as one line."""
    if not args.arguments:
        print(
            json.dumps({"shell": args.shell, "script": SCRIPTS[args.shell]}) if args.json else SCRIPTS[args.shell],
            end="",
        )
        return 0
    words = split_line(args.arguments[0]) if args.shell == "bash" else args.arguments
    found = answer(words)
    if args.json:
        print(json.dumps({"words": dict(found.words), "files": found.files}, indent=1))
    else:
        sys.stdout.writelines(f"{line}\n" for line in spell(args.shell, words[-1], found.words, found.files))
    return 0
