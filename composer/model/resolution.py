"""What the resolver is asked and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from composer.errors import Location
from composer.model.target import Target

if TYPE_CHECKING:
    from composer.model.recipe import OptionValue  # imports pydantic, which commands that only look can spare


class ReasonKind(StrEnum):
    """Why something is in the image (DESIGN section 4)."""

    REQUESTED = "requested"  # a line of the manifest
    REQUIRES = "requires"  # a recipe's `requires`
    RECOMMENDS = "recommends"  # a recipe's `recommends`, not refused
    SYMBOL = "symbol"  # the app calls it
    FORMAT = "format"  # a format of the app needs it
    TARGET = "target"  # every image for the target has it


SYMBOLS = frozenset({ReasonKind.SYMBOL, ReasonKind.FORMAT})  # wants that a recipe has to export, and not to provide


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One edge of the answer: `by` wants `what`."""

    kind: ReasonKind
    by: str  # a recipe's name; "" for the image itself (manifest, target, app)
    what: str  # the capability, symbol or recipe that is wanted
    at: Location | None = None
    words: str = (
        ""  # of a FORMAT: what is there that needs it; of a library's SYMBOL: what the app calls for it at `at`
    )


@dataclass(frozen=True, slots=True)
class Want:
    """Something that must be in the image: one provider of `what`."""

    kind: ReasonKind
    what: str  # a capability, or the name of a symbol
    at: Location | None = None
    by: str = ""  # the recipe of which a source uses the symbol; "" for the image itself
    words: str = ""  # as in `Reason`

    @property
    def is_symbol(self) -> bool:
        """Whether a recipe has to export it, and not to provide it."""
        return self.kind in SYMBOLS


@dataclass(frozen=True, slots=True)
class Pin:
    """A recipe that must be in the image: the manifest names it, or it is one that is being tried."""

    recipe: str
    at: Location | None = None
    is_named: bool = True  # False: by the composer, so that it is no reason


@dataclass(frozen=True, slots=True)
class Ban:
    """A capability that the manifest refuses, so that no provider of it may be in the image."""

    capability: str
    at: Location | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that the answer depends on, besides the catalog."""

    target: Target
    target_at: Location | None = None
    wants: tuple[Want, ...] = ()
    pins: tuple[Pin, ...] = ()
    bans: tuple[Ban, ...] = ()
    options: Mapping[str, Mapping[str, OptionValue]] | None = None  # recipe -> option -> value set by the manifest


@dataclass(frozen=True, slots=True)
class Resolution:
    """The exactly minimal set of recipes, each with every reason for it."""

    target: Target
    recipes: tuple[str, ...]  # providers before those who require them; ties by name
    reasons: Mapping[str, tuple[Reason, ...]]  # recipe -> why, sorted
    providers: Mapping[str, str]  # capability -> the recipe that provides it, for every capability of the image
    options: Mapping[str, Mapping[str, OptionValue]]  # recipe -> every option with its value
    refused: tuple[Reason, ...]  # recommendations that could not be honoured or that the manifest bans
    weight: int  # bytes, sum of the recipes' weights
    proven: bool  # False: the search stopped at its bound; a lighter answer may exist
