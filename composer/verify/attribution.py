"""Whose each byte of the image is: rows that add up to the file, and the memory that each takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from composer.errors import Code, ComposerError, Diagnostic
from composer.layout.arrange import ELF_HEADER_SIZE, PROGRAM_HEADER_SIZE
from composer.layout.pack import PT_LOAD, Header, ProgramHeader, read_header
from composer.layout.script import LINKER_TABLES
from composer.model.image import Row
from composer.model.linkage import Member, Section
from composer.reach.objects import merge_entries, split_entries
from composer.verify.linkmap import JOINED, Placed
from composer.verify.origins import MERGED, Origins, Part

# Reserved owners, as MERGED is; no recipe can have such a name.
ELF = "(elf)"
UNKNOWN = "(unknown)"


@dataclass(frozen=True, slots=True)
class Attribution:
    """All of the file's bytes."""

    memory_bytes: int  # whole pages from the image's first to its last address
    unattributed_bytes: int
    rows: tuple[Row, ...]  # their bytes add up to the file's


@dataclass(frozen=True, slots=True)
class _Extent:
    """A stretch of memory with one owner."""

    address: int
    end: int
    recipe: str
    object: str
    section: str


def attribute(
    image: bytes,
    placed: Sequence[Placed],
    members: Sequence[Member],
    origins: Origins,
    content_of: Callable[[str], bytes],
    page: int,
) -> Attribution:
    """Whose the bytes of the packed `image` are; their sum is the file, whoever they belong to.

    Of an image whose headers are in no segment it is the flat file, which is what follows the headers.
    `members` are the linked objects in link order, `origins` says whose the bytes of a merged one are, and
    `content_of` gives an object's bytes by its path.
    Bytes between sections are padding; those whose object is not among `members` belong to `UNKNOWN`.
    Raises ComposerError(IMAGE_WRONG) for a file that is not an ELF, or of which nobody owns more than
    a fiftieth (DESIGN section 4, sieve 3).
    """
    header = read_header(image)
    loads = [program for program in header.programs if program.type == PT_LOAD]
    extents = [*_headers(header, loads), *_sections(image, loads, placed, members, origins, content_of)]
    counted: dict[tuple[str, str, str], list[int]] = {}
    for load in loads:
        for extent in _with_padding(load, extents):
            in_file = max(0, min(extent.end, load.address + load.file_size) - extent.address)
            sizes = counted.setdefault((extent.recipe, extent.object, extent.section), [0, 0])
            sizes[0] += in_file
            sizes[1] += extent.end - extent.address
    end = max((load.offset + load.file_size for load in loads if load.file_size), default=0)
    start = loads[0].offset if loads else 0
    between = end - start - sum(in_file for in_file, _ in counted.values())
    if between:
        counted[ELF, "", "padding between segments"] = [between, 0]
    if end < len(image):
        counted[UNKNOWN, "", "after the last segment"] = [len(image) - end, 0]
    rows = tuple(Row(*key, *sizes) for key, sizes in sorted(counted.items()))
    unattributed = _check_unattributed(rows, len(image))
    return Attribution(_memory(loads, page), unattributed, rows)


def _check_unattributed(rows: Sequence[Row], file_bytes: int) -> int:
    unknown = [row for row in rows if row.recipe == UNKNOWN]
    total = sum(row.bytes for row in unknown)
    if total * 50 > file_bytes:
        names = ", ".join(f"{row.section} {row.object}".strip() for row in unknown)
        message = f"{total} of the image's {file_bytes} bytes belong to nobody: {names}"
        raise ComposerError(Diagnostic(Code.IMAGE_WRONG, message))
    return total


