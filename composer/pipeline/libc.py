"""`libc: auto`: which C libraries are tried, and what is told when one or all of them do not do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from composer.errors import Code, ComposerError, Diagnostic
from composer.model.recipe import Catalog
from composer.model.target import Target

AUTO = "auto"
LIBC = "libc"  # the capability

# What another C library may mend: headers, symbols, and what has to be fetched for this one. Anything else would go
# wrong with each of them. A name that none of them has may be a macro in the headers of one.
_ELSEWHERE = frozenset(
    {Code.STEP_FAILED, Code.SYMBOL_MISSING, Code.UNRESOLVABLE, Code.SOURCE_NOT_TO_BE_HAD, Code.NO_TOOL}
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A C library that was tried and does not do, and why."""

    libc: str
    diagnostics: tuple[Diagnostic, ...]


@contextmanager
def trial(libc: str, refused: list[Refusal]) -> Iterator[None]:
    """Note in `refused` what goes wrong inside with the C library `libc`; what no other would mend is raised."""
    try:
        yield
    except ComposerError as error:
        if not all(diagnostic.code in _ELSEWHERE for diagnostic in error.diagnostics):
            raise
        refused.append(Refusal(libc, error.diagnostics))


@contextmanager
def advice_on_headers(libc: str) -> Iterator[None]:
    """Where the pinned `libc` lacks a header that another one may have, say how to have that one."""
    try:
        yield
    except ComposerError as error:
        raise ComposerError(*(_advised(diagnostic, libc) for diagnostic in error.diagnostics)) from None


# "regex.h: No such file or directory" of gcc, "'regex.h' file not found" of clang.
_NO_HEADER = re.compile(r"error: '?([\w./+-]+\.h)'?(?::| file) (?:No such|not found)")


def _advised(diagnostic: Diagnostic, libc: str) -> Diagnostic:
    header = _NO_HEADER.search(diagnostic.message) if diagnostic.code is Code.STEP_FAILED else None
    if header is None:
        return diagnostic
    advice = f"if {header[1]} is of another C library than {libc}, `libc: auto` finds the smallest that has it"
    return replace(diagnostic, hint=f"{advice}; {diagnostic.hint}")


def libcs_for(catalog: Catalog, target: Target) -> tuple[str, ...]:
    """Names of the C libraries that `libc: auto` tries for `target`, in their order."""
    found = [
        (entry.recipe.trial, name)
        for name, entry in catalog.recipes.items()
        if entry.recipe.trial is not None and entry.recipe.supported(target)
    ]
    return tuple(name for _, name in sorted(found))


def other_libcs(catalog: Catalog, libc: str) -> frozenset[str]:
    """The C libraries that a manifest may choose instead of `libc`."""
    return frozenset(n for n, entry in catalog.recipes.items() if entry.recipe.trial is not None and n != libc)


def closest(refused: Sequence[Refusal]) -> ComposerError:
    """What to tell when all were refused: of the one that lacks least, and of those that could not be tried.

    Headers weigh more than symbols; of several whose headers do not do the last one has most of them.
    """
    tried = [one for one in refused if not _is_out_of_reach(one)]
    away = [diagnostic for one in refused if _is_out_of_reach(one) for diagnostic in one.diagnostics]

    def lack(entry: tuple[int, Refusal]) -> tuple[bool, int, int]:
        number, refusal = entry
        compiles = all(diagnostic.code is not Code.STEP_FAILED for diagnostic in refusal.diagnostics)
        return (not compiles, len(refusal.diagnostics) if compiles else 0, number if compiles else -number)

    nearest = min(enumerate(tried), key=lack)[1].diagnostics if tried else ()
    return ComposerError(*nearest, *away)


def _is_out_of_reach(refusal: Refusal) -> bool:
    return all(d.code in (Code.SOURCE_NOT_TO_BE_HAD, Code.NO_TOOL) for d in refusal.diagnostics)
