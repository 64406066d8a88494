"""`compose plan`: the steps of a build."""

from __future__ import annotations

import argparse
import json
import sys

from composer.cli.common import views
from composer.execute.foresee import foresee
from composer.pipeline.look import View
from composer.pipeline.merge import has_lto
from composer.plan.link import FILES_OBJECT, GENERATED, LINKED
from composer.report.lines import show_lines
from composer.report.plan import Steps, as_json, as_lines
from composer.report.terminal import columns, glyphs


def run(args: argparse.Namespace) -> int:
    """Print the steps of each target."""
    targets = []
    with views(args) as found:
        for view in found:
            steps = _steps_of(view)
            targets.append(as_json(steps))
            if not args.json:
                marks, width = glyphs(sys.stdout), columns(sys.stdout)
                show_lines(as_lines(steps, marks, width, is_verbose=args.verbose), sys.stdout)
    if args.json:
        json.dump({"targets": targets}, sys.stdout, indent=1)
        print()
    return 0


def _steps_of(view: View) -> Steps:
    workshop, selection = view.workshop, view.selection
    steps = (*selection.generate, *selection.steps)
    plan = workshop.plan(steps, {}, {})
    found = foresee(plan, workshop.store, jobs=workshop.project.settings.jobs, log_folder=workshop.log_folder)
    return Steps(workshop.project.name, str(selection.target), steps, _later(view), found)


def _later(view: View) -> dict[str, str]:
    """The steps that are made once it is known what is alive."""
    manifest = view.workshop.manifest.manifest
    told = {}
    if manifest.files is not None:
        told["pack the files"] = f"{FILES_OBJECT} from what 'files' names"
    if has_lto(manifest, view.workshop.toolchain):
        told["merge objects"] = "C that is alive, compiled once more for it"
    told[f"compile {GENERATED}"] = "init calls and the image's note"
    told["link image"] = f"{LINKED} from the objects that are alive"
    return told
