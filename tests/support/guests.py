"""Guests written by hand, so that the tests of `composer.run` need no recipe: 32-bit code for PVH, C for the others."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path
from typing import Any

from composer.model.target import Target
from composer.run.engine import run_guests
from composer.run.guest import Ending, Guest, Host
from composer.run.probes import pvh_elf

KVM = Target("kvm", "x86_64")
LINUX = Target("linux", "x86_64")
KVM_ARM = Target("kvm", "aarch64")
LINUX_ARM = Target("linux", "aarch64")
XEN = Target("xen", "aarch64")

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


# The same for aarch64; the numbers of calls are those of asm-generic/unistd.h.
_RUNTIME_ARM = """
static long call(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}
static long length(const char *text) { long n = 0; while (text[n]) n++; return n; }
__attribute__((noinline)) static void say(const char *text) { call(64, 1, (long)text, length(text)); }
static void complain(const char *text) { call(64, 2, (long)text, length(text)); }
static void finish(int status) { for (;;) call(94, status, 0, 0); }
static void raise_signal(int number) { call(129, call(172, 0, 0, 0), number, 0); }
static void run(long argc, char **argv, char **envp);
__attribute__((used)) static void begin(long *stack)
{
	run(stack[0], (char **)(stack + 1), (char **)(stack + 2 + stack[0]));
	finish(0);
}
__asm__(".globl _start\\n_start: mov x0, sp\\nb begin\\n");
static void run(long argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	BODY
}
"""
_FLAGS = (
    "-nostdlib",
    "-static",
    "-ffreestanding",
    "-fno-stack-protector",
    "-fno-pie",
    "-no-pie",
    "-O1",
    "-g",
    "-fno-asynchronous-unwind-tables",
    "-fno-unwind-tables",
    "-w",
)


def linux_guest(folder: Path, body: str, *arguments: str, environment: tuple[tuple[str, str], ...] = ()) -> Guest:
    """A static program without a libc whose C function `run(argc, argv, envp)` has this `body`."""
    return _program(folder, "gcc", _RUNTIME, body, LINUX, arguments, environment)


def linux_arm_guest(folder: Path, body: str, *arguments: str, environment: tuple[tuple[str, str], ...] = ()) -> Guest:
    """The same for aarch64."""
    return _program(folder, "aarch64-linux-gnu-gcc", _RUNTIME_ARM, body, LINUX_ARM, arguments, environment)


def _program(
    folder: Path,
    compiler: str,
    runtime: str,
    body: str,
    target: Target,
    arguments: tuple[str, ...],
    environment: tuple[tuple[str, str], ...],
) -> Guest:
    source, image = folder / "guest.c", folder / "guest"
    source.write_text(runtime.replace("BODY", body))
    subprocess.run([compiler, *_FLAGS, "-o", str(image), str(source)], check=True)
    return Guest(image, image, target, 16 << 20, arguments, environment)


# What runs on the bare machine: a PL011 at UART, the word looked for in the device tree, power-off by PSCI or by Xen.
_RUNTIME_IMAGE = """
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
static volatile u32 *const uart = (volatile u32 *)UART;
static void put(int c) { while (uart[6] & 0x20) ; uart[0] = (u8)c; }
static int get(void) { while (uart[6] & 0x10) ; return uart[0] & 0xff; }
static void say(const char *text) { while (*text) put(*text++); }
static const u8 *tree;
static const char *word(void)
{
	const char *wanted = "compose=";
	u32 size = __builtin_bswap32(*(const u32 *)(tree + 4));
	for (u32 at = 0; at + 32 < size; at++) {
		u32 n = 0;
		while (n < 8 && tree[at + n] == wanted[n]) n++;
		if (n == 8) return (const char *)tree + at + 8;
	}
	return 0;
}
static void off(void)
{
#ifdef XEN
	static u32 reason;
	register u64 x0 __asm__("x0") = 2, x1 __asm__("x1") = (u64)&reason, x16 __asm__("x16") = 29; /* sched_op shutdown */
	__asm__ volatile("hvc #0xea1" : "+r"(x0), "+r"(x1) : "r"(x16) : "memory");
#else
	register u64 x0 __asm__("x0") = 0x84000008; /* PSCI SYSTEM_OFF */
	__asm__ volatile("hvc #0" : "+r"(x0) : : "memory");
#endif
	for (;;) ;
}
static void mark(int letter, u8 status)
{
	const char *digits = "0123456789abcdef", *told = word();
	if (!told) return;
	put(0x1e);
	for (int n = 0; n < 8; n++) put(told[16 + n]);
	put(letter), put(digits[status >> 4]), put(digits[status & 15]), put(10);
}
static void end(int letter, u8 status) { mark(letter, status); off(); }
static void run(void) { BODY }
void begin(const u8 *given) { tree = given; run(); end('E', 0); }
"""
_HEADER_IMAGE = """
	.section .head, "ax"
	b start
	.long 0
	.quad 0x200000, image_end - 0x40200000, 0xa, 0, 0, 0
	.ascii "ARM\\x64"
	.long 0
start:	adr x1, stack_top
	mov sp, x1
	b begin
"""
_SCRIPT_IMAGE = """
SECTIONS {
	. = 0x40200000;
	.all : { *(.head) *(.text*) *(.rodata*) *(.data*) *(.bss*) . = ALIGN(16); . += 8192; stack_top = .; }
	image_end = .;
	/DISCARD/ : { *(.eh_frame) *(.comment) *(.note*) }
}
"""


def arm_guest(folder: Path, body: str, *arguments: str, target: Target = KVM_ARM, name: str = "guest") -> Guest:
    """An Image for the bare machine of `target` whose C function `run` has this `body`."""
    source, head, script = folder / f"{name}.c", folder / f"{name}.S", folder / f"{name}.ld"
    source.write_text(_RUNTIME_IMAGE.replace("BODY", body))
    head.write_text(_HEADER_IMAGE)
    script.write_text(_SCRIPT_IMAGE)
    linked, image = folder / f"{name}.elf", folder / f"{name}.img"
    where = ("-DUART=0x22000000", "-DXEN") if target == XEN else ("-DUART=0x09000000",)
    machine = ("-mgeneral-regs-only", "-mstrict-align", "-Wl,--build-id=none,--no-warn-rwx-segments")
    files = ("-T", str(script), "-o", str(linked), str(head), str(source))
    subprocess.run(["aarch64-linux-gnu-gcc", *_FLAGS, *machine, *where, *files], check=True)
    subprocess.run(["aarch64-linux-gnu-objcopy", "-O", "binary", str(linked), str(image)], check=True)
    return Guest(image, linked, target, 16 << 20, arguments)


def run_guest(guest: Guest, host: Host, **terms: Any) -> Ending:
    """Run one guest on the terms of `run_guests`."""
    return run_guests([guest], host, **terms)[0]
