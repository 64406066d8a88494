"""The layers of a manifest: what it says of all targets, its overrides for single ones, and the command line's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.check import spell
from composer.load.document import Document, overlaid, parse_value, part_of
from composer.load.suggest import hint_for, nearest
from composer.model.assignment import Assignment
from composer.model.manifest import FIXED_KEYS, NOT_YET_KEYS, Manifest
from composer.model.value import KeyPath, Places

_KEYS = Manifest.model_fields.keys() | NOT_YET_KEYS


@dataclass(frozen=True, slots=True)
class Layers:
    """Documents that say more and more; the later wins. Their mistakes are those of being layers."""

    base: Document  # its targets are a list
    overrides: Mapping[str, Document]  # by the target as it is written
    assigned: tuple[Document, ...]  # one for each assignment
    mistakes: tuple[Diagnostic, ...]

    @property
    def written(self) -> frozenset[str]:
        """The targets that the file names, as it names them."""
        named = [self.base.value.get("target"), *_listed(self.base.value.get("targets"))]
        return frozenset(text for text in named if isinstance(text, str))

    def document_for(self, target: str) -> Document:
        """The manifest as it holds for `target`."""
        override = [self.overrides[target]] if target in self.overrides else []
        return reduce(overlaid, [*override, *self.assigned], self.base)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def read_layers(document: Document, assignments: Sequence[Assignment]) -> Layers:
    """The layers of a manifest's file and of the command line."""
    mistakes: list[Diagnostic] = []
    base, overrides = _split(document, mistakes)
    assigned: list[Document] = []
    for assignment in assignments:
        try:
            assigned.append(_layer_of(assignment, mistakes))
        except ComposerError as error:
            mistakes += error.diagnostics
    return Layers(base, overrides, tuple(assigned), tuple(mistakes))


def _split(document: Document, mistakes: list[Diagnostic]) -> tuple[Document, Mapping[str, Document]]:
    """The file without its overrides, and those."""
    targets = document.value.get("targets")
    if not isinstance(targets, dict):
        return document, {}
    values = dict(document.places.values)
    for number, text in enumerate(targets):
        values["targets", number] = document.places.at_key("targets", text)
    places = replace(document.places, values=values)
    base = replace(document, value={**document.value, "targets": list(targets)}, places=places)
    overrides = {text: part_of(document, "targets", text) for text in targets}
    for text, value in targets.items():
        mistakes += _wrong_override(text, value, overrides[text])
    return base, overrides


def _wrong_override(target: str, value: object, override: Document) -> Iterator[Diagnostic]:
    if value is not None and not isinstance(value, dict):
        message = f"what is different for {target} must be a mapping, not {spell(value)}"
        yield Diagnostic(Code.WRONG_VALUE, message, override.places.at(), f"write {target}: {{memory: 32MiB}}")
    for key in override.value:
        at = override.places.at_key(key)
        if key in FIXED_KEYS:
            message = f"the key '{key}' cannot differ from target to target"
            yield Diagnostic(Code.WRONG_VALUE, message, at, "write it once, at the top of the manifest")
        elif key not in _KEYS:
            yield Diagnostic(Code.UNKNOWN_KEY, f"unknown key '{key}'", at, hint_for(key, _changeable(), "keys here"))


def _changeable() -> frozenset[str]:
    return frozenset(Manifest.model_fields.keys() - FIXED_KEYS)


def _layer_of(assignment: Assignment, mistakes: list[Diagnostic]) -> Document:
    """An assignment as if it stood in a file; raises ComposerError if it cannot."""
    at = Location(assignment.words)
    path = path_of(assignment.key, at)
    value, found = parse_value(assignment.value, assignment.words)
    mistakes += found
    places: dict[KeyPath, Location] = {path[:length]: at for length in range(len(path) + 1)}
    for key in reversed(path):
        value = {key: value}
    return Document(value, Places(assignment.words, places, places))


def path_of(key: str, at: Location) -> tuple[str, ...]:
    """Where a manifest would have the key; what is no key of a manifest is an option, written recipe.option.

    Raises ComposerError for a key that cannot be set.
    """
    first, dot, rest = key.partition(".")
    if first in FIXED_KEYS:
        hint = "name targets by --target" if first.startswith("target") else "it belongs to the manifest"
        raise ComposerError(Diagnostic(Code.WRONG_VALUE, f"the key '{first}' cannot be set", at, hint))
    if first == "app":
        return tuple(key.split(".", 2))
    if first in _KEYS:
        return (first, rest) if dot else (first,)
    if not dot and (near := nearest(key, _changeable())):
        raise ComposerError(Diagnostic(Code.UNKNOWN_KEY, f"unknown key '{key}'", at, f"did you mean '{near}'?"))
    return ("options", key)
