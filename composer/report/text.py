"""Words and numbers as all reports spell them."""

from __future__ import annotations

from composer.model.linkage import DESTRUCTORS_START, TLS_START
from composer.model.resolution import Reason, ReasonKind, Resolution

_KINDS = {TLS_START: "thread-local variables", DESTRUCTORS_START: "destructors"}  # by the symbol that they use


def spell_bytes(count: int | None) -> str:
    """A number of bytes with thousands separated; unknown as a question mark."""
    return "? bytes" if count is None else "1 byte" if count == 1 else f"{count:,} bytes"


def spell_reason(reason: Reason, target: str) -> str:
    """A reason as a clause: who wants it, and where that is written."""
    place = f" ({reason.at})" if reason.at else ""
    match reason.kind:
        case ReasonKind.TARGET:
            return f"the target {target} needs {reason.what}{place}"
        case ReasonKind.REQUESTED:
            return f"the manifest asks for {reason.what}{place}"
        case ReasonKind.SYMBOL if reason.what in _KINDS:
            return f"{reason.by or 'the app'} has {_KINDS[reason.what]}{place}"
        case ReasonKind.SYMBOL:
            return f"{reason.by or 'the app'} calls {reason.what}{place}"
        case ReasonKind.REQUIRES | ReasonKind.RECOMMENDS:
            return f"{reason.by} {reason.kind.value} {reason.what}{place}"


def remarks_on(resolution: Resolution) -> tuple[str, ...]:
    """What a person should know of a resolution besides its recipes."""
    refused = (f"{reason.by} recommends {reason.what}, which is refused" for reason in resolution.refused)
    unproven = () if resolution.proven else ("the resolver reached its bound; a lighter set of recipes may exist",)
    return (*refused, *unproven)
