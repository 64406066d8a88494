"""Relocatable ELF64 objects, indexed: sections, symbols and references, as the fixpoint needs them.

Written on `struct`, because this is on the path of each build: pyelftools takes 60 ms to import and
makes a Python object of every item. Debug sections are not read here (see `lines`).
Layouts: System V ABI, chapter 4 ("Object Files"); the names below are those of that text.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from composer.errors import Code, ComposerError, Diagnostic
from composer.model.linkage import NO_SECTION, Kind, ObjectIndex, Reference, Section, Symbol

_SECTION_TABLE = 40  # offset of its offset in the file header
_SECTION_HEADER = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELA = struct.Struct("<QQq")

_ET_REL = 1
_SHT_SYMTAB, _SHT_RELA, _SHT_NOTE, _SHT_NOBITS, _SHT_REL, _SHT_INIT_ARRAY, _SHT_GROUP = 2, 4, 7, 8, 9, 14, 17
_SHT_FINI_ARRAY, _SHT_SYMTAB_SHNDX = 15, 18
_SHF_WRITE, _SHF_ALLOC, _SHF_EXECINSTR, _SHF_MERGE, _SHF_TLS, _SHF_EXCLUDE = 0x1, 0x2, 0x4, 0x10, 0x400, 0x80000000
_SHF_STRINGS, _SHF_GNU_RETAIN = 0x20, 0x200000
_SHN_ABS, _SHN_COMMON = 0xFFF1, 0xFFF2
_STB_LOCAL, _STB_WEAK = 0, 2
_STT_SECTION, _STT_FILE, _STT_TLS, _STT_GNU_IFUNC = 3, 4, 6, 10
_GRP_COMDAT = 1

# Sections that no image has: unwind tables, which nobody reads (DESIGN section 6), and the
# assembler's notes to the linker.
IGNORED = frozenset({".eh_frame", ".note.GNU-stack", ".note.gnu.property"})
# Names in code that may be at any address (-fPIC) which the linker itself replaces in a program whose addresses are known:
# the start of its table, and the function that finds a thread-local variable.
_LINKER_SYMBOLS = frozenset({"_GLOBAL_OFFSET_TABLE_", "__tls_get_addr"})
_LONGEST_NAME = 1 << 14  # bytes; what is longer was not made by a compiler of C
_SLIM_LTO = "__gnu_lto_slim"  # gcc defines it in an object without machine code


@dataclass(frozen=True, slots=True)
class Header:
    """A section header, with the section's name; offsets and sizes in bytes."""

    name: str
    type: int
    flags: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    entry: int


def index_object(content: bytes, path: str) -> ObjectIndex:
    """Index one object; `path` is only for the message.

    Raises ComposerError(OBJECT_UNREADABLE) for anything but a relocatable little-endian ELF64 object
    whose code is machine code and not writable.
    """
    try:
        return _Reader(content).index()
    except (struct.error, IndexError, KeyError, ValueError) as error:
        reason = str(error) if type(error) is ValueError else "it is cut short or damaged"
        message = f"the object {path} cannot be read: {reason}"
        hint = "look at the flags that it was compiled with: `compose plan --verbose`"
        raise ComposerError(Diagnostic(Code.OBJECT_UNREADABLE, message, hint=hint)) from error


