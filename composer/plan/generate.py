"""Steps that make sources: programs of the host, run on copies of a recipe's files."""

from __future__ import annotations

from collections.abc import Container, Mapping

from composer import digest
from composer.model.recipe import Catalog, CatalogRecipe, Generate
from composer.model.resolution import Resolution
from composer.model.step import TOOLS, Foreign, Step
from composer.model.toolchain import HostTool
from composer.plan.compile import generating

# Programs find each other by name. What decides the result is among the declared tools, which come first; the small
# ones that every system has need not be named. The time is that of files in trees (execute/trees.py).
ENVIRONMENT = (
    ("HOME", "/nonexistent"),
    ("LC_ALL", "C"),
    ("PATH", f"{{cwd}}/{TOOLS}:/usr/bin:/bin"),
    ("SOURCE_DATE_EPOCH", "315532800"),
    ("TZ", "UTC"),
)


def tools_of(made: Generate) -> tuple[str, ...]:
    """Names of the host's programs that an entry of `generate` runs, the one that is started first."""
    return tuple(dict.fromkeys((made.argv[0], *made.tools)))


def generate_steps(
    resolution: Resolution, catalog: Catalog, tools: Mapping[str, HostTool], names: Container[str]
) -> tuple[Step, ...]:
    """Steps for what those recipes of the resolution generate that are among `names`; `tools` are the host's programs."""
    found = generating(resolution, catalog)
    return tuple(_step(entry, inputs, made, tools) for entry, inputs, made in found if entry.recipe.name in names)


def _step(entry: CatalogRecipe, inputs: tuple[str, ...], made: Generate, tools: Mapping[str, HostTool]) -> Step:
    names = tools_of(made)
    outputs = entry.generated(made)
    places = [output if made.folder == "." else f"{made.folder}/{output}" for output in made.outputs]
    return Step(
        label=f"generate {entry.recipe.name}/{made.outputs[0]}",
        asker=entry.recipe.name,
        program=tools[names[0]].path,
        tool=digest.of_json([[name, tools[name].digest] for name in names]),
        argv=made.argv[1:],
        inputs=tuple(entry.path_of(word) for word in inputs),
        outputs=outputs,
        foreign=Foreign(
            copies=tuple((entry.path_of(word), word) for word in inputs),
            made=tuple(zip(outputs, places, strict=True)),
            folder=made.folder,
            tools=tuple((name, tools[name].path) for name in names),
        ),
        environment=ENVIRONMENT,
    )
