"""`compose run`: run images to their end, after building what is stale."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from composer.cli.guests import concluded, prepared
from composer.errors import Exit
from composer.pipeline.fresh import store_folder
from composer.run.engine import run_guests
from composer.run.launch import shown_command


def run(args: argparse.Namespace) -> int:
    """Run the image of each manifest's first target, or of the one that --target names."""
    finished, host = prepared(args, args.manifests)
    guests = [one.guest for one in finished]
    if args.dry_run:
        print(shlex.join(shown_command(guests, host, Path(store_folder()))))
        return Exit.OK
    endings = run_guests(
        guests,
        host,
        stdin=None if sys.stdin is None else 0,  # there is none at all where it was closed before the start
        stdout=2 if args.json else 1,
        timeout_seconds=args.timeout,
        expect=args.expect,
        log=(lambda line: print(f"(XEN) {line}", file=sys.stderr)) if args.verbose else (lambda line: None),
    )
    return concluded(args, finished, endings)
