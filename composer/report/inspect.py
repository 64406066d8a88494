"""What was found out about a file, for a person and for programs; and how two such files differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from composer.model.difference import Altered, decided
from composer.model.difference import changes as changes_of_bytes
from composer.model.image import Image, ImageRecipe
from composer.model.inspection import Anatomy, Inspection
from composer.model.step import SHIPPED
from composer.report.show import labelled, plain_table
from composer.report.size import as_difference as size_difference
from composer.report.text import LOADERS, spell_bytes, spell_value

# By the loader: who starts such a file; `compose platforms` has what was tried.
_STARTED_BY = MappingProxyType(
    {
        "pvh": "a PVH loader: QEMU's -kernel, Firecracker, Cloud Hypervisor",
        "flat": "a loader of arm64 Images: QEMU's -kernel, Xen",
        "process": "a Linux kernel, as a process",
    }
)
_VERDICTS = MappingProxyType({"yes": "yes", "no": "NO", "unseen": "?"})
_LEGEND = "yes: seen; NO: seen that it is not so; ?: cannot be seen from here"


def as_text(inspection: Inspection) -> Iterator[RenderableType]:
    """What it is, its bytes, from what it was made, and its protections: one after the other."""
    yield labelled(_what(inspection))
    anatomy, image = inspection.anatomy, inspection.image
    if anatomy is not None and anatomy.segments:
        yield _segments(anatomy)
    if image is not None:
        yield _recipes(image)
        if image.sources:
            lines = [f"{source.id}: {source.file}, sha256 {source.sha256}" for source in image.sources]
            yield labelled(("" if number else "sources", line) for number, line in enumerate(lines))
    if inspection.checks:
        yield labelled((_VERDICTS[check.verdict], f"{check.name}: {check.how}") for check in inspection.checks)
        yield _LEGEND


def _what(inspection: Inspection) -> Iterator[tuple[str, str]]:
    anatomy, image = inspection.anatomy, inspection.image
    yield "file", inspection.path
    if inspection.file_bytes is not None:
        yield "", f"{spell_bytes(inspection.file_bytes)}, sha256 {inspection.sha256}"
    if anatomy is not None:
        yield "is", f"{_spell_format(anatomy)}, for {anatomy.arch}"
        yield "started by", _STARTED_BY[anatomy.loader]
        yield "entry", _spell_entry(anatomy)
        yield "memory", spell_bytes(anatomy.memory_bytes)
        yield "symbols", f"{anatomy.symbols:,}, {inspection.symbols_from}" if anatomy.symbols else "none are known"
        yield "made by", "compose" if anatomy.manifest_digest else "somebody else, for all that can be seen"
        if anatomy.manifest_digest:
            yield "manifest", f"has the digest {anatomy.manifest_digest}"
    if image is None:
        yield "image", f"unknown: {inspection.found}"
    else:
        yield "image", f"{image.name} for {image.target}, profile {image.profile}"
        yield "known from", inspection.found
        yield "toolchain", f"{image.toolchain.get('name', '?')} {image.toolchain.get('version', '?')}"


def _spell_format(anatomy: Anatomy) -> str:
    if anatomy.loader == "flat" and anatomy.format == "ELF":
        return "an ELF file around an arm64 Image, for tools; the Image is what boots"
    return LOADERS[anatomy.loader][1]


def _spell_entry(anatomy: Anatomy) -> str:
    if anatomy.loader == "flat" and not anatomy.entry:
        return "its first byte, wherever that is loaded; addresses count from there"
    return f"{anatomy.entry:#x}"


def _segments(anatomy: Anatomy) -> Table:
    table = plain_table(("segment", "address", "bytes", "memory"), 2)
    for segment in anatomy.segments:
        table.add_row(segment.rights, f"{segment.address:#x}", f"{segment.file_bytes:,}", f"{segment.memory_bytes:,}")
    return table


def _recipes(image: Image) -> Table:
    """Whose the bytes are, the most first."""
    table = plain_table(("recipe", "version", "licence", "bytes"), 3)
    known = {recipe.name: recipe for recipe in image.recipes}
    owners = {*(row.recipe for row in image.rows), *(recipe.name for recipe in image.recipes if recipe.alive)}
    for count, name in sorted(((image.bytes_of(name), name) for name in owners), key=lambda row: (-row[0], row[1])):
        facts = (_spell_version(known[name]), known[name].license) if name in known else ("", "")
        table.add_row(name, *facts, f"{count:,}")
    table.add_row("total", "", "", f"{image.file_bytes:,}")
    return table


def _spell_version(recipe: ImageRecipe) -> str:
    """Its version, and where it comes from if that is not the composer."""
    return recipe.version if recipe.origin == SHIPPED else f"{recipe.version}, from {recipe.origin}"


def as_json(inspection: Inspection) -> dict[str, Any]:
    """The same for programs."""
    image = inspection.image
    return {
        "path": inspection.path,
        "file_bytes": inspection.file_bytes,
        "sha256": inspection.sha256,
        **(_anatomy_as_json(inspection.anatomy) if inspection.anatomy else {}),
        "symbols_from": inspection.symbols_from or None,
        "checks": [asdict(check) for check in inspection.checks],
        "found": inspection.found,
        "image": None if image is None else _image_as_json(image),
    }


def _anatomy_as_json(anatomy: Anatomy) -> dict[str, Any]:
    keys = ("format", "arch", "loader", "entry", "memory_bytes", "manifest_digest", "symbols")
    return {
        **{key: getattr(anatomy, key) for key in keys},
        "segments": [asdict(segment) for segment in anatomy.segments],
    }


def _image_as_json(image: Image) -> dict[str, Any]:
    return {
        "name": image.name,
        "target": image.target,
        "profile": image.profile,
        "manifest": dict(image.manifest),
        "manifest_digest": image.manifest_digest,
        "toolchain": dict(image.toolchain),
        "file_bytes": image.file_bytes,
        "recipes": [
            {
                "name": recipe.name,
                "version": recipe.version,
                "license": recipe.license,
                "origin": recipe.origin,
                "alive": recipe.alive,
                "bytes": image.bytes_of(recipe.name),
            }
            for recipe in image.recipes
        ],
        "others": {
            owner: image.bytes_of(owner)
            for owner in sorted({row.recipe for row in image.rows} - {recipe.name for recipe in image.recipes})
        },
        "sources": [asdict(source) for source in image.sources],
    }


# The difference


def changes(old: Inspection, new: Inspection) -> tuple[Altered, ...]:
    """Everything that differs but bytes."""
    made: tuple[Altered, ...] = ()
    if old.image is not None and new.image is not None:
        made = (*decided(old.image, new.image), *_differing(_sources(old.image), _sources(new.image)))
    return (*_differing(_facts(old), _facts(new)), *made, *_differing(_verdicts(old), _verdicts(new)))


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Altered]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield Altered(name, old.get(name), new.get(name))


def _facts(inspection: Inspection) -> dict[str, str]:
    """What the file is."""
    anatomy = inspection.anatomy
    if anatomy is None:
        return {}
    return {"format": anatomy.format, "arch": anatomy.arch, "loader": anatomy.loader, "entry": f"{anatomy.entry:#x}"}


def _verdicts(inspection: Inspection) -> dict[str, str]:
    return {check.name: check.verdict for check in inspection.checks}


def _sources(image: Image) -> dict[str, str]:
    return {f"source {source.id}": f"{source.file}, sha256 {source.sha256}" for source in image.sources}


def difference_as_text(old: Inspection, new: Inspection) -> Iterator[RenderableType]:
    """What changed from `old` to `new`: facts, bytes by segment, and by recipe where both are known."""
    yield labelled((("old", old.path), ("new", new.path)))
    if old.sha256 is not None and old.sha256 == new.sha256:
        yield "the files are the same to the byte"
    changed = changes(old, new)
    if changed:
        table = plain_table(("what", "old", "new"), 3)
        for change in changed:
            table.add_row(change.name, spell_value(change.old, "-"), spell_value(change.new, "-"))
        yield table
    if old.anatomy is not None and new.anatomy is not None:
        yield _segment_difference(old, new)
    if old.image is not None and new.image is not None:
        head, *rows = size_difference(old.image, new.image, "recipe")
        table = plain_table(head, 1)
        for row in rows:
            table.add_row(*row)
        yield table


def _segment_difference(old: Inspection, new: Inspection) -> Table:
    table = plain_table(("segment", "old", "new", "change"), 1)
    before, after = _bytes_by_rights(old), _bytes_by_rights(new)
    rows = [(rights, before.get(rights, 0), after.get(rights, 0)) for rights in dict.fromkeys((*before, *after))]
    totals = [
        ("file", old.file_bytes or 0, new.file_bytes or 0),
        ("memory", _memory(old), _memory(new)),
    ]
    for name, one, two in (*rows, *totals):
        table.add_row(name, f"{one:,}", f"{two:,}", f"{two - one:+,}")
    return table


def _bytes_by_rights(inspection: Inspection) -> dict[str, int]:
    found: dict[str, int] = {}
    for segment in inspection.anatomy.segments if inspection.anatomy else ():
        found[segment.rights] = found.get(segment.rights, 0) + segment.file_bytes
    return found


def _memory(inspection: Inspection) -> int:
    return inspection.anatomy.memory_bytes if inspection.anatomy else 0


def difference_as_json(old: Inspection, new: Inspection) -> dict[str, Any]:
    """The same for programs: both files whole, and what differs."""
    return {
        "old": as_json(old),
        "new": as_json(new),
        "same_bytes": old.sha256 is not None and old.sha256 == new.sha256,
        "changed": [asdict(change) for change in changes(old, new)],
        "recipes": _recipe_bytes(old.image, new.image),
    }


def _recipe_bytes(old: Image | None, new: Image | None) -> list[dict[str, Any]] | None:
    """By owner the bytes in each of two images, if both are known."""
    if old is None or new is None:
        return None
    each = changes_of_bytes(old, new, "recipe")
    return [{"recipe": one.key[0], "old_bytes": one.old.bytes, "bytes": one.new.bytes} for one in each]
