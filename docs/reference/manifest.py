"""The reference of `unikernel.yaml`: what `compose schema` says, in tables."""

from __future__ import annotations

from collections.abc import Iterator

from composer.load.schema import manifest_schema
from composer.load.shipped import shipped_folder
from composer.load.toolchain import load_toolchains
from composer.model.manifest import FIXED_KEYS
from composer.pipeline.project import load_recipes
from docs.reference.tables import Schema, code, kind, table

_INNER = {"app": "App", "net": "Net"}  # keys that are mappings with keys of their own


def text() -> str:
    """A table of all keys, and one for each key that has keys."""
    schema = manifest_schema(load_recipes(()), load_toolchains(shipped_folder("toolchains")))
    shapes = schema["$defs"]
    parts = [_keys(schema, shapes)]
    parts += [f"## {key}\n\n{_keys(shapes[shape], shapes)}" for key, shape in _INNER.items()]
    fixed = " and ".join(f"`{key}`" for key in sorted(FIXED_KEYS))
    parts.append(f"All of them but {fixed} can differ from target to target.")
    return "\n\n".join(parts)


def _keys(schema: Schema, shapes: Schema) -> str:
    return table(("key", "meaning", "what it may be", "default"), _rows(schema, shapes))


def _rows(schema: Schema, shapes: Schema) -> Iterator[tuple[str, str, str, str]]:
    needed = schema.get("required", ())
    for key, about in schema["properties"].items():
        default = about.get("default")
        shown = "must be there" if key in needed else code(None if default in ([], {}) else default)
        yield f"`{key}`", about["description"], _kind(key, about, shapes), shown


def _kind(key: str, about: Schema, shapes: Schema) -> str:
    match key:
        case "app" | "net":
            return f"the keys of [`{key}`](#{key})"
        case "options":
            return "[options of recipes](recipes.md)"
        case "targets":
            return "list of targets, or mapping"
        case _:
            return kind(about, shapes)
