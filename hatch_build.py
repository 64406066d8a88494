"""Puts the libraries of `compose graph --html` into a wheel, so that who installs it needs neither npm nor a network for a page.

They come as they do in a checkout, by npm and their SHA-256 (composer/report/page/libraries.json). Where they cannot be had,
the wheel is built without them, and the first page fetches them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LISTED = "composer/report/page/libraries.json"


class Libraries(BuildHookInterface[Any]):
    """Called by hatchling before and after a wheel is written."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch them and say where they belong in the wheel."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from composer.fetch.http import NotThere

        self._folder = tempfile.TemporaryDirectory()
        places: dict[str, str] = {}
        try:
            for library in json.loads(Path(self.root, LISTED).read_text()):
                folder = fetched(library["archive"], Path(self._folder.name))
                for name in (library["code"], library["notice"]):
                    places[str(folder / name)] = f"composer/shipped/page/{library['name']}/{name}"
        except NotThere as error:
            self.app.display_warning(f"without the libraries of pages, which the first page will fetch: {error}")
        else:
            build_data["force_include"] |= places

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was fetched."""
        if version != "editable":
            self._folder.cleanup()


def fetched(archive: dict[str, Any], here: Path) -> Path:
    """The folder of an archive's files; raises NotThere."""
    from composer import digest
    from composer.fetch.clients import npm_pack
    from composer.fetch.http import NotThere
    from composer.fetch.unpack import unpack

    folder = Path(tempfile.mkdtemp(dir=here))
    npm_pack(archive["npm"], folder)
    (file,) = folder.iterdir()
    if digest.of_file(file) != archive["sha256"]:
        raise NotThere(f"npm brought another {archive['npm']}")
    tree = folder / "tree"
    tree.mkdir()
    unpack(file, archive["strip"], tree)
    return tree
