"""Write the export indexes of libraries: what each of their sources defines and uses, and its bytes.

Every source of the library is compiled as an image would have it (gcc, profile size), and its object is read. Run it
by hand after a library, its version or its overlay has changed: `python tests/bench/index_libraries.py musl`.
With `--check` it only says what differs; with `--only N` it looks at every Nth source alone, which is what a test asks.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from composer.execute.store import Store
from composer.load.catalog import INDEX_FOLDER, Catalogs
from composer.load.library import chosen_sources, index_text, read_index
from composer.load.shipped import shipped_folder
from composer.model.library import Unit
from composer.model.linkage import ObjectIndex
from composer.model.recipe import CatalogRecipe
from composer.model.resolution import Pin
from composer.model.target import Target
from composer.pipeline.fresh import store_folder
from composer.pipeline.libc import LIBC
from composer.pipeline.look import open_workshop
from composer.pipeline.project import load_project
from composer.pipeline.select import request_for
from composer.pipeline.settings import Settings
from composer.pipeline.sources import generating_steps, have_trees
from composer.pipeline.upstream import expanded
from composer.pipeline.workshop import Workshop
from composer.plan.compile import library_steps, object_of_recipe
from composer.report.progress import Loudness, Progress
from composer.resolve.resolver import resolve
from tests.bench.measure_weights import NO_BYTES, is_about

ARCHITECTURES = ("x86_64", "aarch64")
HEADERS = "musl"  # the C library against whose headers other libraries are compiled


def workshop_for(folder: Path, name: str, arch: str, libc: str) -> Workshop:
    """A place where sources of the library `name` are compiled, for an image that has it."""
    (folder / "main.c").write_text("int main(void) { return 0; }\n")
    manifest = f"name: index\napp: {{sources: [main.c]}}\ntarget: kvm/{arch}\nlibc: {libc}\n"
    (folder / "unikernel.yaml").write_text(manifest)
    project = load_project(Settings(folder, jobs=2))
    progress = Progress(sys.stderr, Loudness.QUIET)
    return open_workshop(project, Target("kvm", arch), Store(Path(store_folder())), progress)


def units_of(name: str, arch: str, every: int = 1) -> Iterator[Unit]:
    """What each source of the library `name` defines and uses, or each `every`th of them."""
    with tempfile.TemporaryDirectory() as place:
        libc = libc_for(name)
        workshop = workshop_for(Path(place), name, arch, libc)
        project, target = workshop.project, workshop.target
        entry = project.catalog.recipes[name]
        request = request_for(project, target, libc)
        resolution = resolve(replace(request, pins=(*request.pins, Pin(name, is_named=False))), project.catalog)
        have_trees(workshop, resolution.recipes)
        sources = list(_sources(entry, workshop, arch))[::every]
        steps = library_steps(resolution, project.catalog, workshop.toolchain, "size", {name: sources})
        catalog = expanded(project.catalog, resolution.recipes, workshop.trees)
        makers = generating_steps(resolution, catalog, resolution.recipes)
        objects = workshop.run((*makers, *steps), {}, {})
        for source in sources:
            path = object_of_recipe(name, source)
            yield _unit(source, workshop.member(name, path, objects[path]).index)
        workshop.store.close()


def libc_for(name: str) -> str:
    """The C library to whose headers the library `name` is compiled: itself, the one that it asks for, or the fullest."""
    recipes = Catalogs(shipped_folder("recipes")).having().recipes
    needs = {need.capability for need in recipes[name].recipe.requires} - {LIBC}
    tried = {other: entry.recipe.provides for other, entry in recipes.items() if entry.recipe.trial is not None}
    if name in tried:
        return name
    return next((other for other, provides in sorted(tried.items()) if needs & provides), HEADERS)


def _sources(entry: CatalogRecipe, workshop: Workshop, arch: str) -> Iterable[str]:
    assert entry.recipe.library is not None, f"{entry.recipe.name} is no library"
    root, _, rest = entry.folder.partition("/")
    own = Path(workshop.project.catalog.roots[root], rest)
    trees = {source: tree.files for source, tree in workshop.trees.items()}
    return chosen_sources(entry.recipe.library, own, trees, arch)


def _unit(source: str, index: ObjectIndex) -> Unit:
    defined = {symbol.name: symbol.binding for symbol in index.symbols if symbol.binding != "local"}
    weak = frozenset(name for name, binding in defined.items() if binding == "weak")
    uses = {reference.symbol for reference in index.references if reference.symbol}
    size = sum(section.size for section in index.sections if section.kind not in NO_BYTES)
    return Unit(source, frozenset(defined), weak, frozenset(uses - defined.keys() - index.weak), size)


def _agree(known: Unit | None, made: Unit) -> bool:
    """Whether a unit is as the index has it; its bytes may differ as much as compilers do."""
    return known is not None and known == replace(made, bytes=known.bytes) and is_about(known.bytes, made.bytes)


def main(argv: Sequence[str] | None = None) -> int:
    """Write or compare the indexes of the libraries that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="+")
    parser.add_argument("--check", action="store_true", help="only say what differs")
    parser.add_argument("--only", type=int, default=1, metavar="N", help="every Nth source alone")
    args = parser.parse_args(argv)
    status = 0
    for name in args.recipes:
        folder = next(path.parent for path in shipped_folder("recipes").glob(f"*/{name}/recipe.yaml"))
        for arch in ARCHITECTURES:
            file = folder / INDEX_FOLDER / f"{arch}.txt"
            units = list(units_of(name, arch, args.only))
            if args.check:
                known = {unit.source: unit for unit in read_index(file).units}
                changed = [unit.source for unit in units if not _agree(known.get(unit.source), unit)]
                print("\n".join(f"{file.name}: {source} differs" for source in changed), end="\n" * bool(changed))
                status |= bool(changed)
            else:
                file.parent.mkdir(exist_ok=True)
                file.write_text(index_text(units, name))
                print(f"{file}: {len(units)} sources")
    return status


if __name__ == "__main__":
    sys.exit(main())
