"""Link-time optimisation between reach and layout: what is alive and may be merged becomes one object.

What is in the image and for what reason was decided on the plain objects, and stays so. The merged object
takes the place of theirs, and reach is asked once more, for the linker: which of its sections are needed now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from composer.errors import raise_any
from composer.model.linkage import Member, Reach
from composer.model.manifest import Manifest
from composer.model.step import Step
from composer.model.toolchain import Toolchain
from composer.pipeline.runtime import with_runtime
from composer.pipeline.select import Selection
from composer.pipeline.workshop import Workshop
from composer.plan.merge import MERGED_OBJECT, again_step, companions, merge_step, mergeable
from composer.reach.diagnose import diagnose
from composer.reach.fixpoint import Rules, reach
from composer.reach.lines import Locator
from composer.verify.origins import MERGED, Origins, trace

DEBUG_SECTION = b".gnu.debuglto_.debug_info"  # gcc: debug information that was made before merging


@dataclass(frozen=True, slots=True)
class ToLink:
    """What the linker is given."""

    reached: Reach
    companions: tuple[str, ...]  # objects of debug information only
    origins: Origins
    objects: Mapping[str, str]  # logical path -> digest


def has_lto(manifest: Manifest, toolchain: Toolchain) -> bool:
    """Whether an image is optimised at link time: as the manifest says, else as the toolchain does in its profile."""
    return manifest.profile in toolchain.lto.profiles if manifest.lto is None else manifest.lto


def to_link(
    workshop: Workshop, selection: Selection, objects: Mapping[str, str], reached: Reach, rules: Rules
) -> ToLink:
    """The live objects, merged if that is wanted; `rules` are those by which `reached` was found.

    Raises ComposerError.
    """
    if not has_lto(workshop.manifest.manifest, workshop.toolchain):
        return ToLink(reached, (), Origins(), objects)
    lto, catalog = workshop.toolchain.lto, selection.catalog
    live = {member.path for member in reached.live_members()}
    steps = [step for step in mergeable(selection.steps, selection.resolution, catalog) if step.outputs[0] in live]
    within = {step.outputs[0] for step in steps}
    again = tuple(again_step(step, lto) for step in steps)
    made = workshop.run(again, {}, objects)
    paths = {step.outputs[0]: DEBUG_SECTION in workshop.read(made[step.outputs[0]]) for step in again}
    roots = (*rules.roots, *_init_symbols(reached, rules))
    own = {name for name, (place, _) in reached.definers.items() if reached.members[place].path in within}
    named = own & {*roots, *_used_outside(reached, within)}
    # An object in which nothing was alive may be needed after all: the optimiser makes calls of puts from calls of
    # printf. It is then linked as it is, and what it uses of the merged object has to be found there.
    # Such objects come last, so that what is alive already is preferred to them.
    others = [member for member in reached.members if member.path not in within and member.owner in reached.owners]
    others.sort(key=lambda member: member.path not in live)
    elsewhere = sorted(_defined_outside(reached, within))
    profile = workshop.manifest.manifest.profile
    while True:
        step = merge_step(workshop.toolchain, profile, paths, sorted(named), elsewhere)
        made = workshop.run((step,), {}, made)
        member = workshop.member(MERGED, MERGED_OBJECT, made[MERGED_OBJECT])
        known = Rules(roots, {}, {}, rules.generated)
        found, made = with_runtime(workshop, [member, *others], made, selection.exports, partial(reach, rules=known))
        wanted = own & {use.symbol for use in found.missing} - named
        if not wanted:
            break
        named |= wanted
    raise_any(diagnose(found, selection.exports, workshop.locator(made)))
    return ToLink(found, companions(lto, paths), _origins(workshop, member, reached, steps, made), made)


def _origins(
    workshop: Workshop, merged: Member, reached: Reach, steps: Sequence[Step], objects: Mapping[str, str]
) -> Origins:
    def content_of(path: str) -> bytes:
        return workshop.read(objects[path])

    sources = {step.inputs[0]: step.outputs[0] for step in steps}
    compiled = [member for member in reached.members if member.path in sources.values()]
    return trace(merged, compiled, content_of, Locator(content_of, str).locate_function, sources)


def _init_symbols(reached: Reach, rules: Rules) -> Sequence[str]:
    return [call.call for owner, calls in rules.init.items() if owner in reached.owners for call in calls]


def _used_outside(reached: Reach, within: set[str]) -> Iterator[str]:
    """Symbols that live sections of objects which are not merged refer to."""
    alive = {(entry.member, entry.section) for entry in reached.alive}
    for place, member in enumerate(reached.members):
        if member.path not in within:
            yield from (use.symbol for use in member.index.references if (place, use.section) in alive)


def _defined_outside(reached: Reach, within: set[str]) -> set[str]:
    """Symbols that objects which are merged refer to, and live ones that are not merged define."""
    inside = {use.symbol for m in reached.members if m.path in within for use in m.index.references}
    owners = {name: reached.members[place].path for name, (place, _) in reached.definers.items()}
    return {symbol for symbol in inside if symbol in owners and owners[symbol] not in within}
