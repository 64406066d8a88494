"""The choices that a manifest leaves for one target, and the edits that make them."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.load.document import parse_value
from composer.load.edit import Add, Drop, Edit, Put, Take, Widen
from composer.load.layers import path_of
from composer.load.patches import Scalar
from composer.model.assignment import Assignment
from composer.model.manifest import DEVICE_PLATFORM, MACHINE_TARGET, Manifest, TargetManifest
from composer.model.menu import Choice, Kind
from composer.model.network import Net
from composer.model.recipe import Catalog, Option, spell_option
from composer.model.resolution import Resolution

ORDER = tuple(Manifest.model_fields)  # in which a new key takes its place
AUTO = "auto"  # of a key that is chosen for us while it is not there
_NONE = "none"
_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Image": ("libc", "profile", "lto", "toolchain"),
    "Machine": ("memory", "machine", "console"),
    "Network": ("network",),
}
_PROPOSALS = {"memory": ("4MiB", "8MiB", "16MiB", "32MiB", "64MiB", "128MiB"), "net.address": ("dhcp",)}


@dataclass(frozen=True, slots=True)
class _Manifest:
    """The values of a file, and the manifest that they are for one target."""

    value: Mapping[str, Any]
    here: TargetManifest

    def path(self, *keys: str) -> tuple[str, ...]:
        """Where an edit of the key goes: to the target's own part if that has it."""
        target = str(self.here.target)
        overrides = self.value.get("targets")
        own: Any = overrides.get(target) if isinstance(overrides, dict) else None
        for key in keys:
            own = own.get(key) if isinstance(own, dict) else None
        return keys if own is None else ("targets", target, *keys)

    def at(self, *keys: str) -> Location | None:
        return self.here.places.keys.get(keys)


def choices_of(
    value: Mapping[str, Any],
    here: TargetManifest,
    targets: Iterable[str],
    toolchains: Sequence[str],
    catalog: Catalog,
    resolution: Resolution | None,
) -> tuple[Choice, ...]:
    """All that can be chosen in the file with the values `value` for the target of `here`.

    `targets` are all that can be built; without a `resolution` only those options that are set.
    """
    said = _Manifest(value, here)
    return (
        _targets(said, targets),
        *(
            _key(said, section, key, toolchains)
            for section, keys in _SECTIONS.items()
            for key in keys
            if _fits(key, here)
        ),
        *(_net(said, key) for key in Net.model_fields),
        _ports(said),
        *_options(said, catalog, resolution),
    )


def _fits(key: str, here: TargetManifest) -> bool:
    """Whether the key says anything for the target."""
    only = {"machine": str(here.target) == MACHINE_TARGET, "console": here.target.platform == DEVICE_PLATFORM}
    return only.get(key, True)


def _targets(said: _Manifest, targets: Iterable[str]) -> Choice:
    written, one = said.value.get("targets"), said.value.get("target")
    chosen = [one] if isinstance(one, str) else [text for text in written or () if isinstance(text, str)]
    key = "target" if isinstance(one, str) else "targets"
    help_ = "What images are built for, as platform/arch"
    at = said.here.places.at_key(key)
    return Choice("Image", "targets", help_, Kind.MANY, tuple(targets), tuple(chosen), "", at, (key,))


def _key(said: _Manifest, section: str, key: str, toolchains: Sequence[str]) -> Choice:
    field = Manifest.model_fields[key]
    value, default = getattr(said.here.manifest, key), field.default
    words = {"lto": ("true", "false"), "toolchain": tuple(toolchains)}.get(key) or _words(field.annotation)
    words = _PROPOSALS.get(key, words if default is not None else (AUTO, *words))
    spell = _size if key == "memory" else _word
    kind = Kind.TEXT if key == "memory" else Kind.ONE
    described = field.description or ""
    return Choice(section, key, described, kind, words, (spell(value),), spell(default), said.at(key), said.path(key))


def _words(annotation: Any) -> tuple[str, ...]:
    """The words of a literal."""
    return typing.get_args(annotation) if typing.get_origin(annotation) is Literal else ()


def _word(value: object) -> str:
    return AUTO if value is None else spell_option(value) if isinstance(value, bool | int | str) else str(value)


def _size(count: int) -> str:
    """Bytes as a manifest would write them."""
    unit, size = next(
        (unit, size) for unit, size in (("GiB", 30), ("MiB", 20), ("KiB", 10)) if count % (1 << size) == 0
    )
    return f"{count >> size}{unit}"


