"""System-call instructions in what an app reaches of itself: refused where there is no kernel below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple

from composer import digest
from composer.errors import Code, Diagnostic, Location
from composer.model.linkage import Member, Reach
from composer.model.step import RUNTIME
from composer.pipeline.workshop import Workshop
from composer.reach.diagnose import function_at
from composer.reach.inline_calls import InlineCall, inline_calls

FORMAT = 1  # raise it whenever an InlineCall holds something else


def refused_calls(workshop: Workshop, alone: Reach, objects: Mapping[str, str]) -> Iterator[Diagnostic]:
    """One diagnostic for each such instruction that is alive in the app's objects (path -> digest)."""
    if workshop.target.platform == "linux":
        return
    live = {(entry.member, entry.section) for entry in alone.alive}
    for number, member in enumerate(alone.members):
        if member.owner == RUNTIME:  # of the compiler's own functions
            continue
        for call in _calls_in(workshop, member, objects[member.path]):
            if (number, call.section) in live:
                function = function_at(member.index, call.section, call.offset)
                at = workshop.locator(objects).locate(member, call.section, call.offset)
                message = (
                    f"{function} has the instruction '{call.name}', and below {workshop.target} there is no kernel"
                )
                hint = "call the function of the C library for it; what a kernel would do is done by functions here"
                yield Diagnostic(Code.INLINE_CALL, message, at or Location(member.path), hint)


def _calls_in(workshop: Workshop, member: Member, content: str) -> tuple[InlineCall, ...]:
    """The system-call instructions in the object of `member`, which has that digest, found now or ever before."""
    key = digest.of_json(["inline calls", FORMAT, content])
    remembered = workshop.store.recall(key)
    if isinstance(remembered, list):
        return tuple(InlineCall(*row) for row in remembered)
    found = tuple(inline_calls(workshop.read(content), member.index))
    workshop.store.remember(key, [astuple(call) for call in found])
    return found
