"""What nolibc promises by its headers and exports, and what its parts cost."""

from __future__ import annotations

import atexit
import functools
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from composer.load.library import read_index
from composer.plan.compile import option_defines
from tests.support.linking import toolchain_flags
from tests.support.recipe_objects import (
    AARCH64,
    CONTRACTS,
    HEAP_BUMP,
    HEAP_FREE,
    NATIVE,
    NOLIBC,
    NOLIBC_DATES,
    NOLIBC_FLOATS,
    NOLIBC_GETOPT,
    NOLIBC_HEADERS,
    NOLIBC_MORE,
    NOLIBC_PARTS,
    NOLIBC_SCAN,
    NOLIBC_STDIO,
    NOLIBC_STREAMS,
    POSIX_HEADERS,
    RECIPES,
    Build,
    compile_recipe,
    entries_of,
    exports_of,
    freestanding_flags,
    recipe_in,
)

HEADERS = sorted([*(NOLIBC / "include").rglob("*.h"), *CONTRACTS.glob("*.h")], key=lambda path: path.name)

ON_BOTH = pytest.mark.parametrize("build", [NATIVE, AARCH64], ids=["x86_64", "aarch64"])
DENSITY = {"x86_64": 1, "aarch64": 1.25}  # bytes for the same code: instructions of one length take more


def app_flags(build: Build = NATIVE) -> tuple[str, ...]:
    """Flags of a program that sees nolibc's headers only."""
    return (*toolchain_flags(build.arch), *freestanding_flags([NOLIBC / "include", CONTRACTS], build))


def global_symbols(objects: Sequence[Path]) -> dict[str, str]:
    """Symbol -> letter of nm, of what the objects define for others."""
    words = ["nm", "--defined-only", "--extern-only", "--format=posix", *map(str, objects)]
    lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    return {fields[0]: fields[1] for line in lines if len(fields := line.split()) >= 3}


def spelled(header: Path) -> str:
    """The header as a program names it."""
    return str(header.relative_to(CONTRACTS if header.parent == CONTRACTS else NOLIBC / "include"))


def functions_declared_in(header: Path, folder: Path) -> set[str]:
    """The functions that the compiler sees when a program includes `header`."""
    source, listing = folder / "include.c", folder / "listing"
    source.write_text(f"#include <{spelled(header)}>\n")
    words = ["gcc", *app_flags(), "-fsyntax-only", "-aux-info", str(listing), str(source)]
    subprocess.run(words, check=True)
    names = set(re.findall(r"(\w+) \(", re.sub(r"/\*.*?\*/", "", listing.read_text())))
    return names - {"int", "void"}  # of arguments that are functions themselves


def bytes_of_program(text: str, recipes: Sequence[Path], folder: Path, build: Build) -> tuple[int, set[str]]:
    """Text and constants that a program of `recipes` keeps besides its own main, and the symbols in it."""
    source, program, listing = folder / "main.c", folder / "program", folder / "main.o"
    source.write_text(text)
    subprocess.run(
        [*build.command, *app_flags(build), "-fno-builtin", "-c", str(source), "-o", str(listing)], check=True
    )
    words = [f"{build.prefix}ld", "-e", "main", "--gc-sections", "--unresolved-symbols=ignore-all"]
    objects = objects_of(tuple(recipes), build)
    subprocess.run([*words, "-o", str(program), str(listing), *map(str, objects)], check=True)

    def text_bytes(path: Path) -> int:
        return int(subprocess.run(["size", str(path)], check=True, capture_output=True, text=True).stdout.split()[6])

    return text_bytes(program) - text_bytes(listing), set(global_symbols([program]))


def math_functions() -> frozenset[str]:
    """What the library of math.h and fenv.h has, by its indexes."""
    folder = RECIPES / "lib/math/index"
    return frozenset.intersection(*(read_index(folder / f"{arch}.txt").symbols for arch in ("x86_64", "aarch64")))


