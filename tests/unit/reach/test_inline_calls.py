"""System-call instructions are found in code, and their bytes anywhere else are not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from composer.reach.inline_calls import inline_calls
from composer.reach.lengths import instructions
from composer.reach.objects import index_object
from tests.support.linking import compile_c

# One of each form that tells lengths apart: prefixes, maps, operands, immediate sizes, VEX and EVEX.
FORMS = """
    nop; ret; ret $8; leave; enter $16, $1; push $1; push $1000; pushw $1000; int3; int $0x80; syscall; sysenter; cpuid; rdtsc
    mov $1, %al; mov $1, %eax; movw $1, %ax; movabs $0x50f050f050f050f, %rax; mov $0x50f050f, %r9d; movabs 0x1122334455667788, %eax
    movl $0x50f, 8(%rsp); movw $0x50f, (%rax,%rcx,4); movb $5, 0x12345678(%rbp); movq $5, 0(,%rcx,8); addr32 mov (%eax), %ebx
    mov %fs:0, %rax; mov 0x50f(%rip), %rax; lea (%rsp), %rdi; lea 5(%r12,%r13), %rdi; mov (%r13), %rax; mov (%rbp,%rax), %rax
    testb $5, %cl; testl $0x50f, %ecx; testw $0x50f, %cx; notl %ecx; mull %ecx; testb $5, (%rax); negq 0x50f(%rax)
    imul $5, %eax, %ebx; imul $0x50f0, %eax, %ebx; imul %eax, %ebx; add $5, %al; add $0x50f0, %eax; addw $0x50f0, %ax
    add $5, %rax; add $0x50f0, %rbx; cmpw $0x50f0, (%rax); sub %eax, (%rbx); test $5, %al; test $0x50f0, %eax
    shl %eax; shl $5, %eax; shl %cl, %eax; shld $5, %eax, %ebx; shld %cl, %eax, %ebx; bt $5, %eax; bts %eax, %ebx
    jmp 1f; .skip 200, 0x90; 1: jne 1b; call 1b; jmp *%rax; call *5(%rax); loop 1b; jrcxz 1b; setne %al; cmovne %eax, %ebx
    rep stosb; lock xadd %eax, (%rbx); lock cmpxchg16b (%rax); xchg %ax, %ax; bswap %eax; movzbl %al, %eax; movsxd %eax, %rbx
    nopw 0x0(%rax,%rax,1); cs nopw 0x0(%rax,%rax,1); endbr64; pause; lfence; prefetcht0 (%rax); popcnt %eax, %ebx
    fldt 5(%rsp); fstpl (%rax); fsqrt; fninit; cvtsi2sd %rax, %xmm0; movaps %xmm0, 16(%rsp); pshufd $5, %xmm0, %xmm1
    psrldq $5, %xmm0; cmpltsd %xmm0, %xmm1; pshufb %xmm0, %xmm1; roundsd $5, %xmm0, %xmm1; pcmpestri $5, (%rax), %xmm1; aesenc %xmm0, %xmm1
    crc32 %al, %ebx; movbe (%rax), %ebx; rdrand %rax; wrfsbase %rax; xgetbv; in $5, %al; out %al, %dx; mov %cr3, %rax; invlpg (%rax)
    vzeroupper; vmovaps %ymm0, 5(%rax); vpshufd $5, %ymm0, %ymm1; vpermq $5, %ymm0, %ymm1; vfmadd213sd %xmm0, %xmm1, %xmm2
    vinsertf128 $1, %xmm0, %ymm1, %ymm2; andn %eax, %ebx, %ecx; rorx $5, %eax, %ebx; vpslld $5, %xmm0, %xmm1
    vmovdqu64 %zmm0, 64(%rax); vpaddd %zmm0, %zmm1, %zmm2; vpternlogd $5, %zmm0, %zmm1, %zmm2; vmovdqu64 5(%rax), %zmm1; vpsrad $5, %zmm0, %zmm1
    fwait; hlt; cld; cli; iretq; pushf; xlat; lods (%rsi), %al; movsq; scasb; rdmsr; wrmsr; ud2; emms
