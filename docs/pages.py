"""What the pages have that Sphinx does not know: names of files above code, and text that is made of the composer itself."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

GENERATED = "<!-- generated -->"

_TITLED = re.compile(r'^```(\w+) title="([^"]+)"$', re.MULTILINE)


def prepare(name: str, text: str) -> str:
    """The page `name` (its path below docs without the ending) as Sphinx can read it.

    Where a page of the reference says so, the text is put in that the module of its name makes.
    """
    if GENERATED in text:
        make: Callable[[], str] = importlib.import_module(f"docs.{name.replace('/', '.')}").text
        text = text.replace(GENERATED, make())
    return _TITLED.sub(r"```{code-block} \1\n:caption: \2\n", text)
