"""Why there is no image: the proof names what takes part with its place, and the hint mends it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from composer.errors import ComposerError, Diagnostic, Location
from composer.model.recipe import CatalogRecipe, Condition, Option, Recipe, Requirement, Support
from composer.model.resolution import Ban, Pin, ReasonKind, Request, Want
from composer.resolve.edits import mending_edit
from composer.resolve.explain import contradiction, shrink
from composer.resolve.feasible import Ground, legal_set
from composer.resolve.problem import build_problem
from composer.resolve.resolver import resolve
from composer.resolve.satisfy import Budget
from tests.unit.resolve.oracle import best_answer
from tests.unit.resolve.worlds import TARGET, World, catalog_of, entry, worlds

TARGET_AT = Location("unikernel.yaml", 3, 9)
LIBC_AT = Location("unikernel.yaml", 4, 7)
BOOT = Want(ReasonKind.TARGET, "boot", TARGET_AT)
XEN = (Support(platform="xen"),)


def recipe(
    name: str,
    provides: str,
    requires: tuple[str | Requirement, ...] = (),
    conflicts: frozenset[str] = frozenset(),
    supports: tuple[Support, ...] = (Support(),),
    options: dict[str, Option] | None = None,
) -> CatalogRecipe:
    needs = tuple(Requirement(capability=need) if isinstance(need, str) else need for need in requires)
    return entry(
        Recipe(
            name=name,
            version="1",
            summary="a recipe",
            license="BSD-2-Clause",
            provides=frozenset({provides}),
            requires=needs,
            conflicts=conflicts,
            supports=supports,
            options=options or {},
        )
    )


def refusal(
    *recipes: CatalogRecipe, wants: tuple[Want, ...] = (BOOT,), pins: tuple[Pin, ...] = (), bans: tuple[Ban, ...] = ()
) -> Diagnostic:
    """The diagnostic for a request that cannot be had."""
    with pytest.raises(ComposerError) as caught:
        resolve(Request(TARGET, TARGET_AT, wants, pins, bans), catalog_of(*recipes))
    return caught.value.diagnostics[0]


def test_proof_names_the_capability_that_nobody_provides_and_the_nearest_that_somebody_does() -> None:
    found = refusal(recipe("start", "boot", ("console.wirte",)), recipe("uart", "console.write"))
    assert "start requires console.wirte (recipes/start/recipe.yaml:3:12), which no recipe provides" in found.message
    assert found.hint == "write console.write instead of console.wirte (recipes/start/recipe.yaml:3:12)"


def test_proof_names_the_targets_of_a_provider_that_does_not_support_the_target() -> None:
    found = refusal(recipe("start", "boot", supports=XEN))
    assert "start supports only xen/* (recipes/start/recipe.yaml:6:1), not kvm/x86_64" in found.message
    assert found.hint == "build for xen/x86_64 instead of kvm/x86_64 (unikernel.yaml:3:9)"


def test_proof_names_both_pins_that_fill_one_slot() -> None:
    pins = (Pin("nolibc", LIBC_AT), Pin("musl", Location("unikernel.yaml", 5, 7)))
    found = refusal(recipe("nolibc", "libc"), recipe("musl", "libc"), wants=(), pins=pins)
    assert "pins musl (unikernel.yaml:5:7)" in found.message
    assert "pins nolibc (unikernel.yaml:4:7)" in found.message
    assert "both provide libc" in found.message
    assert found.hint == "do not pin musl (unikernel.yaml:5:7)"


def test_proof_names_a_pin_that_the_target_rules_out() -> None:
    found = refusal(recipe("start", "boot"), recipe("nolibc", "libc", supports=XEN), pins=(Pin("nolibc", LIBC_AT),))
    assert found.at == LIBC_AT
    assert "the manifest pins nolibc (unikernel.yaml:4:7)" in found.message
    assert found.hint == "do not pin nolibc (unikernel.yaml:4:7)"


def test_proof_names_the_pin_of_an_unknown_recipe_and_the_nearest_known() -> None:
    found = refusal(recipe("start", "boot"), pins=(Pin("strat", LIBC_AT),))
    assert "there is no such recipe" in found.message
    assert found.hint == "write start instead of strat (unikernel.yaml:4:7)"


@pytest.mark.parametrize(("by", "user"), [("", "the app"), ("musl", "musl")])
def test_proof_names_who_uses_a_symbol(by: str, user: str) -> None:
    found = refusal(recipe("start", "boot"), wants=(BOOT, Want(ReasonKind.SYMBOL, "sys_openat", by=by)))
    assert f"{user} uses the symbol sys_openat, which no recipe exports" in found.message


def test_proof_names_a_pin_that_is_tried() -> None:
    found = refusal(recipe("start", "boot"), recipe("musl", "libc", supports=XEN), pins=(Pin("musl", is_named=False),))
    assert "musl is being tried" in found.message


def test_proof_names_a_ban_of_what_is_needed() -> None:
    found = refusal(recipe("start", "boot", ("net",)), recipe("lwip", "net"), bans=(Ban("net", LIBC_AT),))
    assert "the manifest refuses net (unikernel.yaml:4:7), which lwip provides" in found.message
    assert found.hint == "do not refuse net (unikernel.yaml:4:7)"


def test_proof_names_a_conflict_from_either_side() -> None:
    found = refusal(recipe("start", "boot", ("libc",)), recipe("nolibc", "libc", conflicts=frozenset({"start"})))
    assert "nolibc conflicts with start (recipes/nolibc/recipe.yaml:5:1)" in found.message
    assert found.hint == "take back the conflict between nolibc and start"


def test_proof_prints_the_loop_of_recipes_that_wait_for_each_other() -> None:
    found = refusal(recipe("start", "boot", ("libc",)), recipe("nolibc", "libc", ("boot",)))
    assert "nolibc -> start -> nolibc" in found.message
    assert found.hint == "take boot out of what nolibc requires (recipes/nolibc/recipe.yaml:3:12)"


def test_hint_is_an_option_where_that_helps() -> None:
    need = Requirement(capability="ipv6", when=Condition(option={"v6": True}))
    option = Option(type="bool", default=True, help="IPv6")
    found = refusal(recipe("start", "boot", (need,), options={"v6": option}))
    assert found.hint == "set the option start.v6 to false"


def test_proof_refutes_each_choice_in_turn() -> None:
    both = frozenset({"nolibc", "musl"})
    found = refusal(
        recipe("start", "boot", ("libc", "net")),
        recipe("nolibc", "libc"),
        recipe("musl", "libc"),
        recipe("lwip", "net", conflicts=both),
        recipe("host", "net", conflicts=both),
    )
    assert found.message.count("  - with ") == 2


def test_search_that_runs_out_of_steps_claims_nothing() -> None:
    libcs = [recipe(name, "libc", conflicts=frozenset({"lwip", "host"})) for name in ("nolibc", "musl")]
    nets = [recipe(name, "net") for name in ("lwip", "host")]
    request = Request(TARGET, TARGET_AT, (BOOT,))
    catalog = catalog_of(recipe("start", "boot", ("libc", "net")), *libcs, *nets)
    with pytest.raises(ComposerError, match="neither an image"):
        resolve(request, catalog, steps=0)


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_proof_is_a_contradiction_of_which_nothing_can_be_left_out(world: World) -> None:
    ground = Ground(build_problem(world.request, world.catalog))
    verdict = legal_set(ground, range(ground.problem.size), Budget(10_000))
    if verdict.chosen is None:
        facts = shrink([(ground.rows[index], ground.premises[index]) for index in verdict.core])
        assert contradiction(facts, Budget(10_000)) is not None
        for place in range(len(facts)):
            assert contradiction(facts[:place] + facts[place + 1 :], Budget(10_000)) is None


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_edit_that_is_proposed_makes_an_image_possible(world: World) -> None:
    ground = Ground(build_problem(world.request, world.catalog))
    verdict = legal_set(ground, range(ground.problem.size), Budget(10_000))
    if verdict.chosen is None:
        facts = shrink([(ground.rows[index], ground.premises[index]) for index in verdict.core])
        edit = mending_edit(world.request, world.catalog, ground, [premise for _, premise in facts])
        if edit:
            assert best_answer(edit.request, edit.catalog) is not None
