"""Reach against GNU ld's own garbage collection, on random programs."""

from __future__ import annotations

import random
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from composer.model.cause import DESTRUCTORS_START
from composer.model.linkage import Member, Reach
from composer.reach.fixpoint import reach
from composer.reach.objects import index_object
from composer.verify.linkmap import read_map
from tests.support.linking import LINKERS, linker_command, rules

NAMES = [f"f{number}" for number in range(24)]
GROUPS = ["g0", "g1", "g2"]


def section(dice: random.Random, name: str, bind: str, known: list[str]) -> list[str]:
    """One function or variable with some references, as assembly."""
    flags = dice.choice(['"ax"', '"aw"', '"a"'])
    lines = [f".section .{name},{flags},@progbits", f"{bind} {name}" if bind else "", f"{name}:"]
    lines += [f" .quad {target}" for target in dice.sample(known, dice.randint(0, 2))]
    return [*lines, " .quad 0"]


def shared_group(dice: random.Random, name: str, known: list[str]) -> list[str]:
    """A COMDAT group of two sections, of which only the first symbol is ever used by others."""
    lines = [f'.section .{name},"axG",@progbits,{name},comdat', f".weak {name}", f"{name}:", " .quad 0"]
    lines += [f'.section .{name}_data,"awG",@progbits,{name},comdat', f" .quad {dice.choice(known)}"]
    return lines


def extras(dice: random.Random, names: list[str]) -> list[str]:
    """Sections with rules of their own: constructors, destructors, notes, named sets, common and weak symbols."""
    lines: list[str] = []
    if dice.random() < 0.4:
        lines += ['.section .init_array,"aw",@init_array', f" .quad {dice.choice(names)}"]
    if dice.random() < 0.3:
        lines += ['.section .fini_array,"aw",@fini_array', f" .quad {dice.choice(names)}"]
    if dice.random() < 0.4:
        lines += ['.section .note.x,"a",@note', f" .long 0, 8, 1\n .quad {dice.choice(names)}"]
    if dice.random() < 0.4:
        lines += ['.section set,"a",@progbits', f" .quad {dice.choice(names)}"]
    if dice.random() < 0.4:
        lines += ['.section .user,"a",@progbits', ".globl user", ".weak user", "user:", " .quad __start_set"]
    if dice.random() < 0.3:
        lines += [".comm shared,16,8"]
    return lines


def program(dice: random.Random) -> dict[str, str]:
    """Assembly of some objects; every reference can be resolved, few names are strong in more than one of them."""
    files = [f"o{number}.o" for number in range(dice.randint(2, 4))]
    home = {name: dice.choice(files) for name in NAMES}
    texts: dict[str, str] = {}
    for file in files:
        own = [name for name in NAMES if home[name] == file]
        local = [f"l{file[1]}_{number}" for number in range(3)]
        # A weak double of a name that another object defines must lose, a strong one may only be in a dead object.
        rivals = [name for name in NAMES if name not in own and dice.random() < 0.008]
        doubles = [name for name in NAMES if name not in [*own, *rivals] and dice.random() < 0.1]
        groups = [name for name in GROUPS if dice.random() < 0.5 or file == files[-1]]
        known = NAMES + local + GROUPS
        lines = ['.section .always_set,"a",@progbits']
        for name in own + rivals:
            lines += section(dice, name, ".globl", known)
        for name in local:
            lines += section(dice, name, "", known)
        for name in doubles:
            lines += section(dice, name, ".weak", known)
        for name in groups:
            lines += shared_group(dice, name, known)
        texts[file] = "\n".join([*lines, *extras(dice, known), ""])
    if dice.random() < 0.5:
        texts["o8.o"] = "\n".join(
            line for name in dice.sample(NAMES, 2) for line in section(dice, name, ".globl", NAMES)
        )
        texts["o8.o"] += "\n"
    roots = dice.sample(NAMES, 2) + [word for word in ("user", "shared") if dice.random() < 0.5]
    weak = "\n".join(f".weak {word}" for word in ("user", "shared", "f0"))
    start = '.section .start,"ax",@progbits\n.globl _start\n_start:\n' + "".join(f" .quad {root}\n" for root in roots)
    texts["o9.o"] = f'{start}{weak}\n.section set,"a",@progbits\n .quad 0\n'
    return texts


def assemble(folder: Path, texts: dict[str, str]) -> list[Member]:
    members = []
    for file, text in texts.items():
        subprocess.run(["as", "-o", file, "-"], cwd=folder, input=text.encode(), check=True)
        owner = {"o0.o": "app", "o9.o": "boot"}.get(file, f"recipe-{file[1]}")
        members.append(Member(owner, file, index_object((folder / file).read_bytes(), file)))
    return members


def link(linker: str, folder: Path, members: Sequence[Member]) -> subprocess.CompletedProcess[str]:
    words = [
        *linker_command(linker),
        *["-e", "_start", "--gc-sections", "--noinhibit-exec", "-Map=out.map", "-o", "out"],
    ]
    words += [member.path for member in members]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def kept_by(linker: str, folder: Path, members: Sequence[Member]) -> set[tuple[str, str, int]]:
    """File, name and size of each section of `members` that the linker keeps by its own rules."""
    files = [member.path for member in members]
    assert link(linker, folder, members).returncode == 0
    placed = read_map((folder / "out.map").read_text())
    return {(found.path, found.section, found.size) for found in placed if found.path in files}


def refused_by(linker: str, folder: Path, members: Sequence[Member]) -> set[str]:
    """Symbols that the linker says are defined more than once."""
    told = link(linker, folder, members).stderr
    return set(re.findall(r"(?:multiple definition of `|duplicate symbol: )(\w+)", told))


def reached_by(folder: Path, seed: int) -> tuple[list[Member], Reach]:
    """A random program, where half of the names are not exported by who defines them."""
    dice = random.Random(seed)
    members = assemble(folder, program(dice))
    exports = {member.owner: frozenset(dice.sample(NAMES, 12)) for member in members if member.owner != "app"}
    return members, reach(members, replace(rules(), exports=exports))


@pytest.mark.parametrize("linker", LINKERS)
@pytest.mark.parametrize("seed", range(60))
def test_reach_and_the_linker_keep_the_same_sections(tmp_path: Path, seed: int, linker: str) -> None:
    members, reached = reached_by(tmp_path, seed)
    assert {use.symbol for use in reached.missing} <= {DESTRUCTORS_START}
    refused = refused_by(linker, tmp_path, reached.live_members())
    assert refused == {symbol for symbol, _, _ in reached.twice}
    if refused:
        return
    found = [
        (members[entry.member].path, members[entry.member].index.sections[entry.section]) for entry in reached.alive
    ]
    ours = {(path, section.name, section.size) for path, section in found if section.size}
    assert ours == kept_by(linker, tmp_path, reached.live_members())
    assert len(ours) < sum(bool(section.size) for member in members for section in member.index.sections)


def test_random_programs_are_of_each_sort(tmp_path: Path) -> None:
    """So that the test above compares both answers, and cases where only one of several definitions is alive."""
    refused = accepted = 0
    for seed in range(60):
        members, reached = reached_by(tmp_path, seed)
        strong = Counter(
            symbol.name for member in members for symbol in member.index.symbols if symbol.binding == "global"
        )
        refused += bool(reached.twice)
        accepted += not reached.twice and max(strong.values()) > 1
    assert min(refused, accepted) >= 10, (refused, accepted)
