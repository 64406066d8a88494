"""An image as one HTML file that needs no network: what is in it, why, where, in which order, and what changed.

The sources of the page are in the folder `page` beside this file, readable as they are. They and the libraries go into the
page as they are; everything that is known of the image goes in as one piece of JSON, which scripts show as text alone.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import composer
from composer.errors import Location
from composer.model.difference import changes, decided
from composer.model.image import Image, ImageRecipe
from composer.report.text import spell_origin, spell_reason, spell_value

SOURCES = Path(__file__).with_name("page")
SCRIPTS = ("page", "data", "facts", "graph", "bytes", "memory", "boot", "difference", "search", "main")  # in this order
GENERATOR = "compose graph --html"  # by this a page of ours is known


@dataclass(frozen=True, slots=True)
class Library:
    """Code of others that the page carries."""

    name: str
    version: str
    does: str
    license: str
    notice: str  # the text that its licence wants to be kept with it
    code: str


@dataclass(frozen=True, slots=True)
class Described:
    """What a page says besides what image.json has."""

    recipes: tuple[ImageRecipe, ...]  # with places as the user knows them
    summaries: Mapping[str, str]  # by recipe
    line_at: Callable[[Location], str]  # the text of a line of a source, empty if it cannot be read
    remarks: tuple[str, ...]


def render(image: Image, described: Described, old: Image | None, libraries: Sequence[Library]) -> str:
    """The page of `image`, compared with `old` if there is one."""
    styles = _source("page.css")
    scripts = [library.code for library in libraries]
    scripts.append("\n".join(['"use strict";', *(_source(f"{name}.js") for name in SCRIPTS)]))
    scripts = [_embeddable(script) for script in scripts]
    filled = {
        "policy": _policy(styles, scripts),
        "generator": f"{GENERATOR} {composer.__version__}",
        "title": html.escape(f"{image.name} for {image.target}"),
        "style": styles,
        "data": _as_json(data_of(image, described, old)),
        "notices": "\n".join(_notice(library) for library in libraries),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: filled[match[1]], _source("page.html"))


def is_ours(start: bytes) -> bool:
    """Whether a file that begins so is a page that was made here."""
    return f'<meta name="generator" content="{GENERATOR} '.encode() in start


def data_of(image: Image, described: Described, old: Image | None) -> dict[str, Any]:
    """All that the page shows; names that come again and again are numbers of `names`."""
    names = _Names()
    owned: dict[str, int] = {}
    for row in image.rows:
        owned[row.recipe] = owned.get(row.recipe, 0) + row.bytes
    value = {
        "image": {
            "name": image.name,
            "target": image.target,
            "profile": image.profile,
            "libc": image.manifest["libc"],
            "compiler": f"{image.toolchain['name']} {image.toolchain['version']}",
            "memory": image.memory,
            "entry": image.entry,
            "file_bytes": image.file_bytes,
            "memory_bytes": image.memory_bytes,
            "digest": image.manifest_digest,
            "devices": image.devices,
            "remarks": described.remarks,
        },
        "recipes": [_recipe(recipe, image, described, owned.get(recipe.name, 0)) for recipe in described.recipes],
        "rows": [
            [names.of(r.recipe), names.of(r.object), names.of(r.section), r.bytes, r.memory_bytes] for r in image.rows
        ],
        "kept": [
            [names.of(k.recipe), names.of(k.object), names.of(k.section), k.symbols, k.cause, k.symbol, k.by]
            for k in image.sections
        ],
        "segments": [
            {
                "rights": segment.rights,
                "address": segment.address,
                "file_bytes": segment.file_bytes,
                "memory_bytes": segment.memory_bytes,
                "sections": [[place.section, place.address, place.bytes] for place in segment.sections],
            }
            for segment in image.segments
        ],
        "init": [[step.call, step.recipe, step.level] for step in image.init],
        "difference": _difference(old, image, names) if old else None,
    }
    return {**value, "names": names.all}


class _Names:
    """Each name once, by its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))

    @property
    def all(self) -> list[str]:
        return list(self._numbers)


def _recipe(recipe: ImageRecipe, image: Image, described: Described, count: int) -> dict[str, Any]:
    options: Mapping[str, object] = image.manifest["options"]
    own = f"{recipe.name}."
    return {
        "name": recipe.name,
        "version": f"{recipe.version}{spell_origin(recipe)}",
        "license": recipe.license,
        "summary": described.summaries.get(recipe.name, ""),
        "alive": recipe.alive,
        "bytes": count,
        "init": recipe.init,
        "options": {key.removeprefix(own): value for key, value in options.items() if key.startswith(own)},
        "reasons": [
            {
                "by": reason.by,
                "kind": reason.kind.value,
                "what": reason.what,
                "text": spell_reason(reason, image.target),
                "line": described.line_at(reason.at) if reason.at and _is_exact(reason.at) else "",
            }
            for reason in recipe.reasons
        ],
    }


def _is_exact(place: Location) -> bool:
    """Whether a line says the very thing: what a manifest leaves unsaid has the place of its beginning."""
    return (place.line, place.column) != (1, 1)


def _difference(old: Image, new: Image, names: _Names) -> dict[str, Any]:
    return {
        "name": old.name,
        "target": old.target,
        "digest": old.manifest_digest,
        "file_bytes": [old.file_bytes, new.file_bytes],
        "memory_bytes": [old.memory_bytes, new.memory_bytes],
        "settings": [[one.name, spell_value(one.old, ""), spell_value(one.new, "")] for one in decided(old, new)],
        "rows": [
            [*map(names.of, change.key), change.old.bytes, change.new.bytes]
            for change in changes(old, new, "section")
            if change.growth
        ],
    }


def _notice(library: Library) -> str:
    name = html.escape(f"{library.name} {library.version}, {library.license}: {library.does}")
    return f"<details><summary>{name}</summary><pre>{html.escape(library.notice)}</pre></details>"


def _source(name: str) -> str:
    return (SOURCES / name).read_text()


def _as_json(value: object) -> str:
    """JSON that may stand in a script element: no name in it can end that."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _embeddable(script: str) -> str:
    """A script that may stand in a script element, and asks for no other file."""
    return re.sub(r"(?m)^//# sourceMappingURL=.*$", "", script).replace("</script", "<\\/script").strip("\n")


def _policy(style: str, scripts: Iterable[str]) -> str:
    """What the browser allows (Content Security Policy, level 3): these very texts, and nothing from anywhere."""
    allowed = " ".join(_hash(script) for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
