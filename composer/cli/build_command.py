"""`compose build`: images from manifests. Heavy parts are imported only once there is something to do."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from composer.pipeline.fresh import recall, remember
from composer.pipeline.settings import Settings

if TYPE_CHECKING:
    from composer.pipeline.build import Built


def settings_of(args: argparse.Namespace, manifest: str) -> Settings:
    """What the command line says about `manifest`."""
    return Settings(
        manifest=Path(manifest),
        targets=tuple(args.target),
        recipes=tuple(Path(folder) for folder in args.recipes),
        out=Path(args.out) if args.out else None,
        jobs=args.jobs,
        keep_going=getattr(args, "keep_going", False),
    )


def run(args: argparse.Namespace) -> int:
    """Build every manifest's images and print where they are."""
    results: list[dict[str, Any]] = []
    stale: list[Settings] = []
    for settings in [settings_of(args, manifest) for manifest in args.manifests]:
        known = recall(settings)
        if known is None:
            stale.append(settings)
        else:
            results += known
    if stale:
        results += [result_of(built) for built in build_all(args, stale)]
    if args.json:
        print(json.dumps(results, indent=1))
    else:
        for result in results:
            print(f"{shorten(result['image'])}: {result['file_bytes']:,} bytes")
    return 0


def build_all(args: argparse.Namespace, wanted: Sequence[Settings]) -> Iterator[Built]:
    """Build what `wanted` asks for, one manifest after the other, and remember each for the next time."""
    from composer.cli.common import open_store, progress_of
    from composer.pipeline.build import build, inputs_of

    with open_store() as store:
        for settings in wanted:
            started_ns = time.time_ns()
            made = build(settings, store, progress_of(args))
            yield from made
            outputs = [str(built.folder / file) for built in made for file in built.files]
            remember(settings, [result_of(built) for built in made], inputs_of(made, store), outputs, started_ns)


def result_of(built: Built) -> dict[str, Any]:
    """What a program wants to know of a finished image."""
    image = built.image
    return {
        "name": image.name,
        "target": image.target,
        "image": str(built.folder / f"{image.name}.elf"),
        "description": str(built.folder / "image.json"),
        "file_bytes": image.file_bytes,
        "memory_bytes": image.memory_bytes,
    }


def shorten(path: str) -> str:
    """A path as a person would type it from here."""
    here = f"{Path.cwd()}/"
    return path.removeprefix(here)
