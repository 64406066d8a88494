"""Overrides and assignments: what wins, where it was written, what cannot be changed, and that targets stay apart."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.errors import Code, ComposerError, Location
from composer.load.manifest import load_manifest
from composer.model.assignment import Assignment
from composer.model.manifest import LoadedManifest
from composer.model.recipe import Catalog
from composer.model.target import Target
from tests.support.catalog_folders import catalog_of, write_recipe

KVM, LINUX = Target("kvm", "x86_64"), Target("linux", "x86_64")
HEAD = "name: a\napp: {sources: [main.c]}\n"
BOTH = HEAD + "targets: {kvm/x86_64: , linux/x86_64: }\n"


@dataclass(frozen=True)
class Loader:
    """Loads manifests written into one folder, against one small catalog."""

    folder: Path
    catalog: Catalog

    def __call__(self, text: str, *words: str, targets: tuple[str, ...] = ()) -> LoadedManifest:
        """`words` are what stands behind --set."""
        (self.folder / "unikernel.yaml").write_text(text)
        pairs = [(word, *word.partition("=")) for word in words]
        assignments = [Assignment(key, value, f"--set {word}") for word, key, _, value in pairs]
        return load_manifest(self.folder, lambda _: self.catalog, targets, assignments)

    def mistakes(self, text: str, *words: str, targets: tuple[str, ...] = ()) -> list[tuple[Code, str]]:
        """Code and place of each mistake; the file of a place only if it is not the manifest."""
        with pytest.raises(ComposerError) as caught:
            self(text, *words, targets=targets)
        return [
            (d.code, f"{d.at.line}:{d.at.column}" if d.at and d.at.line else str(d.at))
            for d in caught.value.diagnostics
        ]


def loader_in(folder: Path) -> Loader:
    for target in (KVM, LINUX):
        only = f"supports: [{{platform: {target.platform}, arch: {target.arch}}}]\n"
        facts = (
            "image: {entry: e, loader: process, base: 0x400000}\noptions: {stack: {type: int, default: 4, help: h}}\n"
        )
        write_recipe(folder / "recipes", f"boot-{target.platform}", f"provides: [boot]\n{only}{facts}")
    write_recipe(folder / "recipes", "trap", "options: {fast: {type: bool, default: false, help: h}}\n")
    (folder / "app" / "extra").mkdir(parents=True)
    for name in ("main.c", "more.c"):
        (folder / "app" / name).write_text("")
    return Loader(folder / "app", catalog_of(folder / "recipes"))


@pytest.fixture
def load(tmp_path: Path) -> Loader:
    return loader_in(tmp_path)


def test_an_override_is_for_its_target_alone_and_told_at_its_own_line(load: Loader) -> None:
    loaded = load(HEAD + "memory: 4MiB\ntargets:\n  kvm/x86_64: {memory: 8MiB}\n  linux/x86_64:\n")
    kvm, linux = loaded.each
    assert (kvm.manifest.memory, linux.manifest.memory) == (8 << 20, 4 << 20)
    assert (kvm.places.at("memory").line, linux.places.at("memory").line) == (5, 3)
    assert (kvm.target_at.line, linux.target_at.line) == (5, 6)


def test_options_and_defines_are_joined_by_key_and_lists_grow(load: Loader) -> None:
    text = (
        "name: a\napp: {sources: [main.c], flags: [-DA], defines: {B: '1', C: '2'}}\noptions: {trap.fast: true}\n"
        "targets:\n  kvm/x86_64:\n    options: {boot-kvm.stack: 5}\n"
        "    app: {sources: [more.c], flags: [-DD], defines: {C: '3'}, include: [extra]}\n  linux/x86_64: {}\n"
    )
    kvm, linux = load(text).each
    assert kvm.manifest.options == {"trap.fast": True, "boot-kvm.stack": 5}
    assert kvm.manifest.app.defines == {"B": "1", "C": "3"}
    assert (kvm.manifest.app.flags, kvm.manifest.app.include) == (("-DA", "-DD"), ("extra",))
    assert (kvm.sources, linux.sources) == (("main.c", "more.c"), ("main.c",))
    assert (linux.manifest.options, linux.manifest.app.flags) == ({"trap.fast": True}, ("-DA",))


def test_the_command_line_wins_over_file_and_override_and_the_later_word_over_the_earlier(load: Loader) -> None:
    text = HEAD + "targets: {kvm/x86_64: {memory: 8MiB, profile: speed}, linux/x86_64: {}}\n"
    for one in load(text, "memory=1MiB", "memory=2MiB").each:
        assert one.manifest.memory == 2 << 20
        assert one.places.at("memory") == Location("--set memory=2MiB")
    assert [one.manifest.profile for one in load(text).each] == ["speed", "size"]


@pytest.mark.parametrize("key", ["trap.fast", "options.trap.fast"])
def test_an_option_is_set_with_or_without_the_word_options(load: Loader, key: str) -> None:
    (one,) = load(BOTH, f"{key}=true", targets=("kvm/x86_64",)).each
    assert one.manifest.options == {"trap.fast": True}
    assert one.places.at_key("options", "trap.fast") == Location(f"--set {key}=true")


def test_keys_of_app_can_be_set(load: Loader) -> None:
    one, _ = load(BOTH, 'app.defines.X.Y="1"', "app.flags=[-DZ]", "app.sources=[more.c]").each
    assert (one.manifest.app.defines, one.manifest.app.flags) == ({"X.Y": "1"}, ("-DZ",))
    assert one.sources == ("main.c", "more.c")


def test_a_target_of_the_command_line_has_its_override(load: Loader) -> None:
    text = HEAD + "targets: {kvm/x86_64: {memory: 8MiB}}\n"
    kvm, linux = load(text, targets=("kvm/x86_64", "linux/x86_64")).each
    assert (kvm.manifest.memory, linux.manifest.memory) == (8 << 20, 16 << 20)
    assert kvm.target_at == Location("--target")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("kvm/x86_64: {memori: 1MiB}", [(Code.UNKNOWN_KEY, "4:16")]),
        ("kvm/x86_64: {memory: 1}", [(Code.WRONG_VALUE, "4:24")]),
        ("kvm/x86_64: {name: b}", [(Code.WRONG_VALUE, "4:16")]),
        ("kvm/x86_64: {target: linux/x86_64}", [(Code.WRONG_VALUE, "4:16")]),
        ("kvm/x86_64: {targets: []}", [(Code.WRONG_VALUE, "4:16")]),
        ("kvm/x86_64: 32MiB", [(Code.WRONG_VALUE, "4:15")]),
        ("kvm/x86_64: [memory]", [(Code.WRONG_VALUE, "4:15")]),
        ("kvm/x86: {}", [(Code.UNKNOWN_TARGET, "4:3")]),
        ("kvm/x86_64: {share: x}", [(Code.NOT_YET, "4:16")]),
        ("kvm/x86_64: {files: x}", [(Code.FILES_MISSING, "4:23")]),
        ("kvm/x86_64: {app: {flag: x}}", [(Code.UNKNOWN_KEY, "4:22")]),
        ("kvm/x86_64: {app: {sources: [absent.c]}}", [(Code.SOURCE_MISSING, "4:32")]),
        ("kvm/x86_64: {options: {trap.fats: true}}", [(Code.UNKNOWN_OPTION, "4:26")]),
        ("kvm/x86_64: {options: {trap.fast: 1}}", [(Code.WRONG_VALUE, "4:37")]),
        ("kvm/x86_64: {options: {boot-linux.stack: 1}}", [(Code.UNKNOWN_OPTION, "4:26")]),
        ("kvm/x86_64: {options: {boot-linux.stack: x}}", [(Code.WRONG_VALUE, "4:44")]),
    ],
)
def test_a_mistake_in_an_override_is_told_once_at_its_place(
    load: Loader, override: str, expected: list[tuple[Code, str]]
) -> None:
    assert load.mistakes(f"{HEAD}targets:\n  {override}\n  linux/x86_64:\n") == expected


def test_a_mistake_is_told_though_its_target_is_not_built(load: Loader) -> None:
    text = HEAD + "targets: {kvm/x86_64: {memory: 1}, linux/x86_64: }\n"
    assert load.mistakes(text, targets=("linux/x86_64",)) == [(Code.WRONG_VALUE, "3:32")]


def test_a_mistake_that_an_override_hides_is_told(load: Loader) -> None:
    text = HEAD + "memory: 3\ntargets: {kvm/x86_64: {memory: 8MiB}}\n"
    assert load.mistakes(text, "memory=1MiB") == [(Code.WRONG_VALUE, "3:9")]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("memory=3", Code.WRONG_VALUE),
        ("memory=", Code.WRONG_VALUE),
        ("memory.x=1MiB", Code.WRONG_VALUE),
        ("memori=1MiB", Code.UNKNOWN_KEY),
        ("fast=true", Code.UNKNOWN_OPTION),
        ("name=b", Code.WRONG_VALUE),
        ("target=kvm/x86_64", Code.WRONG_VALUE),
        ("targets=[kvm/x86_64]", Code.WRONG_VALUE),
        ("profile=sped", Code.WRONG_VALUE),
        ("share=x", Code.NOT_YET),
        ("files=x", Code.FILES_MISSING),
        ("app=3", Code.WRONG_VALUE),
        ("app.flags=-O3", Code.WRONG_VALUE),
        ("app.flag=[-O3]", Code.UNKNOWN_KEY),
        ("app.defines.X=1", Code.WRONG_VALUE),
        ("app.sources=[absent.c]", Code.SOURCE_MISSING),
        ("app.include=[absent]", Code.SOURCE_MISSING),
        ("options=3", Code.WRONG_VALUE),
        ("trap.fats=true", Code.UNKNOWN_OPTION),
        ("tarp.fast=true", Code.UNKNOWN_RECIPE),
        ("options.fast=true", Code.UNKNOWN_OPTION),
        ("trap.fast=1", Code.WRONG_VALUE),
        ("boot-linux.stack=1", Code.UNKNOWN_OPTION),
        ("app.flags=[", Code.NOT_YAML),
        ("memory=*x", Code.TOO_COMPLEX),
        ("memory=1.5", Code.WRONG_VALUE),
    ],
)
def test_a_mistake_on_the_command_line_is_told_with_its_words(load: Loader, word: str, code: Code) -> None:
    assert load.mistakes(HEAD + "target: kvm/x86_64\n", word) == [(code, f"--set {word}")]


def test_an_option_of_the_manifest_may_be_for_one_of_its_targets(load: Loader) -> None:
    text = HEAD + "targets: [kvm/x86_64, linux/x86_64]\noptions: {boot-kvm.stack: 5}\n"
    assert len(load(text, targets=("linux/x86_64",)).each) == 1
    only = text.replace("kvm/x86_64, ", "")
    assert load.mistakes(only) == [(Code.UNKNOWN_OPTION, "4:11")]
    assert len(load(only, targets=("kvm/x86_64",)).each) == 1


SIZES = st.integers(1, 64).map("{}MiB".format)
OVERRIDES = st.fixed_dictionaries(
    {},
    optional={
        "memory": SIZES,
        "profile": st.sampled_from(["size", "speed", "debug"]),
        "network": st.sampled_from(["auto", "none"]),
        "libc": st.sampled_from(["auto", "nolibc"]),
        "options": st.dictionaries(st.just("trap.fast"), st.booleans()),
        "app": st.fixed_dictionaries(
            {},
            optional={
                "flags": st.lists(st.sampled_from(["-DA", "-DB"]), max_size=2),
                "defines": st.dictionaries(st.sampled_from(["X", "Y"]), st.sampled_from(["0", "1"])),
                "sources": st.just(["more.c"]),
            },
        ),
    },
)


@pytest.fixture(scope="module")
def shared() -> Iterator[Loader]:
    with tempfile.TemporaryDirectory() as folder:
        yield loader_in(Path(folder))


@given(base=OVERRIDES, kvm=OVERRIDES, linux=OVERRIDES)
def test_an_override_never_changes_what_another_target_gets(
    shared: Loader, base: Mapping[str, object], kvm: Mapping[str, object], linux: Mapping[str, object]
) -> None:
    app = {"sources": ["main.c"], **dict(base.get("app", {}))}  # type: ignore[call-overload]  # it is a mapping

    def loaded(overrides: Mapping[str, Mapping[str, object]]) -> LoadedManifest:
        value = {"name": "a", **base, "app": {**app, "sources": ["main.c"]}, "targets": overrides}
        return shared(json.dumps(value))

    together = loaded({"kvm/x86_64": kvm, "linux/x86_64": linux}).manifest_for(LINUX)
    alone = loaded({"kvm/x86_64": {}, "linux/x86_64": linux}).manifest_for(LINUX)
    assert (together.manifest, together.sources) == (alone.manifest, alone.sources)
