"""The device tree's reader, compiled as in an image: right facts or "damaged", and no byte read that is not the tree's."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import device_trees as trees
from tests.support.device_trees import GIB, MIB, Node, chosen, flatten, memory, region, root, uart, virt, words
from tests.support.recipe_objects import AARCH64, RECIPES, REPORT, SANITIZED, Build, build_host_program

HOST = Path(__file__).parent / "host"
DEVICE_TREE = RECIPES / "core/device-tree"


AT = 0x4080_0000  # where trees lie if nothing else is said
IMAGE_START, IMAGE_END = 0x4020_0000, 0x4023_0000  # as in the test program
EARLY_UART = 0x0900_0000
ADDRESS_END = 1 << 39
MOST_BYTES = 2 * MIB
LINE_BYTES = 2048
STIR = 0x100000001B3
MARK = b"compose="
PAGE = 4096

DAMAGED = "stopped boot: no device tree, or a damaged one"
NO_MEMORY = "stopped boot: the device tree has no memory at the image"
TOO_SMALL = "stopped boot: memory too small for the image"


@dataclass(frozen=True, slots=True)
class Case:
    """A tree and where it lies; no bytes stand for an address where nothing can be read."""

    tree: bytes
    address: int = AT

    @property
    def whole(self) -> bytes:
        """The tree with what memory has behind it, as far as its header claims to reach."""
        if not self.tree:
            return b""
        claimed = int.from_bytes(self.tree[4:8], "big")
        return self.tree.ljust(max(min(claimed, MOST_BYTES), trees.HEADER.size), b"\0")


# ---- What a tree means, by the specification and by what recipes/CONVENTIONS.md says of the command line.


class DamagedError(Exception):
    """The tree breaks a rule that its reader relies on."""


@dataclass(slots=True)
class Facts:
    """What is known of the machine."""

    uart: int = 0
    memory: tuple[int, int] = (0, 0)
    seed: int = 0
    nonce: bytes = bytes(8)
    line: bytearray = field(default_factory=lambda: bytearray(LINE_BYTES))

    def stir(self, value: bytes) -> None:
        for byte in value:
            self.seed = (self.seed ^ byte) * STIR % (1 << 64)

    def take_line(self, value: bytes) -> None:
        if value.startswith(MARK) and len(value) > len(MARK) + 24:
            self.stir(value[8:24])
            self.nonce = value[24:32]
            value = value[32:]
        text = value.split(b"\0")[0][:LINE_BYTES]
        self.line[: len(text)] = text

    def told(self) -> str:
        """As the test program prints it."""
        if self.memory[1] == 0:
            return NO_MEMORY
        if self.memory[1] < IMAGE_END:
            return TOO_SMALL
        line = bytes(self.line).split(b"\0")[0]
        start, end = self.memory
        uart = self.uart or EARLY_UART
        return f"facts uart={uart:x} memory={start:x}-{end:x} seed={self.seed:x} nonce={self.nonce.hex()} line={line.hex()}"


def number_at(content: bytes, at: int) -> int:
    if at + 4 > len(content):
        raise DamagedError
    return int.from_bytes(content[at : at + 4], "big")


def text_at(content: bytes, at: int) -> bytes:
    """The text that begins there and ends with a NUL."""
    end = content.find(b"\0", at)
    if end < 0:
        raise DamagedError
    return content[at:end]


def name_of(strings: bytes, at: int) -> bytes:
    if at >= len(strings):
        raise DamagedError
    try:
        return text_at(strings, at)
    except DamagedError:
        return b"?"  # a name that nobody knows


Event = tuple[str, bytes, bytes]  # begin, end or property; name; value


def events(structure: bytes, strings: bytes) -> Iterator[Event]:
    """The structure, token by token."""
    at = 0
    while (token := number_at(structure, at)) != trees.LAST:
        at += 4
        if token == trees.BEGIN:
            name = text_at(structure, at)
            at += (len(name) + 4) // 4 * 4
            yield "begin", name, b""
        elif token == trees.PROPERTY:
            size, place = number_at(structure, at), number_at(structure, at + 4)
            at += 8
            if at + size > len(structure):
                raise DamagedError
            yield "property", name_of(strings, place), structure[at : at + size]
            at += (size + 3) // 4 * 4
        elif token == trees.END:
            yield "end", b"", b""
        elif token != trees.SKIP:
            raise DamagedError


def regions(value: bytes, cells: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Whole pairs of start and end that the page tables can reach."""
    first, entry = 4 * cells[0], 4 * sum(cells)
    for at in range(0, len(value) // entry * entry, entry):
        start = int.from_bytes(value[at : at + first], "big")
        size = int.from_bytes(value[at + first : at + entry], "big")
        if start < ADDRESS_END:
            yield start, min(start + size, ADDRESS_END)


def take_node(properties: dict[bytes, bytes], cells: Sequence[int], facts: Facts) -> None:
    status = properties.get(b"status", b"okay\0")
    if not status.startswith((b"okay\0", b"ok\0")):
        return
    kinds = properties.get(b"compatible", b"").split(b"\0")[:-1]
    for start, end in regions(properties.get(b"reg", b""), cells):
        page = start // PAGE * PAGE
        if properties.get(b"device_type", b"").startswith(b"memory\0") and start <= IMAGE_START < end:
            facts.memory = (start, end)
        is_free = page != 0 and not (page < IMAGE_END and page + PAGE > IMAGE_START)
        if (b"arm,pl011" in kinds or b"arm,sbsa-uart" in kinds) and is_free and facts.uart == 0:
            facts.uart = start


class Open(NamedTuple):
    """A node that is being read."""

    is_chosen: bool
    properties: dict[bytes, bytes]


def take_property(node: Open, name: bytes, value: bytes, facts: Facts) -> None:
    node.properties[name] = value
    if node.is_chosen and name == b"bootargs":
        facts.take_line(value)
    elif node.is_chosen and name in (b"rng-seed", b"kaslr-seed"):
        facts.stir(value)


def take_events(stream: Iterator[Event], facts: Facts) -> None:
    cells = {b"#address-cells": 2, b"#size-cells": 1}
    nodes: list[Open] = []  # from the root to where we are
    for kind, name, value in stream:
        if kind == "begin":
            nodes.append(Open(name == b"chosen" and len(nodes) == 1, {}))
        elif kind == "end":
            if not nodes:
                raise DamagedError
            if len(nodes) == 2:
                take_node(nodes[-1].properties, list(cells.values()), facts)
            nodes.pop()
        elif len(nodes) == 1 and name in cells:
            cells[name] = number_at(value, 0)
            if cells[name] not in (1, 2):
                raise DamagedError
        elif nodes:
            take_property(nodes[-1], name, value, facts)
    if nodes:
        raise DamagedError


def part(tree: bytes, start: int, size: int) -> bytes:
    return tree[start : start + size] if start + size <= len(tree) else b""


def meaning(case: Case) -> str:
    """What the guest must make of it."""
    if not case.tree:
        return DAMAGED
    tree, at = case.whole, case.address
    magic, size, structure, strings, *_, strings_size, structure_size = trees.HEADER.unpack_from(tree)
    is_image = at < IMAGE_END and at + size > IMAGE_START
    if at == 0 or at % 8 or is_image or magic != trees.MAGIC or not trees.HEADER.size <= size <= MOST_BYTES:
        return DAMAGED
    tree = tree[:size]
    facts = Facts()
    try:
        if structure % 4:
            raise DamagedError
        inside = part(tree, structure, structure_size), part(tree, strings, strings_size)
        take_events(events(*inside), facts)
    except DamagedError:
        return DAMAGED
    return facts.told()


# ---- What it does.


@dataclass(frozen=True, slots=True)
class Answer:
    """What the test program said, and why it broke off, if it did."""

    lines: list[str]
    status: int
    errors: str


def ask(command: Sequence[str], cases: Sequence[Case]) -> Answer:
    stream = b"".join(struct.pack("<QQ", case.address, len(case.whole)) + case.whole for case in cases)
    done = subprocess.run(command, input=stream, capture_output=True, timeout=240)
    return Answer(done.stdout.decode().splitlines(), done.returncode, done.stderr.decode())


def check(command: Sequence[str], cases: Sequence[Case]) -> None:
    """Every case must be understood as it is meant."""
    answer = ask(command, cases)
    for number, (case, line) in enumerate(zip(cases, answer.lines, strict=False)):
        assert line == meaning(case), (number, case.tree.hex())
    assert answer.status == 0, (answer.errors, cases[len(answer.lines)].tree.hex())
    assert len(answer.lines) == len(cases)


# What makes the reader look for more than every image needs.
MORE = (RECIPES / "core/device-tree-extra", RECIPES / "core/device-tree-buses")


@pytest.fixture(
    scope="module",
    params=[(SANITIZED, ()), (AARCH64, ()), (SANITIZED, MORE[:1]), (SANITIZED, MORE)],
    ids=["sanitized", "aarch64", "with-extra", "with-buses"],
)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The test program."""
    build, more = request.param
    return build_reader(tmp_path_factory.mktemp("reader"), DEVICE_TREE, build, more)


def build_reader(into: Path, recipe: Path, build: Build, more: Sequence[Path] = ()) -> tuple[str, ...]:
    return build_host_program(HOST / "device_tree_test.c", [recipe, REPORT, *more], into, build)


def buses() -> tuple[Node, ...]:
    """Places of devices, and a PCI bus, as QEMU's `virt` has them."""
    places = (
        Node(
            f"virtio_mmio@{address:x}",
            (
                ("interrupts", words(0, number, 1)),
                ("reg", region(address, 0x200)),
                ("compatible", b"virtio,mmio\0"),
            ),
        )
        for number, address in ((16, 0x0A00_0000), (17, 0x0A00_0200))
    )
    lines = b"".join(
        words(slot << 11, 0, 0, pin, 0x8001, 0, 0, 0, 3 + (slot + pin) % 4, 4)
        for slot in range(4)
        for pin in range(1, 5)
    )
    windows = words(0x0100_0000, 0, 0, 0, 0x3EFF_0000, 0, 0x1_0000)
    windows += words(0x0200_0000, 0, 0x1000_0000, 0, 0x1000_0000, 0, 0x2EFF_0000)
    return (
        *places,
        Node(
            "pcie@10000000",
            (
                ("interrupt-map-mask", words(0x1800, 0, 0, 7)),
                ("interrupt-map", lines),
                ("ranges", windows),
                ("reg", region(0x40_1000_0000, 0x1000_0000)),
                ("compatible", b"pci-host-ecam-generic\0"),
            ),
        ),
    )


SEED = bytes(range(1, 33))
WORD_OF_COMPOSE = b"compose=0123456789abcdeffedcba98"


def xen_domain() -> Node:
    """The shape that Xen gives a dom0less domain: no seed, its own UART, a hypervisor node."""
    return root(
        chosen(WORD_OF_COMPOSE + b" -- a b"),
        Node("cpus", (("#address-cells", words(1)), ("#size-cells", words(0))), (Node("cpu@0", (("reg", words(0)),)),)),
        Node("psci", (("method", b"hvc\0"),)),
        memory((0x4000_0000, 64 * MIB)),
        Node("hypervisor", (("compatible", b"xen,xen-4.17\0xen,xen\0"), ("reg", region(0x3800_0000, 0x100_0000)))),
        uart(0x2200_0000, b"arm,sbsa-uart\0"),
    )


def one_word_cells() -> Node:
    line = Node("chosen", (("bootargs", b"x\0"),))
    ram = Node("memory", (("reg", words(0x4000_0000, 64 * MIB)), ("device_type", b"memory\0")))
    port = Node("serial@1c090000", (("reg", words(0x1C09_0000, 0x1000)), ("compatible", b"arm,pl011\0")))
    return root(line, ram, port, address_cells=1, size_cells=1)


WHOLE = {
    "virt": flatten(virt(line=b"-- a b")),
    "xen": flatten(xen_domain()),
    "buses": flatten(virt(*buses())),
    "cells-of-one-word": flatten(one_word_cells()),
    "default-cells": flatten(
        Node("", (), (Node("memory", (("device_type", b"memory\0"), ("reg", words(0, GIB, GIB)))),))
    ),
    "strings-at-an-odd-place": flatten(virt(), gap=3),
    "seeds": flatten(root(chosen(b"x", rng_seed=SEED, kaslr_seed=SEED[:8]), memory((trees.MEMORY, GIB)), uart())),
    "seed-of-compose": flatten(virt(line=WORD_OF_COMPOSE)),
    "word-of-compose-cut": flatten(virt(line=WORD_OF_COMPOSE[:-1])),
    "no-uart": flatten(root(memory((trees.MEMORY, GIB)))),
    "uart-disabled": flatten(root(memory((trees.MEMORY, GIB)), uart(0x1000_0000).having(status=b"disabled\0"))),
    "uart-okay": flatten(root(memory((trees.MEMORY, GIB)), uart(0x1000_0000).having(status=b"okay\0"))),
    "uart-ok": flatten(root(memory((trees.MEMORY, GIB)), uart(0x1000_0000).having(status=b"ok\0"))),
    "two-uarts": flatten(root(memory((trees.MEMORY, GIB)), uart(0x1000_0000), uart(0x1100_0000))),
    "first-uart-disabled": flatten(
        root(memory((trees.MEMORY, GIB)), uart(0x1000_0000).having(status=b"fail\0"), uart(0x1100_0000))
    ),
    "uart-at-page-0": flatten(root(memory((trees.MEMORY, GIB)), uart(0x800))),
    "uart-in-the-image": flatten(
        root(memory((trees.MEMORY, GIB)), uart(IMAGE_START).having(reg=region(IMAGE_START, 0)))
    ),
    "uart-in-the-image-s-last-page": flatten(root(memory((trees.MEMORY, GIB)), uart(IMAGE_END - 1))),
    "uart-behind-the-image": flatten(root(memory((trees.MEMORY, GIB)), uart(IMAGE_END))),
    "uart-over-the-tree": flatten(root(memory((trees.MEMORY, GIB)), uart(AT))),
    "uart-out-of-reach": flatten(root(memory((trees.MEMORY, GIB)), uart(ADDRESS_END))),
    "uart-of-another-kind": flatten(
        root(memory((trees.MEMORY, GIB)), uart(0x1000_0000, b"ns16550a\0arm,pl01\0arm,pl011x\0"))
    ),
    "uart-s-kind-without-its-end": flatten(root(memory((trees.MEMORY, GIB)), uart(0x1000_0000, b"arm,pl011"))),
    "uart-below-a-bus": flatten(root(memory((trees.MEMORY, GIB)), Node("soc", (), (uart(0x1000_0000),)))),
    "reg-too-short": flatten(root(memory((trees.MEMORY, GIB)), uart().having(reg=b"\0\0"))),
    "reg-with-a-rest": flatten(root(memory((trees.MEMORY, GIB)).having(reg=region(trees.MEMORY, GIB) + b"123"))),
    "reg-empty": flatten(root(memory((trees.MEMORY, GIB)), uart().having(reg=b""))),
    "no-memory": flatten(root(uart())),
    "memory-elsewhere": flatten(root(memory((0x8000_0000, GIB)))),
    "memory-begins-behind-the-image-s-start": flatten(root(memory((IMAGE_START + 1, GIB)))),
    "memory-begins-with-the-image": flatten(root(memory((IMAGE_START, GIB)))),
    "memory-a-byte-too-small": flatten(root(memory((trees.MEMORY, IMAGE_END - trees.MEMORY - 1)))),
    "memory-just-enough": flatten(root(memory((trees.MEMORY, IMAGE_END - trees.MEMORY)))),
    "memory-of-no-bytes": flatten(root(memory((trees.MEMORY, 0)))),
    "memory-to-the-end-of-reach": flatten(root(memory((trees.MEMORY, ADDRESS_END - trees.MEMORY)))),
    "memory-beyond-reach": flatten(root(memory((trees.MEMORY, (1 << 64) - 1)))),
    "memory-of-two-ranges": flatten(root(memory((0x8000_0000, GIB), (trees.MEMORY, GIB)))),
    "memory-of-two-nodes": flatten(root(memory((trees.MEMORY, GIB)), memory((0x8000_0000, GIB)))),
    "memory-disabled": flatten(root(memory((trees.MEMORY, GIB)).having(status=b"disabled\0"))),
    "line-of-2047-bytes": flatten(virt(line=b"x" * 2047)),
    "line-of-2048-bytes": flatten(virt(line=b"x" * 2048)),
    "line-of-5000-bytes": flatten(virt(line=WORD_OF_COMPOSE + b" " + b"x" * 5000)),
    "line-without-its-end": flatten(root(memory((trees.MEMORY, GIB)), Node("chosen", (("bootargs", b"abc"),)))),
    "bootargs-elsewhere": flatten(root(memory((trees.MEMORY, GIB)), Node("choseX", (("bootargs", b"abc\0"),)))),
}

END = words(trees.END)
BEGIN = words(trees.BEGIN) + bytes(4)
STRINGS = b"#address-cells\0compatible\0bootargs\0rng-seed\0reg"
COMPATIBLE, BOOTARGS, RNG_SEED, REG = (STRINGS.index(name) for name in (b"comp", b"boot", b"rng", b"reg"))
CHOSEN = words(trees.BEGIN) + b"chosen\0\0"


def property_token(size: int, place: int, value: bytes = b"") -> bytes:
    return words(trees.PROPERTY, size, place) + value


STRUCTURES = {
    "empty": b"",
    "no-end": BEGIN,
    "end-of-nothing": END + words(trees.LAST),
    "end-before-the-node": END + BEGIN + words(trees.LAST),
    "node-open-at-the-end": BEGIN + words(trees.LAST),
    "unknown-token": BEGIN + words(5) + END + words(trees.LAST),
    "zero-token": BEGIN + words(0) + END + words(trees.LAST),
    "half-a-token": BEGIN + END + b"\0\0",
    "name-without-its-end": words(trees.BEGIN) + b"abc",
    "name-without-its-end-in-whole-words": words(trees.BEGIN) + b"abcd",
    "deep": BEGIN * 100_000 + END * 100_000 + words(trees.LAST),
    "deep-and-open": BEGIN * 200_000,
    "all-skips": words(trees.SKIP) * 300_000 + words(trees.LAST),
    "property-s-name-outside": BEGIN + property_token(0, len(STRINGS)) + END + words(trees.LAST),
    "property-s-name-far-outside": BEGIN + property_token(0, 0xFFFF_FFFF) + END + words(trees.LAST),
    "property-s-name-without-its-end": BEGIN + property_token(0, REG) + END + words(trees.LAST),
    "property-longer-than-the-rest": BEGIN + property_token(16, 0) + END + words(trees.LAST),
    "property-of-4-gib": BEGIN + property_token(0xFFFF_FFFF, 0) + END + words(trees.LAST),
    "property-that-wraps": BEGIN + property_token(0xFFFF_FFFD, 0) + END + words(trees.LAST),
    "property-cut": BEGIN + words(trees.PROPERTY),
    "cells-of-none": BEGIN + property_token(4, 0, words(0)) + END + words(trees.LAST),
    "cells-of-three": BEGIN + property_token(4, 0, words(3)) + END + words(trees.LAST),
    "cells-of-four-gib": BEGIN + property_token(4, 0, words(0xFFFF_FFFF)) + END + words(trees.LAST),
    "cells-without-a-value": BEGIN + property_token(0, 0) + END + words(trees.LAST),
}
LAST_BYTES = {  # what the tree's last bytes are
    "name-at-the-tree-s-end": words(trees.BEGIN) + b"abcd",
    "list-at-the-tree-s-end": BEGIN * 2 + property_token(4, COMPATIBLE, b"abcd"),
    "line-at-the-tree-s-end": BEGIN + CHOSEN + property_token(8, BOOTARGS, b"compose="),
    "seed-beyond-the-tree-s-end": BEGIN + CHOSEN + property_token(9, RNG_SEED, b"abcdefgh"),
    "kind-at-the-tree-s-end": BEGIN * 2 + property_token(9, COMPATIBLE, b"arm,pl011"),
}
WHOLE |= {name: trees.assemble(structure, STRINGS) for name, structure in STRUCTURES.items()}
WHOLE |= {name: trees.assemble(ending, STRINGS, is_structure_last=True) for name, ending in LAST_BYTES.items()}


@pytest.mark.parametrize("name", WHOLE)
def test_tree_of_each_shape_is_understood_or_refused(reader: tuple[str, ...], name: str) -> None:
    check(reader, [Case(WHOLE[name])])


def test_meanings_are_what_this_file_is_about() -> None:
    """The shapes above are right about what they are: some are whole, and each refusal is among them."""
    told = {name: meaning(Case(tree)) for name, tree in WHOLE.items()}
    assert told["virt"] == (
        f"facts uart=9000000 memory=40000000-44000000 seed=0 nonce={'00' * 8} line={b'-- a b'.hex()}"
    )
    assert f"nonce={b'fedcba98'.hex()} line={b' -- a b'.hex()}" in told["xen"]
    assert {"uart=22000000", "seed=0"} & set(told["xen"].split()) == {"uart=22000000"}
    assert told["no-memory"] == told["memory-disabled"] == NO_MEMORY
    assert told["memory-a-byte-too-small"] == TOO_SMALL
    assert "uart=10000000" in told["two-uarts"]
    assert all(
        told[name] == DAMAGED
        for name in (STRUCTURES | LAST_BYTES).keys() - {"all-skips", "property-s-name-without-its-end", "deep"}
    )


@pytest.mark.parametrize(
    "address",
    [
        0,
        AT + 1,
        AT + 4,
        IMAGE_START - 8,
        IMAGE_START - PAGE,
        IMAGE_START,
        IMAGE_END - 8,
        IMAGE_END,
        ADDRESS_END - 8,
        1 << 63,
    ],
    ids=hex,
)
def test_tree_lies_where_it_can_be_read_or_is_refused(reader: tuple[str, ...], address: int) -> None:
    is_in_memory = 0x4000_0000 <= address < 0x4090_0000
    check(reader, [Case(WHOLE["virt"] if is_in_memory else b"", address)])


@pytest.mark.parametrize("before", [8, 1000 * 8, len(WHOLE["virt"]) // 8 * 8, len(WHOLE["virt"]) // 8 * 8 + 8])
def test_tree_that_ends_in_the_image_is_refused(reader: tuple[str, ...], before: int) -> None:
    check(reader, [Case(WHOLE["virt"], IMAGE_START - before)])


@pytest.mark.parametrize("offset", [8, 40, 2048, PAGE - 8, PAGE - 40])
def test_tree_begins_anywhere_in_a_page(reader: tuple[str, ...], offset: int) -> None:
    check(reader, [Case(WHOLE["virt"], AT - offset)])


def test_total_size_is_obeyed_up_to_its_bound(reader: tuple[str, ...]) -> None:
    tree = WHOLE["virt"]
    sizes = [
        0,
        8,
        39,
        40,
        41,
        len(tree) - 1,
        len(tree),
        len(tree) + 1,
        MOST_BYTES,
        MOST_BYTES + 1,
        0x7FFF_FFFF,
        0xFFFF_FFFF,
    ]
    check(reader, [Case(trees.with_size(tree, size)) for size in sizes])


@pytest.mark.parametrize(
    "machine",
    [
        "virt,gic-version=2",
        "virt,gic-version=3",
        "virt,virtualization=on",
        "virt,secure=on",
        "virt,secure=on,virtualization=on,gic-version=3",
    ],
)
@pytest.mark.parametrize(("processors", "megabytes"), [(1, 64), (4, 5000)])
def test_real_tree_of_qemu_is_understood(
    reader: tuple[str, ...], tmp_path: Path, machine: str, processors: int, megabytes: int
) -> None:
    tree = tree_of_qemu(tmp_path, machine, processors, megabytes)
    told = meaning(Case(tree))
    assert f"uart=9000000 memory=40000000-{0x4000_0000 + megabytes * MIB:x}" in told
    assert "seed=0 " not in told
    check(reader, [Case(tree), Case(trees.packed(tree))])


def tree_of_qemu(folder: Path, machine: str, processors: int, megabytes: int) -> bytes:
    output = folder / "virt.dtb"
    words = ["qemu-system-aarch64", "-M", f"{machine},dumpdtb={output}", "-nodefaults", "-display", "none"]
    subprocess.run([*words, "-smp", str(processors), "-m", str(megabytes)], check=True, capture_output=True, timeout=60)
    return output.read_bytes()


def mutations(count: int, seed: int) -> list[Case]:
    """Damaged trees of the shapes that have the most to damage."""
    chance = random.Random(seed)
    bases = [WHOLE[name] for name in ("virt", "xen", "cells-of-one-word", "seeds", "seed-of-compose", "two-uarts")]
    offsets = [0, 0, 0, 8, 4088]
    return [Case(trees.damaged(chance.choice(bases), chance), AT + chance.choice(offsets)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_damaged_trees_are_understood_or_refused(reader: tuple[str, ...], seed: int) -> None:
    cases = mutations(1500, seed)
    check(reader, cases)
    told = [meaning(case) for case in cases]
    assert min(told.count(DAMAGED), sum(text.startswith("facts") for text in told)) > 100


def test_damaged_tree_of_qemu_is_understood_or_refused(reader: tuple[str, ...], tmp_path: Path) -> None:
    chance = random.Random(7)
    tree = trees.packed(tree_of_qemu(tmp_path, "virt,gic-version=3", 2, 64))
    check(reader, [Case(trees.damaged(tree, chance)) for _ in range(300)])


@pytest.mark.parametrize("name", ["virt", "xen", "cells-of-one-word"])
def test_tree_that_is_cut_anywhere_is_refused_or_still_whole(reader: tuple[str, ...], name: str) -> None:
    check(reader, [Case(cut) for cut in trees.cut_everywhere(WHOLE[name])])


# Each of the reader's checks, and what it is without it.
CHECKS = {
    "word-at-the-end": ("if (part->end - part->at < WORD)\n\t\treturn 0;\n", ""),
    "text-s-nul-at-the-end": ("text.end - text.at <= size || ", ""),
    "text-s-nul": (" || text.at[size] != '\\0'", ""),
    "word-of-compose": ("&& line.end - line.at > END)", ")"),
    "line": ("while (line.at < line.end && *line.at", "while (*line.at"),
    "line-s-room": (" && out < boot_command_line + BOOT_COMMAND_LINE_SIZE)", ")"),
    "list-of-texts": ("while (list.at < list.end && *list.at++ != '\\0')", "while (*list.at++ != '\\0')"),
    "reg": ("node->reg.end - node->reg.at >= entry_size", "node->reg.end > node->reg.at && entry_size"),
    "reach": ("if (start >= BOOT_ADDRESS_END)\n", "if (false)\n"),
    "end-of-reach": ("size < BOOT_ADDRESS_END - start ? start + size : BOOT_ADDRESS_END", "start + size"),
    "page-0": ("page == 0 || ", ""),
    "uart-in-the-image": (" || is_image(page, page + BOOT_PAGE_SIZE)", ""),
    "name-s-end": (
        "while (structure.at < structure.end && *structure.at++ != '\\0')",
        "while (*structure.at++ != '\\0')",
    ),
    "depth": ("if (depth == 0)\n\t\t\t\treturn false;\n", ""),
    "value-s-size": ("size < left ? size : left", "size"),
    "name-s-place": ("if (place >= (size_t)(strings.end - strings.at))\n\t\t\t\treturn false;\n", ""),
    "cells": ("if (cells[property] < 1 || cells[property] > 2)\n\t\t\t\t\treturn false;\n", ""),
    "open-nodes": ("return depth == 0;", "return true;"),
    "part-s-offset": ("offset > tree_size || size > tree_size - offset", "size > tree_size - offset"),
    "part-s-size": ("offset > tree_size || size > tree_size - offset", "offset > tree_size"),
    "structure-s-alignment": ("if ((uintptr_t)structure.at % WORD != 0)\n\t\treturn false;\n", ""),
    "no-tree": ("tree == 0 || ", ""),
    "alignment": ("tree % sizeof(uint64_t) != 0 || ", ""),
    "tree-out-of-reach": ("tree >= BOOT_ADDRESS_END - MOST_BYTES || ", ""),
    "header-in-the-image": (" || is_image(tree, end))", ")"),
    "tree-in-the-image": (" &&\n\t\t\t!is_image(tree, tree + size);", ";"),
    "magic": ("header_word(tree, HEADER_MAGIC) == MAGIC && ", ""),
    "most-bytes": ("&& size <= MOST_BYTES ", ""),
}


@pytest.fixture(scope="module")
def every_case() -> list[Case]:
    """What is asked of a reader without one of its checks."""
    tree = WHOLE["virt"]
    placed = [Case(tree, address) for address in (AT + 4, IMAGE_START - 8, IMAGE_START - 80)]
    sized = [Case(trees.with_size(tree, size)) for size in (8, 39, MOST_BYTES + 1)]
    unplaced = [Case(b"", address) for address in (0, ADDRESS_END - 8)]
    return [*(Case(tree) for tree in WHOLE.values()), *placed, *sized, *mutations(500, 0), *unplaced]


@pytest.fixture(scope="module")
def every_meaning(every_case: list[Case]) -> list[str]:
    """What the whole reader answers."""
    return [meaning(case) for case in every_case]


@pytest.mark.parametrize("name", CHECKS)
def test_reader_without_one_of_its_checks_is_found_out(
    tmp_path: Path, every_case: list[Case], every_meaning: list[str], name: str
) -> None:
    text, other = CHECKS[name]
    copy = shutil.copytree(DEVICE_TREE, tmp_path / DEVICE_TREE.name)
    source = copy / "src/device_tree.c"
    content = source.read_text()
    assert content.count(text) == 1, name
    source.write_text(content.replace(text, other))
    answer = ask(build_reader(tmp_path / "built", copy, SANITIZED), every_case)
    assert answer.status != 0 or answer.lines != every_meaning
