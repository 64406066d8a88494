"""`compose graph`: what is in an image and why."""

from __future__ import annotations

import argparse
import sys

from composer.cli.common import views
from composer.cli.page import write_page
from composer.errors import Code, ComposerError, Diagnostic
from composer.load.suggest import hint_for
from composer.pipeline.look import View
from composer.report.graph import Composition, as_dot, as_json, as_lines, as_mermaid
from composer.report.lines import show_lines
from composer.report.terminal import columns, glyphs
from composer.report.text import remarks_on, remarks_on_absent
from composer.resolve.graph import reason_graph

_FORMATS = {"dot": as_dot, "mermaid": as_mermaid, "json": as_json}


def run(args: argparse.Namespace) -> int:
    """Print the graph of each target."""
    if args.html is not None:
        return write_page(args)
    if args.diff is not None:
        hint = "write `--html FILE --diff OLD`; `compose size --diff OLD` compares in the terminal"
        raise ComposerError(Diagnostic(Code.USAGE, "--diff belongs to --html", hint=hint))
    form = "json" if args.json else args.format
    with views(args) as found:
        for view in found:
            composition = composition_of(view)
            if form == "tree":
                _check_name(args.invert, composition)
                marks, width = glyphs(sys.stdout), columns(sys.stdout)
                show_lines(as_lines(composition, marks, width, args.invert, args.depth), sys.stdout)
            else:
                sys.stdout.write(_FORMATS[form](composition))
    return 0


def composition_of(view: View) -> Composition:
    """The recipes of a view and, if it has been built, their bytes."""
    names = {recipe.name for recipe in view.recipes}
    image = view.image
    counts = None if image is None else {name: image.bytes_of(name) for name in names}
    owners = () if image is None else sorted({row.recipe for row in image.rows} - names)
    others = {} if image is None else {owner: image.bytes_of(owner) for owner in owners}
    graph = reason_graph({recipe.name: recipe.reasons for recipe in view.recipes})
    absent = () if image is None else remarks_on_absent(image, view.workshop.shown)
    remarks = (*remarks_on(view.selection.resolution), *absent)
    target = str(view.selection.target)
    return Composition(view.workshop.project.name, target, view.recipes, graph, counts, others, remarks)


def _check_name(name: str | None, composition: Composition) -> None:
    names = [recipe.name for recipe in composition.recipes]
    if name is not None and name not in names:
        message = f"the recipe '{name}' is not in the image for {composition.target}"
        raise ComposerError(Diagnostic(Code.UNKNOWN_NAME, message, hint=hint_for(name, names, "recipes of this image")))
