"""Guests written by hand, so that the tests of `composer.run` need no recipe: 32-bit code for PVH, C for linux."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

from composer.model.target import Target
from composer.run.guest import Guest
from composer.run.pvh import pvh_elf

KVM = Target("kvm", "x86_64")
LINUX = Target("linux", "x86_64")

SERIAL, STATUS = 0x3F8, 0x501

# An interrupt table of no length makes the next exception a triple fault, which resets the machine.
RESET = b"\xbc\x00\x00\x09\x00\x6a\x00\x6a\x00\x0f\x01\x1c\x24\xcc"  # mov esp, 0x90000; push 0 twice; lidt [esp]; int3
HANG = b"\xfa\xf4\xeb\xfd"  # cli; again: hlt; jmp again


def _out(port: int, content: bytes) -> bytes:
    code = b"\x66\xba" + struct.pack("<H", port)  # mov dx, port
    return code + b"".join(b"\xb0" + bytes([byte]) + b"\xee" for byte in content)  # mov al, byte; out dx, al


def say(text: bytes) -> bytes:
    """Code that writes `text` to the serial console."""
    return _out(SERIAL, text)


def end(letter: bytes, status: int) -> bytes:
    """Code that reports how the guest ended and turns the machine off."""
    return record(letter + bytes([status])) + RESET


def record(content: bytes) -> bytes:
    """Code that writes `content` to the status port."""
    return _out(STATUS, content)


def flood(kilobytes: int) -> bytes:
    """Code that writes so many times 1,024 letters `x` to the serial console."""
    count = struct.pack("<I", kilobytes * 1024)
    return b"\x66\xba\xf8\x03\xb9" + count + b"\xb0x\xee\x49\x75\xfc"  # mov ecx, count; mov al, 'x'; again: out; loop


# Writes back what it reads from the serial console until it reads 0x04.
ECHO = (
    b"\x66\xba\xfd\x03"  # again: mov dx, 0x3fd (line status)
    b"\xec\xa8\x01\x74\xfb"  # wait: in al, dx; test al, 1; jz wait
    b"\x66\xba\xf8\x03\xec"  # mov dx, 0x3f8; in al, dx
    b"\x3c\x04\x74\x03"  # cmp al, 4; je done
    b"\xee\xeb\xe9"  # out dx, al; jmp again
)


def kvm_guest(folder: Path, code: bytes, *arguments: str) -> Guest:
    """A guest that runs `code`."""
    image = folder / "guest.elf"
    image.write_bytes(pvh_elf(code))
    return Guest(image, image, KVM, 16 << 20, arguments)


_RUNTIME = """
static long call(long number, long a, long b, long c)
{
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}
static long length(const char *text) { long n = 0; while (text[n]) n++; return n; }
static void say(const char *text) { call(1, 1, (long)text, length(text)); }
static void finish(int status) { for (;;) call(231, status, 0, 0); }
static void raise_signal(int number) { call(62, call(39, 0, 0, 0), number, 0); }
static void run(long argc, char **argv, char **envp);
__attribute__((used)) static void begin(long *stack)
{
	run(stack[0], (char **)(stack + 1), (char **)(stack + 2 + stack[0]));
	finish(0);
}
__asm__(".globl _start\\n_start: mov %rsp, %rdi\\nand $-16, %rsp\\ncall begin\\n");
static void run(long argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	BODY
}
"""


def linux_guest(folder: Path, body: str, *arguments: str, environment: tuple[tuple[str, str], ...] = ()) -> Guest:
    """A static program without a libc whose C function `run(argc, argv, envp)` has this `body`."""
    source, image = folder / "guest.c", folder / "guest"
    source.write_text(_RUNTIME.replace("BODY", body))
    flags = ["-nostdlib", "-static", "-ffreestanding", "-fno-stack-protector", "-fno-pie", "-no-pie", "-O1", "-w"]
    subprocess.run(["gcc", *flags, "-o", str(image), str(source)], check=True)
    return Guest(image, image, LINUX, 16 << 20, arguments, environment)
