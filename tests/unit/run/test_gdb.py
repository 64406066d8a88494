"""Which gdb is taken, and the words that it gets; what gdb makes of them is tested in tests/boot."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.run.gdb import choose_gdb, gdb_command, require_gdbserver, shell_line, source_commands
from tests.support.fakes import program

OURS = os.uname().machine
OTHER = "aarch64" if OURS == "x86_64" else "x86_64"
KNOWS, KNOWS_NOT = "exit 0", 'echo "Undefined item: \\"aarch64\\"." >&2'


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_gdb_debugs_the_architecture_of_this_machine(tools: Path) -> None:
    multiarch = program(tools, KNOWS, "gdb-multiarch")
    assert choose_gdb(OURS) == str(multiarch)
    gdb = program(tools, "exit 1", "gdb")  # not even asked
    assert choose_gdb(OURS) == str(gdb)


def test_another_architecture_needs_a_gdb_that_knows_it(tools: Path) -> None:
    gdb = program(tools, KNOWS, "gdb")
    assert choose_gdb(OTHER) == str(gdb)
    program(tools, KNOWS_NOT, "gdb")
    with pytest.raises(ComposerError, match=f"knows {OTHER}") as caught:
        choose_gdb(OTHER)
    assert caught.value.diagnostics[0].code is Code.NO_DEBUGGER
    multiarch = program(tools, KNOWS, "gdb-multiarch")
    assert choose_gdb(OTHER) == str(multiarch)


def test_gdbserver_that_is_missing_is_told(tools: Path) -> None:
    with pytest.raises(ComposerError, match="gdbserver") as caught:
        require_gdbserver()
    assert caught.value.diagnostics[0].code is Code.NO_DEBUGGER


def test_batch_quits_by_the_word_for_it_and_reads_no_settings_of_the_user() -> None:
    batch = gdb_command("gdb", Path("a.dbg"), Path("s"), ["bt"], batch=True)
    assert {"-nx", "-batch"} < set(batch)
    assert batch[-5:] == ("-ex", "bt", "-ex", "quit", "a.dbg")
    person = gdb_command("gdb", Path("a.dbg"), Path("s"), ["bt"], batch=False)
    assert person == ("gdb", "-q", "-x", "s", "-ex", "bt", "a.dbg")


def test_paths_are_one_word_for_gdb_and_for_the_shell() -> None:
    commands = source_commands({"app": Path('/a "b"/\\c')})
    assert commands == ('set substitute-path app "/a \\"b\\"/\\\\c"',)
    assert shlex.split(shell_line("gdb", Path("x y.dbg"), commands)) == ["gdb", "-ex", *commands, "x y.dbg"]
