"""Each option of a recipe has an effect that is seen from outside."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from composer.load.catalog import Catalogs
from composer.load.shipped import shipped_folder
from tests.support.composed import APPS, EXAMPLES, KVM, KVM_ARM, LINUX, TARGETS, Done, Workshop


@pytest.fixture
def own(workshop: Workshop, tmp_path: Path) -> Workshop:
    """A folder for images of the test's own, with the store of all."""
    return Workshop(workshop.checkout, workshop.store, tmp_path)


def run_set(own: Workshop, target: str, app: Path, argument: str, *assignments: str) -> Done:
    words = [word for assignment in assignments for word in ("--set", assignment)]
    return own.run(app, argument, words=("--target", target, *words))


def words_shown(done: Done) -> int:
    """How many words of the stack a report on the console has."""
    lines = [line for line in done.output.splitlines() if line.startswith(b"trap: stack ")]
    return sum(len(line.rpartition(b": ")[2].split()) for line in lines)


def check_stack_words(own: Workshop) -> None:
    for target, count in itertools.product(TARGETS, (0, 2, 7)):
        done = run_set(own, target, EXAMPLES / "crash", "null-read", f"trap-report.stack_words={count}")
        assert words_shown(done) == count, done.told


def check_stack_size(own: Workshop, target: str, recipe: str) -> None:
    assert run_set(own, target, APPS / "deep", "40").output == b"came back\n"
    for size, status in (("65536", 4), ("131072", 0)):
        done = run_set(own, target, APPS / "deep", "100", f"{recipe}.stack_size={size}")
        assert done.status == status, done.told


def check_descriptors(own: Workshop) -> None:
    for count in (8, 300):
        done = run_set(own, LINUX, APPS / "descriptors", "", f"descriptors.count={count}")
        assert (done.status, done.output) == (0, b"%d\n" % count), done.told


def check_image(own: Workshop, option: str, app: Path, target: str, value: str, *pins: str) -> None:
    """The option reaches the code. What it does there is seen by the tests of what it is an option of."""
    images = []
    for words in (pins, (*pins, "--set", f"{option}={value}")):
        done = own.call("build", "-q", "--out", str(own.out), "--target", target, *own.pin, *words, str(app))
        assert done.status == 0, done.told
        images.append(own.image(app.name, target).read_bytes())
    assert images[0] != images[1]


def check_buffers(own: Workshop) -> None:
    check_image(own, "net-linux.buffers", HTTP, LINUX, "64", "--set", "network=lwip")


HTTP, CLIENT, THREADS = EXAMPLES / "httpreply", EXAMPLES / "tcp-client", APPS / "threads"
SEEN_IN_THE_IMAGE = {
    "host.ipv6": (CLIENT, LINUX, "true"),
    "lwip.dhcp": (HTTP, KVM, "false"),
    "lwip.address_seconds": (CLIENT, KVM, "3"),
    "lwip.memory_percent": (HTTP, KVM, "20"),
    "lwip.ipv6": (HTTP, KVM, "true"),
    "lwip.name_servers": (CLIENT, KVM, "10.0.0.1"),
    "lwip.tcp_segment_lifetime": (HTTP, KVM, "30"),
    "lwip.tcp_window": (HTTP, KVM, "8192"),
    "nolibc-threads.keys": (THREADS, LINUX, "64"),
    "threads.stack_size": (THREADS, LINUX, "131072"),
    "virtio-net.patience": (HTTP, KVM, "0"),
    "virtio-net.receive_buffers": (HTTP, KVM, "128"),
    "virtio-net.send_entries": (HTTP, KVM, "256"),
    "virtio.bus": (HTTP, KVM, "pci"),
}
# By tests/boot/test_network.py, test_ipv6.py, test_random_device.py and test_console_device.py.
ELSEWHERE = {
    *("lwip.address", "lwip.gateway", "lwip.prefix", "lwip.address6", "lwip.gateway6"),
    *("entropy-aarch64.device", "entropy-x86_64.device"),
    *("boot-aarch64.console", "boot-kvm-x86_64.console"),
}

CHECKS: dict[str, Callable[[Workshop], None]] = {
    **{
        name: partial(check_image, option=name, app=a, target=t, value=v)
        for name, (a, t, v) in SEEN_IN_THE_IMAGE.items()
    },
    "boot-aarch64.stack_size": partial(check_stack_size, target=KVM_ARM, recipe="boot-aarch64"),
    "boot-kvm-x86_64.stack_size": partial(check_stack_size, target=KVM, recipe="boot-kvm-x86_64"),
    "descriptors.count": check_descriptors,
    "net-linux.buffers": check_buffers,
    "trap-report.stack_words": check_stack_words,
}


@pytest.mark.parametrize("option", CHECKS)
def test_option_has_its_effect(own: Workshop, option: str) -> None:
    CHECKS[option](own)


def test_no_option_is_without_a_check() -> None:
    catalog = Catalogs(shipped_folder("recipes")).having()
    options = {f"{name}.{option}" for name, entry in catalog.recipes.items() for option in entry.recipe.options}
    assert options == CHECKS.keys() | ELSEWHERE
