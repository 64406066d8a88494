"""Instructions from the entry to main, and for each request: the same on every machine, so that what got slower is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bench.instructions import to_main
from tests.bench.requests import ADDRESS, PATIENCE_OFF, SERVERS, instructions
from tests.support.composed import EXAMPLES, KVM, KVM_ARM, Workshop

# Of hello, by gcc 12 in the profile `size`. A smaller number is written down here; a larger one wants a reason.
INSTRUCTIONS = {KVM: 1_588, KVM_ARM: 77_000}
# For a request: of a connection that stays, and of one for each. Checksums are the guest's own here, for the wire of the test has none.
REQUESTS = {
    ("http-keepalive", KVM): 17_000,
    ("http-keepalive", KVM_ARM): 16_550,
    ("httpreply", KVM): 26_500,
    ("httpreply", KVM_ARM): 25_500,
}
TOLERANCE = 1.05


@pytest.mark.parametrize("target", INSTRUCTIONS)
def test_boot_takes_no_more_instructions_than_before(workshop: Workshop, target: str) -> None:
    count = to_main(workshop.folder("hello", target))
    assert INSTRUCTIONS[target] / TOLERANCE <= count <= INSTRUCTIONS[target] * TOLERANCE


def test_a_boot_that_clears_its_stack_too_would_be_seen(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    edit = ("recipes/boot/aarch64/src/boot.S", "address x2, image_zero_end\n5:", "address x2, image_end\n5:")
    slower = workshop.altered(tmp_path_factory.mktemp("slower"), [edit])
    slower.build(EXAMPLES / "hello", target=KVM_ARM)
    assert to_main(slower.folder("hello", KVM_ARM)) > INSTRUCTIONS[KVM_ARM] * TOLERANCE


def count_of_requests(workshop: Workshop, name: str, target: str) -> int:
    """Of the example with an address of its own, for nobody gives it one here."""
    words = ("--quiet", "--out", str(workshop.out), *workshop.pin, "--target", target, *ADDRESS, *PATIENCE_OFF)
    done = workshop.call("build", *words, str(EXAMPLES / name))
    assert done.status == 0, done.told
    return instructions(SERVERS[name], target, workshop.image(name, target))


@pytest.mark.parametrize(("name", "target"), REQUESTS)
def test_a_request_takes_no_more_instructions_than_before(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory, name: str, target: str
) -> None:
    apart = replace(workshop, out=tmp_path_factory.mktemp("requests"))
    count = count_of_requests(apart, name, target)
    assert REQUESTS[name, target] / TOLERANCE <= count <= REQUESTS[name, target] * TOLERANCE


def test_a_connection_that_takes_random_numbers_one_by_one_would_be_seen(
    workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    edit = ("recipes/net/lwip/src/stack/random.c", "TOGETHER = 16", "TOGETHER = 1")
    slower = workshop.altered(tmp_path_factory.mktemp("slower"), [edit])
    assert count_of_requests(slower, "httpreply", KVM) > REQUESTS["httpreply", KVM] * TOLERANCE
