"""Images that stand as they were built. A build notes them, so that commands that only look need read nothing else.

Without such a note, or once anything has changed on which the images depend, `common.views` decides anew what they are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from composer.errors import ComposerError
from composer.load.paths import display_logical
from composer.model.image import Image
from composer.pipeline.fresh import recall, remember
from composer.pipeline.read import read_image

if TYPE_CHECKING:
    from composer.pipeline.build import Built


@dataclass(frozen=True, slots=True)
class Standing:
    """A built image, of which nothing has changed since."""

    image: Image
    roots: Mapping[str, str]  # logical name -> absolute path

    def shown(self, logical: str) -> str:
        """A logical path as the user would type it."""
        return display_logical(logical, self.roots)


def standing_images(args: argparse.Namespace) -> tuple[Standing, ...]:
    """The images of all targets that the command line names; none if that is not known of each of them."""
    text = recall(note_words(args, "images", args.manifest))
    try:
        rows = json.loads(text) if text else []
        return tuple(Standing(read_image(Path(row["folder"])), row["roots"]) for row in rows)
    except (ValueError, LookupError, TypeError, ComposerError):
        return ()


def note_standing(
    args: argparse.Namespace, made: Sequence[Built], inputs: Iterable[str], started_ns: int, settled: set[str]
) -> None:
    """Note the images of one manifest, all of its targets."""
    settings = made[0].workshop.project.settings
    rows = [{"folder": str(built.folder), "roots": dict(built.workshop.changeable)} for built in made]
    outputs = (str(built.folder / file) for built in made for file in built.files)
    remember(note_words(args, "images", str(settings.manifest)), json.dumps(rows), inputs, outputs, started_ns, settled)


def note_words(args: argparse.Namespace, kind: str, manifest: str) -> Sequence[str]:
    """By which a note of this `kind` on the manifest's images is found again: what all commands on them have in common."""
    return (
        kind,
        str(Path(manifest)),
        *args.target,
        *(assignment.words for assignment in args.assignments),
        *(f"--recipes={folder}" for folder in args.recipes),
        f"--out={args.out}",
    )
