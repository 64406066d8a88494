"""Completion in the shells themselves: what Tab makes of a line that a person types."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from composer.cli import completion
from composer.cli.command import Command
from composer.cli.completion import answer
from composer.cli.parser import COMMANDS, parser_for
from composer.cli.tools import SHELLS
from composer.errors import ComposerError
from composer.load.catalog import Catalogs
from composer.load.manifest import load_manifest
from composer.load.shipped import shipped_folder
from composer.model.assignment import Assignment
from composer.model.recipe import Catalog
from composer.pipeline.vocabulary import vocabulary
from composer.report.completion import split_line
from tests.commands.test_command_line import EVERY
from tests.support.composed import TARGETS, Workshop
from tests.support.person import PATIENCE_SECONDS, Person, person_at

# What is typed to the shell calls this; it notes the words of each call but those of the scripts.
PROGRAM = """\
#!/bin/sh
if [ "$1" = completion ]; then exec {python} -P -m composer "$@"; fi
for word; do printf '%s\\0' "$word" >>"$CALLS"; done
printf '\\n' >>"$CALLS"
"""
RC_FILES = {
    "bash": (".bashrc", "PS1='ready> '\nbind 'set bell-style none'\nsource <(compose completion bash)\n"),
    "zsh": (
        ".zshrc",
        "PS1='ready> '\nautoload -U compinit\ncompinit -u -D\nsource <(compose completion zsh)\nunsetopt beep\n",
    ),
    "fish": (
        ".config/fish/config.fish",
        "function fish_prompt; echo 'ready> '; end\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\ncompose completion fish | source\n",
    ),
}
COMMAND_LINES = {"bash": ("--noprofile", "-i"), "zsh": ("-d", "-i"), "fish": ("-i",)}
FILES = ("my folder/app.yaml", "other.yaml", "other.txt", "old.json", "older.txt", "xen-arm.gz")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, workshop: Workshop) -> dict[str, str]:
    """The environment of a person with `compose` on the PATH, and in HOME their files."""
    home = tmp_path_factory.mktemp("home")
    program = home / ".bin/compose"
    files = {name: "" for name in FILES} | dict(RC_FILES.values())
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    return {
        **workshop.variables(),
        **{"HOME": str(home), "ZDOTDIR": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "TERM": "xterm"},
        **{"PATH": f"{program.parent}:{os.environ['PATH']}", "CALLS": str(home / ".calls"), "LC_ALL": "C.UTF-8"},
        "XDG_DATA_HOME": str(home / ".local"),
    }


# A line with its tabs, and the words that `compose` is called with.
TYPED = {
    "compose bui\t--prof\tspe\t-q": ["build", "--profile", "speed", "-q"],
    "compose recipes sh\tlwi\t--js\t": ["recipes", "show", "lwip", "--json"],
    "compose build --set lwip.ipv\ttr\t--toolch\tcla\t": ["build", "--set", "lwip.ipv6=true", "--toolchain", "clang"],
    "compose build --set=libc=mus\t--target=linux/x\t": ["build", "--set=libc=musl", "--target=linux/x86_64"],
    "SOME=1 compose platforms xe\t": ["platforms", "xen/aarch64"],
    "compose build my\t": ["build", "my folder/"],
    "compose build my\\ folder/a\t": ["build", "my folder/app.yaml"],
    "compose run --env A=1 oth\t": ["run", "--env", "A=1", "other.yaml"],  # not the text
    "compose build --out=my\t": ["build", "--out=my folder/"],
    "compose size --diff ol\t--by sec\t": ["size", "--diff", "old.json", "--by", "section"],
}


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes(shell: str, desk: Mapping[str, str]) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    with person_at([program, *COMMAND_LINES[shell]], Path(desk["HOME"]), desk) as person:
        for typed, words in TYPED.items():
            person.sees(b"ready> ")
            person.types(typed.encode() + b"\r")
            seen = called(desk, person)
            if shell == "zsh":  # which takes the slash away that it has put behind a folder
                words = [*words[:-1], words[-1].rstrip("/")]
            assert seen == words


def called(desk: Mapping[str, str], person: Person) -> list[str]:
    """The words that `compose` is called with next."""
    calls = Path(desk["CALLS"])
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (calls.exists() and calls.read_text().endswith("\n")):
        assert time.monotonic() < deadline, f"compose was never called; the shell ended with {person.process.poll()}"
        time.sleep(0.02)
    words = calls.read_text().removesuffix("\0\n").split("\0")
    calls.unlink()
    return words


def offered_by_bash(line: str, desk: Mapping[str, str]) -> set[str]:
    script = 'source ~/.bashrc; COMP_LINE=$1 COMP_POINT=${#1}; _compose compose; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "--norc", "-c", script, "-", line], env=desk, capture_output=True, text=True, check=True
    )
    return {*done.stdout.split("\n")} - {""}


def offered_by_fish(line: str, desk: Mapping[str, str]) -> set[str]:
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish is not installed")
    script = f"compose completion fish | source; complete -C '{line}'"
    done = subprocess.run([fish, "-c", script], env=desk, capture_output=True, text=True, check=True)
    return {row.partition("\t")[0] for row in done.stdout.splitlines()}


def test_shells_are_offered_every_command_and_option(desk: Mapping[str, str]) -> None:
    names = {command.name for command in COMMANDS}
    for offered in (offered_by_bash, offered_by_fish):
        assert offered("compose ", desk) == names
        assert offered("compose run -", desk) == {*answer(["run", "-"]).words}


def options_in_help(words: tuple[str, ...]) -> set[str]:
    """The options as the help has them."""
    command = parser_for(words)[1]
    assert command is not None
    lines = re.findall(r"(?m)^  (-\S.*?)(?:  |$)", command.format_help())
    return {option for line in lines for option in re.findall(r"(?<![\w-])--?[a-z][a-z-]*", line)}


@pytest.mark.parametrize(("words", "command"), EVERY, ids=[" ".join(words) for words, _ in EVERY])
def test_every_option_of_every_command_is_offered(words: tuple[str, ...], command: Command) -> None:
    assert {*answer([*words, "-"]).words} == options_in_help(words)
    assert answer([*words[:-1], ""]).words[words[-1]] == command.summary


def metavars() -> Iterator[str]:
    for words, _ in EVERY:
        command = parser_for(words)[1]
        assert command is not None
        for action in command._actions:
            if action.nargs != 0 and not isinstance(action, argparse._HelpAction):
                yield str(action.metavar)


def test_of_every_value_it_is_said_what_it_may_be() -> None:
    """A new name of values has to be put into one of the tables of composer/cli/completion.py; one that has gone, out."""
    tables = {*completion.FILES, *completion.WORDS, *completion.VALUES_OF, completion.ASSIGNMENT, *completion.FREE}
    assert {name for name in metavars() if not name.startswith("{")} == tables


def test_words_for_values_are_those_that_are_legal(tmp_path: Path) -> None:
    catalog: Catalog = Catalogs(shipped_folder("recipes")).having()
    known = vocabulary([])
    assert {*known["targets"]} == {*TARGETS}
    assert known["recipes"].keys() == catalog.recipes.keys()
    assert {key for key in known["keys"] if key.partition(".")[0] in catalog.recipes} == {
        f"{name}.{option}" for name, entry in catalog.recipes.items() for option in entry.recipe.options
    }
    (tmp_path / "main.c").touch()
    (tmp_path / "unikernel.yaml").write_text(f"name: x\napp: {{sources: [main.c]}}\ntargets: [{', '.join(TARGETS)}]\n")
    for key, (_, values) in known["keys"].items():
        for value in values if key != "app.recipe" else ():  # which a manifest with sources cannot have
            load_manifest(tmp_path, lambda _: catalog, assignments=[Assignment(key, value, "--set")])


def test_what_was_given_is_not_offered_again() -> None:
    assert "--offline" not in answer(["build", "--offline", "-"]).words
    assert "--set" in answer(["build", "--set", "a=b", "-"]).words
    assert {"-q", "--quiet"} & answer(["build", "-v", "-"]).words.keys() == set()  # one excludes the other
    assert answer(["why", "malloc", ""]).files == (".yaml",)
    assert answer(["why", "malloc", "here", ""]) == answer(["nothing", ""]) == answer(["recipes", "nothing", ""])
    assert answer(["run", "x", "--", "--"]).files == ()
    assert answer(["graph", "--format", ""]).words.keys() == {"tree", "dot", "mermaid", "json"}


def test_words_of_recipes_that_are_new_or_one_s_own_are_offered(tmp_path: Path, workshop: Workshop) -> None:
    def offered() -> dict[str, str]:
        words = ("recipes", "show", "--recipes", str(tmp_path), "mi")
        found: dict[str, str] = workshop.call("completion", "zsh", "--json", "--", *words).verdict["words"]
        return {word: meaning for word, meaning in found.items() if word.startswith("mi")}

    (tmp_path / "mine").mkdir()
    for summary in ("My own", "My other one"):
        text = f"name: mine\nversion: '1'\nsummary: {summary}\nlicense: MIT\n"
        (tmp_path / "mine/recipe.yaml").write_text(text)
        found = offered()
        assert ({*found}, found["mine"]) == ({"mine", "minigzip"}, summary)
    (tmp_path / "mine/recipe.yaml").write_text("nonsense\n")
    assert offered() == {}  # and no message into the line that is typed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", [""]),
        (" build ", ["build", ""]),
        (" build my\\ fo", ["build", "my fo"]),
        (" build 'my fo", ["build", "my fo"]),
        (" build \"it's", ["build", "it's"]),
        (" build \\", ["build", ""]),
    ],
)
def test_lines_are_split_as_a_shell_does(line: str, words: list[str]) -> None:
    assert split_line(line) == words


def test_an_answer_needs_nothing_that_is_slow_to_import(workshop: Workshop) -> None:
    asked = ["completion", "bash", "--", " build --set lwip.i"]
    workshop.call(*asked)  # the words are remembered from here on
    script = f"import sys, json\nfrom composer.cli.main import main\nmain({asked!r})\nprint(json.dumps([*sys.modules]))"
    done = subprocess.run([sys.executable, "-c", script], env=workshop.variables(), capture_output=True, check=True)
    modules = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert modules & {"pydantic", "yaml", "rich", "networkx", "elftools", "subprocess", "typing_extensions"} == set()


def test_a_mistake_in_the_line_is_no_message() -> None:
    with pytest.raises(ComposerError):
        parser_for(["bild"])
    assert answer(["bild", ""]).words == {}
