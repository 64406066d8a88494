"""How Sphinx makes the pages: `python -m sphinx -W -b html docs build/docs`. It needs the extra `docs`, in a checkout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # the composer, its tests and `docs` itself, wherever Sphinx starts

import composer
from docs.pages import GENERATED, prepare

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "unikernel-composer"
copyright = "its authors, BSD-2-Clause"
version = release = composer.__version__

extensions = ["myst_parser"]
myst_heading_anchors = 3
highlight_language = "none"  # blocks without a language are shown as they are
exclude_patterns = ["**.py"]

html_theme = "furo"
html_title = "compose"
html_static_path: list[str] = []
html_copy_source = False
html_show_sphinx = False
pygments_style = "default"  # its grey of what is printed is dark enough to be read


def _read(app: Sphinx, name: str, source: list[str]) -> None:
    source[0] = prepare(name, source[0])


def _outdated(app: Sphinx, environment: BuildEnvironment, *known: set[str]) -> list[str]:
    """Pages that are made of the composer, which Sphinx does not watch."""
    return [name for name in environment.found_docs if GENERATED in Path(environment.doc2path(name)).read_text()]


def setup(app: Sphinx) -> None:
    """Have each page pass through `docs/pages.py` before it is parsed."""
    app.connect("source-read", _read)
    app.connect("env-get-outdated", _outdated)
