"""`compose menu`: choose what a manifest says, and see what each choice changes before it is made."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from composer.cli.common import open_store, progress_of, settings_of
from composer.errors import Code, ComposerError, Diagnostic, Exit
from composer.load.choices import as_edit
from composer.load.edit import Edit, require_editable
from composer.load.manifest import load_manifest, manifest_file
from composer.menu.session import Session
from composer.menu.thinker import Thinker
from composer.pipeline.manuscript import Manuscript
from composer.pipeline.menu import Menu, with_edits
from composer.pipeline.project import catalogs_with
from composer.report.menu import as_json

LEAST_COLUMNS, LEAST_LINES = 60, 16
ALTERNATIVES = (
    "edit the file, or set a key for one command by `--set KEY=VALUE`; `compose menu --json` lists the choices"
)


def run(args: argparse.Namespace) -> int:
    """Show the menu, or print all that it would show."""
    settings = settings_of(args, args.manifest)
    manuscript = Manuscript.read(manifest_file(settings.manifest))
    catalogs = catalogs_with(settings.recipes)
    load_manifest(settings.manifest, catalogs.having, settings.targets, settings.assignments)
    require_editable(manuscript.text, manuscript.shown)
    if not args.json:
        _require_terminal()
        _require_library()
    if not manuscript.is_writable:
        print(f"note: {manuscript.shown} is read-only: look, but nothing can be saved", file=sys.stderr)
    with ExitStack() as opened:
        store = opened.enter_context(open_store())
        scratch = opened.enter_context(tempfile.TemporaryDirectory(prefix="compose-menu-"))
        menu = Menu(settings, catalogs.having, store, progress_of(args), Path(scratch))
        edits = [as_edit(assignment) for assignment in settings.assignments]
        if args.json:
            _print(menu, manuscript, with_edits(manuscript.text, manuscript.shown, edits))
        else:
            _show(menu, manuscript, edits, opened)
    return Exit.OK


def _print(menu: Menu, manuscript: Manuscript, text: str) -> None:
    """All choices with their effects, for programs."""
    first = menu.picture(text, "")
    pictures = [menu.picture(text, target) for target in first.targets]
    effects = {
        (picture.target, choice.name, word): menu.effect(text, picture.target, choice.name, word)
        for picture in pictures
        for choice in picture.choices
        for word in choice.words
    }
    told = {"manifest": manuscript.shown, "is_writable": manuscript.is_writable, "targets": as_json(pictures, effects)}
    print(json.dumps(told, indent=1))


def _show(menu: Menu, manuscript: Manuscript, edits: Sequence[Edit], opened: ExitStack) -> None:
    """The screen, until it is left; `opened` is what has to be closed behind it."""
    session = Session(manuscript)
    for edit in edits:
        session.choose([edit])
    picture = menu.picture(session.text, "")
    thinker = Thinker(menu)
    opened.callback(thinker.end)
    from composer.menu.app import MenuApp

    signal.signal(signal.SIGHUP, lambda number, frame: _hung_up(opened))
    app = MenuApp(session, thinker, picture)
    app.run()
    if app.died:
        raise RuntimeError(app.died)
    if app.is_interrupted:
        raise KeyboardInterrupt


def _hung_up(opened: ExitStack) -> None:
    """Leave at once: the terminal is gone, and Textual would wait for ever to write its farewell to it."""
    opened.close()
    os._exit(Exit.INTERRUPTED)


def _require_terminal() -> None:
    """Raise ComposerError where no menu can be shown."""
    if reason := _unfit():
        raise ComposerError(Diagnostic(Code.NO_TERMINAL, reason, hint=ALTERNATIVES))


def _unfit() -> str:
    """What keeps the terminal from showing a menu."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return f"`compose menu` needs a terminal, and its {'output' if sys.stdin.isatty() else 'input'} is none"
    kind = os.environ.get("TERM", "")
    if kind in ("", "dumb"):
        return f"`compose menu` needs a terminal that can place text, and TERM is '{kind}'"
    columns, lines = os.get_terminal_size(sys.stdout.fileno())
    if 0 < columns < LEAST_COLUMNS or 0 < lines < LEAST_LINES:
        least = f"{LEAST_COLUMNS} columns and {LEAST_LINES} lines"
        return f"the terminal has {columns} columns and {lines} lines; the menu needs {least} at least"
    return ""


def _require_library() -> None:
    """Raise ComposerError if what draws the menu is not installed: an extra, for builds do not need it."""
    if importlib.util.find_spec("textual") is None:
        from composer.load.probe import EXTRA

        message = "`compose menu` needs the Python package textual"
        raise ComposerError(Diagnostic(Code.NO_TOOL, message, hint=EXTRA.format("menu")))
    if not sys.stderr.isatty():  # where textual draws
        message = "`compose menu` needs a terminal, and its standard error is none"
        raise ComposerError(Diagnostic(Code.NO_TERMINAL, message, hint=ALTERNATIVES))
