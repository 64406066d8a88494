"""The entry of `compose`: words in, exit status out. Imports little: a build with nothing to do stays fast."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from composer.errors import Code, ComposerError, Exit


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; every exception becomes an exit status here and nowhere else."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except ComposerError as error:
        return _tell(error)
    except BrokenPipeError:
        # Whoever read our output has gone; nobody is left to tell. Keep Python from flushing into the pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except Exception as error:
        return _report_bug(error)


def _run(argv: Sequence[str]) -> int:
    from composer.cli.parser import parse

    args = parse(argv)
    status: int = args.command(args)
    sys.stdout.flush()
    return status


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tell(error: ComposerError) -> int:
    if all(diagnostic.code is Code.INTERRUPTED for diagnostic in error.diagnostics):
        print("interrupted", file=sys.stderr)
    else:
        print(error, file=sys.stderr)
    return error.exit


def _report_bug(error: Exception) -> int:
    """Two lines for the user, the traceback in a file."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="compose-report-", suffix=".txt", delete=False) as report:
        report.write(f"compose {' '.join(sys.argv[1:])}\n\n")
        traceback.print_exception(error, file=report)
    print(f"error: this is a bug in compose ({type(error).__name__}), not your mistake", file=sys.stderr)
    print(f"  hint: please send us the report {report.name}", file=sys.stderr)
    return Exit.BUG
