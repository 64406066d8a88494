"""One aarch64 image on every kind of `virt`, and with device trees that QEMU would never write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import device_trees as trees
from tests.support.arm_machines import IMAGE_AT, TREE_AT, WORD, ArmMachine, boot_arm
from tests.support.composed import APPS, EXAMPLES, FLAT, KVM_ARM, XEN_ARM, Workshop
from tests.support.device_trees import GIB, MEMORY, MIB, Node, chosen, flatten, memory, region, root, uart, virt, words

HELLO = b"Hello, world, with 0 argument(s)\n"
NO_TREE = b"boot: no device tree, or a damaged one\n"
NO_MEMORY = b"boot: the device tree has no memory at the image\n"
TOO_SMALL = b"boot: memory too small for the image\n"
NOTHING = 0x0A80_0000  # an address without a device
ENDED_WELL = (HELLO, b"E\0")
TURNED_OFF = (b"", b"")  # without a word, as there is nothing to say it on

on_both = pytest.mark.parametrize("target", FLAT)


@pytest.mark.parametrize("processor", ["cortex-a53", "cortex-a57", "cortex-a72", "max"])
@pytest.mark.parametrize(
    "kind", ["gic-version=2", "gic-version=3", "virtualization=on", "secure=on", "secure=on,virtualization=on"]
)
def test_image_boots_on_each_processor_and_its_status_arrives(workshop: Workshop, processor: str, kind: str) -> None:
    """With virtualization, the guest is entered at EL2 and turns the machine off by smc, else by hvc."""
    done = boot_arm(workshop.image("hello", KVM_ARM), ArmMachine(f"virt,{kind}", processor=processor))
    assert (done.console, done.record) == ENDED_WELL, done.told


@pytest.mark.parametrize("kind", ["gic-version=2", "gic-version=3"])
def test_image_of_a_domain_boots_without_xen_as_well(workshop: Workshop, kind: str) -> None:
    """QEMU refuses the hypercall, and PSCI turns the machine off."""
    done = boot_arm(workshop.image("hello", XEN_ARM), ArmMachine(f"virt,{kind}"))
    assert (done.console, done.record) == ENDED_WELL, done.told


@pytest.mark.parametrize("kind", ["gic-version=2", "gic-version=3", "virtualization=on"])
@pytest.mark.parametrize("processors", [2, 4])
def test_other_processors_stay_where_they_are(workshop: Workshop, kind: str, processors: int) -> None:
    done = boot_arm(workshop.image("hello", KVM_ARM), ArmMachine(f"virt,{kind}", processors=processors))
    assert (done.console, done.record) == ENDED_WELL, done.told


@pytest.mark.parametrize("memory_size", ["5M", "64M", "1023M", "3G", "5000M"])
def test_memory_of_any_size_is_enough(workshop: Workshop, memory_size: str) -> None:
    """QEMU itself has no room for the tree below 5 MiB."""
    done = boot_arm(workshop.image("hello", KVM_ARM), ArmMachine(memory=memory_size))
    assert (done.console, done.record) == ENDED_WELL, done.told


@pytest.mark.parametrize(
    ("target", "kind"), [(KVM_ARM, "virt"), (KVM_ARM, "virt,virtualization=on"), (XEN_ARM, "virt")]
)
def test_trap_ends_the_machine_as_well(workshop: Workshop, target: str, kind: str) -> None:
    done = boot_arm(workshop.image("crash", target), ArmMachine(kind), WORD + b" null-read")
    assert done.record == b"T\x25", done.told
    assert done.console.startswith(b"trap: page-fault class=37 error=2000006 address=0\ntrap: pc=402"), done.told
    assert done.console.endswith(b"\ntrap: end\n"), done.told


def test_guest_that_nobody_asked_for_its_end_turns_off_without_a_record(workshop: Workshop) -> None:
    done = boot_arm(workshop.image("hello", KVM_ARM), ArmMachine(), b"x")
    assert done.console == b"Hello, world, with 1 argument(s)\n", done.told


# ---- Trees of our own.


def entered(
    workshop: Workshop, target: str, tree: bytes, *, at: int = TREE_AT, size: str = "64M"
) -> tuple[bytes, bytes]:
    """Console and record of hello with that tree."""
    done = boot_arm(workshop.image("hello", target), ArmMachine(memory=size, tree=tree, tree_at=at))
    return done.console, done.record


def one_word_cells() -> Node:
    line = Node("chosen", (("bootargs", WORD + b"\0"),))
    ram = Node("memory", (("reg", words(MEMORY, 64 * MIB)), ("device_type", b"memory\0")))
    port = Node("uart", (("reg", words(trees.UART, 0x1000)), ("compatible", b"arm,sbsa-uart\0")))
    return root(line, ram, port, address_cells=1, size_cells=1)


RAM = memory((MEMORY, 64 * MIB))
LINE = chosen(WORD)
GOOD = flatten(virt(line=WORD))


@on_both
@pytest.mark.parametrize(
    "tree",
    [
        virt(line=WORD),
        one_word_cells(),
        root(LINE, RAM, uart(), uart(NOTHING)),
        root(LINE, RAM, uart(NOTHING).having(status=b"disabled\0"), uart()),
        root(LINE, RAM, uart(0), uart()),
        root(LINE, RAM, uart(IMAGE_AT), uart()),
        root(LINE, memory((2 * GIB, GIB), (MEMORY, 64 * MIB)), uart()),
        root(LINE, memory((MEMORY, (1 << 64) - 1)), uart()),
    ],
    ids=[
        "plain",
        "one-word-cells",
        "two-uarts",
        "first-disabled",
        "at-0",
        "in-the-image",
        "two-ranges",
        "beyond-reach",
    ],
)
def test_tree_of_another_shape_is_understood(workshop: Workshop, target: str, tree: Node) -> None:
    assert entered(workshop, target, flatten(tree)) == ENDED_WELL


@on_both
@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (root(LINE, uart()), NO_MEMORY),
        (root(LINE, memory((2 * GIB, GIB)), uart()), NO_MEMORY),
        (root(LINE, RAM.having(reg=b"\0\0"), uart()), NO_MEMORY),
        (root(LINE, memory((MEMORY, 2 * MIB + 4096)), uart()), TOO_SMALL),
    ],
    ids=["none", "elsewhere", "short-reg", "too-small"],
)
def test_memory_that_cannot_hold_the_image_ends_the_guest_with_a_message(
    workshop: Workshop, target: str, tree: Node, message: bytes
) -> None:
    assert entered(workshop, target, flatten(tree)) == (message, b"A\0")


@pytest.mark.parametrize(
    ("tree", "at"),
    [
        (b"", 0),
        (GOOD, TREE_AT + 4),
        (b"", TREE_AT),
        (b"", IMAGE_AT),
        (b"", 1 << 40),
        (GOOD[:100], TREE_AT),
        (trees.with_size(GOOD, 1 << 31), TREE_AT),
        (trees.with_size(GOOD, 100), TREE_AT),
        (GOOD[:-30].replace(words(trees.PROPERTY, 16), words(trees.PROPERTY, 1 << 30)), TREE_AT),
    ],
    ids=["absent", "unaligned", "zeros", "image", "out-of-reach", "truncated", "huge", "small", "long-property"],
)
def test_damaged_tree_ends_the_guest_with_a_message(workshop: Workshop, tree: bytes, at: int) -> None:
    assert entered(workshop, KVM_ARM, tree, at=at) == (NO_TREE, b"")
    assert entered(workshop, XEN_ARM, tree, at=at) == TURNED_OFF  # only Xen itself would show its words


@on_both
@pytest.mark.parametrize("missing", [root(LINE, RAM), root(LINE, RAM, uart().having(status=b"disabled\0"))])
def test_without_a_uart_in_the_tree_words_go_where_the_platform_has_its_first(
    workshop: Workshop, target: str, missing: Node
) -> None:
    assert entered(workshop, target, flatten(missing)) == (ENDED_WELL if target == KVM_ARM else TURNED_OFF)


@on_both
@pytest.mark.parametrize("address", [NOTHING, NOTHING + 1, (1 << 39) - 4096], ids=hex)
def test_uart_that_is_not_there_ends_the_guest(workshop: Workshop, target: str, address: int) -> None:
    """The console's trap cannot be told, nor can the end, as the console traps again."""
    tree = flatten(root(LINE, RAM, uart(address).having(reg=region(address, 0x1000))))
    assert entered(workshop, target, tree) == TURNED_OFF


