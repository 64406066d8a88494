"""How long x86-64 instructions are: as much of a disassembler as it takes to tell code from the bytes inside of it.

Intel SDM volume 2, chapter 2 ("Instruction Format") and appendix A ("Opcode Map"). What is no instruction of 64-bit mode
has no length; nor have AMD's XOP and 3DNow!, which no compiler emits unasked.
"""

from __future__ import annotations

from collections.abc import Iterator

_PREFIXES = frozenset(b"\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3")
_OPERAND_SIZE, _ADDRESS_SIZE, _ESCAPE, _EVEX = 0x66, 0x67, 0x0F, 0x62
_VEX = frozenset(b"\xc4\xc5")


def _bytes_of(*ranges: int | tuple[int, int]) -> frozenset[int]:
    return frozenset(n for r in ranges for n in (range(r[0], r[1] + 1) if isinstance(r, tuple) else (r,)))


_ALU = [base + low for base in range(0, 0x40, 8) for low in range(4)]
# One-byte opcodes: those with a ModRM byte, and those with an immediate operand, by its bytes.
_MODRM = frozenset(_ALU) | _bytes_of(
    0x63, 0x69, 0x6B, (0x80, 0x81), (0x83, 0x8F), (0xC0, 0xC1), (0xC6, 0xC7), (0xD0, 0xD3), (0xD8, 0xDF), 0xF6, 0xF7, 0xFE, 0xFF
)  # fmt: skip
_BYTE = _bytes_of(
    *range(0x04, 0x40, 8), 0x6A, 0x6B, (0x70, 0x80), 0x83, 0xA8, (0xB0, 0xB7), 0xC0, 0xC1, 0xC6, 0xCD, (0xE0, 0xE7), 0xEB
)  # fmt: skip
_FULL = _bytes_of(*range(0x05, 0x40, 8), 0x68, 0x69, 0x81, 0xA9, 0xC7, 0xE8, 0xE9)  # two or four
_NONE = _bytes_of(
    *range(0x06, 0x40, 8), *range(0x07, 0x40, 8), 0x60, 0x61, 0x82, 0x9A, 0xCE, (0xD4, 0xD6), 0xEA, (0x40, 0x4F)
)  # fmt: skip
# The same behind the escape 0F.
_ESCAPED_BARE = _bytes_of(
    (0x05, 0x09), 0x0B, 0x0E, (0x30, 0x37), 0x77, (0x80, 0x8F), (0xA0, 0xA2), (0xA8, 0xAA), (0xC8, 0xCF)
)
_ESCAPED_BYTE = _bytes_of((0x70, 0x73), 0xA4, 0xAC, 0xBA, 0xC2, (0xC4, 0xC6))
_ESCAPED_NONE = _bytes_of(0x04, 0x0A, 0x0C, 0x0F, (0x24, 0x27), 0x36, 0x39, (0x3B, 0x3F), 0xA6, 0xA7)


def instructions(code: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Where each instruction from `at` on has its opcode, behind all prefixes, and where it ends; until one has no length."""
    while at < len(code):
        try:
            opcode, end = _measure(code, at)
        except (IndexError, ValueError):
            return
        if end > len(code):
            return
        yield opcode, end
        at = end


def _measure(code: bytes, at: int) -> tuple[int, int]:
    """Place of the opcode and the end; raises IndexError where the code ends too soon, ValueError for no instruction."""
    prefixes = set()
    while code[at] in _PREFIXES:
        prefixes.add(code[at])
        at += 1
    wide = code[at] & 0xF8 == 0x48
    if code[at] & 0xF0 == 0x40:
        at += 1
    full = 2 if _OPERAND_SIZE in prefixes and not wide else 4
    if code[at] in _VEX or code[at] == _EVEX:
        return at, _vector_end(code, at)
    if code[at] == _ESCAPE:
        return at, _escaped_end(code, at + 1, full)
    return at, _plain_end(code, at, full, wide, 4 if _ADDRESS_SIZE in prefixes else 8)


def _plain_end(code: bytes, at: int, full: int, wide: bool, address: int) -> int:
    opcode = code[at]
    if opcode in _NONE:
        raise ValueError("no instruction of 64-bit mode")
    end = _operand_end(code, at + 1) if opcode in _MODRM else at + 1
    if opcode in (0xF6, 0xF7):  # "test" alone has an immediate operand
        return end + (0 if code[at + 1] & 0x30 else 1 if opcode == 0xF6 else full)
    if opcode & 0xF8 == 0xB8:
        return end + (8 if wide else full)
    if opcode & 0xFC == 0xA0:
        return end + address
    if opcode in (0xC2, 0xCA, 0xC8):
        return end + (3 if opcode == 0xC8 else 2)
    if opcode in (0xE8, 0xE9):
        return end + 4
    return end + (1 if opcode in _BYTE else full if opcode in _FULL else 0)


def _escaped_end(code: bytes, at: int, full: int) -> int:
    opcode = code[at]
    if opcode == 0x38:
        return _operand_end(code, at + 2)
    if opcode == 0x3A:
        return _operand_end(code, at + 2) + 1
    if opcode in _ESCAPED_NONE:
        raise ValueError("no instruction")
    if opcode in _ESCAPED_BARE:
        return at + 1 + (4 if opcode & 0xF0 == 0x80 else 0)
    return _operand_end(code, at + 1) + (opcode in _ESCAPED_BYTE)


def _vector_end(code: bytes, at: int) -> int:
    """The end of an instruction with a VEX or EVEX prefix, which names the opcode's map."""
    if code[at] == 0xC5:
        opcodes, at = 1, at + 2
    elif code[at] == 0xC4:
        opcodes, at = code[at + 1] & 0x1F, at + 3
    else:
        opcodes, at = code[at + 1] & 0x07, at + 4
    if opcodes == 1 and code[at] == 0x77:
        return at + 1
    return _operand_end(code, at + 1) + (opcodes == 3 or (opcodes == 1 and code[at] in _ESCAPED_BYTE))


def _operand_end(code: bytes, at: int) -> int:
    """The end of a ModRM byte with what belongs to it."""
    mode, base = code[at] >> 6, code[at] & 7
    end = at + 1
    if mode == 3:
        return end
    if base == 4:
        base = code[end] & 7
        end += 1
    return end + (1 if mode == 1 else 4 if mode == 2 or base == 5 else 0)
