"""A mistake as data: its folder's `mistake.yaml`, and the copy of the folder in which the command runs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field

from composer.model.value import Value

DESCRIPTION = "mistake.yaml"
EXPECTED = "expected.txt"
HERE = Path(__file__).parent


class File(Value):
    """A file that cannot be committed as it is; exactly one of its ways to be made is given."""

    hex: str | None = None  # its bytes
    folder: bool = False
    link: str | None = None  # what the symbolic link says
    repeat: Annotated[tuple[str, int], Field(strict=False)] | None = None  # a piece of text and how often
    before: str = ""  # what stands before the repeated pieces

    def make(self, path: Path) -> None:
        """Make the file at `path`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.folder:
            path.mkdir()
        elif self.link is not None:
            path.symlink_to(self.link)
        elif self.hex is not None:
            path.write_bytes(bytes.fromhex(self.hex))
        else:
            assert self.repeat is not None, f"{path.name}: no way to make it is given"
            piece, count = self.repeat
            path.write_text(self.before + piece * count)


class Mistake(Value):
    """What is run in the folder, what comes of it, and in which circumstances."""

    command: Annotated[tuple[str, ...], Field(strict=False)] = ("build",)
    exit: int = 2
    before: Annotated[tuple[str, ...], Field(strict=False)] = ()  # a command that succeeds before
    stdout: str = ""  # all of it
    says: Annotated[
        tuple[str, ...], Field(strict=False)
    ] = ()  # instead: what a guest's console must have, among others
    environment: Mapping[str, str] = Field(default_factory=dict)
    files: Mapping[str, File] = Field(default_factory=dict)
    situation: str | None = None  # a function of situations.py


def names() -> tuple[str, ...]:
    """The folders with a mistake."""
    return tuple(sorted(path.parent.name for path in HERE.glob(f"*/{DESCRIPTION}")))


def read(name: str) -> Mistake:
    """The mistake in the folder `name`; raises ValidationError for a key that is none."""
    return Mistake.model_validate(yaml.safe_load((HERE / name / DESCRIPTION).read_text()) or {})


def copy(name: str, mistake: Mistake, folder: Path) -> None:
    """Lay the mistake's files out in `folder`, which is new."""
    shutil.copytree(HERE / name, folder, ignore=shutil.ignore_patterns(DESCRIPTION, EXPECTED))
    for path, file in mistake.files.items():
        file.make(folder / path)
