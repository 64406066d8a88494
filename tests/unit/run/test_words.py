"""The command line against a parser of the guest's grammar, written from the grammar alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import Code, ComposerError
from composer.run.words import MAX_BYTES, command_line


def words_of(line: str) -> list[tuple[str, bool]]:
    """The guest's words, each with whether any part of it was quoted or escaped."""
    words: list[tuple[str, bool]] = []
    word, special, inside, within = "", False, False, False
    index = 0
    while index < len(line):
        char = line[index]
        if char == " " and not inside:
            if within:
                words.append((word, special))
            word, special, within = "", False, False
        else:
            within = True
            if char == "\\":
                index += 1
                word, special = word + line[index], True
            elif char == '"':
                inside, special = not inside, True
            else:
                word += char
        index += 1
    return [*words, (word, special)] if within else words


def as_guest_reads(line: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Environment and arguments, as the guest's start code splits its command line."""
    environment: list[tuple[str, str]] = []
    arguments: list[str] = []
    separators = 0
    for word, special in words_of(line):
        if word == "--" and not special:
            separators += 1
        elif separators == 0 and "=" in word:
            name, _, value = word.partition("=")
            environment.append((name, value))
        elif separators < 2:
            arguments.append(word)
    return environment, arguments


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["", "--", " ", '"', "\\", "a b", 'say "x"', "\\\\", "--x", "a=b", "\n", "\t"]
)
names = st.text(st.characters(codec="utf-8", exclude_characters="\0="), min_size=1, max_size=8)


@given(st.lists(st.tuples(names, texts), max_size=6), st.lists(texts, max_size=8))
def test_guest_reads_back_what_was_written_even_with_words_appended_by_the_machine(
    environment: list[tuple[str, str]], arguments: list[str]
) -> None:
    line = command_line(environment, arguments) + " virtio_mmio.device=512@0xfeb00e00:12"
    assert as_guest_reads(line) == (environment, arguments)


def test_harmless_words_stay_readable() -> None:
    assert command_line([("MODE", "fast")], ["-v", "file.txt"]) == "MODE=fast -- -v file.txt --"


def test_no_environment_and_no_arguments_is_still_closed() -> None:
    assert command_line([], []) == "-- --"


@pytest.mark.parametrize("name", ["", "A=B", "="])
def test_variable_without_a_proper_name_is_refused(name: str) -> None:
    with pytest.raises(ComposerError) as caught:
        command_line([(name, "value")], [])
    assert caught.value.diagnostics[0].code is Code.USAGE


@pytest.mark.parametrize(("environment", "arguments"), [([], ["a\0b"]), ([("A", "\0")], []), ([("\0", "")], [])])
def test_nul_byte_is_refused(environment: list[tuple[str, str]], arguments: list[str]) -> None:
    with pytest.raises(ComposerError) as caught:
        command_line(environment, arguments)
    assert caught.value.diagnostics[0].code is Code.USAGE


def test_line_is_bounded_in_bytes_not_in_characters() -> None:
    frame = len("--  --")
    assert len(command_line([], ["x" * (MAX_BYTES - frame)])) == MAX_BYTES
    for word in ("x" * (MAX_BYTES - frame + 1), "é" * (MAX_BYTES // 2)):
        with pytest.raises(ComposerError):
            command_line([], [word])
