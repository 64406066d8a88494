"""A device for random bytes where the processor has none."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support.composed import APPS, GUEST_SECONDS, KVM, KVM_ARM, Workshop
from tests.support.network import MODERN_MMIO

NO_RDRAND = ("-cpu", "qemu64")
NO_SEED = ("-machine", "virt,dtb-randomness=off", "-cpu", "cortex-a53")
BROKEN = ("-object", "rng-random,filename=/dev/zero,id=r", "-device", "virtio-rng-pci,rng=r")


@dataclass(frozen=True, slots=True)
class Case:
    """A machine, and whether it has random bytes."""

    target: str
    words: tuple[str, ...]
    is_random: bool = True


CASES = {
    "q35": Case(KVM, ("-machine", "q35", *NO_RDRAND, "-device", "virtio-rng-pci")),
    "microvm": Case(KVM, ("-machine", "microvm", *NO_RDRAND, *MODERN_MMIO, "-device", "virtio-rng-device")),
    "virt-pci": Case(KVM_ARM, (*NO_SEED, "-device", "virtio-rng-pci")),
    "virt-mmio": Case(KVM_ARM, (*NO_SEED, *MODERN_MMIO, "-device", "virtio-rng-device")),
    "without-device": Case(KVM, ("-machine", "q35", *NO_RDRAND), False),
    "virt-without-device": Case(KVM_ARM, NO_SEED, False),
    "same-byte-for-ever": Case(KVM, ("-machine", "q35", *NO_RDRAND, *BROKEN), False),
}


@pytest.fixture(scope="session")
def asking(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The program that wants random bytes, with a driver for the device."""
    out = tmp_path_factory.mktemp("random") / "out"
    for target in (KVM, KVM_ARM):
        option = f"entropy-{target.split('/')[1]}.device=true"
        words = ("--quiet", "--out", str(out), *workshop.pin, "--target", target, "--set", option)
        done = workshop.call("build", *words, str(APPS / "posix-entropy/unikernel.yaml"))
        assert done.status == 0, done.told
    return replace(workshop, out=out)


def said(image: Path, case: Case) -> str:
    arch = case.target.split("/")[1]
    words = (f"qemu-system-{arch}", "-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot")
    more = ("-serial", "stdio", "-m", "16M", *case.words, "-kernel", str(image))
    done = subprocess.run(
        [*words, *more], capture_output=True, text=True, timeout=GUEST_SECONDS, check=True, stdin=subprocess.DEVNULL
    )
    return done.stdout


@pytest.mark.parametrize("name", CASES)
def test_device_gives_random_bytes_where_nothing_else_does(asking: Workshop, name: str) -> None:
    case = CASES[name]
    image = asking.image("posix-entropy", case.target)
    told = [said(image, case) for _ in range(2)]
    if not case.is_random:
        assert "refused: -5, -5\n" in told[0], told[0]
        return
    words = [word for text in told for word in re.findall(r"^[0-9a-f]{32}$", text, re.MULTILINE)]
    assert len(set(words)) == 4, told


def test_driver_is_in_no_image_that_did_not_ask_for_it(workshop: Workshop) -> None:
    recipes = workshop.facts("posix-entropy", KVM)["recipes"]
    assert "virtio" not in str(recipes)
