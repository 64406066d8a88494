"""Small random catalogs and requests, dense enough that slots, conflicts and loops meet each other."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from composer.errors import Location
from composer.model.recipe import Catalog, CatalogRecipe, Condition, Option, Recipe, Requirement, Support
from composer.model.resolution import Ban, Pin, ReasonKind, Request, Want
from composer.model.target import Target
from composer.model.value import KeyPath, Places

TARGET = Target("kvm", "x86_64")
NAMES = tuple("abcdefgh")
CAPABILITIES = tuple(f"cap{number}" for number in range(6))
SYMBOLS = ("puts", "malloc")
CONDITIONS = (
    Condition(),
    Condition(),
    Condition(platform="xen"),
    Condition(arch="x86_64"),
    Condition(option={"fast": True}),
    Condition(option={"fast": False}),
)
FAST = Option(type="bool", default=False, help="an option")


@dataclass(frozen=True, slots=True)
class World:
    """A question to the resolver."""

    request: Request
    catalog: Catalog


def entry(recipe: Recipe, weight: int = 1, target: Target = TARGET) -> CatalogRecipe:
    """`recipe` as the catalog holds it: every key on a line of its own in a file named after it."""
    file = f"recipes/{recipe.name}/recipe.yaml"
    keys = ("provides", "requires", "recommends", "conflicts", "supports")
    marks: dict[KeyPath, Location] = {(): Location(file, 1, 1)}
    for line, key in enumerate(keys, 2):
        marks[(key,)] = Location(file, line, 1)
        for index in range(8):
            marks[(key, index)] = Location(file, line, 12 + 6 * index)
    return CatalogRecipe(recipe, recipe.name, Places(file, marks), {str(target): weight})


def catalog_of(*entries: CatalogRecipe) -> Catalog:
    """A catalog of these recipes."""
    return Catalog({}, {item.recipe.name: item for item in entries})


def subsets(values: tuple[str, ...], most: int) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), max_size=most)


requirements = st.lists(
    st.builds(Requirement, capability=st.sampled_from(CAPABILITIES), when=st.sampled_from(CONDITIONS)), max_size=3
).map(tuple)
supports = st.sampled_from(((Support(),), (Support(),), (Support(),), (Support(platform="xen"),)))
places = st.builds(Location, st.just("unikernel.yaml"), st.integers(1, 9), st.just(1))


@st.composite
def recipes(draw: st.DrawFn, name: str) -> CatalogRecipe:
    """One recipe that may ask for, offer and refuse anything."""
    recipe = Recipe(
        name=name,
        version="1",
        summary="a recipe",
        license="BSD-2-Clause",
        provides=draw(subsets(CAPABILITIES, 2)),
        requires=draw(requirements),
        recommends=draw(requirements),
        conflicts=draw(subsets(NAMES, 1)) - {name},
        supports=draw(supports),
        options={"fast": FAST},
        exports=draw(subsets(SYMBOLS, 1)),
    )
    return entry(recipe, draw(st.integers(0, 3)))


@st.composite
def wants(draw: st.DrawFn) -> Want:
    """One thing that must be in the image."""
    kind = draw(st.sampled_from((ReasonKind.TARGET, ReasonKind.REQUESTED, ReasonKind.SYMBOL)))
    return Want(kind, draw(st.sampled_from(SYMBOLS if kind is ReasonKind.SYMBOL else CAPABILITIES)), draw(places))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A catalog of up to eight recipes and a request to it."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    catalog = catalog_of(*(draw(recipes(name)) for name in names))
    request = Request(
        target=TARGET,
        target_at=Location("unikernel.yaml", 3, 9),
        wants=tuple(draw(st.lists(wants(), min_size=1, max_size=3))),
        pins=tuple(draw(st.lists(st.builds(Pin, st.sampled_from(names), places), max_size=1))),
        bans=tuple(draw(st.lists(st.builds(Ban, st.sampled_from(CAPABILITIES), places), max_size=1))),
        options={name: {"fast": True} for name in draw(st.frozensets(st.sampled_from(names), max_size=2))},
    )
    return World(request, catalog)


@st.composite
def slot_worlds(draw: st.DrawFn) -> World:
    """Three needed slots whose providers share two libraries and conflict: nothing to settle without a search."""
    slots = ("one", "two", "three")
    root = Recipe(
        name="root",
        version="1",
        summary="a recipe",
        license="BSD-2-Clause",
        provides=frozenset({"root"}),
        requires=tuple(Requirement(capability=slot) for slot in slots),
    )
    entries = [entry(root)]
    names = [f"{slot}-{letter}" for slot in slots for letter in "abc"[: draw(st.integers(2, 3))]]
    needs = st.lists(st.sampled_from(("lib-x", "lib-y", *slots)), max_size=2, unique=True)
    for name in (*names, "lib-x", "lib-y"):
        library = name.startswith("lib")
        recipe = Recipe(
            name=name,
            version="1",
            summary="a recipe",
            license="BSD-2-Clause",
            provides=frozenset({name if library else name.split("-")[0]}),
            requires=() if library else tuple(Requirement(capability=need) for need in draw(needs)),
            recommends=tuple(Requirement(capability=wish) for wish in draw(subsets(("lib-x", "extra"), 1))),
            conflicts=draw(subsets((*names, "lib-y"), 2)) - {name},
        )
        entries.append(entry(recipe, draw(st.sampled_from((1, 1, 2, 3)))))
    return World(Request(TARGET, wants=(Want(ReasonKind.TARGET, "root"),)), catalog_of(*entries))
