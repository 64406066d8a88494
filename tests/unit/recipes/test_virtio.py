"""Drivers of virtio against a model of the device that lies, compiled as in an image and linked into programs of the host."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.recipe_objects import REPORT, SANITIZED, VIRTIO, VIRTIO_NET, Build, build_host_program, verdict

HOST = Path(__file__).parent / "host"
ROUNDS = 195

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
        "(virtio_queue_take(&receiver, &number, &written), false)",
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

# What a right device relies on.
DUTIES = {
    "kick when it is wanted": (VIRTIO, "if (is_wanted)", "if (false)"),
    "no kick when it is not": (VIRTIO, "if (is_wanted)", "if (true)"),
    "interrupts while it runs": (VIRTIO, "(uint16_t)(queue->taken - 1)); /*", "queue->taken); /*"),
    "interrupts while it halts": (VIRTIO, "(uint16_t)(queue->taken + behind)", "(uint16_t)(queue->taken - 1)"),
    "look again before the halt": (VIRTIO, "return look(queue) <= behind;", "return true;"),
    "order of a frame's pieces": (VIRTIO_NET, "*at = sends[*at].next;\n\t\tstart", "start"),
    "end of a chain": (VIRTIO_NET, "sender.descriptors[last].flags = 0;", ""),
    "segments without their checksums": (VIRTIO_NET, " && has(FEATURE_SEND_CHECKSUM))", ")"),
}


def program(into: Path, recipes: Sequence[Path], *flags: str) -> tuple[str, ...]:
    build = Build(extra=(*SANITIZED.extra, *flags))
    return build_host_program(HOST / "virtio_net_test.c", [*recipes, REPORT], into, build, renamed=False)


def test_card_serves_a_right_device_and_no_liar(tmp_path: Path) -> None:
    """VIRTIO_SEED chooses other rounds; the seed is in what fails."""
    seed = os.environ.get("VIRTIO_SEED", "1")
    told = verdict(program(tmp_path, [VIRTIO, VIRTIO_NET]), seed, str(ROUNDS))
    assert told.startswith(f"intact, {ROUNDS} rounds of seed {seed}, ")


def changed(folder: Path, change: tuple[Path, str, str]) -> list[Path]:
    """Copies of the two recipes with a text of one of them replaced."""
    recipe, text, other = change
    copies = []
    for original in (VIRTIO, VIRTIO_NET):
        shutil.copytree(original, folder / original.name)
        copies.append(folder / original.name)
    sources = [path for path in (folder / recipe.name).rglob("*.c") if text in path.read_text()]
    assert len(sources) == 1, f"{text!r} is in {sources}"
    content = sources[0].read_text()
    assert content.count(text) == 1, f"{text!r} is there more than once"
    sources[0].write_text(content.replace(text, other))
    return copies


def fails(folder: Path, change: tuple[Path, str, str]) -> None:
    command = program(folder, changed(folder / "recipes", change), "-Wno-error")
    for seed in ("1", "2"):
        done = subprocess.run(
            [*command, seed, str(ROUNDS)], capture_output=True, text=True, errors="replace", timeout=100
        )
        if done.returncode != 0:
            return
    raise AssertionError(f"nobody missed it: {done.stdout}")


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_no_check_of_the_device_can_be_left_out(tmp_path: Path, name: str) -> None:
    fails(tmp_path, CHECKS[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", DUTIES)
def test_no_duty_towards_the_device_can_be_left_out(tmp_path: Path, name: str) -> None:
    fails(tmp_path, DUTIES[name])
