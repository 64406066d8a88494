"""`compose plan`: the steps of a build."""

from __future__ import annotations

import argparse
import json
import shlex
import sys

from composer.cli.common import views
from composer.model.step import IMAGE, IMAGE_FILES, Step
from composer.pipeline.merge import has_lto
from composer.plan.link import FILES_OBJECT, GENERATED, LINKED


def run(args: argparse.Namespace) -> int:
    """Print the steps of each target."""
    targets = []
    with views(args) as found:
        for view in found:
            steps = (*view.selection.generate, *view.selection.steps)
            targets.append({"target": str(view.selection.target), "steps": [_as_json(step) for step in steps]})
            if not args.json:
                told = [
                    f"compile {GENERATED} ({IMAGE}): what it says is decided by what is alive",
                    f"link image ({IMAGE}): {LINKED} from the objects that are alive",
                ]
                if has_lto(view.workshop.manifest.manifest, view.workshop.toolchain):
                    told.insert(0, f"merge objects ({IMAGE}): C that is alive, compiled once more for it")
                if view.workshop.manifest.files is not None:
                    told.insert(0, f"pack the files ({IMAGE_FILES}): {FILES_OBJECT} from what 'files' names")
                print(f"{view.workshop.project.name} for {view.selection.target}, {len(steps) + len(told)} steps")
                for step in steps:
                    print(f"  {step.label} ({step.asker})")
                    if args.verbose:
                        print(f"    {shlex.join((step.program, *step.argv))}")
                print("\n".join(f"  {line}" for line in told))
    if args.json:
        json.dump({"targets": targets}, sys.stdout, indent=1)
        print()
    return 0


def _as_json(step: Step) -> dict[str, object]:
    return {
        "label": step.label,
        "asker": step.asker,
        "program": step.program,
        "argv": step.argv,
        "inputs": step.inputs,
        "outputs": step.outputs,
    }
