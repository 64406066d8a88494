"""From a selection to the finished image: compile, reach, lay out, link, pack, verify, write."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from composer import digest
from composer.errors import Location, raise_any
from composer.execute.materialise import materialise
from composer.layout.arrange import Layout, arrange
from composer.layout.board import board_fragment
from composer.layout.files import files_source
from composer.layout.pack import flat, pack, read_header
from composer.layout.script import DEFINED_SYMBOLS, MEMORY_SYMBOL, render
from composer.layout.source import init_source, note_source, tls_source
from composer.model.image import IMAGE_FILE, AbsentUse, Image, ImageRecipe, ImageSource, InitStep, Kept, shown_as
from composer.model.linkage import NO_SECTION, Member, Reach
from composer.model.manifest import TargetManifest
from composer.model.recipe import Catalog, CatalogRecipe, ImageFacts, InitCall
from composer.model.resolution import Reason, ReasonKind, Resolution, Want
from composer.model.source import Archive
from composer.model.step import FILES, IMAGE, IMAGE_FILES, SHIPPED
from composer.pipeline.editors import compile_commands
from composer.pipeline.formats import wants_of_recipes
from composer.pipeline.grown import note_growth
from composer.pipeline.merge import ToLink, has_lto, to_link
from composer.pipeline.network import devices_of, resolved_net
from composer.pipeline.project import Project
from composer.pipeline.read import description_key
from composer.pipeline.runtime import as_recipe, with_runtime
from composer.pipeline.select import Selection, asker, extend
from composer.pipeline.workshop import Workshop
from composer.plan.link import (
    FILES_OBJECT,
    FILES_TEXT,
    GENERATED,
    GENERATED_OBJECT,
    LINKED,
    MAP,
    SCRIPT,
    files_step,
    generated_step,
    link_step,
)
from composer.reach.diagnose import diagnose
from composer.reach.fixpoint import Rules, init_calls, reach
from composer.reach.lines import Locator
from composer.reach.trail import first_uses
from composer.verify.attribution import Attribution, attribute
from composer.verify.image import Evidence, Expected, check_memory, verify
from composer.verify.linkmap import Placed, read_map
from composer.verify.memory_map import segments_of

SCRIPT_FILE = "link.ld"
COMMANDS_FILE = "compile_commands.json"


@dataclass(frozen=True, slots=True)
class Linked:
    """What the linker made, with everything that it was decided on."""

    reached: Reach  # of the objects as they were compiled
    given: ToLink
    generated: Member
    layout: Layout
    script: bytes
    debug: str  # digest of the ELF with all symbols
    map: str  # digest of the linker's map
    packed: bytes  # the stripped ELF
    init: tuple[InitStep, ...]
    bootable: bytes  # the file that boots: the same, or its segments alone


def compose_image(workshop: Workshop, selection: Selection) -> Image:
    """Build the image of `selection` and write it to its folder; raises ComposerError."""
    facts = selection.catalog.recipes[selection.resolution.providers["boot"]].recipe.image
    assert facts is not None, "load refuses a boot recipe without it"
    first = selection
    selection, objects, reached = _settled(workshop, first, facts)
    note_growth(workshop, first, selection.wants[len(first.wants) :])
    rules = _rules(workshop, selection, facts)
    linked = _link(workshop, selection, reached, to_link(workshop, selection, objects, reached, rules), facts)
    image = _describe(workshop, selection, linked, facts)
    _write(workshop, selection, linked, image, facts)
    return image


def _rules(workshop: Workshop, selection: Selection, facts: ImageFacts) -> Rules:
    resolution, catalog, app = selection.resolution, workshop.project.catalog, workshop.manifest.owner
    return Rules(
        roots=(facts.entry,),
        init=_init_calls(resolution, catalog),
        exports={
            name: catalog.recipes[name].exports(selection.target.arch) for name in resolution.recipes if name != app
        },
        generated=DEFINED_SYMBOLS,
        app=app,
    )


def _settled(workshop: Workshop, selection: Selection, facts: ImageFacts) -> tuple[Selection, Mapping[str, str], Reach]:
    """The selection with all that its real objects use, these objects, and what is alive among them.

    An index says what the objects of another compiler used. Where ours calls more, and somebody has it, the selection
    grows, which ends as there are so many symbols. Raises ComposerError for symbols that do not fit together.
    """
    while True:
        objects = _with_files(workshop, workshop.run((*selection.generate, *selection.steps), {}, {}))
        owners = {step.outputs[0]: step.asker for step in selection.steps}
        if FILES_OBJECT in objects:
            owners[FILES_OBJECT] = IMAGE_FILES
        members = [workshop.member(owner, path, objects[path]) for path, owner in owners.items()]
        rules = _rules(workshop, selection, facts)
        reached, objects = with_runtime(workshop, members, objects, selection.exports, partial(reach, rules=rules))
        more = tuple(_had_elsewhere(reached, selection)) or _formats_of(workshop, selection, reached, objects)
        if not more:
            raise_any(diagnose(reached, selection.exports, workshop.locator(objects)))
            return selection, objects, reached
        selection = extend(workshop, selection, more)


def _formats_of(
    workshop: Workshop, selection: Selection, reached: Reach, objects: Mapping[str, str]
) -> tuple[Want, ...]:
    """What formats in the objects of recipes need, and nobody has asked for yet."""
    known = {want.what for want in selection.wants}
    wants = wants_of_recipes(workshop, selection.resolution, workshop.project.catalog, reached, objects)
    return tuple(want for want in wants if want.what not in known)


def _with_files(workshop: Workshop, objects: Mapping[str, str]) -> Mapping[str, str]:
    """`objects` with that of the manifest's `files`, if it has any."""
    tree = workshop.manifest.files
    if tree is None:
        return objects
    step = files_step(workshop.toolchain, workshop.manifest.manifest.profile, tree)
    return workshop.run((step,), {FILES_TEXT: files_source(tree, FILES)}, objects)


