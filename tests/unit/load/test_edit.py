"""Edits of a manifest's text: each changes the values as it says, and no byte that it need not change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import Code, ComposerError
from composer.load.document import parse_document
from composer.load.edit import Add, Drop, Edit, Put, Take, Widen, changed, edited, require_editable
from composer.load.patches import CannotEdit

ORDER = ("name", "app", "target", "targets", "libc", "memory", "options")

WORDS = st.sampled_from(["name", "app", "libc", "memory", "a", "b.c", "kvm/x86_64", "options", "net"])
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-9, 1 << 20),
    st.sampled_from(
        ["musl", "16MiB", "kvm/x86_64", "8080:80", "no", "1.20", "true", "", "a # b", "x: y", "é ü", "it's", "-"]
    ),
)
LISTS = st.lists(SCALARS, min_size=1, max_size=3)
MAPPINGS = st.dictionaries(WORDS, SCALARS | st.none() | LISTS, min_size=1, max_size=3)
MANIFESTS = st.dictionaries(WORDS, SCALARS | st.none() | LISTS | MAPPINGS, min_size=1, max_size=5)


class Writer:
    """Writes values as YAML, each time in another of the many ways of people."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def document(self, value: dict[str, Any]) -> str:
        text = self._brackets(value) + "\n" if self._flip(6) else "".join(self._block(value, 0))
        if self._flip(4):
            text = text.rstrip("\n")
        if self._flip(4):
            text = "---\n" + text
        if self._flip(3):
            text = text.replace("\n", "\r\n")
        return "\ufeff" * self._flip(5) + text

    def _flip(self, one_of: int) -> bool:
        return self._draw(st.integers(1, one_of)) == 1

    def _block(self, value: dict[str, Any] | list[Any], indent: int) -> Iterable[str]:
        items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        for key, inner in items:
            yield from self._remarks(indent)
            head = " " * indent + (f"{self._scalar(key)}:" if key is not None else "-")
            if isinstance(inner, dict | list) and key is not None and self._flip(2):
                yield f"{head}{self._behind()}\n"
                least = 0 if isinstance(inner, list) else 1
                yield from self._block(inner, indent + self._draw(st.integers(least, 4)))
            elif inner is None:
                yield f"{head}{self._behind()}\n"
            else:
                yield f"{head}{' ' * self._draw(st.integers(1, 3))}{self._brackets(inner)}{self._behind()}\n"
        yield from self._remarks(indent)

    def _remarks(self, indent: int) -> Iterable[str]:
        if self._flip(4):
            yield self._draw(st.sampled_from(["\n", "# a remark, with: signs [ ] { }\n", "   # another\n", "  \n"]))

    def _behind(self) -> str:
        return self._draw(st.sampled_from(["", "", "", " ", "  # why", " #, [x"]))

    def _brackets(self, value: Any) -> str:
        if isinstance(value, list):
            return self._joined("[", "]", [self._scalar(item) for item in value])
        if isinstance(value, dict):
            pairs = value.items()
            return self._joined("{", "}", [f"{self._scalar(key)}: {self._brackets(inner)}" for key, inner in pairs])
        return self._scalar(value)

    def _joined(self, left: str, right: str, parts: list[str]) -> str:
        match self._draw(st.integers(1, 5)):
            case 1:
                return f"{left} {' , '.join(parts)} {right}"
            case 2:
                return f"{left}{', '.join(parts)},{right}"
            case 3:
                lines = "".join(f"      {part},{self._behind()}\n" for part in parts)
                return f"{left}\n{lines}     {right}"
            case 4:
                lines = ",\n".join(f"      {part}" for part in parts)
                return f"{left} # many\n{lines} # last\n     {right}"
            case _:
                return f"{left}{', '.join(parts)}{right}"

    def _scalar(self, value: Any) -> str:
        if not isinstance(value, str):
            return "null" if value is None else str(value).lower()
        if re.fullmatch("[A-Za-z/][A-Za-z0-9_./]*", value) and value not in ("true", "no") and not self._flip(4):
            return value
        return "'" + value.replace("'", "''") + "'" if self._flip(2) else json.dumps(value, ensure_ascii=False)


@st.composite
def manifests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    value = draw(MANIFESTS)
    return Writer(draw).document(value), value


def edits_of(value: dict[str, Any]) -> st.SearchStrategy[Edit]:
    """Edits that mean something for `value`, and some for what it has not."""
    paths: list[tuple[str, ...]] = [(key,) for key in value]
    lists: list[tuple[tuple[str, ...], Any]] = []  # and keys of mappings
    for key, inner in value.items():
        lists += [((key,), item) for item in inner] if isinstance(inner, list) else []
        for below, deeper in inner.items() if isinstance(inner, dict) else ():
            paths.append((key, below))
            lists.append(((key,), below))
            lists += [((key, below), item) for item in deeper] if isinstance(deeper, list) else []
    new = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
    some = st.sampled_from(paths)
    choices: list[st.SearchStrategy[Edit]] = [
        st.builds(Put, some | new, SCALARS),
        st.builds(Drop, some),
        st.builds(Add, some | new, SCALARS),
        st.builds(Add, some, WORDS),
        *([st.sampled_from(lists).map(lambda pair: Take(*pair))] if lists else []),
    ]
    return st.one_of(choices)


