"""`compose run --boot-times`: a run that tells, when it is over, where the time of its boot went."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence

from composer.cli.guests import Finished, concluded, require_symbols, teller
from composer.errors import ComposerError
from composer.model.boot import Boot
from composer.report.boot_times import as_json, as_table, remarks_on
from composer.report.show import show
from composer.run.course import course_of
from composer.run.emulator import emulated
from composer.run.guest import Ending, Host
from composer.run.tally import tally
from composer.run.watch import Watch, watching


def run_timed(
    args: argparse.Namespace,
    one: Finished,
    host: Host,
    run: Callable[[Host, Watch], Sequence[Ending]],
) -> int:
    """Count the instructions of a boot in a run of which nothing is shown, then `run` it for its times."""
    require_symbols(one.guest)
    course = course_of(one.image, one.guest.debug)
    emulator = emulated(host, one.guest.target)
    teller(args)(f"counting the instructions of {one.image.name}, then running it")
    counts = tally(one.guest, emulator, course, args.timeout)
    with watching(course) as watch:
        try:
            endings = run(emulator, watch)
        except ComposerError:  # by Ctrl-C one ends a server, which has booted long ago
            told = _told(args, one, Boot(course, watch.times, counts))
            if args.json:
                print(json.dumps(told))
            raise
        told = _told(args, one, Boot(course, watch.times, counts))
    return concluded(args, [one], endings, told)


def _told(args: argparse.Namespace, one: Finished, boot: Boot) -> Mapping[str, object]:
    """What programs are told of a boot; people are told here."""
    if not args.json:
        print(f"the boot of {one.image.name} for {one.image.target}, emulated:", file=sys.stderr)
        show(as_table(boot), sys.stderr)
        for remark in remarks_on(boot):
            print(remark, file=sys.stderr)
    return {"boot": as_json(boot)}
