"""The text of a recipe that `compose recipes new` writes: what was found, and beside it what a person has to decide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """What a recipe is going to say; words of files as it will call them."""

    name: str
    version: str
    origin: str  # the archive or folder that it was made from, for people
    licence: str
    licence_why: str  # where it was read, or that it was not
    archive: Mapping[str, str | int] = field(default_factory=dict)  # keys of `archives`; empty: its sources are here
    public: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)  # source -> why
    requires: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()


def as_yaml(draft: Draft) -> str:
    """The whole file."""
    return "\n".join([*_head(draft), *_archive(draft), *_build(draft), *_exports(draft), ""])


def _head(draft: Draft) -> Iterator[str]:
    yield f"# Written by `compose recipes new` from {draft.origin}; it is yours now."
    yield f"name: {draft.name}"
    yield f"version: {_quoted(draft.version)}"
    yield f"summary: The C library {draft.name}"
    yield f"license: {_quoted(draft.licence) if draft.licence == '?' else draft.licence}  # {draft.licence_why}"
    yield f"provides: [{draft.name}]  # what manifests and recipes name to use it"
    if draft.requires:
        yield f"requires: [{', '.join(draft.requires)}]"


def _archive(draft: Draft) -> Iterator[str]:
    if not draft.archive:
        return
    yield "sources:"
    yield f"  - id: {draft.name}"
    yield "    archives:"
    marks = iter(["      - ", *["        "] * len(draft.archive)])
    for key, value in draft.archive.items():
        yield f"{next(marks)}{key}: {value if isinstance(value, int) else _quoted(value)}"
    yield "        # url: https://… so that others can fetch it; without it they need `--source` or `--mirror`"


def _build(draft: Draft) -> Iterator[str]:
    if draft.public:
        yield f"public: [{', '.join(draft.public)}]  # folders of headers for others"
    yield "build:"
    yield "  - c:"
    yield from (f"      - {source}" for source in draft.sources)
    for source, why in draft.left_out.items():
        yield f"      # left out: {source} ({why})"
    if draft.include:
        yield f"    include: [{', '.join(draft.include)}]"


def _exports(draft: Draft) -> Iterator[str]:
    yield "# What its public headers declare and its sources define; all else is its own."
    words = ", ".join(draft.exports)
    one = f"exports: [{words}]"
    if len(one) <= WIDTH:
        yield one
        return
    yield "exports:"
    yield from textwrap.wrap(f"[{words}]", WIDTH, initial_indent="  ", subsequent_indent="   ", break_on_hyphens=False)


def _quoted(text: str) -> str:
    return f'"{text}"'


def spell_draft(draft: Draft, file: str, folder: str) -> Iterator[str]:
    """What was made, for the person who has to go on with it."""
    count = len(draft.sources)
    yield f"{file}: {count} {'source' if count == 1 else 'sources'}, {len(draft.exports)} exported, licence {draft.licence}"
    yield from (f"left out: {source}: {why}" for source, why in draft.left_out.items())
    yield f"see whether it is right: compose recipes check {folder}"


def draft_as_json(draft: Draft) -> dict[str, Any]:
    """The same for programs."""
    return {
        "version": draft.version,
        "license": draft.licence,
        "sources": list(draft.sources),
        "left_out": dict(draft.left_out),
        "requires": list(draft.requires),
        "exports": list(draft.exports),
    }
