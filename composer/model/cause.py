"""Why a section is alive; apart from `linkage`, of which commands that only look need nothing else."""

from __future__ import annotations

from enum import StrEnum

# What needs somebody who makes it work: a live section of thread-local variables, or one with destructors, uses this symbol.
TLS_START, DESTRUCTORS_START = "tls_start", "destructors_start"


class Cause(StrEnum):
    """Why a section is alive."""

    ROOT = "root"  # the image is asked for `symbol`
    INIT = "init"  # an init call of a recipe that is alive
    SYMBOL = "symbol"  # a live section refers to it
    GROUP = "group"  # a section of the same COMDAT group is alive
    KIND = "kind"  # a live section is of a kind that needs `symbol` (STARTERS)
    KEPT = "kept"  # a note, constructors or destructors of an object that is alive
