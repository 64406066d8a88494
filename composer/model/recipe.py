"""A recipe: one component of the library OS, as data (DESIGN section 3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from composer.model.format import FormatFamily
from composer.model.library import ARCH, Library, LibraryIndex
from composer.model.network import parse_address6, parse_quad, parse_servers
from composer.model.source import Source, logical
from composer.model.step import OUT, SHIPPED
from composer.model.target import Target
from composer.model.value import Capability, Name, Places, Symbol, Value

GENERATED = "generated"  # the first component of words that name what a recipe generates
OptionValue: TypeAlias = bool | int | str


def spell_option(value: OptionValue) -> str:
    """An option's value as a manifest would write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


# Init calls run level by level, in this order; inside a level, providers before those who require them.
InitLevel = Literal["early", "memory", "devices", "network", "app"]
INIT_LEVELS: tuple[InitLevel, ...] = ("early", "memory", "devices", "network", "app")


class Grade(StrEnum):
    """How much a recipe's support of a target is worth."""

    TESTED = "tested"
    BUILDS = "builds"
    UNTESTED = "untested"


class Support(Value):
    """Targets that a recipe supports; `*` stands for any."""

    platform: Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9-]*)$")] = "*"
    arch: Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9_-]*)$")] = "*"
    grade: Annotated[Grade, Field(strict=False)] = Grade.TESTED
    # Of a recipe that provides `boot`: what starts such images, and how much that is worth.
    hosts: Mapping[str, Annotated[Grade, Field(strict=False)]] = Field(default_factory=dict)

    def covers(self, target: Target) -> bool:
        """Whether `target` is among them."""
        return self.platform in ("*", target.platform) and self.arch in ("*", target.arch)


class Condition(Value):
    """When a part of a recipe applies: every key that is given must hold."""

    platform: str | None = None
    arch: str | None = None
    option: Mapping[Name, OptionValue] = Field(default_factory=dict)
    # Whether the image has a provider of a capability; not for what decides which recipes an image has.
    with_: Capability | None = Field(default=None, alias="with")
    without: Capability | None = None

    def holds(
        self, target: Target, options: Mapping[str, OptionValue], provided: Collection[str] = frozenset()
    ) -> bool:
        """Whether it holds on `target` with the recipe's `options` (all of them) beside the capabilities `provided`."""
        return (
            self.platform in (None, target.platform)
            and self.arch in (None, target.arch)
            and all(options.get(name) == value for name, value in self.option.items())
            and (self.with_ is None or self.with_ in provided)
            and (self.without is None or self.without not in provided)
        )

    def neighbours(self) -> tuple[tuple[str, Capability], ...]:
        """The capabilities that it asks the image for, each behind its key."""
        pairs = (("with", self.with_), ("without", self.without))
        return tuple((key, capability) for key, capability in pairs if capability is not None)


