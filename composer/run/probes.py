"""The smallest guests, written byte by byte: what asks an emulator whether it works.

On x86_64 they are ELF files with a PVH note and one segment of code. PVH: the Xen direct boot ABI ("x86/HVM direct boot ABI" of the Xen documentation), which QEMU, Firecracker
and Cloud Hypervisor follow: a note names a 32-bit entry point, and the loader jumps there in flat
protected mode without paging. On aarch64 they are an Image ("Booting AArch64 Linux" of the Linux
documentation): a header of 64 bytes, whose first instruction is entered.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

LOAD_ADDRESS = 0x100000  # 1 MiB: the first address above the PC's hole of devices and firmware
_PHYS32_ENTRY = 18  # XEN_ELFNOTE_PHYS32_ENTRY
_ELF_HEADER = struct.Struct("<4sBBBBQHHIQQQIHHHHHH")
_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
_PT_LOAD, _PT_NOTE = 1, 4
_ET_EXEC, _EM_X86_64 = 2, 62
_READ_WRITE_EXECUTE = 7
_IMAGE_HEADER = struct.Struct("<IIQQQQQQ4sI")
TEXT_OFFSET = 0x200000
_FLAGS_4K_ANYWHERE = 0b1010  # little-endian, pages of 4 KiB, may stand anywhere in memory
CODE_OFFSET = _ELF_HEADER.size + 2 * _PROGRAM_HEADER.size + 20  # the note is 20 bytes
CODE_ADDRESS = LOAD_ADDRESS + CODE_OFFSET


def pvh_elf(code: bytes) -> bytes:
    """An ELF file whose 32-bit `code` is entered at its first byte, which stands at `CODE_ADDRESS`."""
    note = struct.pack("<III4sI", 4, 4, _PHYS32_ENTRY, b"Xen\0", CODE_ADDRESS)
    size = CODE_OFFSET + len(code)
    note_offset = CODE_OFFSET - len(note)
    header = _ELF_HEADER.pack(
        b"\x7fELF", 2, 1, 1, 0, 0, _ET_EXEC, _EM_X86_64, 1, CODE_ADDRESS, _ELF_HEADER.size, 0, 0,
        _ELF_HEADER.size, _PROGRAM_HEADER.size, 2, 0, 0, 0,
    )  # fmt: skip
    load = _PROGRAM_HEADER.pack(_PT_LOAD, _READ_WRITE_EXECUTE, 0, LOAD_ADDRESS, LOAD_ADDRESS, size, size, 0x1000)
    at = LOAD_ADDRESS + note_offset
    notes = _PROGRAM_HEADER.pack(_PT_NOTE, _READ_WRITE_EXECUTE, note_offset, at, at, len(note), len(note), 4)
    return header + load + notes + note + code


def arm64_image(code: bytes, bss: int = 0) -> bytes:
    """An Image whose `code` is entered right behind the header, with `bss` bytes of memory behind it."""
    size = _IMAGE_HEADER.size + len(code) + bss
    branch = 0x14000000 | _IMAGE_HEADER.size // 4  # b: over the header
    header = _IMAGE_HEADER.pack(branch, 0, TEXT_OFFSET, size, _FLAGS_4K_ANYWHERE, 0, 0, 0, b"ARM\x64", 0)
    return header + code


@dataclass(frozen=True, slots=True)
class Probe:
    """A guest that asks of an accelerator what real guests ask, then ends QEMU."""

    image: bytes
    words: tuple[str, ...]  # more words for QEMU
    status: int  # of QEMU, where all is well
    output: bytes  # on QEMU's stdout, where all is well


def probe_of(arch: str) -> Probe:
    """The probe for machines of `arch`."""
    return _PROBES[arch]()


_STATUS = 0x31  # what the probe writes to isa-debug-exit, so that QEMU ends with 2 * 0x31 + 1 = 99
_PORT = 0xF4


def _probe_x86_64() -> Probe:
    """Loads MXCSR in ring 0 and runs a short loop: an emulated KVM fails at the one or crawls through the other.

    Encodings: Intel SDM vol. 2.
    """
    code = b"\x0f\x20\xe0"  # mov eax, cr4
    code += b"\x0d" + struct.pack("<I", 0x600)  # or eax, OSFXSR | OSXMMEXCPT, without which SSE is undefined
    code += b"\x0f\x22\xe0"  # mov cr4, eax
    after = CODE_ADDRESS + len(code) + 9  # the two instructions that follow
    code += b"\x0f\xae\x15" + struct.pack("<I", after)  # ldmxcsr [after]
    code += b"\xeb\x04" + struct.pack("<I", 0x1F80)  # jmp over MXCSR's value at reset
    code += b"\xb9" + struct.pack("<I", 1_000_000)  # mov ecx, 1000000
    code += b"\x49\x75\xfd"  # again: dec ecx; jnz again
    code += b"\xb0" + bytes([_STATUS])  # mov al, _STATUS
    code += b"\xe6" + bytes([_PORT])  # out _PORT, al
    code += b"\xf4\xeb\xfd"  # hlt for ever, in case nobody listens
    words = ("-serial", "none", "-device", f"isa-debug-exit,iobase={_PORT:#x},iosize=1")
    return Probe(pvh_elf(code), words, 2 * _STATUS + 1, b"")


def _probe_aarch64() -> Probe:
    """Writes a letter to the PL011 at 0x09000000 after a short loop, then calls PSCI's SYSTEM_OFF (0x84000008) by HVC.

    Encodings: Arm ARM, section C6.2; PSCI: Arm DEN 0022, section 5.1.
    """
    code = struct.pack(
        "<10I",
        0xD2A00200,  # mov x0, #0x100000
        0xF1000400,  # again: subs x0, x0, #1
        0x54FFFFE1,  # b.ne again
        0xD2A12000,  # mov x0, #0x09000000
        0x52800F01,  # mov w1, #'x'
        0x39000001,  # strb w1, [x0]
        0x52800100,  # mov w0, #8
        0x72B08000,  # movk w0, #0x8400, lsl #16
        0xD4000002,  # hvc #0
        0x14000000,  # b . for ever, in case nobody listens
    )
    return Probe(arm64_image(code), ("-serial", "stdio"), 0, b"x")


_PROBES = {"x86_64": _probe_x86_64, "aarch64": _probe_aarch64}
