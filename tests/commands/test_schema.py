"""`compose schema`: an editor marks what the composer would refuse, and nothing else; and offers what it would take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from composer.errors import ComposerError
from composer.load.catalog import Catalogs
from composer.load.manifest import load_manifest
from composer.load.shipped import shipped_folder
from composer.model.manifest import NOT_YET_KEYS, Manifest
from composer.model.recipe import Catalog
from tests.mistakes.mistake import EXPECTED, HERE, names, read
from tests.support import language_server
from tests.support.composed import APPS, EXAMPLES, ROOT, Workshop
from tests.support.language_server import LanguageServer

GOOD: dict[str, Any] = {"name": "four", "app": {"sources": ["main.c"]}, "target": "linux/x86_64"}
# Values that any key may be given by mistake, and for each key that has legal ones some of those.
ANY: tuple[Any, ...] = (
    None,
    True,
    0,
    7,
    -1,
    2.5,
    "",
    "word",
    "Word!",
    "3",
    [],
    [1],
    ["word"],
    {},
    {"word": 1},
    {"a": "b"},
)
OWN: dict[str, tuple[Any, ...]] = {
    "app": (
        {"recipe": "lua"},
        {"recipe": "musl"},
        {"recipe": "lua", "flags": ["-O3"]},
        {"sources": ["main.c"], "recipe": "lua"},
        {"sources": ["main.c"], "flags": ["-Wall"], "defines": {"A": "1"}},
        {"sources": ["main.c"], "defines": {"A": 1}},
        {"sources": []},
    ),
    "target": ("kvm/x86_64", "kvm/arm", "xen/x86_64"),
    "targets": (
        ["kvm/x86_64"],
        {"kvm/x86_64": None, "linux/aarch64": {"memory": "2MiB"}},
        {"linux/x86_64": {"name": "x"}},
        {"linux/x86_64": {"options": {"virtio.bus": "pci"}}},
        {"kvm/x86_64": {"options": {"virtio.bus": "pci"}, "machine": "any"}},
        {"linux/x86_64": {"machine": "q35"}},
    ),
    "libc": ("musl", "auto", "glibc"),
    "network": ("none", "lwip", "lwjp"),
    "net": ({"address": "dhcp"}, {"address": "10.0.0.2/24", "gateway": "10.0.0.1", "wait": 3}, {"wait": 0}, {"dns": "10.0.0.3"},
        {"dns": ["10.0.0.3", "10.0.0.4"]},
        {"dns": ["10.0.0.3"] * 3},
        {"dns": "server"},
        {"ipv6": True, "address6": "fd00::2/64", "gateway6": "fe80::1", "dns": "fd00::3"},
        {"ipv6": True, "address6": "fd00::2"},
        {"ipv6": True, "address6": "fd00::2/48"},
        {"ipv6": True, "gateway6": "10.0.0.1"},
        {"ipv6": "yes"},
        {"adress": "dhcp"}),
    "ports": ([80], ["8080:80"], ["53/udp"], ["80:"], ["http"], [True]),
    "machine": ("any", "q36"),
    "memory": ("16MiB", "16MB", "0MiB", "1GiB"),
    "profile": ("speed", "fast"),
    "lto": (False,),
    "toolchain": ("zig", "icc"),
    "options": (
        {"lwip.tcp_window": 65535},
        {"lwip.tcp_window": 1},
        {"lwip.tcp_windw": 65535},
        {"lwip.address": "10.0.0.2"},
        {"lwip.address": "10.0.0"},
        {"lwip.dhcp": "yes"},
        {"lwip.address6": "fd00::2"},
        {"lwip.address6": "10.0.0.2"},
        {"lwip.name_servers": "10.0.0.3 fd00::3"},
        {"lwip.name_servers": ""},
        {"lwip.name_servers": "server"},
        {"trap-report.stack_words": 0},
        {"nolibc.x": 1},
    ),
}  # fmt: skip
# What is told of elsewhere: whether a folder is there, and that there is no such toolchain, once one is looked for.
ELSEWHERE = (*(("files", word) for word in ("3", "word", "Word!")), *(("toolchain", word) for word in ("word", "icc")))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalogs(shipped_folder("recipes")).having()


@pytest.fixture(scope="module")
def schema_file(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "unikernel.schema.json"
    path.write_bytes(workshop.call("schema").output)
    return path


@pytest.fixture(scope="module")
def manifests(schema_file: Path) -> jsonschema.Draft7Validator:
    schema = json.loads(schema_file.read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


@pytest.fixture(scope="module")
def recipes(workshop: Workshop) -> jsonschema.Draft7Validator:
    schema = workshop.call("schema", "recipe").verdict
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def marks(validator: jsonschema.Draft7Validator, value: object) -> list[str]:
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(value)]


def refusal(file: Path, manifest: object, catalog: Catalog) -> str:
    """What the composer says against `manifest`; that it names no target is none, as the command line may do so."""
    file.write_text(json.dumps(manifest))  # JSON is YAML
    try:
        load_manifest(file, lambda _: catalog)
    except ComposerError as error:
        return "\n".join(str(one) for one in error.diagnostics if one.message != "the manifest names no target")
    return ""


@pytest.mark.parametrize("key", [*sorted(Manifest.model_fields), *sorted(NOT_YET_KEYS), "nmae"])
def test_the_schema_takes_of_each_key_what_the_composer_takes(
    key: str, manifests: jsonschema.Draft7Validator, catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "main.c").touch()
    rest = {name: value for name, value in GOOD.items() if (key, name) != ("targets", "target")}
    differ = []
    for value in (*ANY, *OWN.get(key, ())):
        manifest = rest | {key: value}
        told = refusal(tmp_path / "unikernel.yaml", manifest, catalog)
        seen = marks(manifests, manifest)
        if bool(seen) != bool(told) and (key, value) not in ELSEWHERE:
            differ.append((value, seen, told))
    assert differ == []


@pytest.mark.parametrize(
    "more",
    [
        {"targets": ["kvm/x86_64"]},
        {"targets": {"kvm/x86_64": None}},
        {"targets": []},
        {"target": None, "targets": ["kvm/x86_64"]},
        {"network": "none", "net": {"address": "dhcp"}},
        {"network": "none", "net": None},
        {"network": "none", "ports": [80]},
        {"network": "none", "ports": []},
        {"network": "lwip", "net": {}, "ports": [80]},
    ],
)
def test_keys_that_exclude_each_other_do_so_in_the_schema(
    more: dict[str, Any], manifests: jsonschema.Draft7Validator, catalog: Catalog, tmp_path: Path
) -> None:
    (tmp_path / "main.c").touch()
    told = refusal(tmp_path / "unikernel.yaml", GOOD | more, catalog)
    assert bool(marks(manifests, GOOD | more)) == bool(told), told


def test_everything_that_is_shipped_is_legal(
    manifests: jsonschema.Draft7Validator, recipes: jsonschema.Draft7Validator
) -> None:
    found = {file: manifests for folder in (EXAMPLES, APPS) for file in folder.rglob("unikernel.yaml")}
    found |= {file: recipes for file in (ROOT / "recipes").rglob("recipe.yaml")}
    assert len(found) > 120
    for file, validator in found.items():
        assert marks(validator, yaml.safe_load(file.read_text())) == [], file


# Mistakes of tests/mistakes by their codes: keys, options, recipes and targets that are none.
TOLD = re.compile(r"(?m)^(\S*?(?:unikernel|recipe)\.yaml):\d+:\d+: error\[(\w+)\]")
SEEN = ("M008", "M011", "M012", "M013", "T001", "T002")


def test_what_the_composer_refuses_in_a_file_is_marked(
    manifests: jsonschema.Draft7Validator, recipes: jsonschema.Draft7Validator
) -> None:
    count = 0
    for name in names():
        for place, code in TOLD.findall((HERE / name / EXPECTED).read_text()):
            file = HERE / name / place
            if code in SEEN and file.is_file():
                validator = manifests if file.name == "unikernel.yaml" else recipes
                assert marks(validator, yaml.safe_load(file.read_text())), (name, code)
                count += 1
    assert count > 15


def test_what_the_composer_takes_is_not_marked(manifests: jsonschema.Draft7Validator) -> None:
    """Manifests beside which something else is wrong: a source, a compiler, the machine."""
    count = 0
    for name in names():
        file = HERE / name / "unikernel.yaml"
        is_blamed = "unikernel.yaml" in (HERE / name / EXPECTED).read_text() or "--recipes" in read(name).command
        if file.is_file() and not is_blamed:
            assert marks(manifests, yaml.safe_load(file.read_text())) == [], name
            count += 1
    assert count > 100


def test_options_of_an_outside_recipe_are_in_the_schema(workshop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "mine/mine"
    folder.mkdir(parents=True)
    text = 'name: mine\nversion: "1"\nsummary: s\nlicense: MIT\nprovides: [mine]\n'
    (folder / "recipe.yaml").write_text(f"{text}options: {{deep: {{type: int, default: 1, range: [0, 3], help: h}}}}\n")
    schema = workshop.call("schema", "--recipes", str(folder.parent)).verdict
    validator = jsonschema.Draft7Validator(schema)
    assert marks(validator, GOOD | {"options": {"mine.deep": 2}}) == []
    assert marks(validator, GOOD | {"options": {"mine.deep": 4}})


@pytest.mark.skipif(bool(language_server.missing()), reason=language_server.missing() or "it is there")
def test_an_editor_completes_explains_and_marks(schema_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "unikernel.yaml"
    lines = [
        "name: four",
        "app: {sources: [main.c]}",
        "target: kvm/x86_64",
        "options:",
        "  lwip.tcp_window: 8192",
        "  ",
    ]
    with language_server.language_server(schema_file) as server:
        assert server.open(file, "\n".join(lines)) == []
        offered = server.completions(file, 5, 2)
        assert {"lwip.dhcp", "virtio.bus", "threads.stack_size"} <= offered.keys()
        assert "DHCP server" in offered["lwip.dhcp"]
        assert "on their way" in server.hover(file, 4, 5)
        assert_offers(server, tmp_path, "target: ", {"kvm/x86_64", "xen/aarch64", "linux/aarch64"})
        assert_offers(server, tmp_path, "libc: ", {"auto", "musl", "nolibc"})
        assert_offers(server, tmp_path, "app:\n  recipe: ", {"lua", "sqlite-shell"})
        assert_offers(server, tmp_path, "targets:\n  linux/x86_64:\n    options:\n      ", {"net-linux.buffers"})
        assert_offers(server, tmp_path, "", {"name", "app", "memory", "net", "options"})
        marked = server.open(
            tmp_path / "wrong.yaml", "\n".join([*lines[:4], "  lwip.tcp_window: 1", "  lwip.no: 1", "libc: glibc"])
        )
        assert {mark["range"]["start"]["line"] for mark in marked} == {4, 5, 6}, marked


def assert_offers(server: LanguageServer, folder: Path, text: str, wanted: set[str]) -> None:
    """The server offers `wanted` at the end of `text`."""
    file = folder / f"{len([*folder.iterdir()])}.yaml"
    file.touch()  # a name of its own for each
    server.open(file, text)
    line = text.count("\n")
    offered = server.completions(file, line, len(text) - text.rfind("\n") - 1)
    assert wanted <= offered.keys(), (text, sorted(offered))