class _Reader:
    """One object while it is being read; every method raises ValueError or a lookup error on bad input."""

    def __init__(self, content: bytes) -> None:
        if content[:6] != b"\x7fELF\x02\x01":
            raise ValueError("it is not a little-endian 64-bit ELF file")
        self._content = content
        kind, self._machine = struct.unpack_from("<HH", content, 16)
        if kind != _ET_REL:
            raise ValueError("it is not a relocatable object")
        self._headers = read_headers(content)
        self._symbols: list[tuple[int, int, int, int, int, int]] = []
        self._names = b""
        for header in self._headers:
            if header.type == _SHT_SYMTAB:
                self._symbols = list(_SYMBOL.iter_unpack(self._bytes(header)))
                self._names = self._bytes(self._headers[header.link])
            elif header.type == _SHT_SYMTAB_SHNDX:
                raise ValueError("it has more than 65,000 sections")

    def index(self) -> ObjectIndex:
        sections, place_of = self._sections()
        symbols, weak = self._defined(place_of, len(sections))
        common = [symbol for symbol in symbols if symbol.binding == "common"]
        if common:
            sections.append(_common_section(common, [entry[4] for entry in self._symbols if entry[3] == _SHN_COMMON]))
        references = sorted(self._references(place_of), key=lambda found: (found.section, found.offset))
        return ObjectIndex(self._machine, tuple(sections), tuple(symbols), tuple(references), weak)

    def _bytes(self, header: Header) -> bytes:
        return self._content[header.offset : header.offset + header.size]

    def _name(self, offset: int) -> str:
        return self._names[offset : self._names.index(b"\0", offset)].decode("utf-8", "replace")

    def _sections(self) -> tuple[list[Section], dict[int, int]]:
        """The sections of the image, and their index by number in the object."""
        groups = dict(self._groups())
        sections: list[Section] = []
        place_of: dict[int, int] = {}
        for number, header in enumerate(self._headers):
            if not header.flags & _SHF_ALLOC or header.flags & _SHF_EXCLUDE or header.name in IGNORED:
                continue
            place_of[number] = len(sections)
            sections.append(_section(header, number, groups.get(number, "")))
        return sections, place_of

    def _groups(self) -> Iterable[tuple[int, str]]:
        """Section number and signature of each member of a COMDAT group."""
        for header in self._headers:
            if header.type == _SHT_GROUP:
                flag, *numbers = (word for (word,) in struct.iter_unpack("<I", self._bytes(header)))
                if flag & _GRP_COMDAT:
                    yield from ((number, self._symbol_name(header.info)) for number in numbers)

    def _symbol_name(self, place: int) -> str:
        name, info, _, number, _, _ = self._symbols[place]
        return self._headers[number].name if info & 15 == _STT_SECTION else self._name(name)

    def _defined(self, place_of: dict[int, int], common: int) -> tuple[list[Symbol], frozenset[str]]:
        """Symbols that are defined in the image's sections, and the weak undefined ones."""
        symbols: list[Symbol] = []
        weak: set[str] = set()
        for name, info, _, number, value, size in self._symbols:
            binding = {_STB_LOCAL: "local", _STB_WEAK: "weak"}.get(info >> 4, "global")
            if not name or info & 15 in (_STT_SECTION, _STT_FILE) or is_mapping(self._name(name), info):
                continue
            if info & 15 == _STT_GNU_IFUNC:
                raise ValueError(f"its function {self._name(name)} is chosen when a program starts (ifunc)")
            if number == 0:
                if binding == "weak":
                    weak.add(self._name(name))
            elif number == _SHN_COMMON:
                if self._name(name) == _SLIM_LTO:
                    raise ValueError("it holds the compiler's own form (-flto), which has no references to follow")
                symbols.append(Symbol(self._name(name), common, 0, size, "common"))
            elif number in place_of or (number == _SHN_ABS and binding != "local"):
                symbols.append(Symbol(self._name(name), place_of.get(number, NO_SECTION), value, size, binding))
        return symbols, frozenset(weak)

    def _references(self, place_of: dict[int, int]) -> Iterable[Reference]:
        for header in self._headers:
            if header.type not in (_SHT_RELA, _SHT_REL) or header.info not in place_of:
                continue
            if header.type == _SHT_REL:
                raise ValueError("its relocations are of the kind without addends, which no 64-bit target uses")
            section = place_of[header.info]
            for offset, info, _ in _RELA.iter_unpack(self._bytes(header)):
                name, kind, _, number, _, _ = self._symbols[info >> 32]
                if kind >> 4 != _STB_LOCAL:
                    if (symbol := self._name(name)) not in _LINKER_SYMBOLS:
                        yield Reference(section, offset, symbol, NO_SECTION)
                elif number in place_of:
                    yield Reference(section, offset, "", place_of[number])


def is_mapping(name: str, info: int) -> bool:
    """Whether a symbol only says that code (`$x`) or data (`$d`) begins there; `$x.7` is one too.

    `info` is its `st_info`. Such a symbol is local and without a type, which no symbol of C is (ELF for the Arm
    64-bit Architecture, "Mapping symbols"); GNU as gives it the type of its section in thread-local ones.
    """
    return info in (0, _STT_TLS) and name[:2] in ("$x", "$d") and name[2:3] in ("", ".")


