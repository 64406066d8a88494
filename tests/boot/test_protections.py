"""Each protection stops its attack, and the same attack succeeds in an image that was built without it."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from composer.layout.pack import PF_R, PF_W, PF_X
from tests.support.composed import APPS, EXAMPLES, KVM, LINUX, LINUX_ARM, Machine, Workshop, boot

BOOT = "recipes/boot/kvm-x86_64/src/boot.S"
MEMORY_KVM = "recipes/drivers/machine-kvm-x86_64/src/memory.c"
MEMORY_LINUX = "recipes/drivers/machine-linux/src/memory.c"
TRAP_KVM = "recipes/core/trap-x86_64/src/entry.S"
TRAP_LINUX = "recipes/core/trap-linux/src/trap.c"
TOOLCHAIN = f"toolchains/{os.environ.get('TEST_TOOLCHAIN', 'gcc')}.yaml"

Edit = tuple[str, str, str]  # file, text, other text
Ending = tuple[str, int | None]
SUCCEEDED = ("exit", 99)  # what every attack ends with that nothing stops
PAGE_FAULT, SEGMENT = ("trap", 14), ("trap", 11)

NO_WRITE_PROTECT = (BOOT, "0x80010033", "0x80000033")  # CR0.WP is bit 16
ALL_EXECUTABLE = (BOOT, "#define PAGE_NX_HIGH 0x80000000", "#define PAGE_NX_HIGH 0")
NO_NX_BIT = (BOOT, "#define EFER_LME_NXE 0x900", "#define EFER_LME_NXE 0x100")
HEAP_EXECUTABLE = (MEMORY_KVM, "#define PAGE_NX (UINT64_C(1) << 63)", "#define PAGE_NX UINT64_C(0)")
GUARD = "\tandb $~PAGE_PRESENT, (%ebp, %eax)\n"
NO_GUARD_PAGE = (BOOT, GUARD, "")
NULL_PAGE_MAPPED = (BOOT, GUARD, f"{GUARD}\tmovl $PAGE_PRESENT + PAGE_WRITE, (%ebp)\n")
NO_CANARY = (TOOLCHAIN, "-fstack-protector-strong", "-fno-stack-protector")


@dataclass(frozen=True, slots=True)
class Attack:
    """What is tried, how the image ends that is protected from it, and how the protection is taken out."""

    target: str
    app: Path
    argument: str
    stopped: Ending
    edits: tuple[Edit, ...]
    succeeded: Ending = SUCCEEDED

    def __str__(self) -> str:
        return f"{self.app.name}-{self.argument}-{self.target}"


CRASH = EXAMPLES / "crash"
ATTACKS = [
    Attack(KVM, CRASH, "write-code", PAGE_FAULT, (NO_WRITE_PROTECT,)),
    Attack(KVM, CRASH, "write-const", PAGE_FAULT, (NO_WRITE_PROTECT,)),
    Attack(KVM, CRASH, "execute-data", PAGE_FAULT, (ALL_EXECUTABLE,)),
    Attack(KVM, CRASH, "execute-stack", PAGE_FAULT, (ALL_EXECUTABLE,)),
    Attack(KVM, CRASH, "execute-const", PAGE_FAULT, (ALL_EXECUTABLE,)),
    Attack(KVM, CRASH, "execute-heap", PAGE_FAULT, (HEAP_EXECUTABLE,)),
    Attack(KVM, CRASH, "null-read", PAGE_FAULT, (NULL_PAGE_MAPPED,)),
    Attack(KVM, CRASH, "null-write", PAGE_FAULT, (NULL_PAGE_MAPPED,)),
    Attack(KVM, APPS / "guard", "", PAGE_FAULT, (NO_GUARD_PAGE,)),
    Attack(KVM, APPS / "hijack", "", ("abort", 0), (NO_CANARY,)),
    *(Attack(target, APPS / "hijack", "", ("abort", 6), (NO_CANARY,)) for target in (LINUX, LINUX_ARM)),
    Attack(
        LINUX, CRASH, "execute-heap", SEGMENT, ((MEMORY_LINUX, "PROTECT_READ_WRITE = 3", "PROTECT_READ_WRITE = 7"),)
    ),
]


@pytest.fixture(scope="module")
def without(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[Edit, ...]], Workshop]:
    """Workshops on copies of the checkout with some edits, one for each set of edits."""
    made: dict[tuple[Edit, ...], Workshop] = {}

    def workshop_without(edits: tuple[Edit, ...]) -> Workshop:
        if edits not in made:
            made[edits] = workshop.altered(tmp_path_factory.mktemp("altered"), edits)
        return made[edits]

    return workshop_without


Without = Callable[[tuple[Edit, ...]], Workshop]


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_attack_is_stopped_and_succeeds_without_the_protection(
    workshop: Workshop, without: Without, attack: Attack
) -> None:
    done = workshop.run(workshop.image(attack.app.name, attack.target), attack.argument, words=("--json",))
    assert done.ending == attack.stopped, done.told
    bare = without(attack.edits)
    bare.build(attack.app, target=attack.target)
    done = bare.run(bare.image(attack.app.name, attack.target), attack.argument, words=("--json",))
    assert done.ending == attack.succeeded, done.told


@pytest.mark.parametrize(
    ("target", "edit", "end"),
    [
        (KVM, (TRAP_KVM, "GATE_INTERRUPT_IST1 0x8e01", "GATE_INTERRUPT_IST1 0x8e00"), ("reset", None)),
        (LINUX, (TRAP_LINUX, "ACTION_ON_STACK = 0x08000000", "ACTION_ON_STACK = 0"), SEGMENT),
    ],
)
def test_without_a_stack_of_its_own_no_trap_tells_of_a_full_stack(
    without: Without, target: str, edit: Edit, end: Ending
) -> None:
    """tests/boot/test_examples.py has what is told with it."""
    bare = without((edit,))
    bare.build(CRASH, target=target)
    done = bare.run(bare.image("crash", target), "stack-overflow", words=("--json",))
    assert (done.ending, done.verdict["report"]) == (end, []), done.told


@pytest.mark.parametrize(
    ("attack", "right", "other"),
    [
        ("write-code", PF_R | PF_X, PF_R | PF_W | PF_X),
        ("write-const", PF_R, PF_R | PF_W),
        ("execute-const", PF_R, PF_R | PF_X),
        ("execute-data", PF_R | PF_W, PF_R | PF_W | PF_X),
        ("execute-stack", PF_R | PF_W, PF_R | PF_W | PF_X),
    ],
)
def test_rights_of_the_segments_are_what_protects_a_process(
    workshop: Workshop, tmp_path: Path, attack: str, right: int, other: int
) -> None:
    """The kernel grants what the program headers say, so the attack succeeds in a file with other flags."""
    done = workshop.run(workshop.image("crash", LINUX), attack, words=("--json",))
    assert done.ending == SEGMENT, done.told
    image = shutil.copytree(workshop.folder("crash", LINUX), tmp_path / "crash") / "crash.elf"
    content = bytearray(image.read_bytes())
    start, size, count = struct.unpack_from("<Q", content, 32)[0], *struct.unpack_from("<HH", content, 54)
    flags = [start + number * size + 4 for number in range(count)]  # ELF: e_phoff, e_phentsize, e_phnum; p_flags
    assert right in [content[at] for at in flags]
    for at in flags:
        content[at] = other if content[at] == right else content[at]
    image.write_bytes(content)
    done = workshop.run(image, attack, words=("--json",))
    assert done.ending == SUCCEEDED, done.told


def registers(console: bytes) -> dict[str, int]:
    """What the app `state` printed of the control registers."""
    rows = (line.split() for line in console.decode().splitlines())
    return {row[0]: int(row[1], 16) for row in rows if row[0] in ("cr0", "cr4", "efer")}


@pytest.mark.parametrize(
    ("register", "bit", "edits"),
    [
        ("cr0", 16, (NO_WRITE_PROTECT,)),
        ("efer", 11, (NO_NX_BIT, ALL_EXECUTABLE)),  # without the former, the latter's bit is a fault
        ("cr4", 20, ((BOOT, "and $1 << 20 | 1 << 7, %ebx", "and $1 << 20, %ebx"),)),  # SMEP
        ("cr4", 21, ((BOOT, "and $1 << 20 | 1 << 7, %ebx", "and $1 << 7, %ebx"),)),  # SMAP
        ("cr4", 11, ((BOOT, "and $1 << 2, %ecx", "xor %ecx, %ecx"),)),  # UMIP
    ],
)
def test_control_bit_is_set_and_missing_without_the_protection(
    workshop: Workshop, without: Without, register: str, bit: int, edits: tuple[Edit, ...]
) -> None:
    done = boot(workshop.image("state", KVM), Machine("q35"))
    assert registers(done.console)[register] >> bit & 1, done.told
    bare = without(edits)
    bare.build(APPS / "state")
    done = boot(bare.image("state", KVM), Machine("q35"))
    assert not registers(done.console)[register] >> bit & 1, done.told


def test_processor_without_smep_smap_and_umip_runs_without_them(workshop: Workshop) -> None:
    done = boot(workshop.image("state", KVM), Machine(processor="qemu64"))
    found = registers(done.console)
    assert found["cr4"] & (1 << 20 | 1 << 21 | 1 << 11) == 0, done.told
    assert found["cr0"] >> 16 & found["efer"] >> 11 & 1, done.told


def test_without_the_nx_bit_in_the_processor_s_register_nothing_runs(without: Without) -> None:
    bare = without((NO_NX_BIT,))
    bare.build(EXAMPLES / "hello-puts", target=KVM)
    done = bare.run(bare.image("hello-puts", KVM), words=("--json",))
    assert done.ending == ("reset", None), done.told
