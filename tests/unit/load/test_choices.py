"""The choices of a manifest: what the menu writes into the file says what `--set` says, and a person would write."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.errors import ComposerError
from composer.load.choices import AUTO, choices_of, edits_for, without
from composer.load.document import parse_document
from composer.load.edit import Drop
from composer.load.manifest import buildable_targets, load_manifest
from composer.menu.session import Session
from composer.model.assignment import Assignment
from composer.model.manifest import LoadedManifest, Manifest
from composer.model.menu import Choice, Kind
from composer.model.recipe import Catalog
from composer.pipeline.manuscript import Manuscript
from composer.pipeline.menu import with_edits
from composer.pipeline.project import load_recipes

FIRST = "kvm/x86_64"
TOOLCHAINS = ("clang", "gcc", "zig")
MANIFESTS = (
    f"name: a\napp: {{sources: [main.c]}}\ntarget: {FIRST}\n",
    f"# One\nname: a\napp:\n  sources: [main.c]\n\ntargets:\n  - {FIRST}  # first\n  - linux/x86_64\nmemory: 32MiB # much\n",
    f"name: a\napp: {{sources: [main.c]}}\nlto: true\ntargets:\n  {FIRST}: {{memory: 8MiB, libc: musl}}\n  linux/x86_64:\n",
    f"{{name: a, app: {{sources: [main.c]}}, targets: [{FIRST}, xen/aarch64], options: {{lwip.tcp_window: 4096}}}}",
    f"name: a\r\napp: {{sources: [main.c]}}\r\ntarget: {FIRST}\r\nnet:\r\n    address: 10.0.0.2/24\r\n    gateway: 10.0.0.1",
)


@cache
def catalog() -> Catalog:
    return load_recipes(())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choices")
    (folder / "main.c").touch()
    (folder / "unikernel.yaml").touch()
    return folder


def loaded(folder: Path, text: str, *assignments: Assignment) -> LoadedManifest:
    return load_manifest(folder / "unikernel.yaml", lambda more: catalog(), assignments=assignments, text=text)


def choices(folder: Path, text: str) -> tuple[Choice, ...]:
    here = loaded(folder, text).each[0]
    targets = map(str, buildable_targets(catalog()))
    value = parse_document(text, "unikernel.yaml", "manifest").value
    return choices_of(value, here, targets, TOOLCHAINS, catalog(), None)


def meant(folder: Path, text: str, *assignments: Assignment) -> Manifest | None:
    """What the manifest says of its first target; None if it may not say that."""
    try:
        return loaded(folder, text, *assignments).each[0].manifest
    except ComposerError:
        return None


def words(text: str, folder: Path) -> Iterator[tuple[Choice, str]]:
    for choice in choices(folder, text):
        yield from ((choice, word) for word in choice.words)


def known(manifest: Manifest | None) -> Manifest | None:
    """Without the targets, which nothing but the file names."""
    return manifest and manifest.model_copy(update={"target": None, "targets": ()})


@pytest.mark.parametrize("text", MANIFESTS)
def test_a_choice_in_the_file_is_the_same_on_the_command_line(folder: Path, text: str) -> None:
    tried = 0
    for choice, word in words(text, folder):
        if choice.kind in (Kind.MANY, Kind.LIST):
            continue  # the command line names targets by another word, and lists grow there
        for edit in edits_for(choice, word):
            new = with_edits(text, "unikernel.yaml", [edit])
            if isinstance(edit, Drop):
                assert word == AUTO
                assert not next(one for one in choices(folder, new) if one.name == choice.name).is_set
            else:
                told = Assignment(choice.name, word, f"--set {choice.name}={word}")
                assert known(meant(folder, new)) == known(meant(folder, text, told)), (choice.name, word)
            tried += 1
    assert tried > 15


@pytest.mark.parametrize("text", MANIFESTS)
def test_a_target_is_taken_and_left(folder: Path, text: str) -> None:
    targets = next(choice for choice in choices(folder, text) if choice.name == "targets")
    for word in targets.words:
        if targets.chosen == (word,):
            with pytest.raises(ComposerError):
                edits_for(targets, word)
            continue
        new = with_edits(text, "unikernel.yaml", edits_for(targets, word))
        value = parse_document(new, "unikernel.yaml", "manifest").value
        assert {*value.get("targets", ())} == {*targets.chosen} ^ {word}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_series_of_choices_can_be_undone_to_the_byte(folder: Path, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(MANIFESTS))
    session = Session(Manuscript(folder / "unikernel.yaml", "unikernel.yaml", text))
    texts = [text]
    for _ in range(data.draw(st.integers(1, 5))):
        found = choices(folder, session.text)
        choice = data.draw(st.sampled_from(found))
        word = data.draw(st.sampled_from([*choice.words, "9090"])) if choice.words else "9090"
        try:
            edits = without(choice) if data.draw(st.booleans()) else edits_for(choice, word)
            new = with_edits(session.text, "unikernel.yaml", edits)
        except ComposerError:
            continue
        if meant(folder, new) is not None and session.choose(edits):
            assert session.text == new
            texts.append(new)
    for before in reversed(texts[:-1]):
        assert session.undo()
        assert session.text == before
    assert session.count == 0