def _had_elsewhere(reached: Reach, selection: Selection) -> Iterator[Want]:
    """What is missing although a recipe for the target exports it, and what nobody has asked for yet."""
    known = {want.what for want in selection.wants}
    for use in reached.missing:
        if use.symbol not in known and selection.exports.can_have(use.symbol):
            yield Want(ReasonKind.SYMBOL, use.symbol, by=asker(reached, use))


def _init_calls(resolution: Resolution, catalog: Catalog) -> Mapping[str, tuple[InitCall, ...]]:
    """Those whose condition holds, by recipe."""

    def calls_of(name: str) -> Iterator[InitCall]:
        for call in catalog.recipes[name].recipe.init:
            if call.when.holds(resolution.target, resolution.options[name], resolution.providers):
                yield call

    return {name: tuple(calls_of(name)) for name in resolution.recipes}


def _runs_constructors(reached: Reach) -> bool:
    """Whether generated code runs the constructors: unless there are none, or a libc that has to start first does."""
    return reached.has_constructors and not reached.uses("__init_array_start")


def _link(workshop: Workshop, selection: Selection, reached: Reach, given: ToLink, facts: ImageFacts) -> Linked:
    project, toolchain, resolution = workshop.project, selection.toolchain, selection.resolution
    manifest = workshop.manifest.manifest
    calls = init_calls(reached, resolution.recipes, _init_calls(resolution, project.catalog))
    init = tuple(InitStep(call.call, recipe, call.level) for recipe, call in calls)
    source = init_source([step.call for step in init], constructors=_runs_constructors(given.reached)) + tls_source(
        given.reached
    )
    source += note_source(manifest_digest(project, selection))
    made = workshop.run((generated_step(toolchain, manifest.profile),), {GENERATED: source}, given.objects)
    generated = workshop.member(IMAGE, GENERATED_OBJECT, made[GENERATED_OBJECT])
    layout = arrange(
        given.reached,
        (generated,),
        facts,
        marks_stack=facts.loader == "process",  # a hypervisor reads no PT_GNU_STACK
        symbols={MEMORY_SYMBOL: manifest.memory},
    )
    script = render(layout).encode()
    inputs = (*(member.path for member in given.reached.live_members()), GENERATED_OBJECT, *given.companions)
    made = workshop.run((link_step(toolchain, inputs, facts.page, layout.size),), {SCRIPT: script}, made)
    packed = pack(workshop.read(made[LINKED]), facts.page)
    bootable = flat(packed) if facts.loader == "flat" else packed
    given = dataclasses.replace(given, objects=made)
    return Linked(reached, given, generated, layout, script, made[LINKED], made[MAP], packed, init, bootable)


