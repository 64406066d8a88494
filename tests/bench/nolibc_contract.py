"""Write `recipes/libc/nolibc/contract.md`: what nolibc has, header by header, and what it lacks of ISO C.

All of it is read from the headers (their first comment, their declarations) and from what recipes export; only the names
of ISO C11's functions stand here. Run it after a header or an export has changed: `python -m tests.bench.nolibc_contract`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from composer.load.catalog import Catalogs
from composer.load.shipped import shipped_folder
from composer.model.recipe import Catalog

HEADERS = Path(shipped_folder("recipes")) / "libc/nolibc/include"
PAGE = HEADERS.parent / "contract.md"
ARCHITECTURES = ("x86_64", "aarch64")

# Functions of ISO C11 by header; of those that math.h has for three types, the first.
ISO = {
    "ctype.h": "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit tolower toupper",
    "fenv.h": "feclearexcept fegetexceptflag feraiseexcept fesetexceptflag fetestexcept fegetround fesetround fegetenv"
    " feholdexcept fesetenv feupdateenv",
    "inttypes.h": "imaxabs imaxdiv strtoimax strtoumax wcstoimax wcstoumax",
    "locale.h": "setlocale localeconv",
    "math.h": "acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp ilogb ldexp log log10"
    " log1p log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf erfc lgamma tgamma ceil floor nearbyint rint lrint"
    " llrint round lround llround trunc fmod remainder remquo copysign nan nextafter nexttoward fdim fmax fmin fma",
    "setjmp.h": "setjmp longjmp",
    "signal.h": "signal raise",
    "stdio.h": "remove rename tmpfile tmpnam fclose fflush fopen freopen setbuf setvbuf fprintf fscanf printf scanf snprintf"
    " sprintf sscanf vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf fgetc fgets fputc fputs getc getchar putc"
    " putchar puts ungetc fread fwrite fgetpos fseek fsetpos ftell rewind clearerr feof ferror perror",
    "stdlib.h": "atof atoi atol atoll strtod strtof strtold strtol strtoll strtoul strtoull rand srand aligned_alloc calloc"
    " free malloc realloc abort atexit at_quick_exit exit _Exit getenv quick_exit system bsearch qsort abs labs llabs div"
    " ldiv lldiv mblen mbtowc wctomb mbstowcs wcstombs",
    "string.h": "memcpy memmove strcpy strncpy strcat strncat memcmp strcmp strcoll strncmp strxfrm memchr strchr strcspn"
    " strpbrk strrchr strspn strstr strtok memset strerror strlen",
    "time.h": "clock difftime mktime time timespec_get asctime ctime gmtime localtime strftime",
}
ISO_NAMES = (
    "assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic"
    " stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype"
)
COMPILERS = "float stdalign stdarg stdatomic stdbool stddef stdint stdnoreturn"
ISO_HEADERS = frozenset(f"{name}.h" for name in ISO_NAMES.split())
# From the compiler, or the contracts; the one for atomics needs nothing of a library as long as the processor has them.
ELSEWHERE = frozenset(f"{name}.h" for name in COMPILERS.split())

_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_FUNCTION = re.compile(r"^(?:extern )?[A-Za-z_][\w ]*?[ *](\w+)\((?!\*)[^;{]*\);", re.MULTILINE)


def purpose(text: str) -> str:
    """What the first comment of a header says."""
    found = _COMMENT.search(text)
    return _plain(found[1]) if found else ""


def notes(text: str) -> list[str]:
    """What the other comments say that are longer than a line."""
    return [_plain(comment) for comment in _COMMENT.findall(text)[1:] if "\n" in comment]


def _plain(comment: str) -> str:
    return " ".join(line.strip(" *\t") for line in comment.splitlines()).strip()


def functions(text: str) -> list[str]:
    """Names of the functions that a header declares, in its order."""
    plain = re.sub(r"^\s*#.*?(?<!\\)$", "", _COMMENT.sub("", text), flags=re.MULTILINE | re.DOTALL)
    plain = re.sub(r"__attribute__\(\(\w+\)\) |_Noreturn ", "", plain)
    return list(dict.fromkeys(_FUNCTION.findall(plain)))


def exporters(catalog: Catalog) -> dict[str, str]:
    """Who has each function for programs with nolibc: its recipes, the heaps, and the libraries of calls and of math.h."""
    found: dict[str, str] = {}
    for name, entry in sorted(catalog.recipes.items()):
        if name.startswith(("nolibc", "heap-")) or entry.recipe.provides & {"libc.calls", "libc.math"}:
            for symbol in frozenset.intersection(*(entry.exports(arch) for arch in ARCHITECTURES)):
                found.setdefault(symbol, name)
    return found


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph in lines of 120 characters."""
    return textwrap.fill(text, 120, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def header_section(header: Path, owners: dict[str, str]) -> Iterator[str]:
    """What the page says of one header."""
    text = header.read_text()
    name = str(header.relative_to(HEADERS))
    yield f"## {name}\n"
    yield wrapped(purpose(text)) + "\n"
    yield from (wrapped(note) + "\n" for note in notes(text))
    by_recipe: dict[str, list[str]] = {}
    for function in functions(text):
        by_recipe.setdefault(owners.get(function, "nobody"), []).append(function)
    for recipe, names in by_recipe.items():
        yield wrapped(f"- {recipe}: {', '.join(names)}", "") + "\n"
    missing = [function for function in ISO.get(name, "").split() if function not in owners]
    if missing:
        yield wrapped(f"Of ISO C not there: {', '.join(missing)}.") + "\n"


def page() -> str:
    """The whole page."""
    owners = exporters(Catalogs(shipped_folder("recipes")).having())
    headers = sorted(HEADERS.rglob("*.h"), key=lambda path: str(path.relative_to(HEADERS)))
    public = [header for header in headers if not header.name.startswith("nolibc_")]
    own = {str(header.relative_to(HEADERS)) for header in public}
    absent = sorted(ISO_HEADERS - own - ELSEWHERE)
    intro = (
        "Written by tests/bench/nolibc_contract.py from the headers and the exports of the recipes; do not edit. Behind each"
        " recipe are the functions that it has; one that a program does not call is not in its image."
    )
    lacks = (
        f'There are no wide or multibyte characters and one locale, "C". Headers of ISO C11 that are not there:'
        f" {', '.join(absent)}. From the compiler are {', '.join(sorted(ELSEWHERE))}. A program that needs more does not"
        " compile or link with nolibc, and `libc: auto` takes another library."
    )
    parts = ["# What nolibc is\n", wrapped(intro) + "\n", wrapped(lacks) + "\n"]
    parts += [part for header in public for part in header_section(header, owners)]
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    print(PAGE)
