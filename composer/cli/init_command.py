"""`compose init`: a manifest for the program in a folder."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from composer.cli.questions import ask, choose, is_terminal
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.manifest import MANIFEST_FILE, buildable_targets, parse_target
from composer.load.paths import display_path
from composer.load.program_folder import look_at_folder
from composer.model.program import Answers, ProgramFolder
from composer.model.recipe import Catalog
from composer.pipeline.project import load_recipes
from composer.pipeline.propose import (
    c_libraries,
    name_for,
    propose,
    require_main,
    require_name,
    require_programs,
)
from composer.report.proposal import as_json, as_manifest, summary
from composer.report.text import listed
from composer.whole import write_new

_MOST_PROGRAMS = 24  # that a message names


def run(args: argparse.Namespace) -> int:
    """Look at the folder, ask what only a person knows, and write the manifest."""
    folder = Path(args.folder)
    file = folder / MANIFEST_FILE
    if not args.dry_run:
        _require_none(file)
    found = look_at_folder(folder)
    catalog = load_recipes(())
    libraries = c_libraries(catalog)
    proposal = propose(found, _answers(args, found, catalog), libraries.headers)
    targets = [str(target) for target in buildable_targets(catalog)]
    text = as_manifest(proposal, found.paths(), targets, libraries.names)
    if not args.dry_run:
        _write(file, text)
    if args.json:
        print(
            json.dumps({"file": str(file), "is_written": not args.dry_run, **as_json(proposal), "text": text}, indent=1)
        )
    elif args.dry_run:
        print(text, end="")
    else:
        print(f"wrote {display_path(file)}", flush=True)  # before what the other stream says
        print("\n".join(summary(proposal)), file=sys.stderr)
        print(f"  next: compose build{_typed(args)}", file=sys.stderr)
    return 0


def _typed(args: argparse.Namespace) -> str:
    """The folder as it stands behind a command."""
    return "" if args.folder == "." else f" {shlex.quote(args.folder)}"


def _require_none(file: Path) -> None:
    if os.path.lexists(file):
        message, hint = "there is a manifest already", "edit it; `compose init --dry-run` prints what init would write"
        raise ComposerError(Diagnostic(Code.MANIFEST_EXISTS, message, Location(display_path(file)), hint))


def _write(file: Path, text: str) -> None:
    try:
        write_new(file, text)
    except FileExistsError:
        _require_none(file)
        raise
    except OSError as error:
        message = f"cannot write {display_path(file)}: {error.strerror}"
        hint = "check who owns the folder; `compose init --dry-run` prints the manifest"
        raise ComposerError(Diagnostic(Code.OUTPUT_UNWRITABLE, message, hint=hint)) from error


def _answers(args: argparse.Namespace, found: ProgramFolder, catalog: Catalog) -> Answers:
    """What the words say, else what a person at the terminal does, else the defaults."""
    is_asked = is_terminal() and not (args.yes or args.json)
    if args.name is not None:
        require_name(args.name)
    targets = _targets(args.target, catalog)
    main = _main(args, found, is_asked)
    name = args.name or _default_name(found, main)
    if args.name is None and is_asked:
        name = ask("name of the image", name, _accepted_name)
    if not targets:
        default = _default_target(catalog)
        ask_targets = "target (platform/arch; several with blanks between)"
        targets = ask(ask_targets, default, lambda text: _targets(text.split(), catalog)) if is_asked else (default,)
    return Answers(name, targets, main)


def _accepted_name(text: str) -> str:
    require_name(text)
    return text


def _targets(texts: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(parse_target(text, Location("--target"), catalog)) for text in texts))


def _default_target(catalog: Catalog) -> str:
    """A machine like this one if there is such a target."""
    known = [str(target) for target in buildable_targets(catalog)]
    here = f"kvm/{os.uname().machine}"
    return here if here in known else known[0]


def _main(args: argparse.Namespace, found: ProgramFolder, is_asked: bool) -> str:
    if args.main is not None:
        return require_main(args.main, found)
    programs = sorted(require_programs(found, Path(args.folder), display_path(Path(args.folder))), key=_by_likelihood)
    if len(programs) == 1:
        return programs[0]
    if is_asked:
        return choose("which file has the program's main", programs, lambda text: require_main(text, found))
    message = f"several files have a main function: {listed(programs, _MOST_PROGRAMS)}"
    hint = f"say which: compose init{_typed(args)} --main {programs[0]}"
    raise ComposerError(Diagnostic(Code.USAGE, message, Location(display_path(Path(args.folder))), hint))


def _by_likelihood(path: str) -> tuple[int, bool, str]:
    pure = PurePosixPath(path)
    return len(pure.parts), pure.stem != "main", path


def _default_name(found: ProgramFolder, main: str) -> str:
    """The folder's name; of one of several programs its file's."""
    stem = PurePosixPath(main).stem
    return name_for(found.name if stem == "main" or len(found.programs()) == 1 else stem)
