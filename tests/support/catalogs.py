"""Large made-up catalogs in which choices really depend on each other.

Every catalog has 10,000 recipes, of which the request can reach 5,000, and 200 slots of two to four
providers. The slots are tied together four ways:
- providers of different slots require the same libraries, whose weight is then paid once;
- libraries and providers require slots themselves, so some slots are needed only after certain choices;
- providers, and the libraries below them, conflict across slots;
- in every fifth seed a few needed slots rule each other out, so that there is no answer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from composer.errors import Location
from composer.model.recipe import Catalog, CatalogRecipe, Condition, Recipe, Requirement, Support
from composer.model.resolution import ReasonKind, Request, Want
from composer.model.target import Target
from composer.model.value import Places

TARGET = Target("kvm", "x86_64")
SEEDS = range(20)
RECIPES = 10_000
REACHABLE = 5_000
SLOTS = 200
LIBRARIES = 400  # shared by providers of different slots
CONFLICTS = 120
UNCONDITIONAL = Condition()
EVERYWHERE = (Support(),)


@dataclass(slots=True)
class Draft:
    """A recipe while its catalog is being made up."""

    name: str
    weight: int
    provides: str
    requires: list[str]
    conflicts: set[str]


class World:
    """One half of a catalog: 5,000 recipes that know only each other."""

    def __init__(self, random_: random.Random, prefix: str) -> None:
        self._random = random_
        self._prefix = prefix
        self.drafts: dict[str, Draft] = {}
        self.slots: list[list[Draft]] = []
        self.root = self._draft("root", "image", 1000)

    def _draft(self, name: str, provides: str, weight: int) -> Draft:
        draft = Draft(f"{self._prefix}-{name}", weight, f"{self._prefix}.{provides}", [], set())
        self.drafts[draft.name] = draft
        return draft

    def fill(self, impossible: bool) -> None:
        """Make up slots, libraries, conflicts, and enough plain recipes below them."""
        libraries = [self._draft(f"lib{n}", f"lib{n}", self._random.randint(200, 2000)) for n in range(LIBRARIES)]
        for number in range(SLOTS):
            self.slots.append(self._slot(number))
        self._tie(libraries)
        self._ask(libraries)
        self._conflict(libraries)
        if impossible:
            self._rule_out()
        self._pad(libraries)

    def _slot(self, number: int) -> list[Draft]:
        names = (f"slot{number}-{letter}" for letter in "abcd"[: self._random.randint(2, 4)])
        return [self._draft(name, f"slot{number}", self._random.randint(300, 16000)) for name in names]

    def _tie(self, libraries: list[Draft]) -> None:
        """Providers use libraries near their slot and a few far away; libraries use later ones."""
        for number, providers in enumerate(self.slots):
            middle = number * LIBRARIES // SLOTS
            for provider in providers:
                near = {int(self._random.gauss(middle, 3)) % LIBRARIES for _ in range(self._random.randint(1, 2))}
                if self._random.random() < 0.05:
                    near.add(self._random.randrange(LIBRARIES))
                provider.requires += [libraries[n].provides for n in sorted(near)]
        for n, library in enumerate(libraries):
            if not any(library.provides in provider.requires for slot in self.slots for provider in slot):
                self._random.choice(self.slots[n * SLOTS // LIBRARIES]).requires.append(library.provides)
        for n, library in enumerate(libraries[:-1]):
            if self._random.random() < 0.2:
                library.requires.append(libraries[min(LIBRARIES - 1, n + self._random.randint(1, 12))].provides)

    def _ask(self, libraries: list[Draft]) -> None:
        """Two slots in three are always needed; the others when certain recipes are chosen."""
        for number, providers in enumerate(self.slots):
            capability = providers[0].provides
            if number % 3:
                self.root.requires.append(capability)
                continue
            for earlier in self._random.sample(range(number), min(number, 2)):
                self._random.choice(self.slots[earlier]).requires.append(capability)
            if number < 3:
                self.root.requires.append(capability)

    def _conflict(self, libraries: list[Draft]) -> None:
        choices = [provider for providers in self.slots for provider in providers]
        for _ in range(CONFLICTS):
            one, other = self._random.sample(choices, 2)
            if one.provides != other.provides:
                one.conflicts.add(other.name)
        for _ in range(CONFLICTS // 8):
            one, two = self._random.choice(choices), self._random.choice(libraries)
            if two.provides not in one.requires:
                one.conflicts.add(two.name)

    def _rule_out(self) -> None:
        """Three needed slots, of which any two providers are enemies in one way or another."""
        first, second, third = (self.slots[n] for n in self._random.sample([n for n in range(SLOTS) if n % 3], 3))
        for one in first:
            for other in second:
                if self._random.random() < 0.5:
                    one.conflicts.add(other.name)
                else:
                    one.conflicts |= {last.name for last in third if self._random.random() < 0.8}
                    other.conflicts |= {last.name for last in third}

    def _pad(self, libraries: list[Draft]) -> None:
        """Plain recipes with one provider each, in trees below slots and libraries."""
        parents = [draft for draft in self.drafts.values() if draft is not self.root]
        for n in range(REACHABLE - len(self.drafts)):
            draft = self._draft(f"part{n}", f"part{n}", self._random.randint(20, 900))
            self._random.choice(parents).requires.append(draft.provides)
            if self._random.random() < 0.04:
                self._random.choice(parents).requires.append(draft.provides)
            if self._random.random() < 0.5:
                parents.append(draft)


def large_catalog(seed: int) -> tuple[Request, Catalog]:
    """The request and the catalog of one seed."""
    random_ = random.Random(seed)
    drafts: list[Draft] = []
    for prefix in ("here", "far"):
        world = World(random_, prefix)
        world.fill(impossible=seed % 5 == 4)
        drafts += world.drafts.values()
    random_.shuffle(drafts)
    wants = (Want(ReasonKind.TARGET, "here.image", Location("unikernel.yaml", 3, 9)),)
    request = Request(TARGET, Location("unikernel.yaml", 3, 9), wants)
    return request, Catalog({}, {draft.name: finished(draft) for draft in drafts})


def finished(draft: Draft) -> CatalogRecipe:
    """The draft as a recipe; it is right by construction, so pydantic need not look at it."""
    recipe = Recipe.model_construct(
        name=draft.name,
        version="1",
        summary="made up",
        license="BSD-2-Clause",
        provides=frozenset({draft.provides}),
        requires=tuple(
            Requirement.model_construct(capability=capability, when=UNCONDITIONAL)
            for capability in dict.fromkeys(draft.requires)
        ),
        conflicts=frozenset(draft.conflicts),
        supports=EVERYWHERE,
    )
    return CatalogRecipe(recipe, draft.name, Places(f"{draft.name}/recipe.yaml"), {str(TARGET): draft.weight})


class Greedy:
    """Each slot, as it comes up, takes the provider that adds least weight.

    What has one provider only comes along at once, and a provider is passed over if it or what comes
    along conflicts with what is chosen already.
    """

    def __init__(self, request: Request, catalog: Catalog) -> None:
        self._recipes = catalog.recipes
        self._target = str(request.target)
        self._wants = [want.what for want in request.wants]
        self._chosen: set[str] = set()
        self._providers: dict[str, list[str]] = {}
        for name in sorted(self._recipes):
            for capability in self._recipes[name].recipe.provides:
                self._providers.setdefault(capability, []).append(name)

    def weight(self) -> int | None:
        """What the image weighs, or None if some slot has no provider left."""
        todo = list(self._wants)
        while todo:
            offered = self._providers[todo.pop(0)]
            if self._chosen.isdisjoint(offered):
                options = [
                    (self._weight(with_it), name) for name in offered if self._fits(with_it := self._along(name))
                ]
                if not options:
                    return None
                along = self._along(min(options)[1])
                self._chosen |= along
                todo += sorted(entry.capability for name in along for entry in self._recipes[name].recipe.requires)
        return self._weight(self._chosen)

    def _weight(self, names: set[str]) -> int:
        return sum(self._recipes[name].weights[self._target] for name in names)

    def _along(self, name: str) -> set[str]:
        """What is not chosen yet and comes along with `name`."""
        found, todo = {name}, [name]
        while todo:
            for entry in self._recipes[todo.pop()].recipe.requires:
                offered = self._providers[entry.capability]
                if len(offered) == 1 and offered[0] not in self._chosen | found:
                    found.add(offered[0])
                    todo.append(offered[0])
        return found

    def _fits(self, names: set[str]) -> bool:
        every = self._chosen | names
        return not any(self._recipes[name].recipe.conflicts & every for name in every)