def resolved_manifest(project: Project, selection: Selection) -> Mapping[str, Any]:
    """The manifest with every default and every choice written out."""
    here, resolution = project.loaded.manifest_for(selection.target), selection.resolution
    manifest = here.manifest
    return {
        "name": manifest.name,
        "target": str(selection.target),
        "app": _resolved_app(here),
        "libc": resolution.providers["libc"],
        "network": resolution.providers.get("net.stack", "none"),
        "net": resolved_net(resolution, project.catalog),
        "ports": list(manifest.ports),
        "machine": manifest.machine,
        "console": manifest.console,
        "memory": manifest.memory,
        "profile": manifest.profile,
        "files": manifest.files,
        "lto": has_lto(manifest, selection.toolchain),
        "options": {
            f"{recipe}.{name}": value
            for recipe, options in sorted(resolution.options.items())
            for name, value in sorted(options.items())
        },
        "recipes": {name: _resolved_recipe(project.catalog.recipes[name]) for name in sorted(resolution.recipes)},
    }


def _resolved_recipe(entry: CatalogRecipe) -> str:
    """A recipe's version; of one from outside also where it is from, for another one may have its name."""
    return entry.recipe.version + ("" if entry.origin == SHIPPED else f" from {entry.origin}")


def _resolved_app(here: TargetManifest) -> Mapping[str, Any]:
    app = here.manifest.app
    if app.recipe is not None:
        return {"recipe": app.recipe}
    return {**app.model_dump(mode="json", exclude_none=True), "sources": list(here.sources)}


def manifest_digest(project: Project, selection: Selection) -> str:
    """The digest that the image carries in a note."""
    return digest.of_json(resolved_manifest(project, selection))


def _describe(workshop: Workshop, selection: Selection, linked: Linked, facts: ImageFacts) -> Image:
    """Verify the finished file and say what is in it and why."""
    project, resolution = workshop.project, selection.resolution
    manifest = workshop.manifest.manifest
    placed = read_map(workshop.read(linked.map).decode())
    attribution = _verify(workshop, linked, facts, manifest.memory, placed)
    name = project.name
    return Image(
        name=name,
        target=str(selection.target),
        profile=manifest.profile,
        memory=manifest.memory,
        entry=read_header(linked.packed).entry,
        manifest=resolved_manifest(project, selection),
        manifest_digest=manifest_digest(project, selection),
        toolchain={
            "name": selection.toolchain.name,
            "version": selection.toolchain.version,
            "identity": selection.toolchain.identity,
            "reason": selection.toolchain.reason,
        },
        resolution={
            "weight": resolution.weight,
            "proven": resolution.proven,
            "providers": dict(sorted(resolution.providers.items())),
            "refused": [f"{reason.by} recommends {reason.what}" for reason in resolution.refused],
        },
        file_bytes=len(linked.bootable),
        memory_bytes=attribution.memory_bytes,
        unattributed_bytes=attribution.unattributed_bytes,
        rows=attribution.rows,
        recipes=(
            *(_image_recipe(name, project, resolution, linked.reached) for name in resolution.recipes),
            *as_recipe(selection.toolchain, linked.reached, linked.given.reached),
        ),
        sections=_kept(linked.reached),
        absent=_absent_uses(workshop, selection, linked),
        devices=devices_of(resolution, linked.reached.owners),
        segments=segments_of(linked.packed, placed),
        init=linked.init,
        objects={member.path: linked.given.objects[member.path] for member in linked.reached.members},
        files={
            **{file: digest.of_bytes(content) for file, content in _files(workshop, linked, facts).items()},
            f"{name}.dbg": linked.debug,
            f"{name}.map": linked.map,
            **{shown_as(path): linked.given.objects[path] for step in selection.generate for path in step.outputs},
        },
        trees={source: workshop.trees[source].key for source in selection.sources},
        sources=tuple(_archive(source, workshop.trees[source].archive) for source in selection.sources),
    )


def _archive(source: str, archive: Archive) -> ImageSource:
    return ImageSource(source, archive.file, archive.sha256)


def _files(workshop: Workshop, linked: Linked, facts: ImageFacts) -> Mapping[str, bytes]:
    """The files that were made here and not by a step, by name."""
    name, memory = workshop.project.name, workshop.manifest.manifest.memory
    files = {f"{name}.elf": linked.packed, SCRIPT_FILE: linked.script}
    if facts.loader == "flat":
        files[f"{name}.img"] = linked.bootable
    if facts.loader == "flat" and workshop.target.platform == "xen":
        files[f"{name}.dtsi"] = board_fragment(name, memory, len(linked.bootable)).encode()
    return files


