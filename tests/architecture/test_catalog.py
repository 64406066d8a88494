"""What every recipe of the shipped catalog must have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.load.catalog import Catalogs
from composer.load.manifest import buildable_targets
from composer.load.shipped import shipped_folder
from composer.model.recipe import Catalog, CatalogRecipe
from composer.model.resolution import Pin, Request

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalogs(shipped_folder("recipes")).having()


def weightless(catalog: Catalog) -> Iterator[str]:
    for name, entry in catalog.recipes.items():
        for target in buildable_targets(catalog):
            if entry.recipe.supported(target) and str(target) not in entry.weights:
                yield f"{name} for {target}"


def test_every_recipe_has_a_weight_for_each_target_that_it_supports(catalog: Catalog) -> None:
    assert list(weightless(catalog)) == []


def test_a_recipe_without_a_weight_would_be_seen(catalog: Catalog) -> None:
    name, entry = next(iter(catalog.recipes.items()))
    bare = CatalogRecipe(entry.recipe, entry.folder, entry.places, {}, entry.sources)
    assert list(weightless(Catalog(catalog.roots, {**catalog.recipes, name: bare})))


def test_no_weight_is_left_of_a_recipe_that_is_gone(catalog: Catalog) -> None:
    from composer.load.catalog import WEIGHTS_FILE
    from composer.load.document import read_document

    weights = read_document(shipped_folder("recipes") / WEIGHTS_FILE, "table of weights").value
    known = {f"{name}.{option}" for name, entry in catalog.recipes.items() for option in entry.recipe.options}
    assert {key.partition("=")[0] for key in weights} <= catalog.recipes.keys() | known


def test_every_example_is_run_by_a_boot_test() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests" / "boot").glob("test_*.py"))
    examples = [path.parent.name for path in (ROOT / "manifests").glob("*/unikernel.yaml")]
    assert [name for name in examples if f'"{name}"' not in tests] == []


def test_no_source_decides_about_configuration(catalog: Catalog) -> None:
    """Optional behaviour is another recipe or file (DESIGN section 8): the only conditionals are include guards."""
    found = []
    for entry in catalog.recipes.values():
        folder = Path(catalog.roots["recipes"], entry.folder.partition("/")[2])
        for path in [*folder.rglob("*.c"), *folder.rglob("*.S")]:
            lines = path.read_text().splitlines()
            found += [f"{path}: {line}" for line in lines if line.lstrip().startswith(("#if", "#elif"))]
    assert found == []


def test_every_recipe_can_be_in_an_image(catalog: Catalog) -> None:
    """Every recipe can be in some image: none is ruled out by the others for each target that it supports."""
    from composer.errors import ComposerError
    from composer.model.resolution import ReasonKind, Want
    from composer.resolve.resolver import resolve

    impossible = []
    for name, entry in catalog.recipes.items():
        for target in buildable_targets(catalog):
            if entry.recipe.supported(target):
                wants = (Want(ReasonKind.TARGET, "boot"), Want(ReasonKind.REQUESTED, "libc"))
                try:
                    resolve(Request(target, wants=wants, pins=(Pin(name),)), catalog)
                except ComposerError as error:
                    impossible.append(f"{name} for {target}: {error}")
    assert impossible == []


def test_calls_are_for_c_libraries_that_have_none_of_their_own(catalog: Catalog) -> None:
    from composer.errors import ComposerError
    from composer.model.target import Target
    from composer.resolve.resolver import resolve

    served, refused = set(), []
    for libc in (name for name, entry in catalog.recipes.items() if entry.recipe.trial is not None):
        try:
            resolve(Request(Target("kvm", "x86_64"), pins=(Pin(libc), Pin("calls"))), catalog)
            served.add(libc)
        except ComposerError as error:
            refused.append(str(error))
    assert served == {"nolibc", "picolibc", "newlib"}
    assert len(refused) == 1
    assert "musl" in refused[0]
