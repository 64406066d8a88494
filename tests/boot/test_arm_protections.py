"""The protections of aarch64: each stops its attack, and the same attack succeeds in an image that was built without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.boot.test_memory_map import PAGE, Range, addresses, mapped
from tests.support.arm_machines import NONCE, SEED, WORD, ArmMachine, boot_arm
from tests.support.composed import APPS, EXAMPLES, FLAT, KVM_ARM, Boot, Workshop
from tests.support.device_trees import GIB, MEMORY, chosen, flatten, memory, root, uart

BOOT = "recipes/boot/aarch64/src/boot.S"
TABLES = "recipes/boot/aarch64/src/tables.c"
TOOLCHAIN = "toolchains/gcc.yaml"
CRASH = EXAMPLES / "crash"

Edit = tuple[str, str, str]  # file, text, other text
FETCH, ACCESS, ABORTED = b"T\x21", b"T\x25", b"A\0"
SUCCEEDED = b"E\x63"

NO_WXN = (BOOT, "#define SCTLR_M_C_SA_I_WXN 0x8100d", "#define SCTLR_M_C_SA_I_WXN 0x100d")
NO_READ_ONLY = (TABLES, "#define READ_ONLY (UINT64_C(1) << 7)", "#define READ_ONLY UINT64_C(0)")
ALL_EXECUTABLE = (TABLES, "#define NEVER_AT_EL1 (UINT64_C(1) << 53)", "#define NEVER_AT_EL1 UINT64_C(0)")
NULL_PAGE_MAPPED = (TABLES, "\treturn root;\n", "\tboot_map(0, BOOT_PAGE_SIZE, BOOT_DATA);\n\treturn root;\n")
NO_GUARD_PAGE = (TABLES, "boot_map(guard + BOOT_PAGE_SIZE,", "boot_map(guard,")
NO_CANARY = (TOOLCHAIN, "-fstack-protector-strong", "-fno-stack-protector")
VECTORS_WRITABLE = (TABLES, "vectors + BOOT_PAGE_SIZE, BOOT_CODE", "vectors + BOOT_PAGE_SIZE, BOOT_DATA")


@dataclass(frozen=True, slots=True)
class Attack:
    """What is tried, how the image ends that is protected from it, and how the protection is taken out."""

    app: Path
    argument: bytes
    stopped: bytes
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        return f"{self.app.name}-{self.argument.decode()}"


ATTACKS = [
    Attack(CRASH, b"write-code", ACCESS, (NO_READ_ONLY, NO_WXN)),
    Attack(CRASH, b"write-const", ACCESS, (NO_READ_ONLY, NO_WXN)),
    Attack(CRASH, b"execute-data", FETCH, (ALL_EXECUTABLE, NO_WXN)),
    Attack(CRASH, b"execute-stack", FETCH, (ALL_EXECUTABLE, NO_WXN)),
    Attack(CRASH, b"execute-heap", FETCH, (ALL_EXECUTABLE, NO_WXN)),
    Attack(CRASH, b"execute-const", FETCH, (ALL_EXECUTABLE,)),
    Attack(CRASH, b"null-read", ACCESS, (NULL_PAGE_MAPPED,)),
    Attack(CRASH, b"null-write", ACCESS, (NULL_PAGE_MAPPED,)),
    Attack(APPS / "guard", b"", ACCESS, (NO_GUARD_PAGE,)),
    Attack(APPS / "hijack", b"", ABORTED, (NO_CANARY,)),
]

Without = Callable[[tuple[Edit, ...]], Workshop]


@pytest.fixture(scope="module")
def without(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Without:
    """Workshops on copies of the checkout with some edits, one for each set of edits."""
    made: dict[tuple[Edit, ...], Workshop] = {}

    def workshop_without(edits: tuple[Edit, ...]) -> Workshop:
        if edits not in made:
            made[edits] = workshop.altered(tmp_path_factory.mktemp("altered"), edits)
        return made[edits]

    return workshop_without


def attacked(workshop: Workshop, app: str, argument: bytes, target: str = KVM_ARM) -> Boot:
    return boot_arm(workshop.image(app, target), ArmMachine(memory="64M"), WORD + b" -- " + argument)


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_attack_is_stopped_and_succeeds_without_the_protection(
    workshop: Workshop, without: Without, attack: Attack
) -> None:
    for target in FLAT:
        done = attacked(workshop, attack.app.name, attack.argument, target)
        assert done.record == attack.stopped, done.told
    bare = without(attack.edits)
    bare.build(attack.app, target=KVM_ARM)
    done = attacked(bare, attack.app.name, attack.argument)
    assert done.record == SUCCEEDED, done.told


@pytest.mark.parametrize("argument", [b"execute-data", b"execute-stack", b"execute-heap"])
def test_wxn_alone_stops_what_is_written_and_executed(without: Without, argument: bytes) -> None:
    bare = without((ALL_EXECUTABLE,))
    bare.build(CRASH, target=KVM_ARM)
    done = attacked(bare, "crash", argument)
    assert done.record == FETCH, done.told


def test_wxn_lets_no_writable_code_run_at_all(without: Without) -> None:
    bare = without((NO_READ_ONLY,))
    bare.build(CRASH, target=KVM_ARM)
    with pytest.raises(AssertionError, match="ended with -9"):  # not even the vectors can be executed
        boot_arm(bare.image("crash", KVM_ARM), ArmMachine(), seconds=2)


@pytest.mark.parametrize("target", FLAT)
def test_full_stack_is_told_from_the_stack_of_traps(workshop: Workshop, target: str) -> None:
    done = attacked(workshop, "crash", b"stack-overflow", target)
    assert done.record == ACCESS, done.told
    assert done.console.startswith(b"trap: page-fault class=37 "), done.told
    assert done.console.endswith(b"\ntrap: end\n"), done.told


def test_without_a_stack_of_its_own_no_trap_tells_of_a_full_stack(without: Without) -> None:
    """The processor then traps on pushing for the trap, for ever."""
    bare = without(((BOOT, "\tmsr spsel, #0\n", ""),))
    bare.build(CRASH, target=KVM_ARM)
    image = bare.image("crash", KVM_ARM)
    with pytest.raises(AssertionError, match="ended with -9") as hung:
        boot_arm(image, ArmMachine(memory="64M"), WORD + b" -- stack-overflow", seconds=2)
    assert "trap:" not in str(hung.value)


# ---- The processor's own protections.


def registers(done: Boot) -> dict[str, int]:
    """What the app `state` printed of the system registers."""
    rows = (line.split() for line in done.console.decode().splitlines())
    return {row[0]: int(row[1], 16) for row in rows if row[0] in ("sctlr", "level", "spsel", "pan")}


@pytest.mark.parametrize("kind", ["virt", "virt,virtualization=on"])
@pytest.mark.parametrize(
    ("register", "bit", "edit"),
    [
        ("sctlr", 19, NO_WXN),
        ("sctlr", 3, (BOOT, NO_WXN[1], "#define SCTLR_M_C_SA_I_WXN 0x81005")),  # an unaligned stack pointer traps
        ("pan", 22, (BOOT, "\t.inst 0xd500419f ", "\tnop ")),
    ],
)
def test_control_bit_is_set_and_missing_without_the_protection(
    workshop: Workshop, without: Without, kind: str, register: str, bit: int, edit: Edit
) -> None:
    found = registers(boot_arm(workshop.image("state", KVM_ARM), ArmMachine(kind)))
    assert found[register] >> bit & 1, found
    assert (found["level"] >> 2, found["spsel"]) == (1, 0)
    bare = without((edit,))
    bare.build(APPS / "state/unikernel.yaml", target=KVM_ARM)
    assert not registers(boot_arm(bare.image("state", KVM_ARM), ArmMachine(kind)))[register] >> bit & 1


def test_processor_without_pan_runs_without_it(workshop: Workshop) -> None:
    found = registers(boot_arm(workshop.image("state", KVM_ARM), ArmMachine(processor="cortex-a53")))
    assert "pan" not in found
    assert found["sctlr"] >> 19 & 1


# ---- What is mapped.


def image_ranges(workshop: Workshop, name: str, target: str) -> list[Range]:
    """What must be mapped up to the heap: the UART, the image, the page of vectors, no page below the stack."""
    at = addresses(workshop.image(name, target).with_suffix(".dbg"))
    vectors, stack = at["boot_vectors"], at["boot_stack"]
    return [
        (0x0900_0000, 0x0900_1000, "rw-"),
        (at["image_rx_start"], at["image_rx_end"], "r-x"),
        (at["image_r_start"], at["image_r_end"], "r--"),
        (at["image_rw_start"], vectors, "rw-"),
        (vectors, vectors + PAGE, "r-x"),
        (vectors + PAGE, stack - PAGE, "rw-"),
        (stack, at["image_start"] + at["image_size"], "rw-"),
    ]


def joined(ranges: list[Range]) -> list[Range]:
    """The same ranges without empty ones."""
    return [entry for entry in ranges if entry[0] != entry[1]]


@pytest.mark.parametrize("target", FLAT)
@pytest.mark.parametrize("kind", ["virt", "virt,secure=on"])
def test_only_the_image_and_the_uart_are_mapped_each_with_its_own_rights(
    workshop: Workshop, target: str, kind: str
) -> None:
    done = boot_arm(workshop.image("state", target), ArmMachine(kind))
    assert mapped(done.console) == joined(image_ranges(workshop, "state", target)), done.told
    assert b"moved" not in done.console, done.told


@pytest.mark.parametrize(("size", "end"), [("16M", MEMORY + (16 << 20)), ("5G", MEMORY + 5 * GIB)])
def test_heap_maps_the_memory_up_to_its_end_and_not_executable(workshop: Workshop, size: str, end: int) -> None:
    done = boot_arm(workshop.image("state-with-heap", KVM_ARM), ArmMachine(memory=size))
    *image, (start, _, _) = joined(image_ranges(workshop, "state-with-heap", KVM_ARM))
    assert mapped(done.console) == [*image, (start, end, "rw-")], done.told


def test_this_test_sees_pages_that_are_writable_and_executable_and_a_null_page(without: Without) -> None:
    bare = without((ALL_EXECUTABLE, NO_WXN, NULL_PAGE_MAPPED))
    bare.build(APPS / "state/unikernel.yaml", target=KVM_ARM)
    ranges = mapped(boot_arm(bare.image("state", KVM_ARM), ArmMachine()).console)
    assert ranges[0] == (0, PAGE, "rwx")
    assert {rights for _, _, rights in ranges} == {"rwx", "r-x"}


def test_vectors_that_could_be_written_could_not_be_executed(without: Without) -> None:
    bare = without((VECTORS_WRITABLE,))
    bare.build(CRASH, target=KVM_ARM)
    with pytest.raises(AssertionError, match="ended with -9"):
        boot_arm(bare.image("crash", KVM_ARM), ArmMachine(), WORD + b" null-read", seconds=2)


# ---- The canary.

WITHOUT_SEEDS = "virt,dtb-randomness=off"
FIXED = b"boot: no random source, so the stack canary is a fixed one\nff0a0d00ff0a0d00\n"


def canary(workshop: Workshop, machine: ArmMachine, line: bytes = WORD) -> bytes:
    return boot_arm(workshop.image("canary", KVM_ARM), machine, line).console


def stirred(*seeds: bytes) -> bytes:
    """The canary that these seeds make where the processor has no random source."""
    seed = 0
    for byte in b"".join(seeds):
        seed = (seed ^ byte) * 0x100000001B3 % (1 << 64)
    return b"%016x\n" % (seed & ~0xFF)


@pytest.mark.parametrize(
    ("machine", "line"),
    [
        (ArmMachine(WITHOUT_SEEDS, processor="max"), b""),
        (ArmMachine(processor="cortex-a72"), b""),
        (ArmMachine(processor="max"), WORD),
    ],
    ids=["processor", "tree", "both"],
)
def test_canary_is_another_one_in_each_boot_and_its_lowest_byte_is_zero(
    workshop: Workshop, machine: ArmMachine, line: bytes
) -> None:
    found = [int(canary(workshop, machine, line), 16) for _ in range(6)]
    assert len(set(found)) == 6, found
    assert all(value & 0xFF == 0 for value in found), found
    for byte in range(1, 8):
        assert len({value >> 8 * byte & 0xFF for value in found}) > 1, found


def test_canary_is_what_the_command_line_says_where_nothing_else_is_random(workshop: Workshop) -> None:
    machine = ArmMachine(WITHOUT_SEEDS, processor="cortex-a72")
    other = b"fedcba9876543210"
    assert canary(workshop, machine) == stirred(SEED)
    assert canary(workshop, machine, b"compose=" + other + NONCE) == stirred(other)


def test_seeds_of_the_tree_and_of_the_command_line_are_both_used(workshop: Workshop) -> None:
    line = chosen(WORD, rng_seed=b"x" * 32, kaslr_seed=b"y" * 8)
    tree = flatten(root(line, memory((MEMORY, GIB)), uart()))
    found = canary(workshop, ArmMachine(processor="cortex-a57", tree=tree))
    assert found == stirred(SEED, b"x" * 32, b"y" * 8)


def test_without_a_random_source_the_canary_is_fixed_and_the_console_says_so(workshop: Workshop) -> None:
    machine = ArmMachine(WITHOUT_SEEDS, processor="cortex-a72")
    for line in (b"", b"compose=" + SEED, b"-- " + WORD):
        assert canary(workshop, machine, line) == FIXED


def test_compose_run_passes_another_seed_each_time(workshop: Workshop, tmp_path: Path) -> None:
    """In an image that uses neither the processor's source nor the tree's seeds."""
    edits = (
        ("recipes/core/stack-protector/src/aarch64.c", "if (features >> FEATURE_RNDR_SHIFT)", "if (features == 1)"),
        ("recipes/core/device-tree/src/device_tree.c", "(property == RNG_SEED || property == KASLR_SEED)", "false"),
    )
    bare = workshop.altered(tmp_path / "checkout", edits)
    bare.build(APPS / "canary", target=KVM_ARM)
    found = {bare.run(bare.image("canary", KVM_ARM)).output for _ in range(3)}
    assert len(found) == 3, found
    assert FIXED not in found
    assert boot_arm(bare.image("canary", KVM_ARM), ArmMachine(), b"").console == FIXED
