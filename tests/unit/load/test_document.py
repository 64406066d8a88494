"""YAML as the composer reads it: stricter than YAML, with the place of each value."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import Code, ComposerError, Location
from composer.load.document import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_VALUES,
    Document,
    overlaid,
    parse_document,
    parse_value,
    part_of,
    read_document,
)


def mistakes(text: str) -> list[tuple[Code, int, int]]:
    """What stops the reader, else what it went on after."""
    try:
        found = parse_document(text, "f", "manifest").mistakes
    except ComposerError as error:
        found = error.diagnostics
    return [(d.code, d.at.line, d.at.column) for d in found if d.at]


def test_every_value_and_every_key_has_its_place() -> None:
    places = parse_document("a: 1\nb:\n  - x\n  - {c: yes}\n", "f", "manifest").places
    assert places.at("a") == Location("f", 1, 4)
    assert places.at("b", 0) == Location("f", 3, 5)
    assert places.at("b", 1, "c") == Location("f", 4, 9)
    assert places.at_key("b", 1, "c") == Location("f", 4, 6)
    assert places.at("b", 1, "missing", 7) == places.at("b", 1) == Location("f", 4, 5)


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    text = 'a: no\nb: on\nc: 012\nd: 0x10\ne: true\nf: ~\ng: "true"\nh: 1:30\ni: 2026-01-01\nj: -5\n'
    value = parse_document(text, "f", "manifest").value
    assert value == {
        "a": "no", "b": "on", "c": 12, "d": 16, "e": True, "f": None, "g": "true", "h": "1:30", "i": "2026-01-01", "j": -5,
    }  # fmt: skip


@pytest.mark.parametrize("number", ["1.20", "1e5", "1.", ".5", "1_000", "-2.0", "99999999999999999999"])
def test_a_number_that_would_lose_digits_must_be_quoted(number: str) -> None:
    assert mistakes(f"a: {number}\n") == [(Code.WRONG_VALUE, 1, 4)]
    assert parse_document(f'a: "{number}"\n', "f", "manifest").value == {"a": number}


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = "a: 1\na: 2\nb: {c: 1.5, c: x}\n"
    assert mistakes(text) == [(Code.DUPLICATE_KEY, 2, 1), (Code.WRONG_VALUE, 3, 8), (Code.DUPLICATE_KEY, 3, 13)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [b\n", (Code.NOT_YAML, 2, 1)),
        ("", (Code.NOT_A_MAPPING, 1, 1)),
        ("# only a comment\n", (Code.NOT_A_MAPPING, 1, 1)),
        ("- a\n", (Code.NOT_A_MAPPING, 1, 1)),
        ("word\n", (Code.NOT_A_MAPPING, 1, 1)),
        ("a: &x 1\nb: *x\n", (Code.TOO_COMPLEX, 1, 4)),
        ("a: *x\n", (Code.TOO_COMPLEX, 1, 4)),
        ("a: 1\n---\nb: 2\n", (Code.TOO_COMPLEX, 2, 1)),
        ("{[a]: 1}\n", (Code.TOO_COMPLEX, 1, 2)),
        ("a: \x01\n", (Code.NOT_YAML, 1, 4)),
    ],
)
def test_what_is_no_manifest_is_refused_where_it_stands(text: str, expected: tuple[Code, int, int]) -> None:
    assert mistakes(text) == [expected]


def test_depth_is_bounded_whatever_the_brackets() -> None:
    for open_, close in (("[", "]"), ("{a: ", "}")):
        fits = "a: " + open_ * (MAX_DEPTH - 1) + close * (MAX_DEPTH - 1)
        assert parse_document(fits, "f", "manifest").value
        assert mistakes("a: " + open_ * 20_000)[0][0] is Code.TOO_COMPLEX


def test_the_number_of_values_is_bounded() -> None:
    assert mistakes("a: [" + "x, " * MAX_VALUES + "]")[0][0] is Code.TOO_COMPLEX


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("huge") / "unikernel.yaml"
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ComposerError) as caught:
        read_document(file, "manifest")
    assert caught.value.diagnostics[0].code is Code.TOO_COMPLEX


def test_a_byte_that_is_no_text_is_found(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("bytes") / "unikernel.yaml"
    file.write_bytes(b"name: a\nab\xff: 1\n")
    with pytest.raises(ComposerError) as caught:
        read_document(file, "manifest")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.NOT_TEXT
    assert diagnostic.at
    assert (diagnostic.at.line, diagnostic.at.column) == (2, 3)


VALUES = st.recursive(
    st.one_of(st.booleans(), st.none(), st.integers(-(10**17), 10**17), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5))
def test_what_pyyaml_writes_is_read_back(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, default_style='"') if not value else yaml.safe_dump(value)
    assert parse_document(text, "f", "manifest").value == value


def places_of_refusal(text: str) -> list[Location | None]:
    try:
        parse_document(text, "f", "manifest")
    except ComposerError as error:
        return [diagnostic.at for diagnostic in error.diagnostics]
    return []


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail_otherwise_than_by_a_diagnostic_with_a_place(text: str) -> None:
    assert all(places_of_refusal(text))


def parsed(text: str, shown: str) -> Document:
    return parse_document(text, shown, "manifest")


def test_a_document_laid_over_another_joins_mappings_and_lists_and_replaces_the_rest() -> None:
    below = parsed("a: 1\nb: {c: [x], d: 2}\ne: {f: 1}\ng: [1]\n", "low")
    joined = overlaid(below, parsed("a: 3\nb: {c: [y, z], h: 4}\ne: word\ng: {i: 1}\n", "high"))
    assert joined.value == {"a": 3, "b": {"c": ["x", "y", "z"], "d": 2, "h": 4}, "e": "word", "g": {"i": 1}}


def test_every_value_of_a_joined_document_keeps_its_place() -> None:
    joined = overlaid(
        parsed("a: 1\nb: {c: [x], d: 2}\n", "low"), parsed("b: {c: [y], d: 3}\nnew: {deep: [1]}\n", "high")
    )
    places = joined.places
    assert [places.at(*path).file for path in [("a",), ("b", "c", 0), ("b", "c", 1), ("b", "d")]] == [
        "low",
        "low",
        "high",
        "high",
    ]
    assert places.at("b", "c", 1) == Location("high", 1, 9)
    assert places.at_key("b", "d") == Location("high", 1, 13)
    assert places.at("new", "deep", 0) == Location("high", 2, 14)
    assert places.at("absent") == Location("low", 1, 1)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
DOCUMENTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


def dumped(value: object, shown: str) -> Document:
    return parsed(yaml.safe_dump(value, allow_unicode=True) if value else "{}", shown)


@given(DOCUMENTS, DOCUMENTS)
def test_joining_changes_neither_of_both_and_what_is_above_wins(low: object, high: object) -> None:
    below, above = dumped(low, "low"), dumped(high, "high")
    joined = overlaid(below, above)
    assert (below, above) == (dumped(low, "low"), dumped(high, "high"))
    assert joined.value.keys() == below.value.keys() | above.value.keys()
    for key, value in joined.value.items():
        if key not in above.value:
            assert value == below.value[key]
            assert joined.places.at(key).file == "low"
        elif not isinstance(above.value[key], (dict, list)):
            assert value == above.value[key]
            assert joined.places.at(key).file == "high"


def test_a_part_is_a_document_with_the_places_of_the_whole() -> None:
    part = part_of(parsed("a:\n  b: {c: 1}\n  d: 2\n", "f"), "a", "b")
    assert part.value == {"c": 1}
    assert (part.places.at("c"), part.places.at_key("c")) == (Location("f", 2, 10), Location("f", 2, 7))
    assert part_of(parsed("a: 1\n", "f"), "a", "b").value == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("32MiB", "32MiB"),
        ("true", True),
        ("7", 7),
        ("", None),
        ('"7"', "7"),
        ("[a, 1]", ["a", 1]),
        ("{a: b}", {"a": "b"}),
    ],
)
def test_a_value_alone_is_read_as_behind_its_key(text: str, value: object) -> None:
    assert parse_value(text, "--set x") == (value, ())


@pytest.mark.parametrize("text", ["[", "*a", "&a b", "'", "a\n---\nb", "\t- x: ["])
def test_what_is_wrong_with_a_value_alone_is_told_without_a_line(text: str) -> None:
    with pytest.raises(ComposerError) as caught:
        parse_value(text, "--set x")
    assert [diagnostic.at for diagnostic in caught.value.diagnostics] == [Location("--set x")]


def test_a_number_that_would_lose_digits_is_told_of_a_value_alone() -> None:
    _, (mistake,) = parse_value("1.20", "--set x")
    assert mistake.at == Location("--set x")