@functools.cache
def objects_of(recipes: tuple[Path, ...], build: Build) -> tuple[Path, ...]:
    """The objects of `recipes` in an image that has all of them, compiled once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="objects-"))
    atexit.register(shutil.rmtree, folder)
    beside = frozenset(capability for recipe in recipes for capability in recipe_in(recipe).provides)
    return tuple(path for recipe in recipes for path in compile_recipe(recipe, folder, build, beside))


@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_each_header_compiles_alone_as_strict_iso_c(header: Path, tmp_path: Path) -> None:
    source = tmp_path / "alone.c"
    source.write_text(f"#include <{spelled(header)}>\n#include <{spelled(header)}>\nint nothing_else;\n")
    flags = [*app_flags(), "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror"]
    subprocess.run(["gcc", *flags, "-fsyntax-only", str(source)], check=True)


@pytest.mark.parametrize("header", [path for path in HEADERS if path.parent != CONTRACTS], ids=lambda path: path.name)
def test_no_header_declares_what_no_recipe_exports(header: Path, tmp_path: Path) -> None:
    folders = (*NOLIBC_PARTS, HEAP_BUMP, HEAP_FREE)
    exported = {name for folder in folders for name in exports_of(folder)} | math_functions()
    assert functions_declared_in(header, tmp_path) <= exported


@pytest.mark.parametrize("folder", [*NOLIBC_PARTS, HEAP_BUMP, HEAP_FREE], ids=lambda path: path.name)
def test_exports_are_what_is_defined_and_all_else_has_a_prefix(folder: Path, tmp_path: Path) -> None:
    exports = exports_of(folder)
    defined = set(global_symbols(compile_recipe(folder, tmp_path)))
    assert exports <= defined
    prefix = "nolibc_" if folder in NOLIBC_PARTS else folder.name.replace("-", "_") + "_"
    assert {name for name in defined - exports if not name.startswith(prefix)} == set()


def test_limits_and_integer_types_are_the_compilers(tmp_path: Path) -> None:
    source = tmp_path / "limits.c"
    source.write_text(
        "#include <inttypes.h>\n#include <limits.h>\n#include <stdarg.h>\n#include <stdbool.h>\n#include <stddef.h>\n"
        "#include <stdnoreturn.h>\n#include <stdalign.h>\n#include <float.h>\n"
        '_Static_assert(INT_MIN + INT_MAX == -1 && LONG_MIN + LONG_MAX == -1 && LLONG_MIN + LLONG_MAX == -1, "");\n'
        '_Static_assert(CHAR_MIN == -128 && UCHAR_MAX == 255 && USHRT_MAX == 65535 && UINT_MAX == -1U, "");\n'
        '_Static_assert(sizeof(int_least16_t) == 2 && sizeof(uintptr_t) == sizeof(void *), "");\n'
        '_Static_assert(INT64_MAX == LONG_MAX && UINT64_C(1) << 63 > 0 && SIZE_MAX == (size_t)-1, "");\n'
        '_Static_assert(_Generic(INTMAX_C(1), intmax_t: 1) && _Generic((uint8_t)1, unsigned char: 1), "");\n'
    )
    subprocess.run(["gcc", *app_flags(), "-Wall", "-Wextra", "-Werror", "-fsyntax-only", str(source)], check=True)


@ON_BOTH
def test_puts_costs_at_most_150_bytes_and_no_formats(tmp_path: Path, build: Build) -> None:
    text = '#include <stdio.h>\nint main(void) { puts("x"); return 0; }\n'
    size, symbols = bytes_of_program(text, [NOLIBC, NOLIBC_STDIO], tmp_path, build)
    assert size <= 150 * DENSITY[build.arch]
    assert "nolibc_format" not in symbols


@ON_BOTH
def test_printf_costs_at_most_1600_bytes(tmp_path: Path, build: Build) -> None:
    text = '#include <stdio.h>\nint main(int argc, char **argv) { (void)argv; return printf("%d\\n", argc); }\n'
    size, symbols = bytes_of_program(text, [NOLIBC, NOLIBC_STDIO], tmp_path, build)
    assert size <= 1600 * DENSITY[build.arch]
    assert "nolibc_format" in symbols


@ON_BOTH
def test_malloc_and_free_cost_at_most_1024_bytes(tmp_path: Path, build: Build) -> None:
    # The block is kept, because the compiler drops a malloc whose block is only freed.
    text = "void *kept;\nint main(void) { kept = malloc(9); free(kept); heap_free_start(); return 0; }\n"
    declarations = "#include <stdlib.h>\nvoid heap_free_start(void);\n"
    size, symbols = bytes_of_program(declarations + text, [NOLIBC, HEAP_FREE], tmp_path, build)
    assert size <= 1024 * DENSITY[build.arch]
    assert {"malloc", "free"} <= symbols


@ON_BOTH
def test_malloc_that_never_frees_costs_at_most_150_bytes(tmp_path: Path, build: Build) -> None:
    text = "#include <stdlib.h>\nint main(void) { heap_bump_start(); return malloc(9) == 0; }\n"
    size, symbols = bytes_of_program(f"void heap_bump_start(void);\n{text}", [NOLIBC, HEAP_BUMP], tmp_path, build)
    assert size <= 150 * DENSITY[build.arch]
    assert "malloc" in symbols


COMMON = [NOLIBC, NOLIBC_STDIO, NOLIBC_MORE, NOLIBC_DATES, NOLIBC_GETOPT, NOLIBC_SCAN]
# What a program pays that calls just this, on x86_64: text, constants and tables. Each function leaves when it is not called.
COSTS = {
    "strlen(text)": 16,
    "strcpy(buffer, text)": 48,
    "(int)strtol(text, 0, 0)": 500,
    "atoi(text)": 500,
    "strcasecmp(text, text)": 120,
    "(int)strtok(buffer, text)": 260,
    "(int)strerror(count)": 1800,
    "(int)getenv(text)": 140,
    "rand()": 60,
    "(qsort(buffer, count, 4, compare), 0)": 420,
    "setjmp(place)": 48,
    "(int)setlocale(LC_ALL, text)": 160,
    "(int)mktime(&parts)": 1900,
    "(int)strftime(buffer, 9, text, &parts)": 3600,
    "getchar()": 120,
    "scanf(text, &count)": 2450,
    "getopt(count, 0, text)": 1750,
    "(perror(text), 0)": 1950,
}
PROLOGUE = """
#include <getopt.h>
#include <locale.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
extern char text[], buffer[];
extern int count;
extern jmp_buf place;
extern struct tm parts;
int compare(const void *, const void *);
"""


@pytest.mark.parametrize("call", COSTS)
def test_a_function_costs_what_it_needs_and_brings_nothing_else(tmp_path: Path, call: str) -> None:
    text = f"{PROLOGUE}int main(void) {{ return {call}; }}\n"
    size, symbols = bytes_of_program(text, COMMON, tmp_path, NATIVE)
    assert 0 < size <= COSTS[call]
    assert "nolibc_format" not in symbols


def test_a_program_that_calls_nothing_has_nothing(tmp_path: Path) -> None:
    recipes = [*COMMON, *NOLIBC_FLOATS]
    assert bytes_of_program("int main(void) { return 0; }\n", recipes, tmp_path, NATIVE)[0] == 0


@ON_BOTH
def test_floats_in_formats_cost_at_most_six_kib_more(tmp_path: Path, build: Build) -> None:
    text = (
        '#include <stdio.h>\nint main(int argc, char **argv) { (void)argv; return printf("%d %d\\n", argc, argc); }\n'
    )
    without, _ = bytes_of_program(text, [NOLIBC, NOLIBC_STDIO], tmp_path, build)
    size, symbols = bytes_of_program(text, [NOLIBC, NOLIBC_STDIO, *NOLIBC_FLOATS], tmp_path, build)
    assert "nolibc_format_float" in symbols
    assert 1024 < size - without <= 6144
    assert "nolibc_read_float" not in symbols


@ON_BOTH
def test_scanning_floats_costs_at_most_four_kib_more(tmp_path: Path, build: Build) -> None:
    text = '#include <stdio.h>\nint main(int argc, char **argv) { return sscanf(*argv, "%d", &argc); }\n'
    without, _ = bytes_of_program(text, [NOLIBC, NOLIBC_STDIO, NOLIBC_SCAN], tmp_path, build)
    size, symbols = bytes_of_program(text, [NOLIBC, NOLIBC_STDIO, NOLIBC_SCAN, *NOLIBC_FLOATS], tmp_path, build)
    assert "nolibc_format" not in symbols
    assert 1024 < size - without <= 4096 * DENSITY[build.arch]


@pytest.mark.parametrize("folder", NOLIBC_PARTS, ids=lambda path: path.name)
@pytest.mark.parametrize("level", ["-Os", "-O2", "-Og"])
def test_clang_compiles_it_without_a_warning(folder: Path, level: str, tmp_path: Path) -> None:
    recipe = recipe_in(folder)
    defines = option_defines(recipe, {name: option.default for name, option in recipe.options.items()})
    for entry in entries_of(folder):
        sources = [path for pattern in entry.c for path in sorted(folder.glob(pattern)) if "aarch64" not in path.parts]
        near = [NOLIBC_STREAMS / "include"] if entry.when.with_ == "libc.streams" else []
        folders = [
            *(folder / name for name in entry.include),
            *near,
            folder / "src",
            *NOLIBC_HEADERS,
            CONTRACTS,
            *POSIX_HEADERS,
        ]
        flags = ["-target", "x86_64-linux-gnu", "-std=gnu11", level, "-Wall", "-Wextra", "-Werror", "-ffreestanding"]
        words = ["clang", *flags, *defines, *(f"-I{path}" for path in folders), "-fsyntax-only"]
        for source in sources:
            subprocess.run([*words, str(source)], check=True, cwd=tmp_path)