"""


def boundaries(listing: str) -> list[int]:
    return [int(found[1], 16) for found in re.finditer(r"^ *([0-9a-f]+):\t", listing, re.MULTILINE)]


def listed(path: Path, *words: str) -> str:
    return subprocess.run(
        ["objdump", "-d", "-w", "-z", *words, path], check=True, capture_output=True, text=True
    ).stdout


def test_every_form_of_instruction_is_as_long_as_objdump_says(tmp_path: Path) -> None:
    content = compile_c(tmp_path, "forms.S.o", "\n".join(FORMS.split("; ")))
    text = next(s for s in index_object(content, "forms").sections if s.name == ".text")
    starts = boundaries(listed(tmp_path / "forms.S.o"))
    subprocess.run(["objcopy", "-O", "binary", "-j", ".text", tmp_path / "forms.S.o", tmp_path / "forms"], check=True)
    ends = [end for _, end in instructions((tmp_path / "forms").read_bytes(), 0)]
    assert ends == [*starts[1:], text.size]


def test_compiled_code_is_cut_as_objdump_cuts_it(tmp_path: Path) -> None:
    archive = subprocess.run(["gcc", "-print-libgcc-file-name"], check=True, capture_output=True, text=True).stdout
    wrong = total = 0
    for line in listed(Path(archive.strip())).splitlines():
        found = re.match(r" *[0-9a-f]+:\t((?:[0-9a-f]{2} )+) *\t(?!fn?st)", line)
        if found:  # objdump tells "fwait" and what it waits before as one
            code = bytes.fromhex(found[1])
            total += 1
            wrong += next(instructions(code + bytes(16), 0), None) is None
            wrong += next(instructions(code + bytes(16), 0), (0, 0))[1] != len(code)
    assert wrong == 0
    assert total > 10_000


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_code_that_ends_within_an_instruction_has_no_such_instruction(cut: int) -> None:
    code = bytes.fromhex("90 48b8 0f050f050f050f05")
    assert list(instructions(code[:-cut], 0)) == [(0, 1)]
    assert list(instructions(code, 0)) == [(0, 1), (2, 11)]


def found_in(folder: Path, source: str, arch: str = "x86_64") -> list[tuple[str, str]]:
    content = compile_c(folder, "a.o", source, arch=arch)
    index = index_object(content, "a.o")
    return [(index.sections[call.section].name, call.name) for call in inline_calls(content, index)]


@pytest.mark.parametrize(
    ("text", "name"),
    [("syscall", "syscall"), ("sysenter", "sysenter"), ("int $0x80", "int $0x80"), ("rex.w syscall", "syscall")],
)
def test_each_instruction_of_x86_64_is_found_behind_bytes_that_look_like_it(
    tmp_path: Path, text: str, name: str
) -> None:
    fake = "volatile long fake; void look(void) { fake = 0x50f050f340fcd80; }"
    real = f'void call(void) {{ fake = 0x50f; __asm__ volatile("{text}"); fake = 0x340f80cd; }}'
    assert found_in(tmp_path, fake) == []
    assert found_in(tmp_path, fake + real) == [(".text.call", name)]


@pytest.mark.parametrize(("text", "name"), [("svc #0", "svc #0"), ("svc #0x1234", "svc #4660")])
def test_the_instruction_of_aarch64_is_found_and_a_constant_is_not(tmp_path: Path, text: str, name: str) -> None:
    constant = '__asm__(".section .text.fake, \\"ax\\"\\n nop\\n .word 0xd4000001\\n nop\\n .text");'
    assert found_in(tmp_path, constant, "aarch64") == []
    real = f'void call(void) {{ __asm__ volatile("{text}"); }}'
    assert found_in(tmp_path, constant + real, "aarch64") == [(".text.call", name)]
    assert found_in(tmp_path, 'void call(void) { __asm__ volatile("hvc #0\\n smc #0\\n brk #0"); }', "aarch64") == []
