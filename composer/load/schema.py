"""JSON Schema of a manifest and of a recipe, so that an editor completes and marks them.

The shape is the models'; what only the catalog knows (options, targets, programs) is put in. Draft 7, which editors know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from composer.load.app import CAPABILITY, WITH_SOURCES
from composer.load.manifest import buildable_targets
from composer.model.manifest import FIXED_KEYS, MACHINE_TARGET, Manifest
from composer.model.network import ADDRESS6_SCHEMA, QUAD_SCHEMA, SERVERS_SCHEMA
from composer.model.recipe import Catalog, Option, Recipe
from composer.model.target import PLATFORMS, Target

_DRAFT = "http://json-schema.org/draft-07/schema#"
_Schema = dict[str, Any]


def manifest_schema(catalog: Catalog, toolchains: Iterable[str]) -> _Schema:
    """What a `unikernel.yaml` may say with the recipes of `catalog`."""
    schema = _schema_of(Manifest, "A manifest of compose: one image, for one target or several")
    keys, shapes = schema["properties"], schema["$defs"]
    targets = buildable_targets(catalog)
    names = [str(target) for target in targets]
    apps = sorted(name for name, entry in catalog.recipes.items() if CAPABILITY in entry.recipe.provides)
    shapes["App"]["properties"]["recipe"] |= {"anyOf": [{"enum": apps}, {"type": "null"}]}
    keys["toolchain"] |= {"anyOf": [{"enum": sorted(toolchains)}, {"type": "null"}]}
    keys["target"] |= {"anyOf": [{"enum": names}, {"type": "null"}]}
    keys["options"] |= _options(catalog, targets, shapes)
    # A mapping for each target, in which all stands that can differ there.
    changeable = {key: value for key, value in keys.items() if key not in FIXED_KEYS}
    overrides = {str(target): _override(target, changeable, catalog, shapes) for target in targets}
    listed = {"type": "array", "items": {"enum": names}}
    keys["targets"]["anyOf"] = [listed, {"type": "object", "properties": overrides, "additionalProperties": False}]
    for word in ("type", "items"):
        keys["targets"].pop(word)
    keys["app"] = {"description": keys["app"].pop("description"), "allOf": [keys["app"], _SOURCES_OR_RECIPE]}
    return schema | {"allOf": [{"not": _TARGETS_TWICE}, _NO_NETWORK]}


# What the models leave to the checks of `load`.
_SOURCES_OR_RECIPE = {
    "anyOf": [
        {"required": ["sources"], "properties": {"recipe": False}},
        {"required": ["recipe"], "properties": {key: False for key in WITH_SOURCES}},
    ]
}
_TARGETS_TWICE = {
    "required": ["target", "targets"],
    "properties": {"target": {"type": "string"}, "targets": {"minItems": 1, "minProperties": 1}},
}
_NO_NETWORK = {
    "if": {"properties": {"network": {"const": "none"}}, "required": ["network"]},
    "then": {"properties": {"net": {"type": "null"}, "ports": {"maxItems": 0}}},
}


def recipe_schema(catalog: Catalog) -> _Schema:
    """What a `recipe.yaml` may say; the capabilities of `catalog` are offered, and others are legal too."""
    schema = _schema_of(Recipe, "A recipe of compose: one component of images")
    keys, shapes = schema["properties"], schema["$defs"]
    condition, support = shapes["Condition"]["properties"], shapes["Support"]["properties"]
    capabilities = sorted({what for entry in catalog.recipes.values() for what in entry.recipe.provides})
    archs = sorted({arch for known in PLATFORMS.values() for arch in known})
    wanted = shapes["Requirement"]["properties"]["capability"]
    for place in (wanted, keys["provides"], condition["with"], condition["without"]):
        _offer(place, capabilities)
    for place in (condition, support):
        _offer(place["platform"], ["*", *PLATFORMS] if place is support else [*PLATFORMS])
        _offer(place["arch"], ["*", *archs] if place is support else archs)
    _offer(keys["conflicts"], sorted(catalog.recipes))
    for key in ("requires", "recommends"):  # a bare name stands for a mapping with it
        keys[key]["items"] = {"anyOf": [wanted, keys[key]["items"]]}
    return schema


def _schema_of(model: type[BaseModel], title: str) -> _Schema:
    schema = model.model_json_schema()
    _plain(schema)
    return {"$schema": _DRAFT} | schema | {"title": title}


def _plain(part: Any) -> None:
    """Drop pydantic's titles, which say nothing that a key's name does not, and its docstrings of models."""
    if isinstance(part, dict):
        if isinstance(part.get("title"), str):
            del part["title"]
        if part.get("type") == "object" and isinstance(part.get("properties"), dict):
            part.pop("description", None)
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            _plain(inner)


def _offer(place: _Schema, words: Collection[str]) -> None:
    """Have an editor offer `words` where the schema has a text; others stay legal."""
    if place.get("type") == "array":
        _offer(place["items"], words)
    elif "anyOf" in place:
        place["anyOf"].insert(0, {"enum": [*words]})
    else:
        text = {key: place.pop(key) for key in [*place] if key not in ("default", "description")}
        place["anyOf"] = [{"enum": [*words]}, text]


def _options(catalog: Catalog, targets: Iterable[Target], shapes: _Schema) -> _Schema:
    """The options of recipes that one of `targets` can have."""
    found: _Schema = {}
    wanted = tuple(targets)
    for name, entry in sorted(catalog.recipes.items()):
        if any(map(entry.recipe.supported, wanted)):
            for option, declared in entry.recipe.options.items():
                key = f"{name}.{option}"
                shapes.setdefault(key, _value_of(declared))
                found[key] = {"$ref": f"#/$defs/{key}"}
    return {"properties": found, "additionalProperties": False}


_ADDRESSES: Mapping[str, _Schema] = MappingProxyType(
    {"address": QUAD_SCHEMA, "address6": ADDRESS6_SCHEMA, "addresses": SERVERS_SCHEMA}
)


def _value_of(option: Option) -> _Schema:
    described: _Schema = {"description": option.help, "default": option.default}
    match option.type:
        case "bool":
            return {"type": "boolean"} | described
        case "int":
            least, most = option.range or (None, None)
            bounds = {"minimum": least, "maximum": most}
            return {"type": "integer"} | {key: bound for key, bound in bounds.items() if bound is not None} | described
        case "address" | "address6" | "addresses":
            return _ADDRESSES[option.type] | described
        case "choice":
            return {"enum": [*option.choices]} | described


def _override(target: Target, keys: Mapping[str, Any], catalog: Catalog, shapes: _Schema) -> _Schema:
    """What can differ on `target`."""
    options = {"type": "object", "description": keys["options"]["description"]}
    own = {**keys, "options": options | _options(catalog, [target], shapes)}
    if str(target) != MACHINE_TARGET:
        own["machine"] = {"const": "any", "description": keys["machine"]["description"]}
    return {"type": ["object", "null"], "properties": own, "additionalProperties": False}
