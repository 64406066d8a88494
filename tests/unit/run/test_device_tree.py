"""Device trees against QEMU's own and against dtc."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.run.device_tree import Node, cells, flatten, parse, text, wide


@pytest.fixture(scope="module")
def qemus_own(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("tree") / "virt.dtb"
    machine = f"virt,virtualization=on,gic-version=3,dumpdtb={path}"
    argv = ["qemu-system-aarch64", "-machine", machine, "-cpu", "max", "-nodefaults", "-display", "none"]
    subprocess.run(argv, check=True, capture_output=True, timeout=60)
    return path.read_bytes()


def source(blob: bytes, folder: Path) -> str:
    """What dtc makes of a tree, in dtc's own order."""
    path = folder / "tree.dtb"
    path.write_bytes(blob)
    argv = ["dtc", "-q", "-I", "dtb", "-O", "dts", "-s", str(path)]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def test_tree_of_qemu_comes_back_the_same(qemus_own: bytes, tmp_path: Path) -> None:
    root = parse(qemus_own)
    assert root.children["pl011@9000000"].properties["compatible"] == text("arm,pl011", "arm,primecell")
    assert source(flatten(root), tmp_path) == source(qemus_own, tmp_path)


def test_dtc_reads_what_we_write(tmp_path: Path) -> None:
    root = Node({"#size-cells": cells(2), "empty": b""}, {"a@1": Node({"reg": wide(1, 2), "text": text("x", "y z")})})
    told = source(flatten(root), tmp_path)
    assert 'text = "x\\0y z";' in told
    assert "reg = <0x00 0x01 0x00 0x02>;" in told
    assert "empty;" in told


names = st.text("abc,-@0123456789#", min_size=1, max_size=8)
nodes = st.recursive(
    st.builds(Node, st.dictionaries(names, st.binary(max_size=9), max_size=3)),
    lambda inner: st.builds(
        Node, st.dictionaries(names, st.binary(max_size=9), max_size=3), st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(nodes)
def test_any_tree_comes_back_the_same(root: Node) -> None:
    assert parse(flatten(root)) == root


@given(nodes, st.data())
def test_damage_is_told_by_value_error_alone(root: Node, data: st.DataObject) -> None:
    blob = bytearray(flatten(root))
    for _ in range(data.draw(st.integers(1, 4))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    with suppress(ValueError):
        parse(bytes(blob[: data.draw(st.integers(0, len(blob)))]))


def test_truncated_tree_is_refused_wherever_it_is_cut(qemus_own: bytes) -> None:
    whole = flatten(parse(qemus_own))
    for size in range(0, len(whole) - 1, 7):
        with pytest.raises(ValueError, match="device tree"):
            parse(whole[:size])


def test_tree_of_endless_depth_is_refused() -> None:
    root = Node()
    node = root
    for _ in range(70):
        node = node.child("a")
    with pytest.raises(ValueError, match="deep"):
        parse(flatten(root))
