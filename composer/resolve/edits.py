"""One edit that makes a request resolvable: candidates in the order in which a user would try them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice
from typing import NamedTuple

from composer.errors import Location
from composer.model.recipe import Catalog, Option, OptionValue, Recipe
from composer.model.resolution import SYMBOLS, ReasonKind, Request
from composer.model.target import PLATFORMS, Target
from composer.resolve.feasible import Ground, legal_set
from composer.resolve.problem import TRIED, Premise, PremiseKind, build_problem, option_values
from composer.resolve.satisfy import Budget, Exhausted

TRIAL_STEPS = 20_000  # for each candidate; one that needs more is not proposed
MOST_TRIALS = 12


class Edit(NamedTuple):
    """What to change, and the question after the change; if a fact just goes, which."""

    text: str
    request: Request
    catalog: Catalog
    gone: Premise | None = None


def mending_edit(request: Request, catalog: Catalog, ground: Ground, premises: Sequence[Premise]) -> Edit | None:
    """The first candidate after which there is an image; None if no single one helps."""
    for edit in islice(candidates(request, catalog, premises), MOST_TRIALS):
        trial = ground.without(edit.gone) if edit.gone else Ground(build_problem(edit.request, edit.catalog))
        if is_resolvable(trial):
            return edit
    return None


def is_resolvable(ground: Ground) -> bool:
    """Whether there is a legal set, as far as the steps of a trial can tell."""
    try:
        return legal_set(ground, range(ground.problem.size), Budget(TRIAL_STEPS)).chosen is not None
    except Exhausted:
        return False


def candidates(request: Request, catalog: Catalog, premises: Sequence[Premise]) -> Iterator[Edit]:
    """Edits that take a premise of the proof away: spelling, manifest, options, target, recipes."""
    yield from spellings(request, catalog, premises)
    yield from manifest_lines(request, catalog, premises)
    yield from other_options(request, catalog, premises)
    if any(premise.kind is PremiseKind.TARGET for premise in premises):
        yield from other_targets(request, catalog)
    yield from fewer_wants(request, catalog, premises)
    yield from recipe_lines(request, catalog, premises)


def where(at: Location | None) -> str:
    """A place in brackets, with the blank before it."""
    return f" ({at})" if at else ""


def spellings(request: Request, catalog: Catalog, premises: Iterable[Premise]) -> Iterator[Edit]:
    """What nobody provides, written as something that somebody does."""
    recipes = [entry.recipe for entry in catalog.recipes.values()]
    provided = {capability for recipe in recipes for capability in recipe.provides}
    exported = {symbol for entry in catalog.recipes.values() for symbol in entry.exports(request.target.arch)}
    for premise in premises:
        if premise.kind is PremiseKind.WANT and premise.subject != ReasonKind.TARGET:
            known = exported if premise.subject in SYMBOLS else provided
            for other in close(premise.what, known):
                wants = tuple(
                    replace(want, what=other) if (want.what, want.at) == (premise.what, premise.at) else want
                    for want in request.wants
                )
                yield Edit(meant(premise.what, other, premise.at), replace(request, wants=wants), catalog)
        elif premise.kind is PremiseKind.PIN and premise.subject != TRIED:
            for other in close(premise.what, catalog.recipes):
                pins = tuple(replace(pin, recipe=other) if pin.recipe == premise.what else pin for pin in request.pins)
                yield Edit(meant(premise.what, other, premise.at), replace(request, pins=pins), catalog)
        elif premise.kind is PremiseKind.REQUIRES:
            recipe = catalog.recipes[premise.subject].recipe
            for other in close(premise.what, provided - recipe.provides):
                entry = recipe.requires[premise.entry].model_copy(update={"capability": other})
                place = catalog.recipes[recipe.name].places.at("requires", premise.entry)
                needs = (*recipe.requires[: premise.entry], entry, *recipe.requires[premise.entry + 1 :])
                edited = with_recipe(catalog, recipe.model_copy(update={"requires": needs}))
                yield Edit(meant(premise.what, other, place), request, edited)


def close(word: str, known: Iterable[str]) -> list[str]:
    """The nearest known word, if `word` is not known itself."""
    return [] if word in known else get_close_matches(word, sorted(known), 1, 0.75)


def meant(word: str, other: str, at: Location | None) -> str:
    """The proposal of another spelling."""
    return f"write {other} instead of {word}{where(at)}"


def manifest_lines(request: Request, catalog: Catalog, premises: Iterable[Premise]) -> Iterator[Edit]:
    """Pins and bans taken back."""
    for premise in premises:
        if premise.kind is PremiseKind.PIN and premise.subject != TRIED:
            pins = tuple(pin for pin in request.pins if pin.recipe != premise.what)
            yield Edit(f"do not pin {premise.what}{where(premise.at)}", replace(request, pins=pins), catalog, premise)
        elif premise.kind is PremiseKind.BAN:
            bans = tuple(ban for ban in request.bans if ban.capability != premise.what)
            yield Edit(f"do not refuse {premise.what}{where(premise.at)}", replace(request, bans=bans), catalog)


def other_options(request: Request, catalog: Catalog, premises: Iterable[Premise]) -> Iterator[Edit]:
    """Other values of options under which a requirement would not exist."""
    for premise in premises:
        if premise.kind is not PremiseKind.REQUIRES:
            continue
        recipe = catalog.recipes[premise.subject].recipe
        values = option_values(recipe, request)
        for name in sorted(recipe.requires[premise.entry].when.option):
            for value in alternatives(recipe.options[name], values[name]):
                options = {key: dict(chosen) for key, chosen in (request.options or {}).items()}
                options.setdefault(recipe.name, {})[name] = value
                shown = str(value).lower() if isinstance(value, bool) else str(value)
                text = f"set the option {recipe.name}.{name} to {shown}"
                yield Edit(text, replace(request, options=options), catalog)


def alternatives(option: Option, value: OptionValue) -> list[OptionValue]:
    """Legal values other than `value`; of a number only its default."""
    legal: Sequence[OptionValue]
    match option.type:
        case "bool":
            legal = (False, True)
        case "choice":
            legal = option.choices
        case "int":
            legal = (option.default,)
    return [other for other in legal if other != value]


def other_targets(request: Request, catalog: Catalog) -> Iterator[Edit]:
    """Other targets, those of the same platform first, then those of the same architecture."""
    here = request.target
    pairs = [Target(platform, arch) for platform, arches in PLATFORMS.items() for arch in arches]
    for target in sorted(pairs, key=lambda t: (t.platform != here.platform, t.arch != here.arch, t)):
        if target != here:
            text = f"build for {target} instead of {here}{where(request.target_at)}"
            yield Edit(text, replace(request, target=target), catalog)


def fewer_wants(request: Request, catalog: Catalog, premises: Iterable[Premise]) -> Iterator[Edit]:
    """Things that the manifest asks for, done without."""
    for premise in premises:
        if premise.kind is PremiseKind.WANT and premise.subject != ReasonKind.TARGET:
            wants = tuple(want for want in request.wants if (want.kind, want.what) != (premise.subject, premise.what))
            yield Edit(f"do without {premise.what}{where(premise.at)}", replace(request, wants=wants), catalog, premise)


def recipe_lines(request: Request, catalog: Catalog, premises: Iterable[Premise]) -> Iterator[Edit]:
    """Lines of recipes taken back: a conflict, a link of a loop, a requirement."""
    for premise in sorted(premises, key=lambda premise: premise.kind is PremiseKind.REQUIRES):
        if premise.kind is PremiseKind.CONFLICT:
            text = f"take back the conflict between {premise.subject} and {premise.what}"
            once = with_recipe(catalog, without_conflict(catalog, premise.subject, premise.what))
            both = with_recipe(once, without_conflict(once, premise.what, premise.subject))
            yield Edit(text, request, both, premise)
        for name, entry in premise.loop or [(premise.subject, premise.entry)]:
            if premise.kind in (PremiseKind.LOOP, PremiseKind.REQUIRES):
                recipe = catalog.recipes[name].recipe
                place = catalog.recipes[name].places.at("requires", entry)
                text = f"take {recipe.requires[entry].capability} out of what {name} requires{where(place)}"
                gone = premise if premise.kind is PremiseKind.REQUIRES else None
                yield Edit(text, request, without_requirement(catalog, recipe, entry), gone)


def without_requirement(catalog: Catalog, recipe: Recipe, entry: int) -> Catalog:
    """The catalog with a recipe that does not require the capability of one entry, however often it says so."""
    capability = recipe.requires[entry].capability
    kept = tuple(need for need in recipe.requires if need.capability != capability)
    return with_recipe(catalog, recipe.model_copy(update={"requires": kept}))


def without_conflict(catalog: Catalog, name: str, other: str) -> Recipe:
    """The recipe `name` with nothing against `other`."""
    recipe = catalog.recipes[name].recipe
    return recipe.model_copy(update={"conflicts": recipe.conflicts - {other}})


def with_recipe(catalog: Catalog, recipe: Recipe) -> Catalog:
    """The catalog with one recipe in another form."""
    entry = replace(catalog.recipes[recipe.name], recipe=recipe)
    return replace(catalog, recipes={**catalog.recipes, recipe.name: entry})