def _net(said: _Manifest, key: str) -> Choice:
    field, name = Net.model_fields[key], f"net.{key}"
    net = said.here.manifest.net
    value = field.default if net is None else getattr(net, key)
    kind = Kind.ONE if field.annotation is bool else Kind.TEXT
    words = ("false", "true") if kind is Kind.ONE else _PROPOSALS.get(name, (AUTO,))
    text, default = (_net_word(key, one) for one in (value, field.default))
    at, path = said.at("net", key), said.path("net", key)
    return Choice("Network", name, field.description or "", kind, words, (text,), default, at, path)


def _net_word(key: str, value: object) -> str:
    if key == "dns":
        return " ".join(value) if isinstance(value, tuple) and value else AUTO
    return _word(value)


def _ports(said: _Manifest) -> Choice:
    ports = said.here.manifest.ports
    help_ = Manifest.model_fields["ports"].description or ""
    return Choice("Network", "ports", help_, Kind.LIST, ports, ports, _NONE, said.at("ports"), said.path("ports"))


def _options(said: _Manifest, catalog: Catalog, resolution: Resolution | None) -> Iterator[Choice]:
    """Options of the recipes of the image, and others that the manifest sets; a recipe's own keys have choices already."""
    names = {
        *(resolution.recipes if resolution else ()),
        *(key.partition(".")[0] for key in said.here.manifest.options),
    }
    for name in sorted(names):
        for option, declared in catalog.recipes[name].recipe.options.items():
            if declared.key is None:
                yield _option(said, f"{name}.{option}", declared)


def _option(said: _Manifest, name: str, option: Option) -> Choice:
    default = spell_option(option.default)
    value = said.here.manifest.options.get(name, option.default)
    words = {"bool": ("false", "true"), "choice": option.choices}.get(option.type, (default,))
    kind = Kind.ONE if option.type in ("bool", "choice") else Kind.TEXT
    bounds = f" ({option.range[0]} to {option.range[1]})" if option.range else ""
    at, path = said.at("options", name), said.path("options", name)
    return Choice("Options", name, option.help + bounds, kind, words, (spell_option(value),), default, at, path)


def edits_for(choice: Choice, word: str) -> tuple[Edit, ...]:
    """The edits that choose `word`; of MANY and LIST those that take it, or leave it where it is taken.

    Raises ComposerError for what is no value at all.
    """
    match choice.kind:
        case Kind.MANY:
            return _target_edits(choice, word)
        case Kind.LIST:
            return (Take(choice.path, word) if word in choice.chosen else Add(choice.path, word),)
        case _ if word == choice.default and (not choice.is_set or word == AUTO):
            return (Drop(choice.path),) if choice.is_set else ()
        case _:
            return (Put(choice.path, _scalar(choice, word)),)


def without(choice: Choice) -> tuple[Edit, ...]:
    """The edits by which the manifest says nothing, so that the default holds."""
    return (Drop(choice.path),) if choice.is_set and choice.kind is not Kind.MANY else ()


def _scalar(choice: Choice, word: str) -> Scalar:
    """What a person who types `word` means: as `--set` reads it, but text where text is meant."""
    if choice.name in ("net.dns", "net.gateway", "net.gateway6", "net.address6"):
        return word
    value, mistakes = parse_value(word, f"{choice.name}={word}")
    raise_any(mistakes)
    if not isinstance(value, Scalar):
        at = Location(f"{choice.name}={word}")
        raise ComposerError(Diagnostic(Code.WRONG_VALUE, "this is no single value", at, "type one word or number"))
    return value


def _target_edits(choice: Choice, word: str) -> tuple[Edit, ...]:
    taken = word in choice.chosen
    if taken and len(choice.chosen) == 1:
        message = "a manifest has at least one target"
        raise ComposerError(Diagnostic(Code.MISSING_KEY, message, choice.at, "take another one first"))
    if choice.path == ("target",):
        return (Widen("target", "targets"), Add(("targets",), word))
    return (Take(choice.path, word) if taken else Add(choice.path, word),)


def as_edit(assignment: Assignment) -> Put:
    """What the command line sets, as an edit of the file; raises ComposerError for more than one word."""
    at = Location(assignment.words)
    value, mistakes = parse_value(assignment.value, assignment.words)
    raise_any(mistakes)
    if not isinstance(value, Scalar):
        message, hint = "the menu takes single words and numbers only", "write lists and mappings into the file"
        raise ComposerError(Diagnostic(Code.WRONG_VALUE, message, at, hint))
    return Put(path_of(assignment.key, at), value)
