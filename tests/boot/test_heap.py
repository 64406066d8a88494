"""The heap is the one that the app's calls ask for, and has all the memory there is."""

from __future__ import annotations

import json

import pytest

from tests.support.composed import APPS, EXAMPLES, TARGETS, Workshop

HEAPS = {"heap-bump", "heap-free"}
pytestmark = pytest.mark.parametrize("target", TARGETS)


@pytest.mark.parametrize(
    ("manifest", "heaps"),
    [
        (APPS / "heap-grow", {"heap-bump"}),
        (APPS / "heap-return", {"heap-free"}),
        (EXAMPLES / "echo", {"heap-free"}),
        (EXAMPLES / "hello", set()),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_heap_follows_from_what_the_app_calls(workshop: Workshop, target: str, manifest: str, heaps: set[str]) -> None:
    words = ("--target", target, "--out", str(workshop.out))
    done = workshop.call("graph", "--json", *workshop.pin, *words, str(manifest))
    assert done.status == 0, done.told
    weights = {node["recipe"]: node["bytes"] for node in done.verdict["nodes"] if node["alive"]}
    assert weights.keys() & HEAPS == heaps, done.told
    assert all(weights[heap] > 0 for heap in heaps), done.told


@pytest.mark.parametrize(
    ("name", "heap", "caller"), [("heap-grow", "heap-bump", "malloc"), ("heap-return", "heap-free", "free")]
)
def test_reason_of_the_heap_is_the_call_in_the_app_s_line(
    workshop: Workshop, target: str, name: str, heap: str, caller: str
) -> None:
    words = ("--json", "--target", target, "--out", str(workshop.out))
    done = workshop.call("why", *workshop.pin, *words, caller, str(APPS / name))
    assert done.status == 0, done.told
    source = (APPS / name / "main.c").read_text()
    line = source.count("\n", 0, source.index(f"{caller}(")) + 1
    told = json.dumps(json.loads(done.output))
    assert heap in told, done.told
    assert f"main.c:{line}" in told or f'"line": {line}' in told, done.told


@pytest.mark.parametrize("name", ["heap-grow", "heap-return"])
def test_calloc_refuses_a_product_that_overflows(workshop: Workshop, target: str, name: str) -> None:
    done = workshop.run(workshop.image(name, target))
    assert (done.status, done.output) == (0, b"a block, no impossible block\n"), done.told


def test_one_block_can_have_most_of_the_manifest_s_memory_but_not_more_than_all(
    workshop: Workshop, target: str
) -> None:
    image = workshop.image("heap-whole", target)
    done = workshop.run(image, "48")
    assert (done.status, done.output) == (0, b"all is well\n"), done.told
    refused = workshop.run(image, "65", words=("--json",))
    assert refused.ending == ("exit", 1), refused.told
