"""Depfiles, against the compiler that writes them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.execute.depfile import parse

# What `#include "…"` can spell: no quote, no newline, no slash (that would be a folder).
NAMES = st.text(st.sampled_from("ab \t#$\\:%~*?[]()'&;|<>=,é"), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=5, unique=True))
def test_parser_reads_every_name_that_gcc_writes(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in names:
            (folder / f"{name}.h").touch()
        (folder / "main.c").write_text("".join(f'#include "{name}.h"\n' for name in names))
        argv = ["gcc", "-nostdinc", "-E", "-MD", "-MF", "main.d", "-MP", "-o", "main.i", "main.c"]
        subprocess.run(argv, cwd=folder, check=True)
        listed = parse((folder / "main.d").read_text(errors="surrogateescape"))
    assert set(listed) == {"main.c", *(f"{name}.h" for name in names)}


def test_parser_joins_lines_and_leaves_targets_out() -> None:
    assert parse("out/a.o out/b.o: a.c \\\n  b.h\\\r\n c.h\nb.h:\n") == ("a.c", "b.h", "c.h")


def test_parser_unescapes_as_the_manual_of_make_says() -> None:
    assert parse("x: a\\ b c\\\\\\ d e\\\\ f $$g \\#h i\\j\n") == ("a b", "c\\ d", "e\\", "f", "$g", "#h", "i\\j")


def test_parser_finds_nothing_in_an_empty_file() -> None:
    assert parse("") == ()
