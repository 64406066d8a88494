"""compile_commands.json: what a build by CMake, meson or `bear -- make` tells the compiler, exactly."""

from __future__ import annotations

import json
import os
import posixpath
import shlex
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from composer.model.program import BuildFile, LeftOut

COMPILE_COMMANDS = "compile_commands.json"
_FOLDER_OPTIONS = ("-I", "-isystem", "-iquote", "-idirafter")


def read_compile_commands(name: str, text: str, folder: Path, sources: Collection[str]) -> BuildFile:
    """What `text`, the content of the file `name` in `folder`, says of `sources`; of what has another form, nothing."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        entries = None
    if not isinstance(entries, list):
        return BuildFile(name, unread=(LeftOut(name, "it is no list of commands"),))
    named: dict[str, None] = {}
    words: dict[tuple[str, ...], None] = {}
    for entry in entries:
        file = _relative(entry.get("file"), entry, folder) if isinstance(entry, dict) else None
        if file in sources and file is not None:
            named[file] = None
            words[tuple(_words(entry, folder))] = None
    return BuildFile(name, (frozenset(named),), tuple(word for each in words for word in each))


def _relative(path: object, entry: dict[str, Any], folder: Path) -> str | None:
    """`path` of an entry as the manifest would name it; one outside `folder` begins with `..`."""
    place = entry.get("directory", "")
    if not isinstance(path, str) or not isinstance(place, str) or "\0" in path + place:
        return None
    around = os.path.realpath(folder)
    return posixpath.normpath(os.path.relpath(os.path.realpath(Path(around, place, path)), around))


def _words(entry: dict[str, Any], folder: Path) -> Iterator[str]:
    """The compiler's words, folders relative to `folder`."""
    words = entry.get("arguments")
    if words is None and isinstance(entry.get("command"), str):
        try:
            words = shlex.split(entry["command"])
        except ValueError:
            return
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return
    previous = ""
    for word in words[1:]:
        option = next((option for option in _FOLDER_OPTIONS if word.startswith(option)), None)
        if previous in _FOLDER_OPTIONS:
            yield _relative(word, entry, folder) or word
        elif option is not None and word != option:
            yield option + (_relative(word[len(option) :], entry, folder) or "") if option == "-I" else word
        else:
            yield word
        previous = word
