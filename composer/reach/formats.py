"""Which conversions the formats of an object have: so that floats are in an image only if a format has one.

Compilers leave the text of a format in a section of strings, and a load of its address before the call of printf.
What cannot be told is taken for the worst: a format whose address no instruction before the call loads into the argument's
register, and any format of a function that takes a `va_list`. One thing is not seen: a call that has a literal
format on one way through the function and another one, made while the program runs, on a second way to the same instruction.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from composer.model.cause import Cause
from composer.model.format import FormatFamily, FormatUse
from composer.model.linkage import Because, ObjectIndex
from composer.reach.objects import Header, read_headers

_CONVERSION = re.compile(rb"%(?:%|[-+ #0']*\*?\d*(?:\.(?:\*|\d*))?(?:hh|h|ll|l|j|z|t|L|q)?([A-Za-z]))")

_RELA = struct.Struct("<QQq")
_SYMBOL = struct.Struct("<IBBHQQ")
_SHT_RELA, _SHF_MERGE, _SHF_STRINGS = 4, 0x10, 0x20
_X86_64, _AARCH64 = 62, 183
_STT_SECTION = 3

# Relocations of calls and jumps to functions, and what has to be added to an addend for the place that is meant.
_CALLS = {_X86_64: frozenset({4}), _AARCH64: frozenset({282, 283})}  # R_X86_64_PLT32; R_AARCH64_JUMP26 and CALL26
_SKEW = {(_X86_64, 2): 4, (_X86_64, 4): 4}  # of R_X86_64_PC32 and PLT32
_LOW_PART = 277  # R_AARCH64_ADD_ABS_LO12_NC

# `mov x<argument>, x<register>` of arm64, and the registers that a call keeps (AAPCS64, section 6.1.1).
_MOVE, _MOVE_MASK = 0xAA0003E0, 0xFFE0FFFF
_KEPT = frozenset(range(19, 29))

# The bytes before the address in an instruction that loads it into the register of each argument (System V ABI for
# x86_64, section 3.2.3): `mov $address, %edi`, `mov $address, %rdi` and `lea address(%rip), %rdi`.
_LOADS = (
    (b"\xbf", b"\x48\xc7\xc7", b"\x48\x8d\x3d"),
    (b"\xbe", b"\x48\xc7\xc6", b"\x48\x8d\x35"),
    (b"\xba", b"\x48\xc7\xc2", b"\x48\x8d\x15"),
    (b"\xb9", b"\x48\xc7\xc1", b"\x48\x8d\x0d"),
)


@dataclass(frozen=True, slots=True)
class _Relocation:
    """A place where the linker writes an address: that of a symbol, or of `offset` in the section numbered `target`."""

    place: int
    kind: int
    symbol: str
    target: int
    offset: int


def conversions(text: bytes) -> str:
    """The letters of a format's conversions."""
    return "".join(match[1].decode() for match in _CONVERSION.finditer(text) if match[1])


def format_uses(
    content: bytes, index: ObjectIndex, families: Sequence[FormatFamily], member: int
) -> Iterator[FormatUse]:
    """Where the object, which is member number `member`, needs what a family's formats need; for each symbol the first."""
    used = {reference.symbol for reference in index.references if reference.symbol}
    wanted = [family for family in families if used & {*family.functions, *family.opaque}]
    if wanted:
        looked = _Object(content, index, member)
        for family in wanted:
            yield from looked.refused(family)
            needed = next(looked.needed(family), None)
            if needed is not None:
                yield needed


