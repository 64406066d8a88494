"""A writer for the smallest guests: an ELF file with a PVH note and one segment of code.

PVH: the Xen direct boot ABI ("x86/HVM direct boot ABI" of the Xen documentation), which QEMU, Firecracker
and Cloud Hypervisor follow: a note names a 32-bit entry point, and the loader jumps there in flat
protected mode without paging.
"""

from __future__ import annotations

import struct

LOAD_ADDRESS = 0x100000  # 1 MiB: the first address above the PC's hole of devices and firmware
_PHYS32_ENTRY = 18  # XEN_ELFNOTE_PHYS32_ENTRY
_ELF_HEADER = struct.Struct("<4sBBBBQHHIQQQIHHHHHH")
_PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
_PT_LOAD, _PT_NOTE = 1, 4
_ET_EXEC, _EM_X86_64 = 2, 62
_READ_WRITE_EXECUTE = 7
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


PROBE_STATUS = 0x31  # what the probe writes to isa-debug-exit, so that QEMU ends with 2 * 0x31 + 1 = 99
PROBE_PORT = 0xF4


def probe_guest() -> bytes:
    """A guest that asks of an accelerator what real guests ask, then ends QEMU through isa-debug-exit.

    It loads MXCSR in ring 0 and runs a short loop: an emulated KVM fails at the one or crawls through
    the other. Encodings: Intel SDM vol. 2.
    """
    code = b"\x0f\x20\xe0"  # mov eax, cr4
    code += b"\x0d" + struct.pack("<I", 0x600)  # or eax, OSFXSR | OSXMMEXCPT, without which SSE is undefined
    code += b"\x0f\x22\xe0"  # mov cr4, eax
    after = CODE_ADDRESS + len(code) + 9  # the two instructions that follow
    code += b"\x0f\xae\x15" + struct.pack("<I", after)  # ldmxcsr [after]
    code += b"\xeb\x04" + struct.pack("<I", 0x1F80)  # jmp over MXCSR's value at reset
    code += b"\xb9" + struct.pack("<I", 1_000_000)  # mov ecx, 1000000
    code += b"\x49\x75\xfd"  # again: dec ecx; jnz again
    code += b"\xb0" + bytes([PROBE_STATUS])  # mov al, PROBE_STATUS
    code += b"\xe6" + bytes([PROBE_PORT])  # out PROBE_PORT, al
    code += b"\xf4\xeb\xfd"  # hlt for ever, in case nobody listens
    return pvh_elf(code)
