"""`compose run`: run images to their end, after building what is stale."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from composer.cli.guests import concluded, prepared, teller
from composer.errors import Code, ComposerError, Diagnostic, Exit
from composer.pipeline.fresh import store_folder
from composer.run.engine import run_guests
from composer.run.guest import Ending, Guest, Host
from composer.run.launch import shown_command, shown_switch
from composer.run.network import Tap
from composer.run.watch import Watch


def run(args: argparse.Namespace) -> int:
    """Run the image of each manifest's first target, or of the one that --target names."""
    if args.boot_times and len(args.manifests) > 1:
        message = "--boot-times is of one image, and these are several"
        raise ComposerError(Diagnostic(Code.USAGE, message, hint="name one of them"))
    finished, host = prepared(args, args.manifests)
    guests = [one.guest for one in finished]
    if args.dry_run:
        _show(guests, host)
        return Exit.OK
    if args.boot_times:
        from composer.cli.boot_times import run_timed

        return run_timed(args, finished[0], host, partial(_run, args, guests))
    return concluded(args, finished, _run(args, guests, host))


def _run(args: argparse.Namespace, guests: Sequence[Guest], host: Host, watch: Watch | None = None) -> Sequence[Ending]:
    return run_guests(
        guests,
        host,
        stdin=None if sys.stdin is None else 0,  # there is none at all where it was closed before the start
        stdout=2 if args.json else 1,
        timeout_seconds=args.timeout,
        expect=args.expect,
        tell=teller(args),
        log=(lambda line: print(f"(XEN) {line}", file=sys.stderr)) if args.verbose else (lambda line: None),
        watch=watch,
    )


def _show(guests: Sequence[Guest], host: Host) -> None:
    """Print the command of a run, after that of what carries a process's frames, if there is such a thing."""
    switch = shown_switch(guests[0])
    if switch is not None:
        print(shlex.join(switch))
    print(shlex.join(shown_command(guests, host, Path(store_folder()))))
    network = guests[0].network
    if switch is not None:
        print("a pair of datagram sockets joins its descriptor 4 to descriptor 3 of the process", file=sys.stderr)
    elif network is not None and isinstance(network.line, Tap) and guests[0].target.platform == "linux":
        print(f"descriptor 3 of the process is the tap {network.line.name}", file=sys.stderr)
