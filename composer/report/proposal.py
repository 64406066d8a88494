"""A proposed manifest as the text of a `unikernel.yaml`, with what a person should know beside each line; and as JSON."""

from __future__ import annotations

import json
import posixpath
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from composer.model.program import LeftOut, Proposal
from composer.report.text import listed

_COLUMNS = 100
_FEW = 3  # so many sources are named one by one; of more in a folder, all of which are taken, a pattern is shorter
_PLAIN = re.compile(r"-?(?:[A-Za-z_/]|\.(?!\d))(?:[\w./*=+-]*[\w./])?", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def as_manifest(proposal: Proposal, all_sources: Iterable[str], targets: Sequence[str], smallest: Sequence[str]) -> str:
    """The text. `all_sources` are those of the folder, `targets` can be built for, `smallest` are C libraries by size."""
    answers = proposal.answers
    lines = ["# Written by `compose init`; everything can be changed. `compose schema` has all keys for an editor."]
    lines += [f"name: {scalar(answers.name)}", "app:", "  sources:"]
    lines += [f"    - {scalar(pattern)}" for pattern in patterns(proposal.sources, all_sources)]
    lines += [f"  include: [{', '.join(map(scalar, proposal.words.include))}]"] * bool(proposal.words.include)
    if proposal.words.defines:
        lines += ["  defines:"]
        lines += [f"    {scalar(name)}: {quoted(value)}" for name, value in proposal.words.defines.items()]
    lines += [f"  flags: [{', '.join(map(scalar, proposal.words.flags))}]"] * bool(proposal.words.flags)
    for note in _spelled(proposal.notes()):
        lines += _comment(note, "  ")
    lines += _target(answers.targets, targets)
    lines += _libc(proposal, smallest)
    lines += ["memory: 16MiB"]
    lines += _network(proposal)
    lines += [f"# files: {scalar(folder)}  # the guest can read what is in it" for folder in proposal.data]
    lines += ["# profile: speed  # default: size; or debug"]
    return "\n".join([*lines, ""])


def _spelled(notes: Iterable[LeftOut]) -> Iterator[str]:
    """A line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for note in notes:
        by_reason.setdefault(note.why, []).append(note.what)
    yield from (f"left out: {listed(names)} ({why})" for why, names in by_reason.items())


def _target(chosen: Sequence[str], known: Sequence[str]) -> list[str]:
    others = [target for target in known if target not in chosen]
    lines = [f"targets: [{', '.join(chosen)}]" if len(chosen) > 1 else f"target: {chosen[0]}"]
    return [*_comment(f"also: {', '.join(others)}; `targets: [A, B]` for several"), *lines] if others else lines


def _libc(proposal: Proposal, smallest: Sequence[str]) -> list[str]:
    names = f"auto takes the smallest of {', '.join(smallest)} that has all that the program uses"
    return [*_comment(names), *_comment(_of_headers(proposal, smallest)), "libc: auto"]


def _of_headers(proposal: Proposal, smallest: Sequence[str]) -> str:
    if not proposal.headers:
        return "the sources include no header of a C library"
    if proposal.lacking:
        return f"probably not {smallest[0]}, which has no {_angled(proposal.lacking)}"
    return f"probably {smallest[0]}: it has {_angled(proposal.headers)}"


def _angled(names: Iterable[str]) -> str:
    return ", ".join(f"<{name}>" for name in names)


def _network(proposal: Proposal) -> list[str]:
    if proposal.ports:
        lines = [f"ports: [{', '.join(quoted(_here(port)) for port in proposal.ports)}]"]
        lines = [*_comment("ports of this machine that lead to the guest's, where the sources listen"), *lines]
    elif proposal.may_listen:
        lines = ['# ports: ["8080:80"]  # port 8080 of this machine leads to the guest\'s port 80']
    else:
        return []
    return [*lines, "# net: {address: 10.0.0.2/24}  # default: asked by DHCP"]


def _here(port: str) -> str:
    """A port of this machine, the same where one needs no rights for it."""
    number, slash, protocol = port.partition("/")
    here = int(number) if int(number) >= 1024 else int(number) + 8000
    return f"{here}:{number}{slash}{protocol}"


def patterns(taken: Sequence[str], all_sources: Iterable[str]) -> list[str]:
    """`taken`, those of a folder as one pattern where that means nothing else."""
    groups: dict[str, list[str]] = {}
    for path in taken:
        groups.setdefault(_pattern(path), []).append(path)
    there: dict[str, int] = {}
    for path in all_sources:
        there[_pattern(path)] = there.get(_pattern(path), 0) + 1
    found: list[str] = []
    for pattern, paths in groups.items():
        found += [pattern] if len(paths) > _FEW and there.get(pattern) == len(paths) else paths
    return found


def _pattern(path: str) -> str:
    return posixpath.join(posixpath.dirname(path), f"*{posixpath.splitext(path)[1]}")


def _comment(text: str, indent: str = "") -> list[str]:
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    head = f"{indent}# "
    width = _COLUMNS - len(head)
    wrapped = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [f"{head}{line}" if number == 0 else f"{head}  {line}" for number, line in enumerate(wrapped)]


def scalar(text: str) -> str:
    """`text` as YAML, in quotes where it needs them."""
    is_plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS
    return text if is_plain else quoted(text)


def quoted(text: str) -> str:
    """`text` as YAML in quotes."""
    spelled = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\U{ord(sign):08x}" for sign in spelled)


def summary(proposal: Proposal) -> Iterator[str]:
    """What a person should know of the manifest, in a few lines."""
    answers = proposal.answers
    count = len(proposal.sources)
    yield f"  {answers.name} for {', '.join(answers.targets)}, main in {answers.main}, {count} source{'s'[: count > 1]}"
    yield from (f"  {note}" for note in _spelled(proposal.notes()))


def as_json(proposal: Proposal) -> dict[str, Any]:
    """The same for programs."""
    answers = proposal.answers
    return {
        "name": answers.name,
        "targets": list(answers.targets),
        "main": answers.main,
        "sources": list(proposal.sources),
        "include": list(proposal.words.include),
        "defines": dict(proposal.words.defines),
        "flags": list(proposal.words.flags),
        "headers": list(proposal.headers),
        "ports": list(proposal.ports),
        "data": list(proposal.data),
        "left_out": [{"what": note.what, "why": note.why} for note in proposal.notes()],
    }
