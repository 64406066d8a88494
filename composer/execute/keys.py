"""Keys of steps: one list of facts with two readers, the hash and the explanation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from composer import digest
from composer.model.step import Step

Fact: TypeAlias = tuple[str, str]
DigestOf: TypeAlias = Callable[[str], str]

# Part of every key; another number makes all that older composers stored invisible.
SCHEME = "1"


def facts(step: Step, digest_of: DigestOf) -> Iterator[Fact]:
    """Everything declared that can change the result, in a fixed order.

    `digest_of` gives the digest of an input's content by its logical path. Not in it: `label` and
    `asker`, which are for people, and `program`, whose identity is `tool`.
    """
    yield "scheme", SCHEME
    yield "tool", step.tool
    yield from ((f"argv[{index}]", word) for index, word in enumerate(step.argv))
    yield from ((f"environment {name}", value) for name, value in step.environment)
    yield from ((f"input {path}", digest_of(path)) for path in sorted(step.inputs))
    yield from ((f"output {path}", "") for path in sorted(step.outputs))
    yield "depfile", step.depfile or ""
    if step.foreign is not None:
        yield from ((f"copy {place}", path) for path, place in step.foreign.copies)
        yield from ((f"made {path}", place) for path, place in step.foreign.made)
        yield "folder", step.foreign.folder


def key_of(known: Iterable[Fact]) -> str:
    """The key of a list of facts."""
    return digest.of_json(list(known))
