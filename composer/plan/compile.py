"""Steps that compile: one per source of the app and of each recipe of a resolution."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from composer.model.manifest import App
from composer.model.recipe import Catalog, CatalogRecipe, Generate, OptionValue, Recipe
from composer.model.resolution import Resolution
from composer.model.source import logical
from composer.model.step import APP, COMPILER, OUT, Step
from composer.model.toolchain import Toolchain


def recipe_steps(
    names: Iterable[str], resolution: Resolution, catalog: Catalog, toolchain: Toolchain, profile: str
) -> tuple[Step, ...]:
    """Steps for every source of the recipes `names`, which are in the resolution."""
    made = generated_files(resolution, catalog)
    entries = (catalog.recipes[name] for name in names)
    return tuple(step for entry in entries for step in _steps_of(entry, resolution, catalog, toolchain, profile, made))


def _steps_of(
    entry: CatalogRecipe,
    resolution: Resolution,
    catalog: Catalog,
    toolchain: Toolchain,
    profile: str,
    made: tuple[str, ...],
) -> Iterator[Step]:
    recipe = entry.recipe
    options = resolution.options[recipe.name]
    defines = option_defines(recipe, options)
    # Only folders that exist: so sources that see the same headers on two targets have the same key.
    private = [*entry.public(resolution.target.arch), *([f"{entry.folder}/src"] if "src" in entry.folders else [])]
    folders = [*private, *public_includes(recipe.name, resolution, catalog)]
    for build, sources in zip(recipe.build, entry.sources, strict=True):
        if not build.when.holds(resolution.target, options, resolution.providers):
            continue
        own = entry.logical(build.include, resolution.target.arch)
        near = _includes_with(build.when.with_, resolution, catalog)
        flags = [*defines, *(f"-D{name}={value}" for name, value in sorted(build.defines.items())), *build.flags]
        for source in sources:
            output = object_of_recipe(recipe.name, source)
            path = entry.path_of(source)
            yield compile_step(toolchain, profile, path, output, recipe.name, [*own, *folders, *near], flags, made)


def _includes_with(capability: str | None, resolution: Resolution, catalog: Catalog) -> tuple[str, ...]:
    """`include/` folders of the capability that a build entry is compiled with, if it names one."""
    if capability is None:
        return ()
    return public_includes(resolution.providers[capability], resolution, catalog, itself=True)


def library_steps(
    resolution: Resolution, catalog: Catalog, toolchain: Toolchain, profile: str, units: Mapping[str, Sequence[str]]
) -> tuple[Step, ...]:
    """Steps for those sources of libraries that `units` (recipe -> sources) names."""
    steps: list[Step] = []
    made = generated_files(resolution, catalog)
    for name, sources in units.items():
        entry, arch = catalog.recipes[name], resolution.target.arch
        library = entry.recipe.library
        assert library is not None, "only a library has units"
        own = entry.logical(library.include, arch)
        folders = [*own, *entry.public(arch), *public_includes(name, resolution, catalog)]
        defines = (f"-D{word}={value}" for word, value in sorted(library.defines.items()))
        flags = [*option_defines(entry.recipe, resolution.options[name]), *defines, *library.flags]
        steps += (
            compile_step(
                *(toolchain, profile, entry.path_of(source), object_of_recipe(name, source)),
                *(name, folders, flags, made),
            )
            for source in sources
        )
    return tuple(steps)


def app_steps(
    app: App,
    sources: Sequence[str],
    libc: str,
    resolution: Resolution,
    catalog: Catalog,
    toolchain: Toolchain,
    profile: str,
) -> tuple[Step, ...]:
    """Steps for the app's `sources` against the headers of what it requires, of the recipe `libc`, and of what these do."""
    needed = [resolution.providers[capability] for capability in app.requires]
    public = (public_includes(name, resolution, catalog, itself=True) for name in (*needed, libc))
    folders = [*(f"{APP}/{folder}" for folder in app.include), *dict.fromkeys(itertools.chain.from_iterable(public))]
    flags = [*(f"-D{name}={value}" for name, value in sorted(app.defines.items())), *app.flags]
    made = generated_files(resolution, catalog)
    return tuple(
        compile_step(toolchain, profile, f"{APP}/{source}", object_of(APP, source), APP, folders, flags, made)
        for source in sources
    )


