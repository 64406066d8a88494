"""Programs of this machine that recipes run to make sources."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from composer import digest
from composer.errors import Code, Diagnostic
from composer.load.packages import debian_package
from composer.model.recipe import CatalogRecipe, Generate
from composer.model.toolchain import HostTool


def find_tool(name: str) -> HostTool | None:
    """The program `name` on the PATH; None if there is none that can be read."""
    path = shutil.which(name)
    if path is None:
        return None
    try:
        return HostTool(str(Path(path).absolute()), digest.of_file(Path(path)))
    except OSError:
        return None


def missing_tools(
    entry: CatalogRecipe, made: Generate, names: Iterable[str], found: Mapping[str, HostTool]
) -> Iterator[Diagnostic]:
    """One for each of the programs `names` that is not there, which an entry of the recipe's `generate` runs."""
    for name in names:
        if name not in found:
            at = entry.places.at("generate", entry.recipe.generate.index(made))
            outputs = ", ".join(made.outputs)
            message = f"the recipe '{entry.recipe.name}' makes {outputs} with '{name}', which is not on the PATH"
            hint = f"sudo apt-get install {debian_package(name)} (Debian and its kin; elsewhere what has {name})"
            yield Diagnostic(Code.NO_TOOL, message, at, hint)
