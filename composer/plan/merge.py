"""Steps of link-time optimisation: live sources compiled once more, and one object made of all of them.

The objects that reach reads stay as they are, so an image with and one without it share every step up to here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from composer.model.recipe import Catalog
from composer.model.resolution import Resolution
from composer.model.step import IMAGE, OUT, Step
from composer.model.toolchain import Lto, Toolchain
from composer.plan.compile import object_of_recipe

MERGED = f"{OUT}/merged.elf"  # what the linker makes on the way; nobody reads it
MERGED_OBJECT = f"{MERGED}.lto.o"  # gcc's name for the object that the linker would have gone on with
FOLDER = "(lto)"  # below OUT, of objects in the compiler's own form; no recipe can be called so


def mergeable(steps: Sequence[Step], resolution: Resolution, catalog: Catalog) -> tuple[Step, ...]:
    """Those of the compile `steps` whose object may be merged: all C but what its recipe keeps out."""
    apart = {
        object_of_recipe(name, source)
        for name in resolution.recipes
        for build, sources in zip(catalog.recipes[name].recipe.build, catalog.recipes[name].sources, strict=True)
        if not build.lto and build.when.holds(resolution.target, resolution.options[name], resolution.providers)
        for source in sources
    }
    return tuple(step for step in steps if step.inputs[0].endswith(".c") and step.outputs[0] not in apart)


def again_step(step: Step, lto: Lto) -> Step:
    """The compile `step` once more, into an object in the compiler's own form."""
    output = f"{OUT}/{FOLDER}/{step.outputs[0].removeprefix(f'{OUT}/')}"
    depfile = f"{output.removesuffix('.o')}.d"
    names = {step.outputs[0]: output, step.depfile: depfile}
    end = step.argv.index("-MD")  # after all flags; a word before them may say which program is meant
    words = (word.format(output=output) for word in lto.compile)
    argv = (*step.argv[:end], *words, *(names.get(word, word) for word in step.argv[end:]))
    return replace(step, label=f"{step.label} to merge", argv=argv, outputs=(output,), depfile=depfile)


def merge_step(
    toolchain: Toolchain, profile: str, objects: Mapping[str, bool], named: Sequence[str], elsewhere: Sequence[str]
) -> Step:
    """Make one object of `objects`, in which the symbols `named` can still be found; all others may be gone.

    `objects` are paths in link order, each with whether it has debug information. The driver or the linker believes
    that it makes a program, for only then does it know that nobody else uses a symbol. `elsewhere` are symbols that
    objects which are not merged define; GNU ld insists on those that are declared hidden.
    """
    lto = toolchain.lto
    tail: tuple[str, ...] = ()
    if lto.by == "compiler":
        flags = (flag for flag in toolchain.flags if flag not in lto.without)
        head = (*toolchain.compiler, *flags, *toolchain.profiles[profile])
        defined = (f"-Wl,--defsym={symbol}=0" for symbol in elsewhere)
        tail = ("-ffile-prefix-map={cwd}=.", *defined)  # of several maps the last counts
    else:
        head = (*toolchain.linker, *toolchain.link_flags)
    kept = (word for symbol in named for word in ("-u", symbol))
    words = (word.format(output=MERGED_OBJECT) for word in lto.merge)
    return Step(
        label="merge objects",
        asker=IMAGE,
        program=head[0],
        tool=toolchain.identity,
        argv=(*head[1:], *words, *tail, *kept, "-o", MERGED, *objects),
        inputs=tuple(sorted(objects)),
        outputs=(MERGED_OBJECT, *companions(lto, objects)),
    )


def companions(lto: Lto, objects: Mapping[str, bool]) -> tuple[str, ...]:
    """Files that hold the debug information to which the merged object refers."""
    return tuple(f"{path}{lto.companion}" for path, has_debug in objects.items() if lto.companion and has_debug)
