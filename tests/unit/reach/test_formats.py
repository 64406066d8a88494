"""Formats found in real objects, of every compiler that is here."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.model.format import FormatFamily, FormatUse
from composer.reach.formats import conversions, format_uses
from composer.reach.objects import index_object
from tests.support.linking import COMPILERS, compile_c

PRINTING = FormatFamily(
    functions={"printf": 0, "fprintf": 1, "snprintf": 2},
    opaque=("vprintf",),
    letters="aAeEfFgG",
    symbol="floats",
    refused="n",
)
SCANNING = FormatFamily(functions={"sscanf": 1}, letters="efg", symbol="scans")
DECLARATIONS = """
int printf(const char *, ...);
int fprintf(void *, const char *, ...);
int snprintf(char *, unsigned long, const char *, ...);
int sscanf(const char *, const char *, ...);
int vprintf(const char *, __builtin_va_list);
int puts(const char *);
extern void *stream;
extern const char *text(int);
"""


@pytest.fixture(params=COMPILERS)
def arch(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def uses_in(
    folder: Path, body: str, arch: str, families: tuple[FormatFamily, ...] = (PRINTING,), *flags: str
) -> list[FormatUse]:
    source = DECLARATIONS + body
    content = compile_c(folder, "app/main.o", source, ["-Wno-format", *flags], arch)
    return list(format_uses(content, index_object(content, "app/main.o"), families, 7))


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        (b"%d%% %5.3f", "df"),
        (b"%-+ #010.*Lg", "g"),
        (b"%*.*e%hhn", "en"),
        (b"100% of %s", "os"),
        (b"%*lf %[^a-f]", "f"),
        (b"50%", ""),
        (b"%%f", ""),
        (b"%-5", ""),
    ],
)
def test_letters_of_conversions(text: bytes, letters: str) -> None:
    assert conversions(text) == letters


@pytest.mark.parametrize("level", ["-Os", "-O2", "-Og"])
@pytest.mark.parametrize(
    "call",
    [
        'printf("%s, with %d\\n", text(0), x)',
        'fprintf(stream, "%d of %ld\\n", x, 5L)',
        'snprintf(buffer, sizeof(buffer), "%d-%x", x, x)',
        'printf(x > 5 ? "%d" : "%x", x)',
        'printf("%d", printf("%d %d", x, x))',
    ],
)
def test_literal_formats_without_floats_need_none(tmp_path: Path, arch: str, level: str, call: str) -> None:
    body = f"char buffer[50]; int f(int x) {{ return {call}; }}"
    assert uses_in(tmp_path, body, arch, (PRINTING,), level) == []


LOOPS = """
int f(int count, char **words) {{
	for (int i = 0; i < count; i++) printf({first}, i, words[i]);
	return printf("%d", count);
}}
int g(int count, char **words) {{
	while (*words) if (puts(*words++)) printf({second}, count);
	return printf("%d", count);
}}
"""


@pytest.mark.parametrize("level", ["-Os", "-O2", "-Og"])
def test_formats_that_are_kept_in_a_register_around_a_loop_are_seen(tmp_path: Path, arch: str, level: str) -> None:
    body = LOOPS.format(first='"%d: %s\\n"', second='"%x"')
    assert uses_in(tmp_path, body, arch, (PRINTING,), level) == []
    body = LOOPS.format(first='"%d: %s\\n"', second='"%n"')
    assert {use.symbol for use in uses_in(tmp_path, body, arch, (PRINTING,), level)} == {""}


@pytest.mark.parametrize("level", ["-Os", "-O2", "-Og"])
def test_a_format_of_others_that_is_kept_in_a_register_is_not(tmp_path: Path, arch: str, level: str) -> None:
    body = "int f(const char *t, int n) { for (int i = 0; i < n; i++) printf(t, i); return n; }"
    assert [use.symbol for use in uses_in(tmp_path, body, arch, (PRINTING,), level)] == ["floats"]
    body = 'int f(int n) { const char *t = text(n); puts("%d"); while (n--) printf(t, n); return n; }'
    assert [use.symbol for use in uses_in(tmp_path, body, arch, (PRINTING,), level)] == ["floats"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('int f(double x) { return printf("%d %.3f\\n", 1, x); }', 'has the format "%d %.3f\\n"'),
        ('int f(double x) { return x > 1 ? printf("%d", 1) : printf("%g", x); }', 'has the format "%g"'),
        ('const char *t[] = {"%d", "%e"}; int f(int i) { return printf(t[i], i); }', 'has the format "%e"'),
        ("int f(int x) { return printf(text(x), x); }", "uses printf with a format that cannot be seen"),
        ("int f(const char *t) { return printf(t, 1); }", "uses printf with a format that cannot be seen"),
        ('int f(const char *t) { return printf(t, "text"); }', "uses printf with a format that cannot be seen"),
        ("int (*g)(const char *, ...) = printf;", "uses printf with a format that cannot be seen"),
        (
            "int f(const char *t, __builtin_va_list *a) { return vprintf(t, *a); }",
            "calls vprintf, whose formats cannot be seen",
        ),
    ],
)
def test_floats_and_what_cannot_be_seen_need_them(tmp_path: Path, arch: str, body: str, words: str) -> None:
    found = uses_in(tmp_path, body, arch)
    assert [(use.symbol, use.words) for use in found] == [("floats", words)]
    assert found[0].because.member == 7


def test_an_object_that_prints_nothing_is_not_looked_at(tmp_path: Path, arch: str) -> None:
    assert uses_in(tmp_path, 'int f(void) { return puts("%f"); }', arch) == []
    assert uses_in(tmp_path, 'int printf(const char *t, ...) { return puts("%f"); }', arch) == []


def test_each_family_asks_for_its_own_symbol(tmp_path: Path, arch: str) -> None:
    body = 'int f(float *x) { return printf("%g", sscanf("5", "%f", x) + 0.5); }'
    assert {use.symbol for use in uses_in(tmp_path, body, arch, (PRINTING, SCANNING))} == {"floats", "scans"}
    assert {use.symbol for use in uses_in(tmp_path, body, arch, (SCANNING,))} == {"scans"}


@pytest.mark.parametrize("level", ["-Os", "-O2", "-Og"])
def test_a_format_that_counts_is_refused_where_it_is_a_format(tmp_path: Path, arch: str, level: str) -> None:
    counting = 'int f(int x, int *n) { printf("%d\\n", x); return printf("%d%n\\n", x, n); }'
    found = uses_in(tmp_path, counting, arch, (PRINTING,), level)
    assert [(use.symbol, use.words) for use in found] == [("", 'the format "%d%n\\n" of printf has %n')]
    harmless = 'int f(int x) { puts("%n"); return printf("%s and %d", "%n", x); }'
    assert uses_in(tmp_path, harmless, arch, (PRINTING,), level) == []
    scanning = 'int f(const char *t, int *n) { return sscanf(t, "%d%n", n, n); }'
    assert uses_in(tmp_path, scanning, arch, (PRINTING, SCANNING), level) == []