@on_both
@pytest.mark.parametrize(
    "at",
    [0x4040_0000, 0x8000_0000 - 64, 0x8000_0000, 0xC000_0000 - 4096, 0xC000_0000 - 512],
    ids=hex,
)
def test_tree_lies_anywhere_in_memory(workshop: Workshop, target: str, at: int) -> None:
    """The second one needs the most page tables: it crosses a boundary of 1 GiB."""
    tree = flatten(root(LINE, memory((MEMORY, 2 * GIB)), uart()))
    assert len(tree) < 512
    assert entered(workshop, target, tree, at=at, size="2G") == ENDED_WELL


def test_uart_of_the_tree_replaces_the_platform_s_first(workshop: Workshop, tmp_path: Path) -> None:
    edit = ("recipes/drivers/early-virt/src/early_console.c", "return 0x09000000;", f"return {NOTHING:#x};")
    bare = workshop.altered(tmp_path / "checkout", (edit,))
    bare.build(EXAMPLES / "hello", target=KVM_ARM)
    assert entered(bare, KVM_ARM, GOOD) == ENDED_WELL
    assert entered(bare, KVM_ARM, flatten(root(LINE, RAM))) == TURNED_OFF


# ---- The heap.


@pytest.mark.parametrize(("size", "most"), [("64M", 60), ("5G", 5000)])
def test_heap_has_all_memory_of_the_range(workshop: Workshop, size: str, most: int) -> None:
    done = boot_arm(workshop.image("heap-whole", KVM_ARM), ArmMachine(memory=size), WORD + b" -- %d 64" % most)
    assert (done.console, done.record) == (b"all is well\n", b"E\0"), done.told
    refused = boot_arm(workshop.image("heap-whole", KVM_ARM), ArmMachine(memory=size), WORD + b" -- %d" % (most + 200))
    assert refused.record == b"E\x01", refused.told


