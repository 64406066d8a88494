"""What this machine has and lacks, for a person and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.table import Table

from composer.model.findings import Finding, Findings, TargetFindings
from composer.report.show import labelled

_LABELS = {"build": "  builds with", "run": "  runs under", "debug": "  debugged by"}


def as_table(findings: Findings) -> Table:
    """What there is, target by target, then what all of them share, and the one line that installs the rest."""
    rows = [row for one in findings.targets for row in _of_target(one)]
    rows += [row for finding in findings.others for row in _row(finding.what, finding)]
    return labelled([*rows, ("install", findings.install)] if findings.install else rows)


def _of_target(one: TargetFindings) -> Iterator[tuple[str, str]]:
    parts = (("built", one.build), ("run", one.run), ("debugged", one.debug))
    can = [word for word, finding in parts if not finding.lack]
    cannot = [word for word, finding in parts if finding.lack]
    told = (("can be", can), ("cannot be", cannot))
    yield str(one.target), "; ".join(f"{verb} {', '.join(words)}" for verb, words in told if words)
    for finding in (one.build, one.run, one.debug):
        yield from _row(_LABELS[finding.what], finding)


def _row(label: str, finding: Finding) -> Iterator[tuple[str, str]]:
    yield label, f"lacking: {finding.lack}" if finding.lack else finding.found
    if finding.hint:
        yield "", f"hint: {finding.hint}"


def as_json(findings: Findings) -> dict[str, Any]:
    """The same for programs."""
    return {
        "targets": [
            {
                "target": str(one.target),
                "works": one.works,
                **{finding.what: _as_json(finding) for finding in (one.build, one.run, one.debug)},
            }
            for one in findings.targets
        ],
        "others": [{"what": finding.what, **_as_json(finding)} for finding in findings.others],
        "install": findings.install or None,
    }


def _as_json(finding: Finding) -> dict[str, Any]:
    return {key: value or None for key, value in asdict(finding).items() if key in ("found", "lack", "hint")}