def generated_files(resolution: Resolution, catalog: Catalog) -> tuple[str, ...]:
    """Logical paths of all that the resolution's recipes generate."""
    return tuple(file for entry, _, made in generating(resolution, catalog) for file in entry.generated(made))


def generating(resolution: Resolution, catalog: Catalog) -> Iterator[tuple[CatalogRecipe, tuple[str, ...], Generate]]:
    """Each recipe with an entry of its `generate` that applies, and the inputs of that."""
    for name in resolution.recipes:
        entry = catalog.recipes[name]
        for made, inputs in zip(entry.recipe.generate, entry.inputs, strict=True):
            if made.when.holds(resolution.target, resolution.options[name], resolution.providers):
                yield entry, inputs, made


def included(steps: Sequence[Step]) -> Iterator[str]:
    """Logical paths of the folders in which compile `steps` look for headers."""
    yield from (word.removeprefix("-I") for step in steps for word in step.argv if word.startswith("-I"))


def object_of(owner: str, source: str) -> str:
    """Logical path of the object that is made of an owner's source."""
    return f"{OUT}/{owner}/{source}.o"


def object_of_recipe(name: str, source: str) -> str:
    """Logical path of the object that is made of a recipe's source, its own or one of an upstream tree."""
    return object_of(name, logical("", source).removeprefix("/"))


def option_defines(recipe: Recipe, values: Mapping[str, OptionValue]) -> tuple[str, ...]:
    """Options as macros: `stack_size: 65536` becomes OPTION_STACK_SIZE=65536, a bool 1 or 0, an address its number."""
    spelled = ((name, recipe.options[name].macro(value)) for name, value in sorted(values.items()))
    return tuple(f"-DOPTION_{name.upper().replace('-', '_')}={macro}" for name, macro in spelled)


def public_includes(name: str, resolution: Resolution, catalog: Catalog, itself: bool = False) -> tuple[str, ...]:
    """Folders of public headers: of the recipes that `name` requires and that these headers may include, nearest first.

    A recipe without headers hides what it requires: so its users have the same steps whoever it is on their target.
    """
    found: dict[str, None] = {}
    todo = [name]
    seen = {name}
    while todo:
        current = todo.pop(0)
        public = catalog.recipes[current].public(resolution.target.arch)
        if current != name and not public:
            continue
        if current != name or itself:
            found.update(dict.fromkeys(public))
        for need in sorted(need.capability for need in catalog.recipes[current].recipe.requires):
            provider = resolution.providers.get(need)  # absent where the requirement's condition does not hold
            if provider is not None and provider not in seen:
                seen.add(provider)
                todo.append(provider)
    return tuple(found)


def compile_step(
    toolchain: Toolchain,
    profile: str,
    source: str,
    output: str,
    asker: str,
    folders: Sequence[str],
    flags: Sequence[str],
    made: Sequence[str] = (),
) -> Step:
    """One source to one object; every path in it is relative to the step's folder.

    Of the generated files `made` those can be included whose folder is among `folders`.
    Assembly in a file that ends in `.s` is not preprocessed, so that it reads no other file.
    """
    beside = tuple(file for file in made if file != source and any(file.startswith(f"{folder}/") for folder in folders))
    depfile = None if source.endswith(".s") else str(PurePosixPath(output).with_suffix(".d"))
    argv = (
        *toolchain.compiler[1:],
        *toolchain.flags,
        *toolchain.profiles[profile],
        "-ffile-prefix-map={cwd}=.",
        "-nostdinc",
        *(f"-I{folder}" for folder in folders),
        "-isystem",
        COMPILER,
        *toolchain.spelled(flags),
        *(("-MD", "-MF", depfile) if depfile else ()),
        *("-c", source, "-o", output),
    )
    return Step(
        label=f"compile {source}",
        asker=asker,
        program=toolchain.compiler[0],
        tool=toolchain.identity,
        argv=argv,
        inputs=(source, *beside),
        outputs=(output,),
        depfile=depfile,
    )
