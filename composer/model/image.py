"""What is in a finished image and why: the content of `image.json`, which every later command reads."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from composer.digest import is_digest
from composer.errors import Location
from composer.model.resolution import Reason, ReasonKind
from composer.model.step import OUT, SHIPPED

SCHEMA = 1
IMAGE_FILE = "image.json"  # the name of a description, beside the image
NET_DEVICE = "net.device"  # the capability of drivers of network cards
CONSOLE_DEVICE = "console.device"  # and of those that are the console in place of the machine's port
HOST_SOCKETS = "net.host"  # that of sockets which are those of the machine that a process runs on


@dataclass(frozen=True, slots=True)
class Row:
    """Bytes of the file, and of memory, that one section of one object takes."""

    recipe: str  # a recipe's name, "app", or a name in parentheses for what nobody wrote: "(elf)", "(merged)"
    object: str
    section: str
    bytes: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A section that is alive, and the first reason that was found for it."""

    recipe: str
    object: str  # logical path
    section: str
    symbols: tuple[str, ...]  # global symbols that it defines
    cause: str  # of model.linkage.Cause
    symbol: str  # the symbol by which it is reached
    by: int  # index of the section that uses it in `Image.sections`, -1 for a root
    offset: int  # bytes from the start of that section


@dataclass(frozen=True, slots=True)
class ImageRecipe:
    """A recipe of the resolution and what became of it."""

    name: str
    version: str
    license: str
    reasons: tuple[Reason, ...]
    alive: bool  # False: nothing in the image uses it, so it left with its init calls
    init: tuple[str, ...]
    origin: str = SHIPPED  # or the folder from outside that it comes from, as it was given
    replaced: str = ""  # version of the shipped recipe in whose place it is; "" if there is none


@dataclass(frozen=True, slots=True)
class AbsentUse:
    """A call in the image of something that cannot be: it will fail."""

    symbol: str  # that only fails
    reason: str
    caller: str  # "app", or the recipe whose use is the last that is known
    call: str  # what the caller calls, which leads to the symbol
    at: Location | None  # the caller's source line

    def __str__(self) -> str:
        where = self.at or (f"the recipe {self.caller}" if self.caller != "app" else "the app")
        return f"{where} calls {self.call.removeprefix('sys_')}: {self.reason}; it will fail with ENOSYS"


