"""The entry of `compose`: words in, exit status out. Imports nothing that a build with nothing to do can spare."""

from __future__ import annotations

import gc
import os
import sys

# What these modules import is told in their own heads; the rest of the composer waits until it is needed.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from composer.errors import ComposerError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; every exception becomes an exit status here and nowhere else."""
    words = sys.argv[1:] if argv is None else list(argv)
    _open_standard_streams()
    try:
        if words[:1] == ["build"] and _has_nothing_to_do(words):
            return 0
        return _run(words)
    except KeyboardInterrupt:
        return _interrupted()
    except BrokenPipeError:
        # Whoever read our output has gone; nobody is left to tell. Keep Python from flushing into the pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _open_standard_streams() -> None:
    """Where a caller has closed one of them, the next file that we open would be taken for it."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        continue
    os.close(descriptor)
    sys.stdout = sys.stdout or open(1, "w")  # noqa: SIM115 - Python leaves None for a closed one
    sys.stderr = sys.stderr or open(2, "w")  # noqa: SIM115 - the same


def _has_nothing_to_do(words: list[str]) -> bool:
    from composer.pipeline.fresh import recall

    text = recall(words)
    if text is None:
        return False
    sys.stdout.write(text)
    sys.stdout.flush()
    return True


def collect_seldom() -> None:
    """Look for garbage in circles seldom: a catalog lasts as long as the process, and looking through one of 10,000 recipes
    again and again takes half of the time that it takes to resolve with it.
    """
    gc.set_threshold(100_000, 20, 50)


def _run(words: list[str]) -> int:
    _when_interrupted(_leave)
    collect_seldom()
    from composer.errors import ComposerError

    try:
        from composer.cli.parser import parse

        args = parse(words)
        run = args.command()
        _when_interrupted(_interrupt)
        status: int = run(args)
        sys.stdout.flush()
        return status
    except ComposerError as error:
        return _tell(error)
    except BrokenPipeError:
        raise
    except Exception as error:
        return _report_bug(error)


class _Interrupted(KeyboardInterrupt):
    """Raised by our handler. CPython remembers its own that passed an `exec` (every dataclass has one), caught or
    not, and then ends by SIGINT instead of with our exit status.
    """


def _when_interrupted(handler: Callable[[int, FrameType | None], None]) -> None:
    """Call `handler` for each signal that asks us to end; one that is ignored, as under `nohup`, stays ignored."""
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    """End at once. Nothing has begun, and what is being imported may swallow an exception (pydantic does)."""
    os.write(2, b"interrupted\n")
    os._exit(8)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _Interrupted


def _interrupted() -> int:
    from composer.errors import Exit

    print("interrupted", file=sys.stderr)
    return Exit.INTERRUPTED


def _tell(error: ComposerError) -> int:
    from composer.errors import Code

    if all(diagnostic.code is Code.INTERRUPTED for diagnostic in error.diagnostics):
        return _interrupted()
    print(error, file=sys.stderr)
    return error.exit


def _report_bug(error: Exception) -> int:
    """Two lines for the user, the traceback in a file."""
    import tempfile
    import traceback

    from composer.errors import Exit

    with tempfile.NamedTemporaryFile("w", prefix="compose-report-", suffix=".txt", delete=False) as report:
        report.write(f"compose {' '.join(sys.argv[1:])}\n\n")
        traceback.print_exception(error, file=report)
    print(f"error: this is a bug in compose ({type(error).__name__}), not your mistake", file=sys.stderr)
    print(f"  hint: please send us the report {report.name}", file=sys.stderr)
    return Exit.BUG
