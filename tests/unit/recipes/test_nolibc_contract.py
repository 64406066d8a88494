"""The page that says what nolibc is, and the script that writes it."""

from __future__ import annotations

from tests.bench.nolibc_contract import PAGE, functions, notes, page, purpose

HEADER = """#ifndef X_H
#define X_H

/* POSIX,
 * in part. */

#define WIDE(x) \\
\tcall(x)
typedef int (*type)(int);

_Noreturn void leave(int status);
struct x *find(const char *name, int (*compare)(const void *, const void *)); /* short */
__attribute__((returns_twice)) int mark(buffer place);
extern int not_a_function;
/*
 * Longer than a line,
 * so it is shown.
 */
unsigned long long far(void);

#endif
"""


def test_page_is_what_the_headers_and_exports_say() -> None:
    assert PAGE.read_text() == page(), "run python -m tests.bench.nolibc_contract"


def test_functions_and_words_of_a_header_are_found() -> None:
    assert functions(HEADER) == ["leave", "find", "mark", "far"]
    assert purpose(HEADER) == "POSIX, in part."
    assert notes(HEADER) == ["Longer than a line, so it is shown."]