def spelled_short(key: str) -> BeforeValidator:
    """Accept a bare string where a mapping with only `key` is meant."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class Requirement(Value):
    """A capability that must be provided; in YAML its bare name, or a mapping with `when`."""

    capability: Capability
    when: Condition = Condition()


_PAIR = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}


def _words(address: IPv4Address | IPv6Address) -> str:
    """An address as the numbers of four words, the most significant first; one of IPv4 as IPv6 maps it (RFC 4291)."""
    number = int(address) if address.version == 6 else 0xFFFF << 32 | int(address)
    return ",".join(f"{number >> shift & 0xFFFFFFFF:#x}" for shift in (96, 64, 32, 0))


# How an option of each of these types is read, and what it must be.
_ADDRESSES: Mapping[str, tuple[Callable[[object], object], str]] = MappingProxyType(
    {
        "address": (parse_quad, "an address such as 10.0.0.1"),
        "address6": (parse_address6, "an address such as fd00::1"),
        "addresses": (parse_servers, "two addresses at most, with a space between"),
    }
)


class Option(Value):
    """A typed setting of a recipe; its sources see it as the macro `OPTION_<NAME>`."""

    # address: of IPv4, a dotted quad; address6: of IPv6; addresses: any number of both, with spaces between
    type: Literal["bool", "int", "choice", "address", "address6", "addresses"]
    default: OptionValue
    help: str
    key: str | None = None  # the manifest's own word for it (`Manifest.settings`)
    range: Annotated[tuple[int, int], Field(strict=False), WithJsonSchema(_PAIR)] | None = None
    choices: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _default_is_legal(self) -> Option:
        complaint = self.complaint(self.default)
        if complaint:
            raise ValueError(f"the default {complaint}")
        return self

    def complaint(self, value: object) -> str | None:
        """What is wrong with `value`, as the end of a sentence, or None if it is legal."""
        match self.type:
            case "bool":
                return None if isinstance(value, bool) else "must be true or false"
            case "int":
                if isinstance(value, bool) or not isinstance(value, int):
                    return "must be a whole number"
                if self.range and not self.range[0] <= value <= self.range[1]:
                    return f"must be from {self.range[0]} to {self.range[1]}"
                return None
            case "address" | "address6" | "addresses":
                parse, what = _ADDRESSES[self.type]
                try:
                    parse(value)
                except ValueError:
                    return f"must be {what}"
                return None
            case "choice":
                return None if value in self.choices else f"must be one of {', '.join(self.choices)}"

    def macro(self, value: OptionValue) -> int | str:
        """The value of the macro by which sources see the legal `value`."""
        match self.type:
            case "address":
                return int(parse_quad(value))
            case "address6":
                return _words(parse_address6(value))
            case "addresses":
                return "".join(f"{{{_words(address)}}}," for address in parse_servers(value))
            case _:
                pass
        return int(value) if isinstance(value, bool) else value


class BuildEntry(Value):
    """Sources that are compiled alike; globs and folders are relative to the recipe's folder.

    One that begins with `upstream/ID/` means a file of the source with that id, and one that begins with `generated/`
    an output of the recipe's `generate`.
    """

    c: Annotated[tuple[str, ...], Field(strict=False)] = ()
    asm: Annotated[tuple[str, ...], Field(strict=False)] = ()
    include: Annotated[tuple[str, ...], Field(strict=False)] = ()
    defines: Mapping[str, str] = Field(default_factory=dict)
    flags: Annotated[tuple[str, ...], Field(strict=False)] = ()
    lto: bool = True  # False: never merged with other objects
    when: Condition = Condition()


class Generate(Value):
    """A process that makes sources, in a folder that holds `inputs` under the names by which they are called here."""

    argv: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]  # the first word is a program's name
    tools: Annotated[tuple[str, ...], Field(strict=False)] = ()  # names of further programs that decide the result
    inputs: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]  # globs; upstream/ID/** is a whole tree
    outputs: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]  # relative to `folder`
    folder: str = "."  # where it starts
    when: Condition = Condition()


class InitCall(Value):
    """A function `void call(void)` of the recipe that runs once before `main`, if the recipe is alive."""

    call: Symbol
    level: InitLevel
    when: Condition = Condition()


class AbsentCalls(Value):
    """Functions that only fail, because what they stand for cannot be; a build says who calls them."""

    symbols: Annotated[tuple[Symbol, ...], Field(strict=False)]
    reason: str  # completes "main.c:12 calls fork: …"


class ImageFacts(Value):
    """What the linker must know of a target; only a recipe that provides `boot` has it."""

    entry: Symbol
    # Who starts it: a hypervisor by the PVH note, a kernel as a process, or one that copies the file as it is.
    loader: Literal["pvh", "process", "flat"]
    base: int  # address of the image's first byte
    below: int = 0  # bytes of the machine's memory that lie below `base`
    page: int = 4096  # bytes
    reserve: int = 0  # bytes that boot takes behind the image for each started 2 MiB of memory up to the image's end


Requirements = Annotated[
    tuple[Annotated[Requirement, spelled_short("capability")], ...],
    Field(strict=False),
]


class Recipe(Value):
    """One component: what it provides and requires, and how its sources are compiled."""

    name: Name
    version: str
    summary: str
    license: str
    provides: Annotated[frozenset[Capability], Field(strict=False)] = frozenset()
    requires: Requirements = ()
    recommends: Requirements = ()
    conflicts: Annotated[frozenset[Name], Field(strict=False)] = frozenset()  # names of recipes
    replaces: bool = False  # of a recipe from outside: it takes the place of the shipped one of its name
    supports: Annotated[tuple[Support, ...], Field(strict=False)] = (Support(),)
    options: Mapping[Name, Option] = Field(default_factory=dict)
    sources: Annotated[tuple[Source, ...], Field(strict=False)] = ()  # code of others
    public: Annotated[tuple[str, ...], Field(strict=False)] = ()  # folders of headers for others, besides `include`
    generate: Annotated[tuple[Generate, ...], Field(strict=False)] = ()
    build: Annotated[tuple[BuildEntry, ...], Field(strict=False)] = ()
    library: Library | None = None
    formats: Annotated[tuple[FormatFamily, ...], Field(strict=False)] = ()
    trial: int | None = None  # of a libc: its place among those that `libc: auto` tries one after the other
    init: Annotated[tuple[InitCall, ...], Field(strict=False)] = ()
    exports: Annotated[frozenset[Symbol], Field(strict=False)] = frozenset()
    absent: Annotated[tuple[AbsentCalls, ...], Field(strict=False)] = ()  # exports too
    image: ImageFacts | None = None

    @model_validator(mode="before")
    @classmethod
    def _absent_is_exported(cls, value: Any) -> Any:
        """Write the symbols of `absent` into `exports`; what has another form is refused by the fields."""
        absent = value.get("absent") if isinstance(value, dict) else None
        exports = value.get("exports", []) if isinstance(value, dict) else None
        if not isinstance(absent, list) or not isinstance(exports, list):
            return value
        groups = [group["symbols"] for group in absent if isinstance(group, dict) and "symbols" in group]
        return {
            **value,
            "exports": [*exports, *(name for names in groups if isinstance(names, list) for name in names)],
        }

    def supported(self, target: Target) -> bool:
        """Whether the recipe can be in an image for `target`."""
        return self.support(target) is not None

    def support(self, target: Target) -> Support | None:
        """The first of `supports` that covers `target`; None if it cannot be in an image for it."""
        return next((support for support in self.supports if support.covers(target)), None)

    def is_generated(self, word: str) -> bool:
        """Whether `word` names what `generate` makes, or its folder."""
        return bool(self.generate) and PurePosixPath(word).parts[:1] == (GENERATED,)

    def words(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every word that names files or folders, with its key path."""
        lists: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [(("public",), self.public)]
        lists += [(("generate", number, "inputs"), made.inputs) for number, made in enumerate(self.generate)]
        if self.library is not None:
            lists += [(("library", "sources"), self.library.sources), (("library", "include"), self.library.include)]
        for number, entry in enumerate(self.build):
            lists += [(("build", number, key), getattr(entry, key)) for key in ("c", "asm", "include")]
        for path, words in lists:
            yield from (((*path, index), word) for index, word in enumerate(words))