class _Object:
    """One object's strings, and which instructions load their addresses."""

    def __init__(self, content: bytes, index: ObjectIndex, member: int) -> None:
        self._content = content
        self._index = index
        self._member = member
        self._headers = read_headers(content)
        self._strings = {
            number: _bytes(content, header)
            for number, header in enumerate(self._headers)
            if header.flags & _SHF_MERGE and header.flags & _SHF_STRINGS and header.entry == 1
        }
        self._relocations = {
            place: tuple(self._relocations_of(section.number)) for place, section in enumerate(index.sections)
        }

    def refused(self, family: FormatFamily) -> Iterator[FormatUse]:
        """Formats with conversions that the family refuses, where they are passed."""
        for section, call in self._calls(family.functions):
            for text in self._literals(section, call, family.functions[call.symbol]):
                found = next((letter for letter in conversions(text) if letter in family.refused), None)
                if found is not None:
                    yield self._use(
                        "", f"the format {_quoted(text)} of {call.symbol} has %{found}", section, call.place
                    )

    def needed(self, family: FormatFamily) -> Iterator[FormatUse]:
        """Why the family's symbol is needed."""
        for section, use in self._references({*family.opaque}):
            words = f"calls {use.symbol}, whose formats cannot be seen"
            yield self._use(family.symbol, words, section, use.place)
        for text, section, place in self._texts():
            if any(letter in family.letters for letter in conversions(text)):
                yield self._use(family.symbol, f"has the format {_quoted(text)}", section, place)
        for section, use in self._references({*family.functions}):
            if not any(self._literals(section, use, family.functions[use.symbol])):
                words = f"uses {use.symbol} with a format that cannot be seen"
                yield self._use(family.symbol, words, section, use.place)

    def _use(self, symbol: str, words: str, section: int, place: int) -> FormatUse:
        return FormatUse(symbol, words, Because(Cause.SYMBOL, symbol, self._member, section, place))

    def _references(self, names: set[str]) -> Iterator[tuple[int, _Relocation]]:
        for section, found in self._relocations.items():
            yield from ((section, relocation) for relocation in found if relocation.symbol in names)

    def _calls(self, functions: Mapping[str, int]) -> Iterator[tuple[int, _Relocation]]:
        calls = _CALLS[self._index.machine]
        return (found for found in self._references({*functions}) if found[1].kind in calls)

    def _texts(self) -> Iterator[tuple[bytes, int, int]]:
        """Each string with the section and the place that first refer to it; any place for one that nothing refers to."""
        for number, data in self._strings.items():
            for start in _starts(data):
                text = _text_at(data, start)
                yield text, *self._user_of(number, start, start + len(text))

    def _user_of(self, number: int, start: int, end: int) -> tuple[int, int]:
        for section, relocations in self._relocations.items():
            for relocation in relocations:
                if relocation.target == number and start <= relocation.offset <= end:
                    return section, relocation.place
        return 0, 0

    def _literals(self, section: int, call: _Relocation, argument: int) -> Iterator[bytes]:
        """The literals that may be the format of a call: loaded for it since the call before, or kept in a register."""
        calls = _CALLS[self._index.machine]
        if call.kind not in calls:
            return
        before = [other for other in self._relocations[section] if other.place < call.place]
        since = max((other.place for other in before if other.kind in calls), default=-1)
        found = [other for other in before if other.place > since and self._loads(section, other, argument)]
        if not found and self._index.machine == _AARCH64:
            found = self._kept(section, since + 1, call.place, argument)
        for other in found:
            if other.target in self._strings:
                yield _text_at(self._strings[other.target], other.offset)

    def _kept(self, section: int, start: int, end: int, argument: int) -> list[_Relocation]:
        """What was put last, in the order of the code, into a register that is copied to an argument's between two places.

        arm64 takes two instructions for an address, so compilers keep it in a register of their own around a loop. Where such
        a register has several uses, the order of the code may not be that of the program; what is found then is no load.
        """
        words = self._words(section)
        moves = [n for n in range(-(-start // 4), end // 4) if words[n] & _MOVE_MASK == _MOVE | argument]
        if not moves or (register := words[moves[-1]] >> 16 & 31) not in _KEPT:
            return []
        last = next((n for n in range(moves[-1] - 1, -1, -1) if _may_write(words[n], register)), None)
        return [other for other in self._relocations[section] if other.kind == _LOW_PART and other.place // 4 == last]

    def _words(self, section: int) -> tuple[int, ...]:
        """The instructions of arm64 code."""
        code = _bytes(self._content, self._headers[self._index.sections[section].number])
        return struct.unpack(f"<{len(code) // 4}I", code[: len(code) // 4 * 4])

    def _loads(self, section: int, relocation: _Relocation, argument: int) -> bool:
        """Whether the instruction with the relocation puts the address into the register of an argument."""
        code = _bytes(self._content, self._headers[self._index.sections[section].number])
        if self._index.machine == _AARCH64:
            return relocation.kind == _LOW_PART and code[relocation.place] & 31 == argument
        return code[: relocation.place].endswith(_LOADS[argument])

    def _relocations_of(self, section: int) -> Iterator[_Relocation]:
        for header in self._headers:
            if header.type != _SHT_RELA or header.info != section:
                continue
            table = self._headers[header.link]
            symbols, names = _bytes(self._content, table), _bytes(self._content, self._headers[table.link])
            found = []
            for place, info, addend in _RELA.iter_unpack(_bytes(self._content, header)):
                name, kind, _, number, value, _ = _SYMBOL.unpack_from(symbols, (info >> 32) * _SYMBOL.size)
                skew = _SKEW.get((self._index.machine, info & 0xFFFFFFFF), 0)
                text = (
                    ""
                    if kind & 15 == _STT_SECTION
                    else names[name : names.index(b"\0", name)].decode("utf-8", "replace")
                )
                found.append(_Relocation(place, info & 0xFFFFFFFF, text, number, value + addend + skew))
            yield from sorted(found, key=lambda relocation: relocation.place)


def _may_write(word: int, register: int) -> bool:
    """Whether an instruction of arm64 may write a register that a call keeps, but for taking back a caller's from the stack."""
    group = word >> 25 & 15
    if group & 7 == 5 or group & 14 == 8:  # data processing: the result's register is in the lowest bits
        return word & 31 == register
    if group & 5 == 4:  # loads and stores: the second register of a pair stands elsewhere
        is_pair = word >> 27 & 7 == 5
        from_stack = word >> 5 & 31 == 31
        written = {word & 31, word >> 10 & 31} if is_pair else {word & 31}
        return register in written and not from_stack
    return False


def _bytes(content: bytes, header: Header) -> bytes:
    return content[header.offset : header.offset + header.size]


def _starts(data: bytes) -> Iterator[int]:
    """Where each string begins."""
    start = 0
    while start < len(data):
        yield start
        start = data.index(b"\0", start) + 1


def _text_at(data: bytes, offset: int) -> bytes:
    return data[offset : data.index(b"\0", offset)]


def _quoted(text: bytes) -> str:
    """A format as C has it, cut where it is long."""
    shown = text.decode("ascii", "backslashreplace").replace("\n", "\\n").replace('"', '\\"')
    return f'"{shown[:40]}…"' if len(shown) > 40 else f'"{shown}"'