def read_headers(content: bytes) -> list[Header]:
    """The section table; raises struct.error, IndexError or ValueError for anything but a whole ELF64 file."""
    (offset,) = struct.unpack_from("<Q", content, _SECTION_TABLE)
    count, names = struct.unpack_from("<HH", content, 60)
    size = count * _SECTION_HEADER.size
    rows = list(_SECTION_HEADER.iter_unpack(content[offset : offset + size]))
    if len(rows) != count:
        raise ValueError("its section table is cut short")
    table = content[rows[names][4] : rows[names][4] + rows[names][5]]

    def text(start: int) -> str:
        return table[start : table.index(b"\0", start, start + _LONGEST_NAME)].decode("utf-8", "replace")

    return [
        Header(text(row[0]), row[1], row[2], row[4], row[5], row[6], row[7], max(row[8], 1), row[9]) for row in rows
    ]


@dataclass(frozen=True, slots=True)
class FileSymbol:
    """A symbol of any ELF64 file."""

    name: str
    number: int  # of its section; 0 if it is undefined
    value: int


def read_symbols(content: bytes) -> tuple[FileSymbol, ...]:
    """The named symbols of an object or a linked file, without those of sections, source files and mappings.

    Raises struct.error, IndexError or ValueError for anything but a whole ELF64 file.
    """
    return tuple(each_symbol(content))


def each_symbol(content: bytes) -> Iterator[FileSymbol]:
    """The same, one after the other: in a hostile file their names overlap, and together are much longer than it."""
    headers = read_headers(content)
    table = next((header for header in headers if header.type == _SHT_SYMTAB), None)  # there is no second one
    if table is None:
        return
    link = headers[table.link]
    names = content[link.offset : link.offset + link.size]
    for name, info, _, number, value, _ in _SYMBOL.iter_unpack(content[table.offset : table.offset + table.size]):
        text = names[name : names.index(b"\0", name, name + _LONGEST_NAME)].decode("utf-8", "replace")
        if name and info & 15 not in (_STT_SECTION, _STT_FILE) and not is_mapping(text, info):
            yield FileSymbol(text, number, value)


def mapping_symbols(content: bytes, number: int) -> Iterable[tuple[int, str]]:
    """Offset and kind, `$x` or `$d`, of the mapping symbols in the section with that number; raises as `read_symbols` does."""
    headers = read_headers(content)
    for header in headers:
        if header.type == _SHT_SYMTAB:
            names = headers[header.link].offset
            table = content[header.offset : header.offset + header.size]
            for name, info, _, section, value, _ in _SYMBOL.iter_unpack(table):
                text = content[names + name : names + name + 3].decode("latin-1").replace("\0", "")
                if section == number and is_mapping(text, info):
                    yield value, text[:2]


def merge_entries(content: bytes, number: int) -> tuple[int, tuple[bytes, ...]]:
    """The entries of a mergeable section with that number, and the bytes of one character of a string.

    The unit is 0 if the entries are constants of one size. Raises ValueError, IndexError or
    struct.error for an object that `index_object` refuses.
    """
    _, _, flags, _, _, _, _, _, align, entry = _header_at(content, number)
    data = section_content(content, number)
    unit = entry if flags & _SHF_STRINGS else 0
    return unit, tuple(data[start:end] for start, end in split_entries(data, unit, entry, max(align, 1)))


def section_content(content: bytes, number: int) -> bytes:
    """The bytes of the section with that number; raises as `merge_entries` does."""
    _, _, _, _, offset, size, *_ = _header_at(content, number)
    return content[offset : offset + size]


def _header_at(content: bytes, number: int) -> tuple[int, ...]:
    """One row of the section table, without looking at the others: an object of a large program has thousands."""
    (offset,) = struct.unpack_from("<Q", content, _SECTION_TABLE)
    return _SECTION_HEADER.unpack_from(content, offset + number * _SECTION_HEADER.size)