@dataclass(frozen=True, slots=True)
class CatalogRecipe:
    """A recipe of the catalog with its place: `folder` is a logical path ("recipes/libc/nolibc")."""

    recipe: Recipe
    folder: str
    places: Places
    weights: Mapping[str, int]  # bytes by target, as tests/bench/measure_weights.py measured them
    # Per build entry: its sources, globs expanded, relative to the folder; those of upstream trees only when these are
    # there (`pipeline/upstream.py`).
    sources: tuple[tuple[str, ...], ...] = ()
    inputs: tuple[tuple[str, ...], ...] = ()  # per entry of `generate`: its inputs, expanded likewise
    folders: frozenset[str] = frozenset()  # which of "include" (public headers) and "src" it has
    indexes: Mapping[str, LibraryIndex] = field(default_factory=lambda: MappingProxyType({}))  # by architecture
    origin: str = SHIPPED  # or the folder that it comes from, as it was given
    replaced: str = ""  # version of the shipped recipe in whose place it is; "" if there is none
    # By "option=value": bytes that it then weighs more than with the defaults, by target.
    option_weights: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))

    def weight_with(self, options: Mapping[str, OptionValue], target: str) -> int | None:
        """Bytes for `target` as its options are; None where they are not known."""
        weight = self.weights.get(target)
        if weight is None:
            return None
        more = (self.option_weights.get(f"{name}={spell_option(value)}", {}) for name, value in options.items())
        return weight + sum(row.get(target, 0) for row in more)

    def exports(self, arch: str) -> frozenset[str]:
        """Symbols that others may use."""
        index = self.indexes.get(arch)
        return self.recipe.exports if index is None else self.recipe.exports | index.symbols

    def public(self, arch: str) -> tuple[str, ...]:
        """Logical paths of the folders with headers for others."""
        own = ("include",) if "include" in self.folders else ()
        return self.logical((*own, *self.recipe.public), arch)

    def logical(self, words: Iterable[str], arch: str) -> tuple[str, ...]:
        """Logical paths of files or folders that the recipe names."""
        return tuple(self.path_of(word.replace(ARCH, arch)) for word in words)

    def path_of(self, word: str) -> str:
        """The logical path of one of `sources` or `inputs`."""
        return f"{OUT}/{self.recipe.name}/{word}" if self.recipe.is_generated(word) else logical(self.folder, word)

    def generated(self, made: Generate) -> tuple[str, ...]:
        """Logical paths of what an entry of `generate` makes."""
        return tuple(self.path_of(f"{GENERATED}/{output}") for output in made.outputs)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All recipes by name, and the absolute paths of the folders that hold them by their logical names."""

    roots: Mapping[str, str]
    recipes: Mapping[str, CatalogRecipe]
