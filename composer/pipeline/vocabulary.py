"""Words that only the models and the catalog know, for who completes what somebody types.

They come out of the manifest's schema. To make that takes half a second, so they are remembered in the store, with the
stamps of all files that say them; only `os`, `json` and `binascii` are imported to find them there.
"""

from __future__ import annotations

import json
import os
from binascii import crc32
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from composer.load.shipped import shipped_folder
from composer.pipeline.fresh import stamp_of, store_folder

_FORMAT = "words 1"
_RECIPE_FILE = "recipe.yaml"

# By kind of word ("targets", "recipes", "capabilities", "keys"): each with what it means, and what may stand behind it.
Vocabulary = Mapping[str, Mapping[str, tuple[str, Sequence[str]]]]


def vocabulary(folders: Sequence[str]) -> Vocabulary:
    """The words with the shipped recipes and those in `folders`; raises ComposerError for a mistake in a recipe."""
    note = Path(store_folder(), f"words-{crc32(os.fsencode(':'.join([_FORMAT, *folders]))):08x}.json")
    stamps = {path: stamp_of(path) for path in _files(folders)}
    try:
        remembered = json.loads(note.read_bytes())
        if remembered["stamps"] == stamps:
            words: Vocabulary = remembered["words"]
            return words
    except (OSError, ValueError, TypeError, KeyError):
        pass
    made = _made(folders)
    _remember(note, {"stamps": stamps, "words": made})
    return made


def _files(folders: Sequence[str]) -> Iterator[str]:
    """Every file that can change the words."""
    for folder in (str(shipped_folder("recipes")), *map(os.path.abspath, folders)):
        for here, below, files in os.walk(folder):
            if _RECIPE_FILE in files:
                below.clear()
                yield f"{here}/{_RECIPE_FILE}"
    package = Path(__file__).parents[1]
    for code in (package / "model", package / "load", shipped_folder("toolchains")):
        yield from (entry.path for entry in os.scandir(code) if entry.is_file())


def _remember(note: Path, value: object) -> None:
    from composer.whole import write_whole

    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        write_whole(note, json.dumps(value).encode())
    except OSError:
        return  # they are made again next time, which is only slower


def _made(folders: Sequence[str]) -> Vocabulary:
    from composer.load.manifest import buildable_targets
    from composer.load.schema import manifest_schema
    from composer.load.toolchain import load_toolchains
    from composer.model.manifest import FIXED_KEYS
    from composer.pipeline.project import load_recipes

    catalog = load_recipes(map(Path, folders))
    schema = manifest_schema(catalog, load_toolchains(shipped_folder("toolchains")))
    recipes = {name: (entry.recipe.summary, ()) for name, entry in catalog.recipes.items()}
    providers: dict[str, list[str]] = {}
    for name, entry in catalog.recipes.items():
        for capability in entry.recipe.provides:
            providers.setdefault(capability, []).append(name)
    keys = {key: value for key, value in _keys(schema, schema) if key.partition(".")[0] not in FIXED_KEYS}
    return {
        "recipes": dict(sorted(recipes.items())),
        "capabilities": {name: (f"from {', '.join(sorted(by))}", ()) for name, by in sorted(providers.items())},
        "targets": {str(target): ("", ()) for target in buildable_targets(catalog)},
        "keys": dict(sorted(keys.items())),
    }


def _keys(
    part: Mapping[str, Any], schema: Mapping[str, Any], path: str = ""
) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    """Each key that has no keys below it, with what it means and the values that it may have, as far as they are few."""
    shapes = [*_shapes(part, schema)]
    below = [pair for shape in shapes for pair in shape.get("properties", {}).items()]
    inner = {key: value for key, value in below if isinstance(value, dict)}  # False: what is refused beside another
    if not inner:
        values = [value for shape in shapes for value in _values(shape)]
        yield (
            path,
            (part.get("description") or next((s["description"] for s in shapes if "description" in s), ""), values),
        )
    for key, value in inner.items():
        if path == "options":
            yield from _keys(value, schema, key)
        elif path or key != "targets":
            yield from _keys(value, schema, f"{path}.{key}" if path else key)


def _shapes(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Everything that `part` may be."""
    yield part
    if "$ref" in part:
        yield from _shapes(schema["$defs"][part["$ref"].removeprefix("#/$defs/")], schema)
    for word in ("anyOf", "allOf") if "properties" not in part else ():
        for other in part.get(word, ()):
            yield from _shapes(other, schema)


def _values(shape: Mapping[str, Any]) -> Iterator[str]:
    if "const" in shape:
        yield str(shape["const"])
    yield from (str(value) for value in shape.get("enum", ()))
    if shape.get("type") == "boolean":
        yield from ("true", "false")
