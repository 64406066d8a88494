"""Toolchains: `toolchains/*.yaml` read, and the best one for an architecture found on this machine.

A toolchain is known by the content of the programs that do the work (of gcc: driver, cc1, as, ld), never by
the version that it prints: distributions patch compilers without changing it. `composer/load/probe.py` asks
them; here one is chosen, and remembered by the size, time and inode of each program, so that a build need not read
hundreds of megabytes of compiler again.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load import probe
from composer.load.check import check
from composer.load.document import read_document
from composer.load.suggest import hint_for
from composer.model.toolchain import Runtime, Toolchain, ToolchainFacts
from composer.model.value import Places
from composer.whole import write_whole

REMEMBERED = 16  # choices in the memo: a few architectures, profiles and pins

Known = Mapping[str, tuple[ToolchainFacts, Places]]


@dataclass(frozen=True, slots=True)
class PinnedToolchain:
    """The toolchain that the manifest or the command line asks for, and where."""

    name: str
    at: Location | None = None


def load_toolchains(folder: Path) -> Known:
    """Every toolchain that the folder describes, by name."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read_document(path, "toolchain")
        facts = check(ToolchainFacts, document)
        found[facts.name] = (facts, document.places)
    return found


def find_toolchain(
    known: Known, arch: str, memo: Path, profile: str, pinned: PinnedToolchain | None = None
) -> Toolchain:
    """The best toolchain for `arch` on this machine, or the one that is pinned.

    `memo` is a file that remembers the last choices; it may be missing, stale or garbage. Raises
    ComposerError if none will do, with everything that is wrong with those that are there.
    """
    candidates = _candidates(known, arch, pinned)
    key = _memo_key(known, arch, profile, pinned)
    remembered = _recall(memo, key, known, arch)
    if remembered is not None:
        return remembered
    toolchain = _choose(candidates, arch, profile, pinned)
    _remember(memo, key, toolchain)
    return toolchain


def _candidates(known: Known, arch: str, pinned: PinnedToolchain | None) -> Sequence[tuple[ToolchainFacts, Places]]:
    """The toolchains for `arch`, the best first; only the pinned one if there is one."""
    able = sorted(
        (entry for entry in known.values() if arch in entry[0].architectures),
        key=lambda entry: entry[0].architectures[arch].rank,
    )
    if pinned is not None:
        if pinned.name not in known:
            hint = hint_for(pinned.name, known, "toolchains")
            message = f"there is no toolchain '{pinned.name}'"
            raise ComposerError(Diagnostic(Code.UNKNOWN_TOOLCHAIN, message, pinned.at, hint))
        able = [entry for entry in able if entry[0].name == pinned.name] or able
        if able and able[0][0].name != pinned.name:
            message = f"the toolchain '{pinned.name}' makes no code for {arch}"
            hint = f"toolchains for {arch}: {', '.join(sorted(facts.name for facts, _ in able))}"
            raise ComposerError(Diagnostic(Code.IMPOSSIBLE_PAIR, message, pinned.at, hint))
    if not able:
        hint = hint_for(arch, {arch for facts, _ in known.values() for arch in facts.architectures}, "architectures")
        raise ComposerError(Diagnostic(Code.NO_COMPILER, f"no toolchain is described for '{arch}'", None, hint))
    return able


def _choose(
    candidates: Sequence[tuple[ToolchainFacts, Places]], arch: str, profile: str, pinned: PinnedToolchain | None
) -> Toolchain:
    """The first candidate that will do."""
    refused: list[Diagnostic] = []
    absent: list[str] = []
    for facts, places in candidates:
        drivers, missing = probe.drivers(facts, arch)
        for driver in drivers:
            try:
                found = probe.probe(facts, places, arch, profile, driver, is_pinned=pinned is not None)
            except ComposerError as error:
                refused += error.diagnostics
            else:
                remarks = (*(diagnostic.message for diagnostic in refused), *found.remarks)
                return dataclasses.replace(found, remarks=remarks, absent=(*found.absent, *absent, *missing))
        absent += missing
    if refused:
        raise ComposerError(*refused)
    raise ComposerError(_none([facts for facts, _ in candidates], arch))


def _none(candidates: Sequence[ToolchainFacts], arch: str) -> Diagnostic:
    """Nothing is there: what was looked for, and each way to have one."""
    programs = list(dict.fromkeys(name for facts in candidates for name in facts.architectures[arch].compiler))
    wheels = [facts.wheel for facts in candidates if facts.wheel]
    also = f", and for the Python package {', '.join(wheels)}" if wheels else ""
    message = f"no C compiler for {arch} on this machine: looked for {', '.join(programs)}{also}"
    ways = (probe.install_hint(facts, arch) for facts in candidates)
    return Diagnostic(Code.NO_COMPILER, message, hint="install one: " + ", or ".join(ways))


def _memo_key(known: Known, arch: str, profile: str, pinned: PinnedToolchain | None) -> str:
    """Everything besides files that the choice depends on."""
    described = [facts.model_dump(mode="json") for facts, _ in known.values()]
    return digest.of_json([described, arch, profile, pinned and pinned.name, os.environ.get("PATH")])


def _stamp(path: str) -> list[Any]:
    """What changes when a program is replaced; of one that is not there only its path."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a dozen of them on the path of each build
    except OSError:
        return [path]
    return [path, status.st_size, status.st_mtime_ns, status.st_ino]


def _entries(memo: Path) -> dict[str, Any]:
    try:
        entries = json.loads(memo.read_bytes())
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


_PROBED = ("name", "version", "reason", "include", "identity")  # fields that are text
_LISTED = ("compiler", "linker", "remarks")  # that are lists of words


def _recall(memo: Path, key: str, known: Known, arch: str) -> Toolchain | None:
    try:
        entry = _entries(memo)[key]
        stamps, looked = entry["stamps"], entry["absent"]
        if not all(_stamp(stamp[0]) == stamp for stamp in (*stamps, *([path] for path in looked))):
            return None
        probed: dict[str, Any] = {field: entry[field] for field in _PROBED}
        probed |= {field: tuple(entry[field]) for field in _LISTED}
        probed |= probe.flags_for(known[entry["name"]][0], arch)
        runtime = {**entry["runtime"], "make": tuple(entry["runtime"]["make"])}
        probed["runtime"] = Runtime(**runtime)
        return Toolchain(**probed, programs=tuple(stamp[0] for stamp in stamps), absent=tuple(looked))
    except (KeyError, TypeError, IndexError):
        return None


def _remember(memo: Path, key: str, toolchain: Toolchain) -> None:
    """Write the choice down; a memo that cannot be written only costs time."""
    entry = {field: getattr(toolchain, field) for field in (*_PROBED, *_LISTED, "absent")}
    entry["runtime"] = dataclasses.asdict(toolchain.runtime)
    entry["stamps"] = [_stamp(program) for program in toolchain.programs]
    others = [(name, value) for name, value in _entries(memo).items() if name != key][-REMEMBERED + 1 :]
    with suppress(OSError):
        memo.parent.mkdir(parents=True, exist_ok=True)
        write_whole(memo, json.dumps({**dict(others), key: entry}).encode())
