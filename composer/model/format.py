"""What a recipe says of functions that take formats: which need which of its symbols (`formats` in recipe.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from composer.model.linkage import Because
from composer.model.value import Symbol, Value

Argument = Annotated[int, Field(ge=0, le=3)]  # one that both architectures pass in a register


class FormatFamily(Value):
    """Functions that take formats of one kind, and the symbol that some conversions of such a format need."""

    functions: Mapping[Symbol, Argument]  # name -> which argument is the format, from 0 on
    opaque: Annotated[tuple[Symbol, ...], Field(strict=False)] = ()  # functions that are given others' formats
    letters: str  # of conversions that need `symbol`
    symbol: Symbol
    refused: str = ""  # letters of conversions that there are not and that no program should have


@dataclass(frozen=True, slots=True)
class FormatUse:
    """One place where an object needs a family's symbol, or has a format that is refused."""

    symbol: str  # "" if the format is refused
    words: str  # what is there, as the beginning of a reason
    because: Because  # where: in the member that was looked at
