"""`compose graph --html FILE`: the page of one image."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from composer.cli.common import built, views
from composer.errors import Code, ComposerError, Diagnostic
from composer.pipeline.look import View
from composer.pipeline.page import check_place, described, libraries, save
from composer.pipeline.read import read_image
from composer.report.page import render
from composer.report.text import remarks_on, remarks_on_absent, remarks_on_files, remarks_on_origins


def write_page(args: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    if args.invert or args.depth or args.format != "tree":
        raise _mistake("--html writes a page of the whole image", "leave out --invert, --depth and --format")
    file = Path(args.html)
    check_place(file)
    old = read_image(Path(args.diff)) if args.diff is not None else None
    with views(args) as found:
        seen = list(found)
        if len(seen) > 1:
            names = ", ".join(str(view.selection.target) for view in seen)
            raise _mistake(f"a page shows one image, and the manifest names several: {names}", "add --target P/A")
        image = built(seen[0])
        text = render(image, described(seen[0], _remarks(seen[0])), old, libraries(seen[0].workshop))
    save(file, text)
    size = len(text.encode())
    print(json.dumps({"page": str(file), "bytes": size}) if args.json else f"{file}: {size:,} bytes")
    return 0


def _remarks(view: View) -> tuple[str, ...]:
    image = built(view)
    absent = remarks_on_absent(image, view.workshop.shown)
    origins = remarks_on_origins(image.recipes)
    return (*remarks_on(view.selection.resolution), *remarks_on_files(image), *origins, *absent)


def _mistake(message: str, hint: str) -> ComposerError:
    return ComposerError(Diagnostic(Code.USAGE, message, hint=hint))