def _verify(
    workshop: Workshop, linked: Linked, facts: ImageFacts, memory: int, placed: tuple[Placed, ...]
) -> Attribution:
    """Read the finished file back; raises ComposerError if it is not what was decided, or does not fit."""
    generated = (linked.generated,)
    evidence = Evidence(linked.packed, workshop.read(linked.debug), placed, linked.given.reached, generated)
    verify(evidence, Expected(linked.generated.index.machine, facts))
    check_memory(linked.packed, memory, facts, workshop.manifest.places.at("memory"))
    members = (*linked.given.reached.live_members(), *generated)
    origins = linked.given.origins
    objects = linked.given.objects
    return attribute(linked.packed, placed, members, origins, lambda path: workshop.read(objects[path]), facts.page)


def described(entry: CatalogRecipe, reasons: tuple[Reason, ...]) -> ImageRecipe:
    """A recipe of a resolution of which nothing is built yet."""
    recipe = entry.recipe
    return ImageRecipe(recipe.name, recipe.version, recipe.license, reasons, True, (), entry.origin, entry.replaced)


def _image_recipe(name: str, project: Project, resolution: Resolution, reached: Reach) -> ImageRecipe:
    entry = project.catalog.recipes[name]
    calls = _init_calls(resolution, project.catalog)[name]
    reasons = tuple(dataclasses.replace(reason, at=project.logical(reason.at)) for reason in resolution.reasons[name])
    alive = name in reached.owners or not entry.recipe.build  # a recipe of headers only has nothing that could die
    init = tuple(call.call for call in calls) if alive else ()
    return dataclasses.replace(described(entry, reasons), alive=alive, init=init)


def _absent_uses(workshop: Workshop, selection: Selection, linked: Linked) -> tuple[AbsentUse, ...]:
    """Who calls what only fails: of several such things behind one call the first of its recipe."""
    project, reached = workshop.project, linked.reached
    recipes = [project.catalog.recipes[name].recipe for name in selection.resolution.recipes]
    reasons = {symbol: calls.reason for recipe in recipes for calls in recipe.absent for symbol in calls.symbols}
    locator = Locator(lambda path: workshop.read(linked.given.objects[path]), str)
    found: dict[tuple[str, str, Location | None], AbsentUse] = {}
    for symbol, because in first_uses(reached, reasons, workshop.manifest.owner):
        caller = reached.members[because.member].owner
        at = locator.reason(reached.members, because)
        use = AbsentUse(symbol, reasons[symbol], caller, because.symbol or symbol, at)
        found.setdefault((caller, use.call, at), use)
    return tuple(found.values())


def _kept(reached: Reach) -> tuple[Kept, ...]:
    place = {(alive.member, alive.section): number for number, alive in enumerate(reached.alive)}
    defined: dict[tuple[int, int], list[str]] = {}
    for number, member in enumerate(reached.members):
        for symbol in member.index.symbols:
            if symbol.section != NO_SECTION:
                defined.setdefault((number, symbol.section), []).append(symbol.name)
    return tuple(
        Kept(
            recipe=reached.members[alive.member].owner,
            object=reached.members[alive.member].path,
            section=reached.members[alive.member].index.sections[alive.section].name,
            symbols=tuple(sorted(defined.get((alive.member, alive.section), ()))),
            cause=alive.because.cause.value,
            symbol=alive.because.symbol,
            by=place.get((alive.because.member, alive.because.section), NO_SECTION),
            offset=alive.because.offset,
        )
        for alive in reached.alive
    )


def _write(workshop: Workshop, selection: Selection, linked: Linked, image: Image, facts: ImageFacts) -> None:
    """Put everything beside each other; image.json last, so that it never speaks of files that are not there."""
    folder = workshop.project.folder_of(selection.target)
    store = workshop.store
    for made in _files(workshop, linked, facts).values():
        store.put_bytes(made)
    for file, content in image.files.items():
        materialise(store, content, folder / file, 0o755 if file.endswith((".elf", ".dbg")) else 0o644)
    commands = json.dumps(compile_commands(workshop, selection), indent=1) + "\n"
    materialise(store, store.put_bytes(commands.encode()), folder / COMMANDS_FILE, 0o644)
    described = store.put_bytes(image.as_json().encode())
    for file in image.programs:
        store.remember(description_key(image.files[file]), described)
    materialise(store, described, folder / IMAGE_FILE, 0o644)
