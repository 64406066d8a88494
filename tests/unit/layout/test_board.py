"""The fragment for a real board, compiled by dtc once the address is written in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from composer.layout.board import board_fragment
from composer.run.device_tree import cells, parse, text, wide


def compiled(source: str, folder: Path) -> bytes:
    path = folder / "board.dts"
    path.write_text("/dts-v1/;\n" + source)
    argv = ["dtc", "-I", "dts", "-O", "dtb", str(path)]
    return subprocess.run(argv, check=True, capture_output=True).stdout


@pytest.mark.parametrize("memory", [16 << 20, 8 << 42])
def test_fragment_says_what_xen_asks_for(tmp_path: Path, memory: int) -> None:
    source = board_fragment("hello", memory, 0x2345)
    root = parse(
        compiled(source.replace("module@ADDRESS", "module@50000000").replace("ADDRESS", "0x50000000"), tmp_path)
    )
    domain = root.children["chosen"].children["domU-hello"]
    assert domain.properties["compatible"] == text("xen,domain")
    assert domain.properties["memory"] == wide(memory >> 10)
    assert domain.properties["cpus"] == cells(1)
    assert domain.properties["vpl011"] == b""
    assert domain.children["module@50000000"].properties["reg"] == wide(0x50000000, 0x2345)
    assert domain.children["module@50000000"].properties["bootargs"] == text("-- --")


def test_fragment_does_not_compile_before_the_address_is_written_in(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        compiled(board_fragment("hello", 16 << 20, 1), tmp_path)


def test_long_name_still_makes_a_node(tmp_path: Path) -> None:
    source = board_fragment("x" * 60, 1024, 1).replace("@ADDRESS", "@0").replace("ADDRESS", "0x0")
    (name,) = parse(compiled(source, tmp_path)).children["chosen"].children
    assert len(name) == 31
