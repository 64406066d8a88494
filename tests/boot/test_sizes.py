"""The promised sizes, and that the bytes of an image add up."""

from __future__ import annotations

import pytest
import yaml

from tests.support.composed import EXAMPLES, KVM, KVM_ARM, PROGRAMS, TARGETS, XEN_ARM, Workshop

MADE = [  # every example for each of its targets
    (path.parent.name, target)
    for path in sorted(EXAMPLES.glob("*/unikernel.yaml"))
    if path.parent.name not in PROGRAMS
    for target in yaml.safe_load(path.read_text())["targets"]
]
MOST_UNATTRIBUTED = 0.02


@pytest.mark.parametrize(
    ("name", "target", "limit"),
    [("hello", KVM, 6144), ("hello-puts", KVM, 3072), ("hello", KVM_ARM, 12288), ("hello", XEN_ARM, 12288)],
)
def test_image_is_as_small_as_promised(workshop: Workshop, name: str, target: str, limit: int) -> None:
    assert workshop.image(name, target).stat().st_size <= limit


@pytest.mark.parametrize(("name", "target"), MADE)
def test_bytes_of_all_rows_are_the_file_s(workshop: Workshop, name: str, target: str) -> None:
    facts = workshop.facts(name, target)
    size = workshop.image(name, target).stat().st_size
    assert facts["file_bytes"] == size
    assert sum(row["bytes"] for row in facts["rows"]) == size
    assert all(row["recipe"] and row["section"] for row in facts["rows"])
    assert facts["unattributed_bytes"] <= MOST_UNATTRIBUTED * size


@pytest.mark.parametrize("target", TARGETS)
def test_size_command_tells_the_same_total(workshop: Workshop, target: str) -> None:
    words = ("--json", "--target", target, "--out", str(workshop.out))
    done = workshop.call("size", *workshop.pin, *words, str(EXAMPLES / "hello"))
    assert done.verdict["file_bytes"] == workshop.image("hello", target).stat().st_size, done.told
