"""The manifest: defaults, every mistake at once, and what is not there yet refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.load.manifest import load_manifest
from composer.load.options import options_by_recipe
from composer.model.manifest import NOT_YET_APP_KEYS, NOT_YET_KEYS, LoadedManifest, Manifest
from composer.model.recipe import Catalog
from composer.model.target import Target
from tests.support.catalog_folders import BOOT, catalog_of, write_recipe

LINUX = Target("linux", "x86_64")
GOOD = "name: a\napp: {sources: [main.c]}\ntarget: linux/x86_64\n"


@dataclass(frozen=True)
class Loader:
    """Loads manifests written into one folder, against one small catalog."""

    folder: Path
    catalog: Catalog

    def __call__(self, text: str, *targets: str) -> LoadedManifest:
        (self.folder / "unikernel.yaml").write_text(text)
        return load_manifest(self.folder, lambda _: self.catalog, targets)


@pytest.fixture
def load(tmp_path: Path) -> Loader:
    write_recipe(tmp_path / "recipes", "board", BOOT)
    options = "words: {type: int, default: 4, range: [0, 9], help: h}, fast: {type: bool, default: false, help: h}"
    write_recipe(tmp_path / "recipes", "trap", f"options: {{{options}}}\n")
    gate = "gate: {type: address, default: 0.0.0.0, key: net.gateway, help: h}"
    write_recipe(tmp_path / "recipes", "stack", f"options: {{{gate}}}\n")
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "main.c").write_text("")
    return Loader(folder, catalog_of(tmp_path / "recipes"))


def codes(load: Loader, text: str, *targets: str) -> list[tuple[Code, int, int]]:
    with pytest.raises(ComposerError) as caught:
        load(text, *targets)
    return [(d.code, d.at.line if d.at else 0, d.at.column if d.at else 0) for d in caught.value.diagnostics]


def test_everything_but_name_app_and_target_has_a_default(load: Loader) -> None:
    loaded = load(GOOD)
    assert loaded.targets == (LINUX,)
    here = loaded.manifest_for(LINUX)
    assert here.manifest.memory == 16 << 20
    assert here.manifest.libc == "auto"
    assert here.sources == ("main.c",)


def test_targets_of_the_command_line_replace_those_of_the_file(load: Loader) -> None:
    assert load(GOOD.replace("linux/x86_64", "kvm/riscv"), "linux/x86_64").targets == (LINUX,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD + "memori: 1MiB\n", [(Code.UNKNOWN_KEY, 4, 1)]),
        (GOOD.replace("sources: [main.c]", "flags: [-O3]"), [(Code.MISSING_KEY, 2, 6)]),
        (GOOD.replace("sources: [main.c]", "recipe: clok"), [(Code.UNKNOWN_RECIPE, 2, 15)]),
        (GOOD.replace("sources: [main.c]", "recipe: trap"), [(Code.WRONG_VALUE, 2, 15)]),
        (GOOD.replace("sources: [main.c]", "recipe: [trap]"), [(Code.WRONG_VALUE, 2, 15)]),
        (GOOD.replace("]}", "], recipe: trap}"), [(Code.WRONG_VALUE, 2, 7), (Code.WRONG_VALUE, 2, 34)]),
        (GOOD + "memory: 64\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD + "memory: 0MiB\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD.replace("[main.c]", "main.c"), [(Code.WRONG_VALUE, 2, 16)]),
        (GOOD.replace("[main.c]", "[]"), [(Code.WRONG_VALUE, 2, 16)]),
        (GOOD.replace("main.c", "mian.c"), [(Code.SOURCE_MISSING, 2, 17)]),
        (GOOD.replace("main.c", "../main.c"), [(Code.SOURCE_OUTSIDE, 2, 17)]),
        (GOOD.replace("main.c", "/main.c"), [(Code.SOURCE_OUTSIDE, 2, 17)]),
        (GOOD.replace("main.c", "unikernel.yaml"), [(Code.SOURCE_NOT_C, 2, 17)]),
        (GOOD.replace("]}", "], include: [absent]}"), [(Code.SOURCE_MISSING, 2, 36)]),
        (GOOD.replace("linux/x86_64", "linux/x86"), [(Code.UNKNOWN_TARGET, 3, 9)]),
        (GOOD.replace("linux/x86_64", "linux"), [(Code.UNKNOWN_TARGET, 3, 9)]),
        (GOOD.replace("linux/x86_64", "linux/cortex-m3"), [(Code.IMPOSSIBLE_PAIR, 3, 9)]),
        (GOOD.replace("linux/x86_64", "xen/aarch64"), [(Code.NOT_YET, 3, 9)]),
        (GOOD + "targets: [linux/x86_64]\n", [(Code.WRONG_VALUE, 3, 9)]),
        (GOOD.replace("target: linux/x86_64\n", ""), [(Code.MISSING_KEY, 1, 1)]),
        (GOOD + "network: lwjp\n", [(Code.WRONG_VALUE, 4, 10)]),
        (GOOD + "net: dhcp\n", [(Code.WRONG_VALUE, 4, 6)]),
        (GOOD + "net: {address: 10.0.0.2}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 10.0.0.256/24}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 10.0.0.2/33}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 10.0.0.2/255.255.255.0}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 10.0.0.2/31}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 10.0.0.0/24}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 10.0.0.255/24}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 224.0.0.1/4}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 127.0.0.1/8}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {address: 10.0.0.2/24, gateway: 10.0.0}\n", [(Code.WRONG_VALUE, 4, 38)]),
        (GOOD + "net: {address: 10.0.0.2/24, gateway: 10.0.1.1}\n", [(Code.WRONG_VALUE, 4, 38)]),
        (GOOD + "net: {address: 10.0.0.2/24, gateway: 10.0.0.2}\n", [(Code.WRONG_VALUE, 4, 38)]),
        (GOOD + "net: {address: 10.0.0.2/24, gateway: 10.0.0.255}\n", [(Code.WRONG_VALUE, 4, 38)]),
        (GOOD + "net: {gateway: 10.0.0.1}\n", [(Code.WRONG_VALUE, 4, 16)]),
        (GOOD + "net: {wait: 0}\n", [(Code.WRONG_VALUE, 4, 13)]),
        (GOOD + "net: {dns: 10.0.0}\n", [(Code.WRONG_VALUE, 4, 12)]),
        (GOOD + "net: {dns: 10}\n", [(Code.WRONG_VALUE, 4, 12)]),
        (GOOD + "net: {dns: 10.0.0.1 10.0.0.2}\n", [(Code.WRONG_VALUE, 4, 12)]),
        (GOOD + "net: {dns: [10.0.0.1, 0.0.0.0]}\n", [(Code.WRONG_VALUE, 4, 23)]),
        (GOOD + "net: {dns: [10.0.0.1, 10.0.0.2, 10.0.0.3]}\n", [(Code.WRONG_VALUE, 4, 12)]),
        (GOOD + "net: {dns: fd00::1}\n", [(Code.WRONG_VALUE, 4, 12)]),
        (GOOD + "net: {ipv6: 1}\n", [(Code.WRONG_VALUE, 4, 13)]),
        (GOOD + 'net: {address6: "fd00::2/64"}\n', [(Code.WRONG_VALUE, 4, 17)]),
        (GOOD + 'net: {gateway6: "fd00::2"}\n', [(Code.WRONG_VALUE, 4, 17)]),
        (GOOD + 'net: {ipv6: true, address6: "fd00::2"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, address6: "fd00::2/65"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, address6: "fd00:::2/64"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, address6: "fe80::2/64"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, address6: "ff02::2/64"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, address6: "::1/64"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, address6: "::ffff:10.0.0.1/64"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, gateway6: "fd00::1"}\n', [(Code.WRONG_VALUE, 4, 29)]),
        (GOOD + 'net: {ipv6: true, address6: "fd00::2/64", gateway6: "fd01::1"}\n', [(Code.WRONG_VALUE, 4, 53)]),
        (GOOD + 'net: {ipv6: true, address6: "fd00::2/64", gateway6: "fd00::2"}\n', [(Code.WRONG_VALUE, 4, 53)]),
        (GOOD + 'net: {ipv6: true, address6: "fd00::2/64", gateway6: "ff02::2"}\n', [(Code.WRONG_VALUE, 4, 53)]),
        (GOOD + 'net: {ipv6: true, address6: "fd00::2/64", gateway6: "fe80::1%2"}\n', [(Code.WRONG_VALUE, 4, 53)]),
        (GOOD + "net: {address: 10.0.0.2/24}\noptions: {stack.gate: 10.0.0.1}\n", [(Code.WRONG_VALUE, 5, 11)]),
        (GOOD + "options: {stack.gate: 10.0.1}\n", [(Code.WRONG_VALUE, 4, 23)]),
        (GOOD + "options: {stack.gate: 4}\n", [(Code.WRONG_VALUE, 4, 23)]),
        (GOOD + "ports: 80\n", [(Code.WRONG_VALUE, 4, 8)]),
        (GOOD + "ports: [http]\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD + "ports: [true]\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD + "ports: ['8080:']\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD + "ports: ['0:80']\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD + "ports: ['65536']\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD + "ports: [80/sctp]\n", [(Code.WRONG_VALUE, 4, 9)]),
        (GOOD + "ports: [8080:80, 8080:81]\n", [(Code.WRONG_VALUE, 4, 18)]),
        (GOOD + "network: none\nports: [80]\n", [(Code.WRONG_VALUE, 5, 1)]),
        (GOOD + "network: none\nnet: {}\n", [(Code.WRONG_VALUE, 5, 1)]),
        (GOOD + "network: host\nnet: {ipv6: true, wait: 3}\n", [(Code.WRONG_VALUE, 5, 19)]),
        (GOOD + "network: host\nports: [80, 81:81, 82:80]\n", [(Code.WRONG_VALUE, 5, 20)]),
        (GOOD + "machine: q36\n", [(Code.WRONG_VALUE, 4, 10)]),
        (GOOD + "machine: [q35]\n", [(Code.WRONG_VALUE, 4, 10)]),
        (GOOD + "machine: q35\n", [(Code.WRONG_VALUE, 4, 1)]),
        (GOOD + "libc: glibc\n", [(Code.WRONG_VALUE, 4, 7)]),
        (GOOD + "options: {tarp.words: 1}\n", [(Code.UNKNOWN_RECIPE, 4, 11)]),
        (GOOD + "options: {trap.word: 1}\n", [(Code.UNKNOWN_OPTION, 4, 11)]),
        (GOOD + "options: {trap.words: 10}\n", [(Code.WRONG_VALUE, 4, 23)]),
        (GOOD + "options: {trap.fast: no}\n", [(Code.WRONG_VALUE, 4, 22)]),
    ],
)
def test_a_mistake_is_told_at_its_place(load: Loader, text: str, expected: list[tuple[Code, int, int]]) -> None:
    assert codes(load, text) == expected


def test_all_mistakes_of_a_phase_come_together_in_their_order(load: Loader) -> None:
    text = "nam: a\napp: {sources: main.c, sorces: []}\ntarget: linux/x86_64\nmemory: 3\n"
    assert [line for _, line, _ in codes(load, text)] == [1, 2, 2, 4]


@pytest.mark.parametrize("key", sorted(NOT_YET_KEYS))
def test_a_key_of_the_design_that_is_not_there_yet_is_refused_by_name(load: Loader, key: str) -> None:
    assert codes(load, f"{GOOD}{key}: x\n") == [(Code.NOT_YET, 4, 1)]


@pytest.mark.parametrize("key", sorted(NOT_YET_APP_KEYS))
def test_a_key_of_app_that_is_not_there_yet_is_refused_by_name(load: Loader, key: str) -> None:
    assert codes(load, GOOD.replace("]}", f"], {key}: x}}")) == [(Code.NOT_YET, 2, 26)]


def test_globs_find_sources_in_a_fixed_order(load: Loader) -> None:
    (load.folder / "sub").mkdir()
    for name in ("sub/z.c", "sub/a.c", "b.c"):
        (load.folder / name).write_text("")
    assert load(GOOD.replace("main.c", '"**/*.c"')).manifest_for(LINUX).sources == (
        "b.c",
        "main.c",
        "sub/a.c",
        "sub/z.c",
    )


def test_a_link_that_leads_outside_is_outside(load: Loader) -> None:
    (load.folder / "away.c").symlink_to("/etc/hostname")
    assert codes(load, GOOD.replace("main.c", "away.c")) == [(Code.SOURCE_OUTSIDE, 2, 17)]


def test_options_are_sorted_by_recipe(load: Loader) -> None:
    loaded = load(GOOD + "options: {trap.words: 3, trap.fast: true}\n")
    manifest = loaded.manifest_for(LINUX).manifest
    assert options_by_recipe(manifest, LINUX, load.catalog) == {"trap": {"words": 3, "fast": True}}


def test_ports_are_numbers_or_texts_and_one_form_in_the_manifest(load: Loader) -> None:
    text = 'ports: [80, "81", 8080:80, "5353:53/udp", "53/udp", "443/tcp", 8080:1/udp]\n'
    manifest = load(GOOD + text).manifest_for(LINUX).manifest
    assert manifest.ports == ("80", "81", "8080:80", "5353:53/udp", "53/udp", "443", "8080:1/udp")


def test_net_sets_the_options_that_name_it(load: Loader) -> None:
    manifest = load(GOOD + "net: {address: 10.0.0.2/24, gateway: 10.0.0.1, wait: 3}\n").manifest_for(LINUX).manifest
    assert options_by_recipe(manifest, LINUX, load.catalog) == {"stack": {"gate": "10.0.0.1"}}
    assert manifest.settings(LINUX) == {
        "net.dhcp": False,
        "net.address": "10.0.0.2",
        "net.prefix": 24,
        "net.gateway": "10.0.0.1",
        "net.wait": 3,
    }


def test_net_of_ipv6_sets_options_too(load: Loader) -> None:
    net = 'net: {ipv6: true, address6: "fd00::2/64", gateway6: "fe80::1", dns: [10.0.0.1, "fd00::53"]}\n'
    settings = load(GOOD + net).manifest_for(LINUX).manifest.settings(LINUX)
    assert settings == {
        "net.dhcp": True,
        "net.dns": "10.0.0.1 fd00::53",
        "net.ipv6": True,
        "net.address6": "fd00::2",
        "net.gateway6": "fe80::1",
    }


def test_one_server_of_names_needs_no_list(load: Loader) -> None:
    settings = load(GOOD + "net: {dns: 10.0.0.1}\n").manifest_for(LINUX).manifest.settings(LINUX)
    assert settings == {"net.dhcp": True, "net.dns": "10.0.0.1"}


def test_without_net_and_machine_options_are_what_recipes_say(load: Loader) -> None:
    assert load(GOOD).manifest_for(LINUX).manifest.settings(Target("kvm", "x86_64")) == {}


@pytest.mark.parametrize(("machine", "bus"), [("microvm", "mmio"), ("q35", "pci"), ("pc", "pci")])
def test_machine_says_the_bus_where_there_is_a_choice(machine: str, bus: str) -> None:
    manifest = Manifest.model_validate({"name": "a", "app": {"sources": ["main.c"]}, "machine": machine})
    assert manifest.settings(Target("kvm", "x86_64")) == {"machine.bus": bus}
    assert manifest.settings(LINUX) == manifest.settings(Target("kvm", "aarch64")) == {}


def test_console_is_chosen_where_there_are_devices() -> None:
    manifest = Manifest.model_validate({"name": "a", "app": {"sources": ["main.c"]}, "console": "virtio"})
    assert manifest.settings(Target("kvm", "aarch64")) == {"console": "virtio"}
    assert manifest.settings(Target("linux", "x86_64")) == {}


def test_an_override_changes_a_part_of_net(load: Loader) -> None:
    text = "name: a\napp: {sources: [main.c]}\nnet: {address: 10.0.0.2/24, gateway: 10.0.0.1}\ntargets:\n"
    loaded = load(text + "  linux/x86_64: {net: {gateway: 10.0.0.9}, ports: [80]}\n")
    manifest = loaded.manifest_for(LINUX).manifest
    assert manifest.net is not None
    assert (manifest.net.address, manifest.net.gateway, manifest.ports) == ("10.0.0.2/24", "10.0.0.9", ("80",))