def heap_and_last_table(workshop: Workshop) -> tuple[int, int]:
    """Where a heap of 200 GiB begins, and the last of the 200 tables that it needs, more than have a place of their own."""
    tree = flatten(root(LINE, memory((MEMORY, 200 * GIB)), uart()))
    done = boot_arm(workshop.image("state-with-heap", KVM_ARM), ArmMachine(memory="64M", tree=tree))
    rows = dict(line.split()[:2] for line in done.console.decode().splitlines())
    return int(rows["heap"], 16), int(rows["table"], 16)


def test_heap_begins_behind_its_page_tables(workshop: Workshop) -> None:
    heap, table = heap_and_last_table(workshop)
    assert heap == table + 4096


def test_this_test_sees_a_heap_that_begins_with_its_page_tables(workshop: Workshop, tmp_path: Path) -> None:
    source = "recipes/drivers/machine-aarch64/src/memory.c"
    edit = (source, "(struct memory_range){boot_tables_end(), end}", "(struct memory_range){start, end}")
    bare = workshop.altered(tmp_path / "checkout", (edit,))
    bare.build(APPS / "state/with-heap.yaml", target=KVM_ARM)
    heap, table = heap_and_last_table(bare)
    assert heap < table


def test_memory_of_the_smallest_machine_is_the_heap_s_as_well(workshop: Workshop) -> None:
    image = workshop.image("heap-whole", KVM_ARM)
    assert boot_arm(image, ArmMachine(memory="5M"), WORD + b" -- 2").record == b"E\0"
    assert boot_arm(image, ArmMachine(memory="5M"), WORD + b" -- 3").record == b"E\1"
