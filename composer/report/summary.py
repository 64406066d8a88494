"""What a build ends with: what the image is beside the last one, how long that took, and what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from composer.execute.work import Work
from composer.model.difference import Altered, Difference, changes, difference
from composer.model.image import Image
from composer.model.step import OUT
from composer.report.text import spell_bytes, spell_milliseconds, spell_value

_LARGEST = 3  # recipes that are named
_NAMED = 2  # objects that are named

Shown = Callable[[str], str]  # a logical path as the user would type it


@dataclass(frozen=True, slots=True)
class Summary:
    """One image that was built, and the one that stood in its place before."""

    image: Image
    before: Image | None  # None: there was none that could be read
    work: Work

    @property
    def difference(self) -> Difference | None:
        """What is different from the one before."""
        return None if self.before is None else difference(self.before, self.image)


def as_lines(summary: Summary, shown: Shown) -> Iterator[str]:
    """Three lines on one image."""
    yield f"  size: {_spell_size(summary)}"
    yield f"  time: {_spell_work(summary.work)}"
    yield f"  changed: {_spell_changes(summary, shown)}"


def as_short_line(summary: Summary, shown: Shown) -> str:
    """One line on one of several images."""
    image = summary.image
    changed = "" if summary.before is None else f"; changed: {_spell_changes(summary, shown)}"
    return f"  {image.name} for {image.target}: {_spell_size(summary)}{changed}"


def time_of_all(works: list[Work]) -> str:
    """One line on several images."""
    seconds, ran, reused = (sum(getattr(work, name) for work in works) for name in ("seconds", "ran", "reused"))
    return f"  time: {_spell_work(Work(seconds, ran, reused, ()))}"


def path_lines(work: Work) -> Iterator[str]:
    """The critical path, a line for each step; nothing if no step ran."""
    if work.path:
        total = sum(seconds for _, seconds in work.path)
        yield f"  critical path: {spell_milliseconds(total)} of {spell_milliseconds(work.seconds)}"
        yield from (f"    {spell_milliseconds(seconds):>9}  {label}" for label, seconds in work.path)


def _spell_size(summary: Summary) -> str:
    told = spell_bytes(summary.image.file_bytes)
    if summary.before is None:
        return f"{told}, the first build"
    growth = summary.image.file_bytes - summary.before.file_bytes
    if not growth:
        return f"{told}, as in the last build"
    return f"{told}, {abs(growth):,} {'more' if growth > 0 else 'less'} than in the last build"


def _spell_work(work: Work) -> str:
    steps = "1 step" if work.ran == 1 else f"{work.ran:,} steps"
    return f"{work.seconds:.1f} s; {steps} run, {work.reused:,} from the store"


def _spell_changes(summary: Summary, shown: Shown) -> str:
    found = summary.difference
    if summary.before is None or found is None:
        sizes = sorted(
            ((summary.image.bytes_of(r.name), r.name) for r in summary.image.recipes if r.alive), reverse=True
        )
        return f"all is new; most bytes: {', '.join(f'{name} {count:,}' for count, name in sizes[:_LARGEST])}"
    if found.is_nothing:
        return "nothing"
    decided = tuple(_decided(found))
    grown = tuple(_grown(summary.before, summary.image))
    contents = tuple(_contents(found, shown))
    clauses = (*decided, *contents, *grown)
    if not clauses:
        return "where things lie, not what is in the image"
    only = "nothing but " if len(decided) + len(contents) == 1 and (decided or len(found.objects) == 1) else ""
    return only + "; ".join(clauses)


def _decided(found: Difference) -> Iterator[str]:
    """What was chosen otherwise."""
    compiler = {change.name: change for change in found.toolchain}
    if "name" in compiler:
        yield _was("toolchain", compiler["name"])
    elif "version" in compiler:
        yield _was("version of the toolchain", compiler["version"])
    elif compiler:
        yield "the toolchain itself"
    yield from (_was(change.name, change) for change in (*found.settings, *found.options))
    yield from (_was(f"version of {change.name}", change) for change in found.versions)
    if found.come:
        yield f"in: {', '.join(found.come)}"
    if found.gone:
        yield f"out: {', '.join(found.gone)}"


def _was(name: str, change: Altered) -> str:
    if any(isinstance(value, list | tuple | dict) for value in (change.old, change.new)):
        return name
    return f"{name} {spell_value(change.new, 'none')} (was {spell_value(change.old, 'none')})"


def _contents(found: Difference, shown: Shown) -> Iterator[str]:
    """Which of the objects are others."""
    names = [shown(path.removeprefix(f"{OUT}/").removesuffix(".o")) for path in found.objects]
    if 0 < len(names) <= _NAMED:
        yield " and ".join(names)
    elif names:
        yield f"{names[0]} and {len(names) - 1:,} more objects"


def _grown(old: Image, new: Image) -> Iterator[str]:
    """Whose bytes are more or less."""
    found = [change for change in changes(old, new, "recipe") if change.growth]
    for change in found[:_LARGEST]:
        yield f"{change.key[0]} {change.growth:+,}"
    if rest := found[_LARGEST:]:
        yield f"{len(rest)} others {sum(change.growth for change in rest):+,}"


def as_json(summary: Summary) -> dict[str, Any]:
    """The same for programs."""
    work, found = summary.work, summary.difference
    return {
        "seconds": round(work.seconds, 3),
        "steps_run": work.ran,
        "steps_reused": work.reused,
        "critical_path": [{"step": label, "seconds": round(seconds, 3)} for label, seconds in work.path],
        "last": None
        if found is None or summary.before is None
        else _difference_as_json(summary.before, summary.image, found),
    }


def _difference_as_json(old: Image, new: Image, found: Difference) -> dict[str, Any]:
    def altered(rows: tuple[Altered, ...]) -> dict[str, list[Any]]:
        return {row.name: [row.old, row.new] for row in rows}

    return {
        "file_bytes": old.file_bytes,
        "memory_bytes": old.memory_bytes,
        "same_file": found.is_same_file,
        "in": list(found.come),
        "out": list(found.gone),
        "versions": altered(found.versions),
        "options": altered(found.options),
        "settings": altered(found.settings),
        "toolchain": altered(found.toolchain),
        "objects": list(found.objects),
        "growth": {change.key[0]: change.growth for change in changes(old, new, "recipe") if change.growth},
    }
