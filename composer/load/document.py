"""One YAML file as plain values, with the place of each; the only reader of YAML in the composer.

Stricter than YAML on purpose. The text is read event by event, never recursively, so that no file can
exhaust the stack; aliases are refused because a few lines of them unfold to gigabytes; only
`true`, `false`, `null` and whole numbers are more than text (YAML 1.2.2, section 10.3, without floats),
so that `no` stays a word and `1.20` cannot silently become 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.paths import display_path
from composer.model.value import KeyPath, Places

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_VALUES = 20_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """The top-level mapping of a file and where its values stand."""

    value: dict[str, Any]
    places: Places
    mistakes: tuple[Diagnostic, ...] = ()  # that reading went on after: whoever uses the values reports them too


def read_document(path: Path, what: str) -> Document:
    """Read the file `path`, which is a `what` ("manifest", "recipe"); raises ComposerError."""
    shown = display_path(path)
    return parse_document(read_text(path, shown, what), shown, what)


def read_text(path: Path, shown: str, what: str) -> str:
    """The text of the file `path`, called `shown` in messages, which is a `what`; raises ComposerError."""

    def fail(code: Code, message: str, hint: str, line: int = 0, column: int = 0) -> ComposerError:
        return ComposerError(Diagnostic(code, message, Location(shown, line, column), hint))

    try:
        if path.is_dir():
            raise fail(Code.FILE_UNREADABLE, f"this is a folder, not a {what}", "name the file inside it")
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        hint = "`compose init` writes one for the sources in a folder; or name another file or folder"
        raise fail(Code.FILE_MISSING, f"there is no {what} here", hint) from None
    except OSError as error:
        raise fail(Code.FILE_UNREADABLE, f"cannot be read: {error.strerror}", "check its permissions") from None
    if len(content) > MAX_BYTES:
        raise fail(Code.TOO_COMPLEX, f"larger than {MAX_BYTES >> 10} KiB", f"a {what} is a page of text; is this one?")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        hint = "save the file as UTF-8"
        raise fail(Code.NOT_TEXT, f"byte 0x{content[error.start]:02x} is not UTF-8", hint, line, column) from None


def parse_document(text: str, shown: str, what: str) -> Document:
    """The values of `text`; `shown` is its file's name in messages."""
    try:
        builder = _build(text, shown)
    except yaml.YAMLError as error:
        raise ComposerError(_syntax_error(error, text, shown)) from None
    value = builder.root
    if not isinstance(value, dict):
        kind = "empty" if value is None else "a list" if isinstance(value, list) else "a single value"
        hint = f"a {what} is a mapping: lines of `key: value`"
        raise ComposerError(Diagnostic(Code.NOT_A_MAPPING, f"the {what} is {kind}", Location(shown, 1, 1), hint))
    places = Places(shown, MappingProxyType(builder.values), MappingProxyType(builder.keys))
    return Document(value, places, tuple(builder.mistakes))


def parse_value(text: str, shown: str) -> tuple[Any, tuple[Diagnostic, ...]]:
    """The value that YAML `text` stands for where it follows a key, and its mistakes, all told of `shown` as a whole."""
    at = Location(shown)
    try:
        builder = _build(text, shown)
    except yaml.YAMLError as error:
        raise ComposerError(replace(_syntax_error(error, text, shown), at=at, hint="check its quotes")) from None
    except ComposerError as error:
        raise ComposerError(*(replace(diagnostic, at=at) for diagnostic in error.diagnostics)) from None
    return builder.root, tuple(replace(mistake, at=at) for mistake in builder.mistakes)


def _build(text: str, shown: str) -> _Builder:
    """The values of `text`; raises YAMLError, and ComposerError for what is YAML but too complex."""
    builder = _Builder(shown)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        # PyYAML from 6.0.4 on has a bound of its own, which it meets while it looks ahead of the events.
        if error.problem_mark is None or "nesting depth" not in (error.problem or ""):
            raise
        return _build(text[: error.problem_mark.index], shown)
    return builder


def part_of(document: Document, *path: str) -> Document:
    """The mapping at `path` as a document of its own; of anything else an empty one. Its mistakes stay behind."""
    value: Any = document.value
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    count, places = len(path), document.places
    values = {below[count:]: at for below, at in places.values.items() if below[:count] == path}
    keys = {below[count:]: at for below, at in places.keys.items() if below[:count] == path and len(below) > count}
    return Document(value if isinstance(value, dict) else {}, Places(places.file, values, keys))


def overlaid(below: Document, above: Document) -> Document:
    """`below` with what `above` says: mappings key by key, lists one behind the other, anything else instead.

    Every value keeps the place where it was written.
    """
    values, keys = dict(below.places.values), dict(below.places.keys)

    def lay(old: Any, new: Any, source: KeyPath, path: KeyPath) -> Any:
        values[path] = above.places.at(*source)
        if isinstance(new, dict):
            joined = dict(old) if isinstance(old, dict) else {}
            for key, value in new.items():
                keys[*path, key] = above.places.at_key(*source, key)
                joined[key] = lay(joined.get(key), value, (*source, key), (*path, key))
            return joined
        if isinstance(new, list):
            kept = old if isinstance(old, list) else []
            added = (lay(None, v, (*source, i), (*path, len(kept) + i)) for i, v in enumerate(new))
            return [*kept, *added]
        return new

    value = lay(below.value, above.value, (), ())
    values[()] = below.places.at()
    return Document(value, Places(below.places.file, values, keys))


