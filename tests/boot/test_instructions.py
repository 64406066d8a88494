"""Instructions from the entry to main: the same on every machine, so that a boot that got slower is seen."""

from __future__ import annotations

import pytest

from tests.bench.instructions import to_main
from tests.support.composed import EXAMPLES, KVM, KVM_ARM, Workshop

# Of hello, by gcc 12 in the profile `size`. A smaller number is written down here; a larger one wants a reason.
INSTRUCTIONS = {KVM: 1_588, KVM_ARM: 77_000}
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
