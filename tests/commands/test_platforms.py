"""`compose platforms`: the matrix says what the catalog says, and is as honest as the tests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from composer.load.catalog import Catalogs
from composer.load.manifest import buildable_targets, known_targets
from composer.load.shipped import shipped_folder
from tests.support.composed import KVM, TARGETS, XEN_ARM, Workshop

BOOT = """\
name: boot-mine
version: "1"
summary: Boots a machine of one's own
license: MIT
provides: [boot]
supports:
  - {platform: xen, arch: x86_64, grade: untested, hosts: {"My machine": builds}}
image: {entry: begin, loader: pvh, base: 0x100000}
"""


def test_every_target_has_a_line_with_its_grade(workshop: Workshop) -> None:
    done = workshop.call("platforms")
    lines = {line.split()[0]: line for line in done.output.decode().splitlines()[1:]}
    assert list(lines) == [str(target) for target in known_targets()], done.told
    assert max(map(len, done.output.decode().splitlines())) <= 80
    assert lines[KVM].split()[1:] == ["tested", "ELF,", "PVH", "serial-16550", "virtio-net", "entropy-x86_64"]
    assert lines["bare/cortex-m3"].split()[1:] == ["not", "yet", "-", "-", "-", "-"]
    assert lines[XEN_ARM].split()[-2] == "-"  # it has no network


def test_tested_is_said_only_of_targets_that_the_tests_boot(workshop: Workshop) -> None:
    rows = json.loads(workshop.call("platforms", "--json").output)
    assert {row["target"] for row in rows if row["grade"] == "tested"} <= {*TARGETS}
    catalog = Catalogs(shipped_folder("recipes")).having()
    assert {row["target"] for row in rows if row["grade"]} == {*map(str, buildable_targets(catalog))}
    # What nobody here has seen: real machines, other monitors, a KVM that is none.
    unseen = ("KVM", "Firecracker", "Cloud Hypervisor", "real machine", "Linux on aarch64")
    grades = {host: grade for row in rows for host, grade in row["hosts"].items()}
    assert {grades[host] for host in grades if any(name in host for name in unseen)} == {"builds"}


def test_one_target_is_shown_whole(workshop: Workshop) -> None:
    text = workshop.call("platforms", XEN_ARM).output.decode()
    rows = dict(re.split("  +", line, maxsplit=1) for line in text.splitlines() if not line.startswith(" "))
    assert rows["starts as"] == "a raw arm64 Image"
    assert rows["under"] == "Xen without a dom0, in QEMU: tested"
    assert rows["compilers"].startswith("gcc: ")
    assert rows["console.early"] == "early-xen"
    assert rows["libc"] == "musl, newlib, nolibc, picolibc"
    assert {"net.device", "net.stack", "virtio"} <= {*rows["has no"].split(", ")}
    assert "contracts" not in rows  # every target has the same


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_outside_recipe_that_boots_makes_a_target(workshop: Workshop, tmp_path: Path, form: tuple[str, ...]) -> None:
    folder = tmp_path / "mine/boot-mine"
    folder.mkdir(parents=True)
    (folder / "recipe.yaml").write_text(BOOT)
    done = workshop.call("platforms", "xen/x86_64", "--recipes", str(folder.parent), *form)
    assert done.status == 0, done.told
    assert b"untested" in done.output
    assert b"My machine" in done.output
