"""What a glance at a C text tells, and what it does not fall for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.load.c_text import read_c
from composer.load.compile_commands import read_compile_commands
from composer.load.compiler_words import sort_words
from composer.load.makefile import read_makefile

SUFFIXES = (".c", ".S")


@pytest.mark.parametrize(
    ("text", "has", "may"),
    [
        ("int main(void) {}", True, True),
        ("int\nmain(int argc, char **argv)\n{\n}", True, True),
        ("main(argc, argv)\nint argc;\nchar **argv;\n{ }", True, True),
        ("int main(void);", False, False),
        ("int f(void) { main(); }", False, False),
        ("int f(void) { if (main()) { } }", False, False),
        ("// int main(void) { }\n/* int main(void) { } */", False, False),
        ('char *s = "int main(void) { }";', False, False),
        ("#if 0\nint main(void) {}\n#endif", False, False),
        ("#ifdef TEST\nint main(void) {}\n#endif", False, True),
        ("#ifdef _WIN32\nint wmain(void) {}\n#else\nint main(void) {}\n#endif", True, True),
        ("#if !defined(__cplusplus)\nint main(void) {}\n#endif", True, True),
        ("int domain(void) {}\nint main_loop(void) {}", False, False),
    ],
)
def test_main_is_found_where_it_is(text: str, has: bool, may: bool) -> None:
    seen = read_c(text)
    assert (seen.has_main, seen.may_have_main) == (has, may)


def test_what_others_can_use_is_what_is_not_static() -> None:
    text = "static int a(void) { }\nint b(int (*f)(int)) { while (1) { } }\nint c[3];\nstatic int d;\nextern int e;\nint *g = &c;\n"
    assert read_c(text).defined == {"b", "c", "g"}


def test_headers_are_sure_or_not() -> None:
    seen = read_c(
        '#ifndef A_H\n#define A_H\n#include <a.h>\n#ifdef X\n# include "b.h"\n#endif\n#if 0\n#include <c.h>\n#endif\n#endif\n'
    )
    assert seen.includes == (("a.h", False),)
    assert seen.may_include == (("b.h", True),)


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("bind(x); htons(80);", ("80",)),
        ("#define PORT (8080) /* ours */\nvoid f(void) { bind(x); htons(PORT); }", ("8080",)),
        ("enum { A, PORT = 70000 }; bind(x); htons(PORT);", ()),
        ('getaddrinfo(NULL, "53", 0, 0); bind(x); socket(1, SOCK_DGRAM);', ("53/udp",)),
        ("connect(x); htons(80);", ()),
    ],
)
def test_ports_are_those_of_servers(text: str, ports: tuple[str, ...]) -> None:
    assert read_c(text).ports == ports


def test_a_text_that_is_no_c_takes_no_time() -> None:
    for text in ("(" * 100_000, "f(" * 50_000, '"' * 100_001, "/*" * 50_000, "a b " * 50_000, "f() int a;" * 20_000):
        read_c(text)


PIECES = st.sampled_from(
    [
        *(
            "$(",
            "${",
            ")",
            "}",
            "$",
            "$@",
            "A",
            "B",
            "=",
            ":=",
            "+=",
            "!=",
            ":",
            "::",
            "%",
            ",",
            "\n",
            "\n\t",
            "\\\n",
            "#",
            " ",
        ),
        *(
            "ifeq",
            "endif",
            "wildcard ",
            "patsubst ",
            "filter ",
            "subst ",
            "shell ",
            "-I",
            "-D",
            "'",
            '"',
            "`",
            "x.c",
            "x.o",
        ),
        *("*", "[", "cc "),
    ]
)
SHAPES = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(["src/main.c", "cc -I. -DA '", "-I", "\0"]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["file", "directory", "command", "arguments"]), inner)
    ),
    max_leaves=12,
)


@given(st.lists(PIECES, max_size=40).map("".join), st.lists(st.builds(dict, file=SHAPES) | SHAPES, max_size=3))
def test_whatever_stands_in_a_build_file_is_read(text: str, commands: list[object]) -> None:
    made = read_makefile("Makefile", text, FILES, SUFFIXES)
    told = read_compile_commands("compile_commands.json", json.dumps(commands), Path(), FILES)
    for build in (made, told):
        assert all(group <= {*FILES} for group in build.programs)
        sort_words(build.words, ())
    read_c(text)


def test_variables_that_double_are_not_followed_for_ever() -> None:
    text = "".join(f"A{number + 1} = {f'$(A{number})' * 50}\n" for number in range(20))
    read_makefile("Makefile", f"A0 = x.c\n{text}p: $(A20)\n", FILES, SUFFIXES)


FILES = ("src/main.c", "src/a.c", "lib/b.c", "boot.S", "tool.c")


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("p: src/main.o src/a.o\n", {"src/main.c", "src/a.c"}),
        ("O = main.o a.o\np: $(O:%=out/%)\n", {"src/main.c", "src/a.c"}),
        ("all: p\np: $(patsubst %.c,%.o,$(wildcard src/*.c)) lib.a\nlib.a: lib/b.o boot.o\n", {*FILES} - {"tool.c"}),
        ("p:\n\tcc -o p src/main.c lib/b.c\n", {"src/main.c", "lib/b.c"}),
        ("S = src/main.c\nS += \\\n  src/a.c # and no more\np: $(S)\n", {"src/main.c", "src/a.c"}),
        ("p: $(filter-out lib/%,src/main.c lib/b.c)\n", {"src/main.c"}),
        ("A = $(B)\nB = $(A) src/main.c\np: $(A)\n", {"src/main.c"}),
        ("p: src/main.o src/a.o\nsrc/main.o: src/main.c src/a.h\n", {"src/main.c", "src/a.c"}),
        ("p: ${S}\nS = src/main.c\n", set()),  # make reads the line when S is still empty
    ],
)
def test_the_sources_of_a_program_are_those_it_is_linked_from(text: str, group: set[str]) -> None:
    programs = read_makefile("Makefile", text, FILES, SUFFIXES).programs
    mine = [found for found in programs if "src/main.c" in found]
    assert min(mine, key=lambda found: len(found), default=frozenset()) == group


def test_a_tool_that_make_knows_how_to_make_is_a_program() -> None:
    assert read_makefile("Makefile", "all: tool\n", FILES, SUFFIXES).programs == (frozenset({"tool.c"}),)


def test_what_a_makefile_decides_by_conditions_is_told_and_not_used() -> None:
    text = "CFLAGS = -DA\nifeq ($(OS),x)\nCFLAGS += -DB\nelse ifdef Y\nCFLAGS += -DC\nendif\nCFLAGS += -DD\ninclude more.mk\n"
    made = read_makefile("Makefile", text, FILES, SUFFIXES)
    assert dict(sort_words(made.words, ()).defines) == {"A": "1", "D": "1"}
    assert [one.what for one in made.unread] == ["Makefile:2: ifeq ($(OS),x)", "Makefile:8: include more.mk"]


def test_words_of_the_compiler_are_sorted_by_what_becomes_of_them() -> None:
    line = "-I inc -I/usr/include -DA=1 -D B -UC -std=c11 -O2 -o x -lm -l ssl -include y.h -fwrapv -MMD main.c"
    words = sort_words(line.split(), ("inc",))
    assert (words.include, dict(words.defines)) == (("inc",), {"A": "1", "B": "1"})
    assert words.flags == ("-UC", "-std=c11", "-fwrapv")
    assert [one.what for one in words.left_out] == ["-I/usr/include", "-lssl", "-include y.h", "-O2"]
