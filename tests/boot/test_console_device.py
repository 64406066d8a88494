"""A device of virtio as the console: what the machine's port has then, and what `compose run` passes on."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.boot.test_threads import spoken
from tests.support.composed import APPS, EXAMPLES, GUEST_SECONDS, KVM, KVM_ARM, Workshop
from tests.support.network import MODERN_MMIO

ECHOED = b"1: eno\n2: owt\n2 line(s)\n"
TYPED = b"one\ntwo\n"
NO_DEVICE = "console: there is no device of virtio for it, so it stays at the port\n"
FIXED_CANARY = "boot: no random source, so the stack canary is a fixed one\n"
LONG = """#include <stdio.h>
int main(void)
{
	static char dots[5001];
	for (int i = 0; i < 3000; i++)
		printf("%d\\n", i);
	for (int i = 0; i < 5000; i++)
		dots[i] = '.';
	puts(dots);
	return 0;
}
"""
PCI = ("-device", "virtio-serial-pci")
MMIO = (*MODERN_MMIO, "-device", "virtio-serial-device")
LINE = ("-chardev", "stdio,id=line,signal=off")
ON_DEVICE = ("-device", "virtconsole,chardev=line")


@dataclass(frozen=True, slots=True)
class Case:
    """A machine of QEMU, with random bytes or without, and the device on one of its buses."""

    target: str
    machine: tuple[str, ...]
    device: tuple[str, ...]

    def command(self, image: Path, *line: str) -> tuple[str, ...]:
        """What runs `image` with more words for its console."""
        arch = self.target.split("/")[1]
        words = ("-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-m", "64M")
        return (f"qemu-system-{arch}", *words, *self.machine, *LINE, *line, "-kernel", str(image))


CASES = {
    "q35": Case(KVM, ("-machine", "q35", "-cpu", "max"), PCI),
    "pc": Case(KVM, ("-machine", "pc", "-cpu", "max"), PCI),
    "microvm": Case(KVM, ("-machine", "microvm", "-cpu", "max"), MMIO),
    "virt-pci": Case(KVM_ARM, ("-machine", "virt", "-cpu", "max"), PCI),
    "virt-mmio": Case(KVM_ARM, ("-machine", "virt", "-cpu", "max"), MMIO),
}
POOR = {
    "q35": replace(CASES["q35"], machine=("-machine", "q35", "-cpu", "qemu64")),
    "virt-mmio": replace(CASES["virt-mmio"], machine=("-machine", "virt,dtb-randomness=off", "-cpu", "cortex-a53")),
}
WAYS = {
    "q35": (KVM, ()),
    "microvm": (KVM, ("--set", "machine=microvm")),
    "virt-mmio": (KVM_ARM, ()),
    "virt-pci": (KVM_ARM, ("--set", "virtio.bus=pci")),
}


@pytest.fixture(scope="module")
def images(programs: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Programs whose console is the device, wherever it is found."""
    out = tmp_path_factory.mktemp("console") / "out"
    here = replace(programs, out=out)
    for target in (KVM, KVM_ARM):
        for app in (EXAMPLES / "echo", APPS / "threads-input"):
            words = ("--quiet", "--out", str(out), *here.pin, "--target", target, "--set", "console=virtio")
            done = here.call("build", *words, str(app))
            assert done.status == 0, done.told
    return here


def said(command: tuple[str, ...]) -> bytes:
    """What a guest says into whose console lines are typed."""
    done = subprocess.run(command, capture_output=True, input=TYPED + b"\4", timeout=GUEST_SECONDS, check=True)
    return done.stdout


@pytest.mark.parametrize("name", CASES)
def test_all_is_on_the_device_and_nothing_on_the_port(images: Workshop, tmp_path: Path, name: str) -> None:
    case, port = CASES[name], tmp_path / "port"
    shown = said(case.command(images.image("echo", case.target), *case.device, *ON_DEVICE, "-serial", f"file:{port}"))
    assert (shown[-len(ECHOED) :], port.read_bytes()) == (ECHOED, b"")


