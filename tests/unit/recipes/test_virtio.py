"""Drivers of virtio against a model of the device that lies, compiled as in an image and linked into programs of the host."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.recipe_objects import (
    REPORT,
    SANITIZED,
    VIRTIO,
    VIRTIO_CONSOLE,
    VIRTIO_NET,
    VIRTIO_PCI,
    Build,
    build_host_program,
    verdict,
)

HOST = Path(__file__).parent / "host"
ROUNDS = 117  # three of each kind
CONSOLE_ROUNDS = 66  # likewise
PCI_ROUNDS = 20000
SEED = os.environ.get("VIRTIO_SEED", "1")

# What is checked, each taken away alone: recipe, text, text instead. The test has to fail without any of them.
CHECKS = {
    "used index": (VIRTIO, "count > queue->has - (uint16_t)(queue->offered - queue->told)", "false"),
    "number of a buffer": (VIRTIO, "id >= queue->size || queue->room[id] == 0", "queue->room[id % queue->size] == 0"),
    "number cut to 16 bits": (VIRTIO, "if (id >= queue->size ||", "id &= 0xffff;\n\tif (id >= queue->size ||"),
    "whose a buffer is": (VIRTIO, "queue->room[id] == 0", "(queue->room[id] == 0 && (queue->room[id] = 4096, false))"),
    "used twice": (VIRTIO, "queue->room[id] = 0;", ""),
    "length": (VIRTIO, "written >= queue->room[id]", "false"),
    "length by one": (VIRTIO, "written >= queue->room[id]", "written > queue->room[id]"),
    "header": (VIRTIO_NET, "written < sizeof(struct header)", "false"),
    "pieces": (
        VIRTIO_NET,
        "!virtio_queue_take(&receiver, &number, &written) || written == 0",
        "virtio_queue_take(&receiver, &number, &written) && written == 0",
    ),
    "empty piece": (VIRTIO_NET, " || written == 0", ""),
    "bytes of configuration": (VIRTIO_NET, " || device.config_size < config_bytes()", ""),
    "least MTU": (VIRTIO_NET, "told->mtu < MTU_LEAST ||", ""),
    "MTU of one buffer": (VIRTIO_NET, "(!has(FEATURE_MERGED) && told->mtu >", "(false && told->mtu >"),
    "reset": (
        VIRTIO,
        "!virtio_find(device, kind) || !reset(device)",
        "!virtio_find(device, kind) || (reset(device), false)",
    ),
    "agreement": (VIRTIO, " || !(bus->status(device) & STATUS_AGREED)", ""),
    "bell": (VIRTIO, "return queue->bell;", "return true;"),
    "length of the queue": (VIRTIO, "while (size > most)", "while (false)"),
}

CONSOLE_CHECKS = {
    "number of a buffer": (VIRTIO, "id >= queue->size || queue->room[id] == 0", "queue->room[id % queue->size] == 0"),
    "used index": (VIRTIO, "count > queue->has - (uint16_t)(queue->offered - queue->told)", "false"),
    "length": (VIRTIO, "written >= queue->room[id]", "false"),
    "room for what is typed": (
        VIRTIO_CONSOLE,
        "virtio_queue_offer(&receiver, number, BUFFER_BYTES)",
        "virtio_queue_offer(&receiver, number, 4096)",
    ),
    "reset": (
        VIRTIO,
        "!virtio_find(device, kind) || !reset(device)",
        "!virtio_find(device, kind) || (reset(device), false)",
    ),
    "agreement": (VIRTIO_CONSOLE, " || !virtio_agree(&device, 0)", " || (virtio_agree(&device, 0), false)"),
    "queue for what is written": (
        VIRTIO_CONSOLE,
        "!virtio_queue_start(&sender, &device, QUEUE_SEND, 1, 1, send_room)",
        "(virtio_queue_start(&sender, &device, QUEUE_SEND, 1, 1, send_room), false)",
    ),
    "patience": (VIRTIO_CONSOLE, "+ PATIENCE_NANOSECONDS;", "+ 4 * PATIENCE_NANOSECONDS;"),
    "no patience a second time": (VIRTIO_CONSOLE, "is_slow ? 0 : ", ""),
    "a line about what is written goes to the port": (VIRTIO_CONSOLE, "\tset_up(false);\n\tfor", "\tfor"),
    "a line about what is typed goes to the port": (
        VIRTIO_CONSOLE,
        "\tset_up(false);\n\tbool is_taken",
        "\tbool is_taken",
    ),
    "a line of the halt goes to the port": (VIRTIO_CONSOLE, "\tset_up(false);\n\tbool is_quiet", "\tbool is_quiet"),
}

CONSOLE_DUTIES = {
    "kick when it is wanted": (VIRTIO, "if (is_kick_wanted(queue, fresh))", "if (false)"),
    "kick that was missed": (VIRTIO_CONSOLE, "virtio_queue_publish(&sender); /* it may", ";  /* it may"),
    "all is shown before the call returns": (VIRTIO_CONSOLE, "\tfinish();\n\tset_up", "\tset_up"),
    "pieces of a long text": (VIRTIO_CONSOLE, "next += part;", ""),
    "buffers go back": (VIRTIO_CONSOLE, "\t\tif (at == end_at)\n\t\t\tgive_back();\n", ""),
    "empty ones too": (VIRTIO_CONSOLE, "\tif (end_at == 0)\n\t\tgive_back();\n", ""),
    "the end of input": (VIRTIO_CONSOLE, "has_ended = byte == END_OF_TRANSMISSION;", ""),
    "it stays ended": (
        VIRTIO_CONSOLE,
        "while (!has_ended && count",
        "has_ended = false;\n\twhile (!has_ended && count",
    ),
    "interrupts while it halts": (VIRTIO, "(uint16_t)(queue->taken + behind)", "(uint16_t)(queue->taken - 1)"),
    "interrupts while it runs": (VIRTIO_CONSOLE, "\tif (is_armed)\n\t\tvirtio_queue_disarm(&receiver);\n", ""),
    "look again before the halt": (VIRTIO_CONSOLE, "return is_quiet;", "return true;"),
    "waking": (VIRTIO_CONSOLE, "wait_wake(&readers, UINT32_MAX);", ""),
}

PCI_CHECKS = {
    "end of the registers": (VIRTIO_PCI, "offset >= bar_size || size > bar_size - offset", "false"),
    "what an address may be": (
        VIRTIO_PCI,
        "(low | (uint64_t)high << 32) & kept",
        "(low & ~UINT32_C(0xf)) | (uint64_t)high << 32",
    ),
    "least size of a part": (VIRTIO_PCI, "*size >= least && ", "(*size >= least || true) && "),
    "place of a bell": (VIRTIO_PCI, " || bell > device->bells_size - BELL_BYTES", ""),
    "end of the list": (VIRTIO_PCI, "for (unsigned i = 0; i < CAPABILITIES_MOST; i++) {", "for (;;) {"),
    "number of the registers": (
        VIRTIO_PCI,
        "bar < BARS ? bar_address(place, bar, &bar_size) : 0",
        "bar_address(place, bar, &bar_size)",
    ),
}

# What a right device relies on.
DUTIES = {
    "kick when it is wanted": (VIRTIO, "if (is_kick_wanted(queue, fresh))", "if (false)"),
    "no kick when it is not": (VIRTIO, "if (is_kick_wanted(queue, fresh))", "if (true)"),
    "kick that was missed": (VIRTIO, "if (is_kick_wanted(queue, fresh))", "if (fresh && is_kick_wanted(queue, fresh))"),
    "interrupts while it runs": (VIRTIO, "(uint16_t)(queue->taken - 1)); /*", "queue->taken); /*"),
    "interrupts while it halts": (VIRTIO, "(uint16_t)(queue->taken + behind)", "(uint16_t)(queue->taken - 1)"),
    "look again before the halt": (VIRTIO, "return look(queue) <= behind;", "return true;"),
    "order of a frame's pieces": (VIRTIO_NET, "*at = sends[*at].next;\n\t\tstart", "start"),
    "end of a chain": (VIRTIO_NET, "sender.descriptors[last].flags = 0;", ""),
    "segments without their checksums": (VIRTIO_NET, " && has(FEATURE_SEND_CHECKSUM))", ")"),
}


Change = tuple[Path, str, str]


def card(into: Path, recipes: Sequence[Path], *flags: str) -> tuple[str, ...]:
    build = Build(extra=(*SANITIZED.extra, *flags))
    return build_host_program(HOST / "virtio_net_test.c", [*recipes, REPORT], into, build, renamed=False)


def console(into: Path, recipes: Sequence[Path], *flags: str) -> tuple[str, ...]:
    build = Build(extra=(*SANITIZED.extra, *flags))
    return build_host_program(HOST / "virtio_console_test.c", [*recipes, REPORT], into, build, renamed=False)


def bus(into: Path, recipe: Path, *flags: str) -> tuple[str, ...]:
    build = Build(extra=(*SANITIZED.extra, f"-I{recipe}/src", *flags))
    return build_host_program(HOST / "virtio_pci_test.c", [REPORT], into, build, renamed=False)


def test_card_serves_a_right_device_and_no_liar(tmp_path: Path) -> None:
    """VIRTIO_SEED chooses other rounds; the seed is in what fails."""
    told = verdict(card(tmp_path, [VIRTIO, VIRTIO_NET]), SEED, str(ROUNDS))
    assert told.startswith(f"intact, {ROUNDS} rounds of seed {SEED}, ")


def test_console_serves_a_right_device_and_no_liar(tmp_path: Path) -> None:
    told = verdict(console(tmp_path, [VIRTIO, VIRTIO_CONSOLE]), SEED, str(CONSOLE_ROUNDS))
    assert told.startswith(f"intact, {CONSOLE_ROUNDS} rounds of seed {SEED}, ")


def test_nothing_but_its_registers_is_shown_of_a_damaged_device(tmp_path: Path) -> None:
    told = verdict(bus(tmp_path, VIRTIO_PCI), SEED, str(PCI_ROUNDS))
    assert told.startswith(f"intact, {PCI_ROUNDS} rounds of seed {SEED}, ")


def changed(folder: Path, change: Change) -> list[Path]:
    """Copies of the recipes with a text of one of them replaced."""
    recipe, text, other = change
    copies = []
    for original in (VIRTIO, VIRTIO_NET, VIRTIO_PCI, VIRTIO_CONSOLE):
        shutil.copytree(original, folder / original.name)
        copies.append(folder / original.name)
    sources = [path for path in (folder / recipe.name).rglob("*.c") if text in path.read_text()]
    assert len(sources) == 1, f"{text!r} is in {sources}"
    content = sources[0].read_text()
    assert content.count(text) == 1, f"{text!r} is there more than once"
    sources[0].write_text(content.replace(text, other))
    return copies


def fails(command: Sequence[str], rounds: int) -> None:
    for seed in ("1", "2"):
        words = [*command, seed, str(rounds)]
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=100)
        if done.returncode != 0:
            return
    raise AssertionError(f"nobody missed it: {done.stdout}")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CHECKS, *DUTIES])
def test_nothing_can_be_left_out_of_the_card_s_driver(tmp_path: Path, name: str) -> None:
    net = changed(tmp_path / "recipes", {**CHECKS, **DUTIES}[name])[:2]
    fails(card(tmp_path, net, "-Wno-error"), ROUNDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*CONSOLE_CHECKS, *CONSOLE_DUTIES])
def test_nothing_can_be_left_out_of_the_console_s_driver(tmp_path: Path, name: str) -> None:
    copies = changed(tmp_path / "recipes", {**CONSOLE_CHECKS, **CONSOLE_DUTIES}[name])
    fails(console(tmp_path, [copies[0], copies[3]], "-Wno-error"), CONSOLE_ROUNDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", PCI_CHECKS)
def test_no_check_of_the_bus_can_be_left_out(tmp_path: Path, name: str) -> None:
    pci = changed(tmp_path / "recipes", PCI_CHECKS[name])[2]
    fails(bus(tmp_path, pci, "-Wno-error"), PCI_ROUNDS)
