"""System-call instructions in the code of objects: where there is no kernel below, they would only trap."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from composer.model.linkage import Kind, ObjectIndex
from composer.reach.lengths import instructions
from composer.reach.objects import mapping_symbols, section_content

_EM_X86_64, _EM_AARCH64 = 62, 183
_X86_64 = {b"\x0f\x05": "syscall", b"\x0f\x34": "sysenter", b"\xcd\x80": "int $0x80"}
_X86_64_ANY = re.compile(b"|".join(map(re.escape, _X86_64)), re.DOTALL)
_SVC, _SVC_MASK = 0xD4000001, 0xFFE0001F  # Arm ARM DDI 0487, "SVC"; the rest is its number


@dataclass(frozen=True, slots=True)
class InlineCall:
    """A system-call instruction."""

    section: int  # index in the object's `ObjectIndex.sections`
    offset: int  # bytes from the section's start
    name: str  # as an assembler spells it


def inline_calls(content: bytes, index: ObjectIndex) -> Iterator[InlineCall]:
    """Every such instruction in the code of an object that `index` describes, and nothing that only looks like one."""
    for number, section in enumerate(index.sections):
        if section.kind is not Kind.CODE or index.machine not in (_EM_X86_64, _EM_AARCH64):
            continue
        code = section_content(content, section.number)
        if index.machine == _EM_AARCH64:
            found = _in_aarch64(code, content, section.number)
        else:
            found = _in_x86_64(code, index, number)
        yield from (InlineCall(number, offset, name) for offset, name in found)


def _in_x86_64(code: bytes, index: ObjectIndex, number: int) -> Iterator[tuple[int, str]]:
    """Bytes that look like one are one if decoding from the function's start comes to just them as an opcode."""
    starts = sorted({0, *(symbol.offset for symbol in index.symbols if symbol.section == number)})
    for match in _X86_64_ANY.finditer(code):
        start = max(offset for offset in starts if offset <= match.start())
        opcodes = (opcode for opcode, _ in instructions(code, start))
        if next((opcode for opcode in opcodes if opcode >= match.start()), None) == match.start():
            yield match.start(), _X86_64[match[0]]


def _in_aarch64(code: bytes, content: bytes, number: int) -> Iterator[tuple[int, str]]:
    """Each instruction is one word; constants between them stand behind a mapping symbol."""
    marks = sorted(mapping_symbols(content, number))
    for place, (word,) in enumerate(struct.iter_unpack("<I", code[: len(code) & ~3])):
        if word & _SVC_MASK == _SVC:
            kind = next((kind for offset, kind in reversed(marks) if offset <= place * 4), "$x")
            if kind == "$x":
                yield place * 4, f"svc #{word >> 5 & 0xFFFF}"