@pytest.mark.parametrize("name", POOR)
def test_what_is_told_before_the_device_works_is_on_the_port(images: Workshop, tmp_path: Path, name: str) -> None:
    case, port = POOR[name], tmp_path / "port"
    shown = said(case.command(images.image("echo", case.target), *case.device, *ON_DEVICE, "-serial", f"file:{port}"))
    assert (shown[-len(ECHOED) :], port.read_text()) == (ECHOED, FIXED_CANARY)


@pytest.mark.parametrize("name", ["q35", "virt-mmio"])
def test_without_the_device_the_console_is_the_port(images: Workshop, name: str) -> None:
    case = CASES[name]
    shown = said(case.command(images.image("echo", case.target), "-serial", "chardev:line"))
    assert shown.decode().startswith(NO_DEVICE)
    assert shown.endswith(ECHOED)


@pytest.mark.parametrize("name", ["microvm", "virt-pci"])
def test_who_waits_for_input_lets_others_run_and_takes_no_time(images: Workshop, name: str) -> None:
    case = CASES[name]
    line = (*case.device, *ON_DEVICE, "-append", "3000")
    lines, seconds = spoken(case.command(images.image("threads-input", case.target), *line), b"slept")
    assert lines[:2] == [b"slept", b"read hello"], lines
    assert seconds < 0.5, seconds


@pytest.mark.parametrize("way", WAYS)
def test_run_passes_on_what_is_typed_and_shown_and_how_it_ends(programs: Workshop, way: str) -> None:
    target, words = WAYS[way]
    words = ("--target", target, "--set", "console=virtio", *words)
    done = programs.run(EXAMPLES / "echo", words=words, stdin=TYPED)
    assert (done.status, done.output[-len(ECHOED) :]) == (0, ECHOED), done.told
    crash = programs.run(EXAMPLES / "crash", "null-read", words=words)
    assert crash.status == 4, crash.told
    assert crash.output.startswith(b"trap: page-fault "), crash.told
    assert b"main.c" in crash.errors, crash.told  # the back-trace of the report


@pytest.mark.parametrize("target", [KVM, KVM_ARM])
def test_long_output_comes_whole(programs: Workshop, tmp_path: Path, target: str) -> None:
    (tmp_path / "main.c").write_text(LONG)
    (tmp_path / "unikernel.yaml").write_text(
        f"name: long\napp: {{sources: [main.c]}}\ntarget: {target}\nconsole: virtio\n"
    )
    done = programs.run(tmp_path)
    assert done.output == b"".join(b"%d\n" % number for number in range(3000)) + b"." * 5000 + b"\n", done.told[-200:]


SWITCHED_OFF = {
    "input": ("recipes/drivers/serial-16550/src/serial.c", "\tif (device_read(bytes, size, &count))\n\t\treturn count;\n", ""),
    "buffers": ("recipes/drivers/virtio-console/src/console.c", "\tvirtio_queue_publish(&receiver);\n\treturn true;", "\treturn true;"),
    "run": ("composer/cli/guests.py", "network, ports, console_of(image)", "network, ports"),
}  # fmt: skip


@pytest.mark.parametrize("part", SWITCHED_OFF)
def test_without_a_part_nothing_comes_through(programs: Workshop, tmp_path: Path, part: str) -> None:
    here = programs.altered(tmp_path, [SWITCHED_OFF[part]])
    words = ("--target", KVM, "--set", "console=virtio", "--timeout", "8")
    done = here.run(EXAMPLES / "echo", words=words, stdin=TYPED)
    is_on_the_device = done.output.endswith(ECHOED) and NO_DEVICE.encode() not in done.output
    assert not is_on_the_device, done.told


def test_driver_is_in_no_image_that_did_not_ask_for_it(programs: Workshop) -> None:
    programs.build(EXAMPLES / "echo/unikernel.yaml", target=KVM)
    assert "virtio" not in str(programs.facts("echo", KVM)["recipes"])