def _memory(loads: Sequence[ProgramHeader], page: int) -> int:
    first = min((load.address for load in loads), default=0)
    last = max((load.address + load.memory_size for load in loads), default=0)
    return -(-last // page) * page - first // page * page


def _headers(header: Header, loads: Sequence[ProgramHeader]) -> Iterator[_Extent]:
    base = next((load.address - load.offset for load in loads if load.offset == 0 and load.file_size), None)
    if base is not None:
        end = base + ELF_HEADER_SIZE
        yield _Extent(base, end, ELF, "", "ELF header")
        yield _Extent(end, end + PROGRAM_HEADER_SIZE * len(header.programs), ELF, "", "program headers")


def _sections(
    image: bytes,
    loads: Sequence[ProgramHeader],
    placed: Sequence[Placed],
    members: Sequence[Member],
    origins: Origins,
    content_of: Callable[[str], bytes],
) -> Iterator[_Extent]:
    known = {(member.path, section.name): (member, section) for member in members for section in member.index.sections}
    merges = _Merges((*origins.compiled, *members), content_of)
    for found in placed:
        owner = known.get((found.path, found.section))
        if found.section in LINKER_TABLES:
            yield _Extent(found.address, found.address + found.size, ELF, "", found.section)
        elif found.path == JOINED:
            yield from merges.split_joined(_content(image, loads, found), found)
        elif owner is None:
            yield _Extent(found.address, found.address + found.size, UNKNOWN, found.path, found.section)
        elif owner[1].merges and owner[1].size:
            yield from merges.split(_content(image, loads, found), found, *owner)
        else:
            yield from _parts(found, owner[0], origins.sections.get((found.path, found.section), ()))


def _parts(found: Placed, member: Member, parts: Sequence[Part]) -> Iterator[_Extent]:
    """A section, its `parts` with those whom they come of, and the rest with `member`."""
    start = 0
    for part in parts:
        if part.start > start:
            yield _Extent(found.address + start, found.address + part.start, member.owner, found.path, found.section)
        yield _Extent(found.address + part.start, found.address + part.end, *part.origin)
        start = part.end
    if start < found.size or not parts:
        yield _Extent(found.address + start, found.address + found.size, member.owner, found.path, found.section)


def _content(image: bytes, loads: Sequence[ProgramHeader], found: Placed) -> bytes:
    for load in loads:
        if load.address <= found.address < load.address + load.file_size:
            start = found.address - load.address + load.offset
            return image[start : start + found.size]
    return b""


class _Shape(NamedTuple):
    """How mergeable sections are cut into entries."""

    unit: int  # bytes of a character, 0 for constants
    size: int  # bytes of a constant, or the unit
    align: int


class _Merges:
    """Mergeable sections: the linker puts equal entries of several objects in one place."""

    def __init__(self, members: Sequence[Member], content_of: Callable[[str], bytes]) -> None:
        self._members = members
        self._content_of = content_of
        self._first: dict[tuple[int, bytes], tuple[Member, str]] | None = None
        self._shapes: dict[tuple[str, int], _Shape] = {}  # by object and number of the section

    def split(self, data: bytes, found: Placed, member: Member, section: Section) -> Iterator[_Extent]:
        """Each entry in `data`, which begins with those of `section`, with the first object that has it."""
        self._entries()
        yield from self._owned(data, found, self._shapes[member.path, section.number])

    def split_joined(self, data: bytes, found: Placed) -> Iterator[_Extent]:
        """Likewise where the map does not say whose entries they are: of the shape by which most have an owner."""
        self._entries()
        tried = ([*self._owned(data, found, shape)] for shape in sorted(set(self._shapes.values())))
        nobody = [_Extent(found.address, found.address + found.size, UNKNOWN, found.path, found.section)]
        yield from max(tried, key=_bytes_of_objects, default=nobody)

    def _owned(self, data: bytes, found: Placed, shape: _Shape) -> Iterator[_Extent]:
        """Each entry in `data` with the first object in link order that has it."""
        entries = self._entries()
        start = 0
        for begin, end in split_entries(data, shape.unit, shape.size, shape.align):
            if begin > start:
                yield _Extent(found.address + start, found.address + begin, ELF, "", f"padding in {found.output}")
            owner = entries.get((shape.unit, data[begin:end]))
            where = (owner[0].owner, owner[0].path, owner[1]) if owner else (MERGED, "", found.output)
            yield _Extent(found.address + begin, found.address + end, *where)
            start = end

    def _entries(self) -> Mapping[tuple[int, bytes], tuple[Member, str]]:
        if self._first is None:
            self._first = {}
            for member in self._members:
                merged = [section for section in member.index.sections if section.merges and section.size]
                content = self._content_of(member.path) if merged else b""
                for section in merged:
                    unit, entries = merge_entries(content, section.number)
                    self._shapes[member.path, section.number] = _Shape(unit, unit or len(entries[0]), section.align)
                    for entry in entries:
                        self._first.setdefault((unit, entry), (member, section.name))
        return self._first


def _bytes_of_objects(extents: Iterable[_Extent]) -> int:
    return sum(extent.end - extent.address for extent in extents if extent.object)


def _with_padding(load: ProgramHeader, extents: Iterable[_Extent]) -> Iterator[_Extent]:
    """The extents of one segment, cut to it and without overlaps, and what lies between them."""
    address, end = load.address, load.address + load.memory_size
    letters = "".join(letter for bit, letter in ((4, "r"), (2, "w"), (1, "x")) if load.flags & bit)
    padding = f"padding in {letters}"
    for extent in sorted((e for e in extents if e.end > load.address and e.address < end), key=lambda e: e.address):
        if extent.address > address:
            yield _Extent(address, extent.address, ELF, "", padding)
        start, stop = max(extent.address, address), min(extent.end, end)
        if stop > start:
            yield _Extent(start, stop, extent.recipe, extent.object, extent.section)
            address = stop
    if address < end:
        yield _Extent(address, end, ELF, "", padding)
