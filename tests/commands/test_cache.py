"""`compose cache` by the real command line: sizes, damage, and cleaning beside builds that run."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from composer.execute.clean import clean
from composer.execute.store import Store
from tests.support.composed import COMPOSE, LINUX, Workshop

DAY = 86400.0


@pytest.fixture
def mine(workshop: Workshop, built: Path, tmp_path: Path) -> Workshop:
    """The same workshop with a copy of its store, in which the app is built."""
    shutil.copytree(workshop.store, tmp_path / "store", symlinks=True)
    return replace(workshop, store=tmp_path / "store", out=tmp_path / "out")


def age(store: Path, days: float) -> None:
    """Have everything in the store used last so long ago."""
    then = time.time() - days * DAY
    for path in (*(store / "v1").glob("[!dp]*/??/*"), *(store / "fresh").glob("*")):
        os.utime(path, (then, then))


def blobs_of(store: Path) -> list[Path]:
    return sorted(path for path in (store / "v1/blobs").glob("*/*"))


def test_the_sizes_are_those_of_the_disk(mine: Workshop) -> None:
    found = mine.call("cache", "--json").verdict
    files = [path for path in mine.store.rglob("*") if path.is_file() and path.name != "lock"]
    assert found["bytes"] == sum(path.lstat().st_blocks * 512 for path in files)
    assert found["kinds"]["objects that steps made"]["entries"] > 10
    table = mine.call("cache", "size").output.decode().splitlines()
    assert table[0] == str(mine.store)
    assert table[-1].split() == ["total", f"{found['entries']:,}", f"{found['bytes']:,}"]
    assert max(map(len, table[1:])) <= 80


def test_a_check_finds_and_removes_what_is_damaged_and_a_build_makes_it_again(mine: Workshop, app: Path) -> None:
    assert mine.call("cache", "check").output.decode().endswith(" 0 of them damaged\n")
    victim = max(blobs_of(mine.store), key=lambda path: path.stat().st_size)
    victim.chmod(0o644)
    with victim.open("r+b") as stream:
        stream.write(b"damage")
    done = mine.call("cache", "check", "--json")
    assert done.status == 0, done.told
    assert done.verdict["removed"] == [victim.parent.name + victim.name]
    assert not victim.exists()
    assert mine.call("build", "-q", "--out", str(mine.out), str(app)).status == 0
    assert mine.call("cache", "check", "--json").verdict["removed"] == []


def test_cleaning_by_age_leaves_what_was_used_lately(mine: Workshop, app: Path) -> None:
    age(mine.store, 40)
    told = mine.call("cache", "gc", "--dry-run", "--json").verdict
    assert told["kept"]["kinds"].keys() <= {"Xen, compilers, emulators", "unfinished downloads"}
    assert mine.call("build", "-q", "--target", LINUX, "--out", str(mine.out), str(app)).status == 0
    done = mine.call("cache", "gc")
    assert done.output.startswith(b"removed\n"), done.told
    assert mine.call("cache", "gc").output.decode().splitlines()[2].split() == ["total", "0", "0"]
    (app / "main.c").write_text((app / "main.c").read_text() + "\n")
    again = mine.call("build", "--target", LINUX, "--out", str(mine.out), str(app))
    assert again.status == 0
    ran = [line for line in again.errors.decode().splitlines() if " compile " in line]
    assert all("main.c" in line for line in ran), again.told  # everything else was still there


def test_cleaning_by_size_comes_below_it(mine: Workshop) -> None:
    age(mine.store, 1)
    before = mine.call("cache", "--json").verdict["bytes"]
    mine.call("cache", "gc", "--max", f"{before // 2048}KiB")
    after = mine.call("cache", "--json").verdict["bytes"]
    assert 0 < after <= before // 2


def test_builds_that_run_lose_nothing_to_a_cleaning(mine: Workshop, app: Path) -> None:
    """All that is in the store is old when a build begins and is to go: each entry until the build has used it."""
    text = (app / "main.c").read_text()
    variables, out = mine.variables(), str(mine.out)
    gone, cleanings = 0, 0
    for number in range(2):
        assert mine.call("build", "-q", "--target", LINUX, "--out", out, str(app)).status == 0  # fills the store again
        (app / "main.c").write_text(f"{text}int unused_{number};\n")
        age(mine.store, 40)
        words = [*COMPOSE, "build", "-q", "--target", LINUX, "--out", out, str(app)]
        with subprocess.Popen(words, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            time.sleep(0.4 * number)  # each time another moment
            while process.poll() is None:
                cleaner = Store(mine.store)
                gone += len(clean(cleaner, time.time() + DAY, None, is_dry=False).removed)
                cleaner.close()
                cleanings += 1
                time.sleep(0.01)
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.returncode == 0, process.stderr.read().decode()
    assert gone > 0
    assert cleanings > 2
    image = mine.image("four", LINUX).read_bytes()
    fresh = replace(mine, store=mine.store.with_name("empty"), out=mine.out.with_name("other"))
    fresh.build(app, target=LINUX)
    assert fresh.image("four", LINUX).read_bytes() == image


@pytest.mark.parametrize("command", ["size", "check", "gc"])
def test_a_store_that_is_not_there_yet_is_empty(workshop: Workshop, tmp_path: Path, command: str) -> None:
    done = replace(workshop, store=tmp_path / "none").call("cache", command)
    assert done.status == 0, done.told
