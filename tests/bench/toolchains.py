"""How large hello is by each toolchain, for each target of its manifest, and how near zig comes to gcc."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from tests.bench.lab import Lab
from tests.bench.table import Figure
from tests.support.toolchains import TOOLCHAINS

MOST_ZIG_OVER_GCC = 1.25


def toolchains(lab: Lab) -> Iterator[Figure]:
    """Bytes of the bootable files side by side; raises CalledProcessError where a toolchain is missing."""
    sizes = {name: _sizes(lab, name) for name in TOOLCHAINS}
    for target, by_gcc in sizes["gcc"].items():
        others = [f"{name} {found[target]:,} B" for name, found in sizes.items() if name != "gcc"]
        yield Figure(f"hello by gcc, {target}", by_gcc, "B", note=", ".join(others))
        yield Figure(f"hello by zig over gcc, {target}", sizes["zig"][target] / by_gcc, "x", MOST_ZIG_OVER_GCC)


def _sizes(lab: Lab, toolchain: str) -> Mapping[str, int]:
    """Target -> bytes."""
    project = lab.project("hello", f"-{toolchain}")
    lab.spend((*lab.command, "build", "--quiet", "--toolchain", toolchain, str(project)))
    facts = [json.loads(path.read_text()) for path in sorted(project.glob("build/hello/*/image.json"))]
    return {one["target"]: one["file_bytes"] for one in facts}
