"""Steps that compile: one per source of the app and of each recipe of a resolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from composer.model.manifest import App
from composer.model.recipe import Catalog, CatalogRecipe, OptionValue
from composer.model.resolution import Resolution
from composer.model.source import logical
from composer.model.step import APP, COMPILER, OUT, Step
from composer.model.toolchain import Toolchain


def recipe_steps(resolution: Resolution, catalog: Catalog, toolchain: Toolchain, profile: str) -> tuple[Step, ...]:
    """Steps for every source of the resolution's recipes, in its order."""
    return tuple(
        step
        for name in resolution.recipes
        for step in _steps_of(catalog.recipes[name], resolution, catalog, toolchain, profile)
    )


def _steps_of(
    entry: CatalogRecipe, resolution: Resolution, catalog: Catalog, toolchain: Toolchain, profile: str
) -> Iterator[Step]:
    recipe = entry.recipe
    options = resolution.options[recipe.name]
    defines = option_defines(options)
    # Only folders that exist: so sources that see the same headers on two targets have the same key.
    private = [*entry.public, *([f"{entry.folder}/src"] if "src" in entry.folders else [])]
    folders = [*private, *public_includes(recipe.name, resolution, catalog)]
    for build, sources in zip(recipe.build, entry.sources, strict=True):
        if not build.when.holds(resolution.target, options, resolution.providers):
            continue
        own = [logical(entry.folder, folder) for folder in build.include]
        near = _includes_with(build.when.with_, resolution, catalog)
        flags = [*defines, *(f"-D{name}={value}" for name, value in sorted(build.defines.items())), *build.flags]
        for source in sources:
            output = object_of_recipe(recipe.name, source)
            path = logical(entry.folder, source)
            yield compile_step(toolchain, profile, path, output, recipe.name, [*own, *folders, *near], flags)


def _includes_with(capability: str | None, resolution: Resolution, catalog: Catalog) -> tuple[str, ...]:
    """`include/` folders of the capability that a build entry is compiled with, if it names one."""
    if capability is None:
        return ()
    return public_includes(resolution.providers[capability], resolution, catalog, itself=True)


def app_steps(
    app: App,
    sources: Sequence[str],
    libc: str,
    resolution: Resolution,
    catalog: Catalog,
    toolchain: Toolchain,
    profile: str,
) -> tuple[Step, ...]:
    """Steps for the app's `sources` against the headers of the recipe `libc` and of all that it requires."""
    folders = [*(f"{APP}/{folder}" for folder in app.include), *public_includes(libc, resolution, catalog, itself=True)]
    flags = [*(f"-D{name}={value}" for name, value in sorted(app.defines.items())), *app.flags]
    return tuple(
        compile_step(toolchain, profile, f"{APP}/{source}", object_of(APP, source), APP, folders, flags)
        for source in sources
    )


def included(steps: Sequence[Step]) -> Iterator[str]:
    """Logical paths of the folders in which compile `steps` look for headers."""
    yield from (word.removeprefix("-I") for step in steps for word in step.argv if word.startswith("-I"))


def object_of(owner: str, source: str) -> str:
    """Logical path of the object that is made of an owner's source."""
    return f"{OUT}/{owner}/{source}.o"


def object_of_recipe(name: str, source: str) -> str:
    """Logical path of the object that is made of a recipe's source, its own or one of an upstream tree."""
    return object_of(name, logical("", source).removeprefix("/"))


def option_defines(options: Mapping[str, OptionValue]) -> tuple[str, ...]:
    """Options as macros: `stack_size: 65536` becomes OPTION_STACK_SIZE=65536, a bool 1 or 0."""
    spelled = ((name, int(value) if isinstance(value, bool) else value) for name, value in sorted(options.items()))
    return tuple(f"-DOPTION_{name.upper().replace('-', '_')}={value}" for name, value in spelled)


def public_includes(name: str, resolution: Resolution, catalog: Catalog, itself: bool = False) -> tuple[str, ...]:
    """Folders of public headers: of the recipes that `name` requires and that these headers may include, nearest first.

    A recipe without headers hides what it requires: so its users have the same steps whoever it is on their target.
    """
    found: dict[str, None] = {}
    todo = [name]
    seen = {name}
    while todo:
        current = todo.pop(0)
        public = catalog.recipes[current].public
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
) -> Step:
    """One source to one object; every path in it is relative to the step's folder."""
    depfile = str(PurePosixPath(output).with_suffix(".d"))
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
        *("-MD", "-MF", depfile, "-c", source, "-o", output),
    )
    return Step(
        label=f"compile {source}",
        asker=asker,
        program=toolchain.compiler[0],
        tool=toolchain.identity,
        argv=argv,
        inputs=(source,),
        outputs=(output,),
        depfile=depfile,
    )
