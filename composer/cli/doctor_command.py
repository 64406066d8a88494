"""`compose doctor`: what this machine lacks, and the line that installs it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Exit, Location
from composer.load.manifest import buildable_targets, parse_target
from composer.model.findings import Findings
from composer.pipeline.doctor import examine
from composer.pipeline.fresh import store_folder
from composer.pipeline.project import load_recipes
from composer.report.doctor import as_json, as_table
from composer.report.show import show


def run(args: argparse.Namespace) -> int:
    """Print what there is; fail if no image can be built and run."""
    catalog = load_recipes(map(Path, args.recipes))
    targets = buildable_targets(catalog)
    if args.target is not None:
        targets = (parse_target(args.target, Location("compose doctor"), catalog),)
    findings = examine(targets, catalog, Path(store_folder()))
    if args.json:
        print(json.dumps(as_json(findings), indent=1))
    else:
        show(as_table(findings), sys.stdout)
    sys.stdout.flush()
    _require_one(findings)
    return Exit.OK


def _require_one(findings: Findings) -> None:
    if not any(one.works for one in findings.targets):
        names = ", ".join(str(one.target) for one in findings.targets)
        message = f"this machine cannot build and run images for {names}"
        raise ComposerError(Diagnostic(Code.NOTHING_WORKS, message, hint=findings.install or "see the hints above"))
