"""Measure the weight of every recipe, and of what its options choose from, and write recipes/weights.yaml.

A weight is the number of bytes that all objects of a recipe bring into a file for one target, before
anything is dropped: what the resolver knows before symbols decide. Of a library with an index it is what every image with it reaches. A row `recipe.option=value` is what is added by a value that is not
the default. Run it by hand after a recipe has changed: `python tests/bench/measure_weights.py`; with `--check` it only
says what differs by more than a tenth, which is what a test asks.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from composer.errors import Code, ComposerError
from composer.execute.store import Store
from composer.load.catalog import Catalogs
from composer.load.manifest import buildable_targets
from composer.load.shipped import shipped_folder
from composer.model.linkage import Kind
from composer.model.recipe import OptionValue, Recipe, spell_option
from composer.model.resolution import Pin
from composer.pipeline.fresh import store_folder
from composer.pipeline.libc import LIBC
from composer.pipeline.look import open_workshop
from composer.pipeline.project import Project, load_project
from composer.pipeline.select import library_closure, request_for
from composer.pipeline.settings import Settings
from composer.pipeline.sources import generating_steps, have_trees
from composer.pipeline.upstream import expanded
from composer.pipeline.workshop import Workshop
from composer.plan.compile import library_steps, recipe_steps
from composer.report.progress import Loudness, Progress
from composer.resolve.resolver import resolve

WEIGHTS = shipped_folder("recipes") / "weights.yaml"
HEAD = "# Bytes per recipe or option and target, written by tests/bench/measure_weights.py; do not edit.\n"
HEADERS = "musl"
TOLERANCE = 0.1  # of a weight; compilers differ that much
NO_BYTES = frozenset({Kind.ZERO, Kind.UNSET, Kind.TLS_ZERO})

Weights = Mapping[str, Mapping[str, int]]


def measure() -> Weights:
    """Recipe -> target -> bytes, for each target that can be built."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main.c").write_text("int main(void) { return 0; }\n")
        targets = buildable_targets(Catalogs(shipped_folder("recipes")).having())
        named = ", ".join(map(str, targets))
        Path(folder, "unikernel.yaml").write_text(f"name: scale\napp: {{sources: [main.c]}}\ntargets: [{named}]\n")
        project = load_project(Settings(Path(folder), jobs=2))
        store = Store(Path(store_folder()))
        weights: dict[str, dict[str, int]] = {name: {} for name in sorted(project.catalog.recipes)}
        for target in targets:
            workshop = open_workshop(project, target, store, Progress(sys.stderr, Loudness.QUIET))
            for name, entry in project.catalog.recipes.items():
                if entry.recipe.supported(target):
                    weight = weights[name][str(target)] = _weigh(name, project, workshop)
                    for option, value in _other_values(entry.recipe):
                        row = weights.setdefault(f"{name}.{option}={spell_option(value)}", {})
                        with _what_there_is():
                            row[str(target)] = _weigh(name, project, workshop, {option: value}) - weight
        store.close()
        return dict(sorted(weights.items()))


@contextmanager
def _what_there_is() -> Iterator[None]:
    """Leave out a value that a target cannot have."""
    try:
        yield
    except ComposerError as error:
        if error.diagnostics[0].code is not Code.UNRESOLVABLE:
            raise


def _other_values(recipe: Recipe) -> Iterator[tuple[str, OptionValue]]:
    """Each option that chooses from a few values, with each that is not its default."""
    for name, option in recipe.options.items():
        values: Iterable[OptionValue] = (False, True) if option.type == "bool" else option.choices
        yield from ((name, value) for value in values if value != option.default)


def _weigh(name: str, project: Project, workshop: Workshop, options: Mapping[str, OptionValue] | None = None) -> int:
    # Code of others expects a full C library, whichever is the lightest.
    recipe = project.catalog.recipes[name].recipe
    is_free = recipe.sources and LIBC in {need.capability for need in recipe.requires}
    request = request_for(project, workshop.target, HEADERS if is_free else None)
    request = dataclasses.replace(request, pins=(*request.pins, Pin(name)), options={name: options or {}})
    resolution = resolve(request, project.catalog)
    have_trees(workshop, resolution.recipes)
    catalog = expanded(project.catalog, resolution.recipes, workshop.trees)
    toolchain, profile = workshop.toolchain, workshop.manifest.manifest.profile
    units = library_closure(resolution, catalog, (), frozenset()).units
    everything = (
        *recipe_steps((name,), resolution, catalog, toolchain, profile),
        *library_steps(resolution, catalog, toolchain, profile, units),
    )
    steps = tuple(step for step in everything if step.asker == name)
    objects = workshop.run((*generating_steps(resolution, catalog, resolution.recipes), *steps), {}, {})
    members = [workshop.member(name, step.outputs[0], objects[step.outputs[0]]) for step in steps]
    return sum(s.size for member in members for s in member.index.sections if s.kind not in NO_BYTES)


def as_yaml(weights: Weights) -> str:
    """The text of weights.yaml."""
    rows = (
        f"{name}: {{{', '.join(f'{t}: {count}' for t, count in sorted(row.items()))}}}\n"
        for name, row in weights.items()
    )
    return HEAD + "".join(rows)


def is_about(before: int, after: int) -> bool:
    """Whether weights differ by no more than other compilers make them."""
    return abs(after - before) <= TOLERANCE * max(abs(before), 64)


def differences(committed: Weights, measured: Weights) -> list[str]:
    """Weights that are missing, too many, or off by more than the tolerance."""
    found = []
    for name in sorted(committed.keys() | measured.keys()):
        old, new = committed.get(name, {}), measured.get(name, {})
        for target in sorted(old.keys() | new.keys()):
            before, after = old.get(target), new.get(target)
            if before is None or after is None or not is_about(before, after):
                found.append(f"{name} for {target}: {before} committed, {after} measured")
    return found


def main() -> int:
    """Write the file, or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare with the committed file instead of writing it")
    args = parser.parse_args()
    measured = measure()
    if not args.check:
        WEIGHTS.write_text(as_yaml(measured))
        return 0
    from composer.load.document import read_document

    found = differences(read_document(WEIGHTS, "table of weights").value, measured)
    print("\n".join(found) or "all weights are as measured")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
