"""The documentation as a whole: it is built without a warning, its reference is complete, and what it names is there."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.cli.parser import COMMANDS, parse
from composer.errors import Code, ComposerError, Exit
from composer.model.manifest import App, Manifest
from composer.model.network import Net
from composer.pipeline.project import load_recipes
from docs.pages import GENERATED
from docs.reference import commands, errors, manifest, recipes
from tests.support.composed import ROOT

DOCS = ROOT / "docs"
TASKS = tuple(path for path in sorted(DOCS.glob("*.md")) if path.name != "index.md")
REFERENCE = tuple(sorted(DOCS.glob("reference/*.md")))
NAMES = [[one.name, *rest] for one in COMMANDS for rest in ([], *([sub.name] for sub in one.subcommands))]
_ELSEWHERE = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=["'](?:https?:)?//[^>]*>""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages, built as a reader would."""
    folder = tmp_path_factory.mktemp("docs")
    words = ("-m", "sphinx", "-W", "--keep-going", "-q", "-d", folder / "trees", "-b", "html", DOCS, folder / "site")
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "site"


def test_the_site_has_all_pages_and_needs_no_network(site: Path) -> None:
    for page in (DOCS / "index.md", *TASKS, *REFERENCE):
        html = (site / page.relative_to(DOCS).with_suffix(".html")).read_text()
        assert "<h1>" in html
        assert GENERATED not in html
        assert _ELSEWHERE.findall(html) == []


@pytest.mark.parametrize("page", [*TASKS, *REFERENCE], ids=lambda page: page.name)
def test_a_page_ends_with_what_to_read_next(page: Path) -> None:
    last = page.read_text().rstrip().rpartition("\n\n")[2]
    assert re.match(r"Next: .*\]\([\w./-]+\.md\)", last)


def test_every_command_is_in_the_reference() -> None:
    text = commands.text()
    for command in COMMANDS:
        assert f"\n## compose {command.name}\n" in text
        for sub in command.subcommands:
            assert f"\n### compose {command.name} {sub.name}\n" in text
    assert "\n  --keep-going " in text
    assert max(map(len, text.splitlines())) <= 80


def test_every_key_is_in_the_reference() -> None:
    text = manifest.text()
    for model in (Manifest, App, Net):
        for name, field in model.model_fields.items():
            assert f"| `{name}` | {field.description} |" in text


def test_every_option_is_in_the_reference() -> None:
    text = recipes.text()
    for name, entry in load_recipes(()).recipes.items():
        assert f"| `{name}` | {entry.recipe.summary} |" in text
        for option, declared in entry.recipe.options.items():
            assert f"| `{name}.{option}` | {declared.help}" in text


def test_every_status_and_code_is_in_the_reference_with_an_example() -> None:
    text = errors.text()
    for status in Exit:
        assert f"| {int(status)} | {status.meaning} |" in text
    sections = dict(re.findall(r"(?ms)^### ([A-Z]\d{3}): (.*?)(?=^##|\Z)", text))
    assert sections.keys() == {code.id for code in Code}
    for identifier, section in sections.items():
        shown = "interrupted" if identifier == Code.INTERRUPTED.id else f"error[{identifier}]: "
        assert shown in section.partition("$ compose ")[2], identifier


def _named_commands() -> Iterator[tuple[str, str]]:
    """Every command line that begins with `compose` in the README and in the pages, as code in a sentence or a line of its own."""
    for page in (ROOT / "README.md", *TASKS, *REFERENCE):
        text = page.read_text()
        # The blocks of pages that are followed need no second look, and a block is not a sentence.
        prose = re.sub(r"(?ms)^ *```.*?^ *```$", "", text)
        for line in re.findall(r"`(compose [^`\n]+)`", prose):
            yield page.name, line
        for line in re.findall(r"(?m)^ {4}(?:\$ )?(compose .*)$", prose):
            yield page.name, line


@pytest.mark.parametrize(("page", "line"), sorted(set(_named_commands())))
def test_a_command_that_is_named_is_understood(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if words in NAMES:
        words.append("--help")  # the command as such is meant, not a call of it
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        try:
            parse(words)
        except ComposerError as error:
            pytest.fail(f"{page}: `{line}`: {error}")