def split_entries(data: bytes, unit: int, size: int, align: int) -> Iterable[tuple[int, int]]:
    """Start and end of each entry: strings of characters of `unit` bytes, or constants of `size` bytes."""
    start = 0
    while start < len(data):
        end = start + size
        if unit:
            while any(data[end - unit : end]):
                end += unit
        yield start, min(end, len(data))
        start = end + -end % align


def _section(header: Header, number: int, group: str) -> Section:
    kind = _kind(header)
    merges = bool(header.flags & _SHF_MERGE) and kind is Kind.CONSTANTS
    kept = (kind in (Kind.NOTE, Kind.CONSTRUCTORS, Kind.DESTRUCTORS) and not group) or bool(
        header.flags & _SHF_GNU_RETAIN
    )
    return Section(header.name, kind, header.size, header.align, number, group, merges, kept)


def _kind(header: Header) -> Kind:
    if header.flags & _SHF_EXECINSTR:
        if header.flags & _SHF_WRITE:
            raise ValueError(f"its section {header.name} is both writable and executable")
        return Kind.HEAD if header.name == ".head" else Kind.CODE
    if header.type == _SHT_INIT_ARRAY or header.name.startswith(".init_array"):
        return Kind.CONSTRUCTORS
    if header.type == _SHT_FINI_ARRAY or header.name.startswith(".fini_array"):
        return Kind.DESTRUCTORS
    if header.type == _SHT_NOTE:
        return Kind.NOTE
    if header.flags & _SHF_TLS:
        return Kind.TLS_ZERO if header.type == _SHT_NOBITS else Kind.TLS_DATA
    if header.type == _SHT_NOBITS:
        return Kind.UNSET if header.name.startswith(".noinit") else Kind.ZERO
    return Kind.DATA if header.flags & _SHF_WRITE else Kind.CONSTANTS


def debug_line_patches(content: bytes) -> Iterable[tuple[int, int, int, int]]:
    """What a linker would write into `.debug_line`: place in the file, bytes, section number meant, value in it.

    Raises struct.error, IndexError or ValueError for anything but a whole ELF64 object.
    """
    headers = read_headers(content)
    lines = next((n for n, header in enumerate(headers) if header.name == ".debug_line"), None)
    for table in headers:
        if table.type != _SHT_RELA or table.info != lines:
            continue
        symbols = headers[table.link]
        for offset, info, addend in _RELA.iter_unpack(content[table.offset : table.offset + table.size]):
            place = symbols.offset + (info >> 32) * _SYMBOL.size
            _, _, _, number, value, _ = _SYMBOL.unpack_from(content, place)
            yield headers[table.info].offset + offset, _RELOCATED[info & 0xFFFFFFFF], number, value + addend


# Bytes that a relocation in `.debug_line` writes: R_X86_64_64 and _32, R_AARCH64_ABS64 and _ABS32.
_RELOCATED = {1: 8, 10: 4, 257: 8, 258: 4}


def _common_section(symbols: Sequence[Symbol], alignments: Sequence[int]) -> Section:
    """The linker's own section for the object's common symbols, whose `st_value` is their alignment."""
    align = max(alignments)
    size = sum(-(-symbol.size // align) * align for symbol in symbols)
    return Section("COMMON", Kind.ZERO, size, align, _SHN_COMMON)


_section_row, _symbol_row, _reference_row = (
    attrgetter(*(field.name for field in fields(kind))) for kind in (Section, Symbol, Reference)
)


def as_json(index: ObjectIndex) -> dict[str, Any]:
    """The index as a JSON value; `from_json` reads it."""
    return {
        "machine": index.machine,
        "sections": [_section_row(section) for section in index.sections],
        "symbols": [_symbol_row(symbol) for symbol in index.symbols],
        "references": [_reference_row(reference) for reference in index.references],
        "weak": sorted(index.weak),
    }


def from_json(value: dict[str, Any]) -> ObjectIndex:
    """The index that `as_json` wrote; raises KeyError, TypeError or ValueError on anything else."""
    return ObjectIndex(
        value["machine"],
        tuple(Section(row[0], Kind(row[1]), *row[2:]) for row in value["sections"]),
        tuple(Symbol(*row) for row in value["symbols"]),
        tuple(Reference(*row) for row in value["references"]),
        frozenset(value["weak"]),
    )
