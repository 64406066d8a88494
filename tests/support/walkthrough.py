"""Follows a page of docs/ word by word: writes the files that it shows, runs its commands, compares what they print.

What a page says by its fenced blocks (which may be indented, as in a list):

- A block with a title is a file, and is written there:  ```c title="ring/ring.c"
- A block of the language `console` is a session. A line that begins with `$ ` is a command for the shell, one that begins
  with `> ` goes on with it, and the lines behind it are all that it prints, on stdout and stderr.
- Any other block is there to be read.

`cd FOLDER` holds for all that follows. A command that ends with ` &` goes on until Ctrl-C ends it with the page; what it
promises is waited for. In what is printed, `…` stands for any text within a line, and a line of `…` alone
for any lines. A comment of its own line before a block says what a reader need not see:

- <!-- exit: 2 -->       the last command of the block ends so; all others end with 0
- <!-- numbers vary -->  numbers, and the spaces that align them, differ from one compiler or machine to another; but one
                         that is promised with a comma, as in 1,234 bytes, by half of it at most
- <!-- skip: WHY -->     the block is not followed

Progress is not compared: it leaves nothing on a terminal. Nor is the line that says that this machine has no usable KVM.
"""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeAlias

ROOT = Path(__file__).parents[2]
SECONDS = 120.0  # a command that takes longer hangs
ANY = "…"
_FENCE = re.compile(r'(?P<indent> *)(?P<ticks>```+)(?P<language>\w*)(?: .*?title="(?P<title>[^"]+)".*)?.*')
_COMMENT = re.compile(r"\s*<!-- (?P<word>exit|numbers|skip)(?::)? ?(?P<rest>.*?) -->\s*")
_UNSEEN = re.compile(r"(?m)^(?:(?:\S+ )?\[ *\d+/\d+\] \d+\.\ds .*|.*; QEMU emulates the processor instead \(TCG\))\n")
_NUMBER = r"\d[\d,.]*"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that the page has the reader write."""

    line: int  # of the page
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command that the page has the reader type, and what it promises to print."""

    line: int
    text: str
    prints: tuple[str, ...]
    exit: int = 0
    numbers_vary: bool = False


Action: TypeAlias = Written | Command


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    language: str
    title: str
    lines: tuple[str, ...]
    says: Mapping[str, str]  # the comments before it


def read_page(page: Path) -> tuple[Action, ...]:
    """What a reader of the page does, in its order; raises ValueError for a page that cannot be followed."""
    return tuple(action for block in _blocks(page) for action in _actions(block, page))


def _blocks(page: Path) -> Iterator[_Block]:
    says: dict[str, str] = {}
    lines = enumerate(page.read_text("utf-8").splitlines(), 1)
    for number, line in lines:
        if (comment := _COMMENT.fullmatch(line)) is not None:
            says[comment["word"]] = comment["rest"]
        elif (fence := _FENCE.fullmatch(line)) is not None:
            inside = tuple(_until(f"{fence['indent']}{fence['ticks']}", fence["indent"], lines))
            yield _Block(number, fence["language"], fence["title"] or "", inside, says)
            says = {}
        elif line.strip() and says:
            raise ValueError(f"{page}:{number}: a comment for a block stands before something else")


