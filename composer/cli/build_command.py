"""`compose build`: images from manifests."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from composer.cli.common import open_store, progress_of, settings_of
from composer.cli.standing import note_standing
from composer.errors import raise_any
from composer.execute.store import Store
from composer.model.image import IMAGE_FILE, Image
from composer.pipeline.build import Built, build, in_turn, inputs_of
from composer.pipeline.fresh import remember
from composer.pipeline.settings import Settings
from composer.report.lines import wrapped
from composer.report.summary import as_json, as_lines, as_short_line, path_lines, time_of_all
from composer.report.terminal import columns
from composer.report.text import remarks_on, remarks_on_absent, remarks_on_files, remarks_on_origins


def run(args: argparse.Namespace) -> int:
    """Build every manifest's images and print where they are."""
    wanted = [settings_of(args, manifest) for manifest in args.manifests]
    made = _build_and_note(args, args.words, wanted, spell := _spell_json if args.json else _spell)
    print(spell(made), end="", flush=True)
    if not args.quiet:
        width = columns(sys.stderr)
        for line in _closing_lines(made, is_verbose=args.verbose):
            print("\n".join(wrapped(line, width)), file=sys.stderr)
    return 0


def build_noted(
    args: argparse.Namespace, words: Sequence[str], wanted: Sequence[Settings], spell: Callable[[Sequence[Built]], str]
) -> str:
    """Build what is `wanted`; the text that `spell` makes of it is noted as what `words` gives until something changes."""
    return spell(_build_and_note(args, words, wanted, spell))


def _build_and_note(
    args: argparse.Namespace, words: Sequence[str], wanted: Sequence[Settings], spell: Callable[[Sequence[Built]], str]
) -> Sequence[Built]:
    started_ns = time.time_ns()
    held = {settings.folder: _names_in(settings) for settings in wanted}
    with open_store() as store:
        made = build_all(args, wanted, store)
        for note in dict.fromkeys(note for built in made for note in _notes_on(built)):
            print(f"note: {note}", file=sys.stderr)
        text = spell([built.again() for built in made])
        outputs = (str(built.folder / file) for built in made for file in built.files)
        settled = {str(settings.folder) for settings in wanted if held[settings.folder] == _names_in(settings)}
        inputs = tuple(inputs_of(made))
        remember(words, text, inputs, outputs, started_ns, settled)
        for settings in wanted:
            own = [built for built in made if built.workshop.project.settings is settings]
            if len(own) == len(own[0].workshop.project.loaded.targets):
                note_standing(args, own, inputs, started_ns, settled)
    return made


def _notes_on(built: Built) -> Iterator[str]:
    """What a person should know of an image besides what is in it."""
    yield from remarks_on(built.selection.resolution)
    yield from remarks_on_origins(built.image.recipes)
    yield from built.selection.toolchain.remarks
    yield from remarks_on_files(built.image)
    yield from remarks_on_absent(built.image, built.workshop.shown)


def _names_in(settings: Settings) -> frozenset[str]:
    """What stands beside the manifest, besides the folder that a build makes there."""
    try:
        return frozenset(path.name for path in settings.folder.iterdir()) - {settings.out_root.name}
    except OSError:
        return frozenset()  # told when the manifest is read


def build_all(args: argparse.Namespace, wanted: Sequence[Settings], store: Store) -> list[Built]:
    """Build what is `wanted`, one manifest after the other."""
    keep_going = getattr(args, "keep_going", False)
    made, failures = in_turn(wanted, lambda settings: build(settings, store, progress_of(args)), keep_going)
    raise_any(failures)
    return [built for images in made for built in images]


def _closing_lines(made: Sequence[Built], *, is_verbose: bool) -> Iterator[str]:
    """What there is to say besides where the images are."""
    if len(made) == 1:
        yield from as_lines(made[0].summary, made[0].workshop.shown)
    else:
        yield from (as_short_line(built.summary, built.workshop.shown) for built in made)
        yield time_of_all([built.work for built in made])
    if is_verbose:
        yield from (line for built in made for line in path_lines(built.work))


def _spell(made: Sequence[Built]) -> str:
    here = f"{Path.cwd()}/"
    return "".join(f"{str(built.path).removeprefix(here)}: {_spell_image(built.image)}\n" for built in made)


def _spell_image(image: Image) -> str:
    by = image.toolchain
    return f"{image.file_bytes:,} bytes, by {by['name']} {by['version']} ({by['reason']})"


def _spell_json(made: Sequence[Built]) -> str:
    rows = [
        {
            "name": built.image.name,
            "target": built.image.target,
            "image": str(built.path),
            "description": str(built.folder / IMAGE_FILE),
            "file_bytes": built.image.file_bytes,
            "memory_bytes": built.image.memory_bytes,
            "toolchain": built.image.toolchain,
            **as_json(built.summary),
        }
        for built in made
    ]
    return json.dumps(rows, indent=1) + "\n"
