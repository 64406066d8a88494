"""From a trapped program's registers and stack back to its calls."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest

from composer.errors import Location
from composer.verify.symbols import Symbolizer
from tests.support.linking import Linked, link, member, rules
from tests.support.programs import START

# The handler writes the registers and a piece of the stack as they were, then ends the process.
MAIN = """
struct context { unsigned long words[5], registers[23]; };
struct action { void *handler; unsigned long flags; void *restorer; unsigned long mask; };
static long call(long number, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
	return result;
}
static void handler(int signal, void *info, struct context *context)
{
	call(1, 1, (long)context->registers, sizeof context->registers, 0);
	call(1, 1, context->registers[15], 512, 0);
	call(60, signal, 0, 0, 0);
}
int volatile *nowhere;
void (*volatile jump)(void);
__attribute__((noinline)) static int crash(int depth)
{
	char room[40];
	__asm__ volatile("" : : "r"(room) : "memory");
	if (jump)
		jump();
	return *nowhere + depth;
}
__attribute__((noinline)) static int middle(int depth)
{
	int result = crash(depth + 1);
	return result * 2;
}
int main(void)
{
	struct action action = { handler, 0x04000004, handler, 0 };
	call(13, 11, (long)&action, 0, 8);
	return middle(WILD) + 1;
}
"""


# The order of the kernel's `struct sigcontext` on x86_64.
REGISTERS = (
    *("r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rdi", "rsi"),
    *("rbp", "rbx", "rdx", "rax", "rcx", "rsp", "rip"),
)


def crash(folder: Path, wild: str) -> tuple[Linked, dict[str, int], dict[int, int]]:
    """Run the program; it, its registers and its stack's words at the trap."""
    source = MAIN.replace("middle(WILD)", f"middle((int)(long)(jump = {wild}))")
    app = member(folder, "app", "app/m.o", source, ["-fno-stack-protector"])
    linked = link(folder, [member(folder, "boot", "s.o", START), app], rules())
    output = linked.run().stdout
    registers = dict(zip(REGISTERS, struct.unpack_from("<17Q", output), strict=True))
    stack = struct.unpack(f"<{len(output) // 8 - 23}Q", output[184 : len(output) // 8 * 8])
    return linked, registers, {registers["rsp"] + 8 * place: word for place, word in enumerate(stack)}


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(MAIN.splitlines(), 1) if text in line)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Linked, dict[str, int], dict[int, int]]:
    return crash(tmp_path_factory.mktemp("crash"), "0")


def test_a_trap_is_traced_to_the_lines_of_all_its_callers(
    crashed: tuple[Linked, dict[str, int], dict[int, int]],
) -> None:
    linked, registers, words = crashed
    frames = Symbolizer(linked.debug).trace(registers, words)
    assert [(frame.function, frame.at) for frame in frames[:3]] == [
        ("crash", Location("app/m.c", line_of("*nowhere + depth"))),
        ("middle", Location("app/m.c", line_of("result = crash("))),
        ("main", Location("app/m.c", line_of("middle(WILD)"))),
    ]
    assert [frame.function for frame in frames[3:5]] == ["start_c", "_start"]


def test_a_call_of_an_address_without_code_is_traced_to_the_caller(tmp_path: Path) -> None:
    linked, registers, words = crash(tmp_path, "(void (*)(void))8")
    frames = Symbolizer(linked.debug).trace(registers, words)
    assert (frames[0].address, frames[0].function) == (8, None)
    assert (frames[1].function, frames[1].at) == ("crash", Location("app/m.c", line_of("jump();")))
    assert frames[2].function == "middle"


def test_unwinding_stops_where_the_stack_words_end(crashed: tuple[Linked, dict[str, int], dict[int, int]]) -> None:
    linked, registers, words = crashed
    symbolizer = Symbolizer(linked.debug)
    assert symbolizer.unwind(registers, {}) == (registers["rip"],)
    assert symbolizer.unwind({}, words) == ()
    assert symbolizer.unwind({"rip": registers["rip"]}, words) == (registers["rip"],)


def test_unwinding_a_stack_that_repeats_ends(crashed: tuple[Linked, dict[str, int], dict[int, int]]) -> None:
    linked, registers, words = crashed
    symbolizer = Symbolizer(linked.debug)
    inside = symbolizer.unwind(registers, words)[1]
    top = registers["rsp"]
    assert len(symbolizer.unwind(registers, {top + 8 * place: inside for place in range(4000)})) == 64


def test_lines_agree_with_addr2line(crashed: tuple[Linked, dict[str, int], dict[int, int]]) -> None:
    linked = crashed[0]
    symbolizer = Symbolizer(linked.debug)
    text = next(found for found in linked.evidence.placed if found.section == ".text.startup.main")
    addresses = range(text.address, text.address + text.size)
    words = ["addr2line", "-e", "program.dbg", *map(hex, addresses)]
    theirs = subprocess.run(words, cwd=linked.folder, capture_output=True, text=True, check=True).stdout
    ours = [symbolizer.lookup(address).at for address in addresses]
    assert [str(at and at.line) for at in ours] == re.findall(r"m\.c:(\d+)", theirs)


def test_addresses_outside_of_the_image_have_no_function(
    crashed: tuple[Linked, dict[str, int], dict[int, int]],
) -> None:
    frame = Symbolizer(crashed[0].debug).lookup(0x10)
    assert (frame.function, frame.at, str(frame)) == (None, None, "0x10 ?")