def _until(end: str, indent: str, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    """The lines of a block, without its indentation."""
    for _, line in lines:
        if line == end:
            return
        yield line.removeprefix(indent)


def _actions(block: _Block, page: Path) -> Iterator[Action]:
    if "skip" in block.says:
        return
    if block.title:
        yield Written(block.line, block.title, "".join(f"{line}\n" for line in block.lines))
    elif block.language == "console":
        found = list(_commands(block, page))
        exits = {len(found) - 1: int(block.says.get("exit", "0"))}
        for number, (line, text, prints) in enumerate(found):
            yield Command(line, text, prints, exits.get(number, 0), "numbers" in block.says)


def _commands(block: _Block, page: Path) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    if not block.lines or not block.lines[0].startswith("$ "):
        raise ValueError(f"{page}:{block.line}: a session begins with a command, `$ …`")
    starts = [place for place, line in enumerate(block.lines) if line.startswith("$ ")]
    for start, end in itertools.pairwise([*starts, len(block.lines)]):
        first, *rest = block.lines[start:end]
        more = list(itertools.takewhile(lambda line: line.startswith("> "), rest))
        text = "\n".join([first[2:], *(line[2:] for line in more)])
        yield block.line + 1 + start, text, tuple(rest[len(more) :])


@dataclass
class Follower:
    """Somebody who follows pages in a folder, which stays as it is between them."""

    folder: Path
    store: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def follow(self, page: Path) -> None:
        """Do all that the page says; raises AssertionError at the first command that does not do as promised."""
        _write_compose(self._tools)
        with ExitStack() as until_the_end:
            for action in read_page(page):
                match action:
                    case Written():
                        path = self.folder / action.path
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_text(action.text)
                    case Command(text=text) if text.endswith(" &"):
                        until_the_end.enter_context(self._started(action, page))
                    case Command():
                        self._run(action, page)

    @property
    def _tools(self) -> Path:
        return self.store.parent / "compose-on-the-path"

    def _run(self, command: Command, page: Path) -> None:
        if command.text.startswith("cd "):
            self.folder = Path(os.path.normpath(self.folder / command.text.removeprefix("cd ").strip()))
            assert self.folder.is_dir(), f"{page}:{command.line}: there is no folder {self.folder}"
            return
        done = subprocess.run(
            ["sh", "-c", command.text],
            cwd=self.folder,
            env=self._variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
        )
        printed = _seen(done.stdout)
        where = f"{page}:{command.line}: $ {command.text}"
        assert done.returncode == command.exit, f"{where}\nended with {done.returncode} and printed:\n{printed}"
        differs = difference(command.prints, printed.splitlines(), numbers_vary=command.numbers_vary)
        assert differs is None, f"{where}\n{differs}\nall that was printed:\n{printed}"

    @contextmanager
    def _started(self, command: Command, page: Path) -> Iterator[None]:
        """The command goes on, having printed what it promises, until Ctrl-C at the context's end."""
        with (
            tempfile.TemporaryFile() as output,
            subprocess.Popen(
                ["sh", "-c", f"exec {command.text.removesuffix(' &')}"],
                cwd=self.folder,
                env=self._variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                _wait_for(command, page, process, output)
                yield
            finally:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise

    def _variables(self) -> dict[str, str]:
        mine = {
            "PATH": f"{self._tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "COMPOSE_STORE": str(self.store),
            "COLUMNS": "80",
        }
        return {**os.environ, **mine, **self.environment}


def _seen(printed: bytes) -> str:
    return _UNSEEN.sub("", printed.decode(errors="backslashreplace"))


def _wait_for(command: Command, page: Path, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
    """Return as soon as `output` has what the command promises; raises AssertionError if it never has."""
    deadline = time.monotonic() + SECONDS
    while True:
        has_ended = process.poll() is not None
        output.seek(0)
        printed = _seen(output.read())
        differs = difference(command.prints, printed.splitlines(), numbers_vary=command.numbers_vary)
        if differs is None:
            return
        is_over = has_ended or time.monotonic() > deadline
        assert not is_over, f"{page}:{command.line}: $ {command.text}\n{differs}\nall that was printed:\n{printed}"
        time.sleep(0.05)


def _write_compose(folder: Path) -> None:
    """The command `compose`, as if it were installed."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "compose"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m composer "$@"\n')
    script.chmod(0o755)


def difference(promised: Sequence[str], printed: Sequence[str], *, numbers_vary: bool = False) -> str | None:
    """Where `printed` is not what was `promised`; None if it is."""
    wanted, seen = list(promised), list(printed)
    while wanted and not wanted[-1].strip():
        wanted.pop()
    while seen and not seen[-1].strip():
        seen.pop()
    place = 0
    for number, line in enumerate(wanted):
        if line.strip() == ANY:
            # The rest of what is promised stands somewhere below.
            tails = (
                difference(wanted[number + 1 :], seen[at:], numbers_vary=numbers_vary)
                for at in range(place, len(seen) + 1)
            )
            return (
                None
                if any(tail is None for tail in tails)
                else f"nothing below line {place + 1} is as promised behind …"
            )
        if place == len(seen):
            return f"not printed: {line}"
        if not _is_alike(line, seen[place], numbers_vary=numbers_vary):
            return f"promised: {line}\nprinted:  {seen[place]}"
        place += 1
    return None if place == len(seen) else f"not promised: {seen[place]}"


def _is_alike(promised: str, printed: str, *, numbers_vary: bool) -> bool:
    """Whether the line `printed` is what was promised, but for what is left out and for numbers."""
    loose = re.compile(rf"{ANY}|{_NUMBER}| +" if numbers_vary else ANY)
    pattern, place, numbers = "", 0, []
    for found in loose.finditer(promised.rstrip()):
        pattern += re.escape(promised[place : found.start()])
        place = found.end()
        match found[0][0]:
            case "…":
                pattern += ".*"
            case " ":
                pattern += " +"
            case _:
                pattern += f"({_NUMBER})"
                numbers.append(found[0])
    alike = re.fullmatch(pattern + re.escape(promised.rstrip()[place:]), printed.rstrip())
    return alike is not None and all(map(_is_near, numbers, alike.groups()))


def _is_near(promised: str, printed: str) -> bool:
    """Whether a number may stand for another; a large one, which has commas, only within half of itself."""
    if "," not in promised:
        return True
    wanted, seen = (float(number.replace(",", "").rstrip(".")) for number in (promised, printed))
    return abs(seen - wanted) <= wanted / 2