def _syntax_error(error: yaml.YAMLError, text: str, shown: str) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    if mark is None:  # the complaint is about a character, which has an offset instead
        before = text.encode()[: getattr(error, "position", 0)].decode(errors="replace")
        at = Location(shown, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return Diagnostic(Code.NOT_YAML, f"not YAML: {getattr(error, 'reason', error)}", at, "remove the character")
    at = Location(shown, mark.line + 1, mark.column + 1)
    if text.splitlines()[mark.line : mark.line + 1] and text.splitlines()[mark.line][mark.column :].startswith("\t"):
        return Diagnostic(Code.NOT_YAML, "not YAML: a tab stands in the indentation", at, "indent with spaces")
    problem = getattr(error, "problem", None) or "not readable"
    hint = "check the indentation, the colons and the quotes on this line and the one before"
    return Diagnostic(Code.NOT_YAML, f"not YAML: {problem}", at, hint)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been read yet."""

    path: KeyPath
    value: dict[str, Any] | list[Any]
    key: str | None = None  # of a mapping: the key whose value comes next


@dataclass(slots=True)
class _Builder:
    """Builds values from parser events with a stack of its own."""

    shown: str
    root: Any = None
    values: dict[KeyPath, Location] = field(default_factory=dict)
    keys: dict[KeyPath, Location] = field(default_factory=dict)
    mistakes: list[Diagnostic] = field(default_factory=list)
    _stack: list[_Open] = field(default_factory=list)
    _documents: int = 0
    _count: int = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._stop(event, "more than one document (a line of `---`)", "keep one")
            case yaml.AliasEvent():
                self._stop(event, "anchors and aliases (`&`, `*`) are not accepted", "write the value out")
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._open(event, {})
            case yaml.SequenceStartEvent():
                self._open(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._stack.pop()

    def _location(self, event: yaml.Event) -> Location:
        mark = event.start_mark
        assert mark is not None, "the parser marks every event"
        return Location(self.shown, mark.line + 1, mark.column + 1)

    def _stop(self, event: yaml.Event, message: str, hint: str) -> None:
        raise ComposerError(Diagnostic(Code.TOO_COMPLEX, message, self._location(event), hint))

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, value: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._stop(event, f"nested deeper than {MAX_DEPTH} levels", "flatten it")
        if self._wants_key():
            self._stop(event, "a key must be a plain word", "write `key: value`")
        self._stack.append(_Open(self._place(event, value), value))

    def _wants_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._wants_key():
            self._key(event)
            return
        self._place(event, self._meaning(event))

    def _key(self, event: yaml.ScalarEvent) -> None:
        top = self._stack[-1]
        assert isinstance(top.value, dict)
        path = (*top.path, event.value)
        if event.value in top.value:
            first = self.keys[path]
            message = f"the key '{event.value}' stands twice; the first is on line {first.line}"
            self.mistakes.append(Diagnostic(Code.DUPLICATE_KEY, message, self._location(event), "keep one of them"))
        top.key = event.value
        self.keys.setdefault(path, self._location(event))

    def _place(self, event: yaml.NodeEvent, value: Any) -> KeyPath:
        """Put `value` where it belongs and return its path."""
        if getattr(event, "anchor", None) is not None:
            self._stop(event, "anchors and aliases (`&`, `*`) are not accepted", "write the value out")
        self._count += 1
        if self._count > MAX_VALUES:
            self._stop(event, f"more than {MAX_VALUES} values", "split it")
        if not self._stack:
            self.root = value
            self.values[()] = self._location(event)
            return ()
        top = self._stack[-1]
        if isinstance(top.value, list):
            path: KeyPath = (*top.path, len(top.value))
            top.value.append(value)
            self.values[path] = self._location(event)
            return path
        assert top.key is not None
        path = (*top.path, top.key)
        top.value.setdefault(top.key, value)
        self.values.setdefault(path, self._location(event))
        top.key = None
        return path

    def _meaning(self, event: yaml.ScalarEvent) -> bool | int | str | None:
        text = str(event.value)
        if event.style:  # quoted; plain text has None or '', as the parser likes
            return text
        if text in _WORDS:
            return _WORDS[text]
        if re.fullmatch(r"[-+]?[0-9]{1,18}", text):
            return int(text)
        if re.fullmatch(r"0x[0-9a-fA-F]{1,16}", text):
            return int(text, 16)
        if re.fullmatch(r"[-+]?(\d[\d_]*\.[\d_]*|\.\d+|\d[\d_]*)([eE][-+]?\d+)?", text):
            hint = f'put it in quotes: "{text}"'
            message = f"the number {text} would lose digits; versions and the like are text"
            self.mistakes.append(Diagnostic(Code.WRONG_VALUE, message, self._location(event), hint))
        return text


_WORDS: dict[Hashable, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


def keys_of(document: Document, *path: str) -> Iterator[str]:
    """The keys of the mapping at `path`, if there is one."""
    value: Any = document.value
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, dict):
        yield from value