@dataclass(frozen=True, slots=True)
class ImageSource:
    """An archive of others' code that recipes of the image were compiled from."""

    id: str  # as recipes call it
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an output section lies in memory."""

    section: str
    address: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ImageSegment:
    """What a loader puts in one place with one set of rights."""

    rights: str  # of "r", "w" and "x"
    address: int
    file_bytes: int
    memory_bytes: int
    sections: tuple[Placement, ...]  # by address


@dataclass(frozen=True, slots=True)
class InitStep:
    """A function that runs before `main`."""

    call: str
    recipe: str
    level: str


@dataclass(frozen=True, slots=True)
class Image:
    """One finished image."""

    name: str
    target: str
    profile: str
    memory: int  # bytes, as the manifest says
    entry: int  # address
    manifest: Mapping[str, Any]  # the resolved manifest
    manifest_digest: str
    toolchain: Mapping[str, str]
    resolution: Mapping[str, Any]  # weight, whether it is proven minimal, who provides what, refused recommendations
    file_bytes: int
    memory_bytes: int  # that the image takes, with the bytes of the file
    unattributed_bytes: int
    rows: tuple[Row, ...]  # add up to file_bytes
    recipes: tuple[ImageRecipe, ...]  # in dependency order
    sections: tuple[Kept, ...]
    objects: Mapping[str, str]  # logical path -> digest in the store
    files: Mapping[str, str]  # file name beside image.json -> digest
    trees: Mapping[str, str] = field(default_factory=dict)  # upstream source -> the key of its tree in the store
    absent: tuple[AbsentUse, ...] = ()  # one for each line of the app that calls such things
    devices: tuple[str, ...] = ()  # that the machine must have, by the capabilities of their drivers
    sources: tuple[ImageSource, ...] = ()  # code of others, by id
    segments: tuple[ImageSegment, ...] = ()  # by address
    init: tuple[InitStep, ...] = ()  # in the order in which they run

    def as_json(self) -> str:
        """The text of image.json; the same image gives the same text."""
        value = {"schema": SCHEMA, **dataclasses.asdict(self)}
        return json.dumps(value, indent=1, default=str) + "\n"

    @property
    def bootable(self) -> str:
        """Name of the file that boots, beside image.json."""
        flat = f"{self.name}.img"
        return flat if flat in self.files else f"{self.name}.elf"

    @property
    def programs(self) -> tuple[str, ...]:
        """Names of the files that are the image in one form or another."""
        return tuple(name for name in (f"{self.name}{end}" for end in (".elf", ".img", ".dbg")) if name in self.files)

    def bytes_of(self, recipe: str) -> int:
        """Bytes of the file that belong to `recipe`."""
        return sum(row.bytes for row in self.rows if row.recipe == recipe)


GENERATED = "generated"  # the folder beside image.json that has copies of generated sources, for debuggers and editors


def shown_as(path: str) -> str:
    """The name beside image.json of the generated source with the logical path `path`."""
    return f"{GENERATED}/{path.removeprefix(f'{OUT}/')}"


def image_from_json(text: str | bytes) -> Image:
    """Read image.json back; if it is anything else raises ValueError, KeyError, TypeError, AttributeError or RecursionError."""
    value = json.loads(text)
    if value.pop("schema") != SCHEMA:
        raise ValueError("made by another version of compose")
    value["rows"] = tuple(Row(**row) for row in value["rows"])
    value["sections"] = tuple(Kept(**{**row, "symbols": tuple(row["symbols"])}) for row in value["sections"])
    value["absent"] = tuple(AbsentUse(**{**row, "at": _place(row["at"])}) for row in value["absent"])
    value["devices"] = tuple(value["devices"])
    value["sources"] = tuple(ImageSource(**row) for row in value.get("sources", ()))
    value["segments"] = tuple(_segment(row) for row in value.get("segments", ()))
    value["init"] = tuple(InitStep(**row) for row in value.get("init", ()))
    value["recipes"] = tuple(_recipe(row) for row in value["recipes"])
    image = Image(**value)
    for rows in ((image,), image.rows, image.recipes, image.sources):
        _require_types(rows)
    if "/" in image.name or not all(
        map(is_digest, (*image.files.values(), *image.objects.values(), *image.trees.values()))
    ):
        raise ValueError("it names what is elsewhere")
    if not isinstance(image.manifest.get("options", {}), dict):
        raise TypeError("its manifest has no options")
    return image


_TYPES = {"str": str, "int": int, "bool": bool, "Mapping": dict}


def _require_types(rows: Sequence[Any]) -> None:
    """Raise TypeError if a field of one of `rows`, all of one kind, has something else than it says."""
    types = {
        each.name: _TYPES.get(str(each.type).partition("[")[0]) for row in rows[:1] for each in dataclasses.fields(row)
    }
    for name, wanted in types.items():
        if wanted is not None and not all(isinstance(getattr(row, name), wanted) for row in rows):
            raise TypeError(f"{name} is not of type {wanted.__name__}")


def _recipe(row: dict[str, Any]) -> ImageRecipe:
    reasons = tuple(reason_from_json(reason) for reason in row["reasons"])
    return ImageRecipe(**{**row, "reasons": reasons, "init": tuple(row["init"])})


def _segment(row: dict[str, Any]) -> ImageSegment:
    return ImageSegment(**{**row, "sections": tuple(Placement(**section) for section in row["sections"])})


def reason_from_json(row: Mapping[str, Any]) -> Reason:
    """A reason as `dataclasses.asdict` spells it."""
    return Reason(ReasonKind(row["kind"]), row["by"], row["what"], _place(row["at"]), row["words"])


def _place(row: Mapping[str, Any] | None) -> Location | None:
    return Location(**row) if row else None
