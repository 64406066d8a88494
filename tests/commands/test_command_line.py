"""The command line itself: help, words for the guest, broken pipes, and what happens when we are wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from composer.cli.command import Command
from composer.cli.parser import COMMANDS, parse
from composer.errors import Code, ComposerError
from tests.support.composed import KVM, ROOT, Workshop

# Each command and subcommand, behind the words that name it.
EVERY = [
    *(((command.name,), command) for command in COMMANDS),
    *(((command.name, sub.name), sub) for command in COMMANDS for sub in command.subcommands),
]


@pytest.mark.parametrize(("words", "command"), EVERY, ids=[" ".join(words) for words, _ in EVERY])
def test_every_command_has_help_with_an_example_that_parses(
    words: tuple[str, ...], command: Command, workshop: Workshop
) -> None:
    done = workshop.call(*words, "--help")
    assert done.status == 0
    assert command.example in done.output.decode()
    assert "--json" in done.output.decode()
    for line in command.example.splitlines():
        assert parse(line.split()[1:]).command
    assert all(sub.summary in done.output.decode() for sub in command.subcommands)


def test_words_after_two_dashes_are_the_guests() -> None:
    args = parse(["run", "x", "--", "--json", "--", "-q"])
    assert args.arguments == ("--json", "--", "-q")
    assert not args.json


def test_options_may_stand_between_words() -> None:
    args = parse(["why", "malloc", "--json", "here", "--target", "kvm/x86_64"])
    assert (args.name, args.manifest, args.json, args.target) == ("malloc", "here", True, ["kvm/x86_64"])
    assert parse(["build", "a", "-q", "b"]).manifests == ["a", "b"]
    assert parse(["build", "-q"]).manifests == ["."]


@pytest.mark.parametrize(
    "words",
    [[], ["bild"], ["build", "--nonsense"], ["build", "--", "x"], ["run", "--timeout", "x"], ["build", "-j", "0"]],
)
def test_a_word_that_is_none_is_a_usage_mistake(words: list[str]) -> None:
    with pytest.raises(ComposerError) as caught:
        parse(words)
    assert caught.value.diagnostics[0].code is Code.USAGE


def test_a_reader_that_goes_away_is_no_error(built: Path, workshop: Workshop) -> None:
    command = [sys.executable, "-m", "composer", "show-script", str(built)]
    with subprocess.Popen(command, env=workshop.variables(), stdout=-1, stderr=-1) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        errors = process.stderr.read()
        assert (process.wait(), errors) == (0, b"")


def test_our_own_mistake_is_two_lines_and_a_report(built: Path, workshop: Workshop, tmp_path: Path) -> None:
    script = (
        "import sys, composer.pipeline.build as build, composer.cli.build_command as command\n"
        "command.build = lambda *_: 1 / 0\n"
        "from composer.cli.main import main\n"
        f"sys.exit(main(['build', {str(built)!r}, '--keep-going']))\n"
    )
    variables = {**workshop.variables(), "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 37
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    (report,) = tmp_path.glob("compose-report-*.txt")
    assert str(report) in lines[1]
    assert "ZeroDivisionError" in report.read_text()


def test_a_manifest_is_found_in_the_current_folder(app: Path, workshop: Workshop) -> None:
    command = [sys.executable, "-m", "composer", "build", "-q"]
    done = subprocess.run(command, cwd=app, env=workshop.variables(), capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0].startswith("build/four/kvm-x86_64/four.elf: ")


@pytest.mark.slow
def test_an_installed_wheel_carries_catalog_and_toolchains(built: Path, tmp_path: Path) -> None:
    """From the source distribution, so that both kinds of package are whole; run from another folder."""
    folder = tmp_path / "dist"
    build = "from hatchling.build import build_sdist; import sys; print(build_sdist(sys.argv[1]))"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (archive,) = folder.glob("*.tar.gz")
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    install = [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--force-reinstall",
        str(archive),
    ]
    subprocess.run(install, check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": site_of_tests()})
    with tempfile.TemporaryDirectory() as empty:
        variables = {"PATH": os.environ["PATH"], "HOME": empty, "PYTHONPATH": site_of_tests()}

        def run(*words: str) -> None:
            command = [
                str(tmp_path / "venv" / "bin" / "compose"),
                *words,
                "-q",
                "--out",
                str(tmp_path / "o"),
                str(built),
            ]
            done = subprocess.run(command, cwd=empty, env=variables, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr

        run("build")
        if shutil.which("npm"):  # when the wheel was built; a page of it needs no network
            run("graph", "--html", str(tmp_path / "page.html"), "--target", KVM, "--offline")
    made = (tmp_path / "o" / "four" / "kvm-x86_64" / "four.elf").read_bytes()
    assert made == (built / "build" / "four" / "kvm-x86_64" / "four.elf").read_bytes()


def site_of_tests() -> str:
    """The folder of the libraries that the tests run with."""
    import pydantic

    return str(Path(pydantic.__file__).parent.parent)
