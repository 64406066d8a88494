"""The system calls that are plain functions, in images of apps that call them without a C library between."""

from __future__ import annotations

import pytest

from tests.support.composed import TARGETS, XEN_ARM, Workshop

WELL = b"all is well\n"
targets = pytest.mark.parametrize("target", TARGETS)


@targets
def test_mappings_live_beside_the_heap(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("posix-memory", target))
    assert (done.status, done.output) == (0, WELL), done.told


@pytest.mark.parametrize("target", [target for target in TARGETS if target != XEN_ARM])
@pytest.mark.parametrize(("rights", "printed"), [("none", b""), ("read", b"0\n")])
def test_the_processor_keeps_the_rights_of_a_mapping(
    workshop: Workshop, target: str, rights: str, printed: bytes
) -> None:
    done = workshop.run(workshop.image("posix-memory", target), rights)
    assert done.status == 4, done.told
    assert done.output.startswith(printed + b"trap: page-fault "), done.told