def values_of(text: str) -> dict[str, Any]:
    return parse_document(text.removeprefix("\ufeff"), "f", "manifest").value


def same(one: Any, other: Any) -> bool:
    """Equal, with 1 and true told apart."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def is_inside(part: str, whole: str) -> bool:
    """Whether all characters of `part` stand in `whole` in their order."""
    rest = iter(whole)
    return all(sign in rest for sign in part)


def shared(one: str, other: str) -> int:
    """How many characters are alike at the start of both."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def apply(text: str, edit: Edit) -> str | None:
    """The text with the edit; None if it is refused, as promised with a place."""
    try:
        return edited(text, "f", edit, ORDER)
    except ComposerError as error:
        (told,) = error.diagnostics
    assert told.code is Code.NOT_EDITABLE
    assert told.at is not None
    assert told.at.line > 0
    return None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_an_edit_of_the_text_is_the_same_edit_of_its_values(data: st.DataObject) -> None:
    text, value = data.draw(manifests())
    assert same(values_of(text), value)
    edit = data.draw(edits_of(value))
    new = apply(text, edit)
    if new is None:
        return
    assert same(values_of(new), changed(value, edit))
    # What is not meant stays, to the byte.
    match edit:
        case Put(path, _) if _has(value, path):
            start, end = shared(text, new), shared(text[::-1], new[::-1])
            assert "\n" not in text[start : len(text) - end]
        case Put() | Add():
            assert is_inside(text.replace("null", ""), new)  # the word for a value that is not there yet
        case Drop() | Take():
            start = shared(text, new)
            assert new[start:] == text[len(text) - len(new) + start :]


def _has(value: Any, path: tuple[str, ...]) -> bool:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_was_added_can_be_taken_away_to_the_byte(data: st.DataObject) -> None:
    text, value = data.draw(manifests())
    edit = data.draw(st.builds(Put, st.sampled_from([("new",), ("new", "key"), ("libc",)]), SCALARS))
    if edit.path[0] not in value and (new := apply(text, edit)) is not None and "{" not in text:
        assert apply(new, Drop(edit.path)) == text


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_ways_of_ordinary_people_are_never_refused(data: st.DataObject) -> None:
    """Blocks with entries in brackets of one line: every key can be set, every item added and taken."""
    value = data.draw(MANIFESTS)
    lines = [f"{key}: {json.dumps(inner, ensure_ascii=False)}{data.draw(BEHIND)}\n" for key, inner in value.items()]
    text, edit = "".join(lines), data.draw(edits_of(value))
    try:
        changed(value, edit)
    except CannotEdit:
        return
    if isinstance(edit, Drop | Take) and not changed(value, edit):
        return  # nothing would be left
    assert apply(text, edit) is not None


BEHIND = st.sampled_from(["", "  # why", " #x"])


MANIFEST = """\
# The server.
name: web   # its name
app:
    sources: [main.c]  # one file
target: 'kvm/x86_64'

# A lot.
memory: "64MiB"
"""


@pytest.mark.parametrize(
    ("edit", "old", "new"),
    [
        (Put(("memory",), "32MiB"), '"64MiB"', '"32MiB"'),
        (Put(("target",), "linux/x86_64"), "'kvm/x86_64'", "'linux/x86_64'"),
        (Widen("target", "targets"), "target: 'kvm/x86_64'", "targets: ['kvm/x86_64']"),
        (Put(("libc",), "musl"), "'kvm/x86_64'\n", "'kvm/x86_64'\nlibc: musl\n"),
        (Put(("options", "lwip.ipv6"), True), '"64MiB"\n', '"64MiB"\noptions:\n    lwip.ipv6: true\n'),
        (Drop(("memory",)), 'memory: "64MiB"\n', ""),
        (Put(("app", "include"), "x"), "  # one file\n", "  # one file\n    include: x\n"),
        (Add(("ports",), "8080:80"), '"64MiB"\n', '"64MiB"\nports: ["8080:80"]\n'),
        (Add(("app", "sources"), "util.c"), "[main.c]", "[main.c, util.c]"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_edit_is_what_a_person_would_write(edit: Edit, old: str, new: str, end: str) -> None:
    text, expected = (MANIFEST.replace(*pair).replace("\n", end) for pair in (("", ""), (old, new)))
    assert edited(text, "f", edit, ORDER) == expected


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("name: a\rlibc: musl\r", 1, 8),
        ("name: a\n# one\u2028# two\n", 2, 6),
        ("name: a\n? libc\n: musl\n", 2, 3),
    ],
)
def test_what_cannot_be_edited_is_told_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(ComposerError) as told:
        require_editable(text, "f")
    (diagnostic,) = told.value.diagnostics
    assert diagnostic.code is Code.NOT_EDITABLE
    assert diagnostic.at is not None
    assert (diagnostic.at.line, diagnostic.at.column) == (line, column)


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: {<<: *x}\n", "a:\n\tb: 1\n", "a: 1\n---\nb: 2\n"])
def test_what_no_manifest_may_have_is_refused_as_everywhere(text: str) -> None:
    with pytest.raises(ComposerError) as told:
        require_editable(text, "f")
    assert told.value.diagnostics[0].code in (Code.TOO_COMPLEX, Code.NOT_YAML)
