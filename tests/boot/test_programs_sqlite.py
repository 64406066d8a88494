"""SQLite's shell gives what the host's gives, with a database in memory and with one in a file of the image."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.composed import EXAMPLES, KVM, KVM_ARM, LINUX, ROOT, Workshop

SQLITE = EXAMPLES / "sqlite"
SCRIPT = ROOT / "tests/boot/sqlite.sql"
WORDS = ("--env", "HOME=/", "--timeout", "300")
MANIFEST = (SQLITE / "unikernel.yaml").read_text().replace("name: sqlite", "name: script\nfiles: files")

pytestmark = pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest with the script among its files."""
    folder = tmp_path_factory.mktemp("script")
    (folder / "files").mkdir()
    shutil.copy(SCRIPT, folder / "files")
    (folder / "unikernel.yaml").write_text(MANIFEST)
    return folder


@pytest.mark.parametrize("database", [":memory:", "new.db"])
def test_a_script_gives_what_the_host_s_gives(
    programs: Workshop, folder: Path, target: str, database: str, tmp_path: Path
) -> None:
    arguments = ("-batch", database, f".read {SCRIPT.name}")
    done = programs.run(folder, *arguments, words=("--target", target, *WORDS))
    shutil.copy(SCRIPT, tmp_path)
    words = ["sqlite3", "-init", "/dev/null", *arguments]
    host = subprocess.run(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert len(host.stdout.splitlines()) > 70
    assert done.output.splitlines() == host.stdout.splitlines(), done.told


def test_a_person_has_it_interactive(programs: Workshop, target: str) -> None:
    typed = b"CREATE TABLE t(a);\nINSERT INTO t\nVALUES (40), (2);\nSELECT sum(a) FROM t;\n.quit\n"
    done = programs.run(SQLITE, words=("--target", target, *WORDS), stdin=typed)
    assert done.status == 0, done.told
    assert done.output.startswith(b"SQLite version 3.40.1"), done.told
    assert b"sqlite>" in done.output, done.told
    assert b"42\n" in done.output, done.told


@pytest.mark.parametrize("mode", ["delete", "truncate", "persist", "memory", "wal", "off"])
def test_every_journal_works_on_files_in_memory(programs: Workshop, target: str, mode: str) -> None:
    statements = [
        f"PRAGMA journal_mode = {mode};",
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b);",
        "BEGIN; INSERT INTO t(b) VALUES ('one'), ('two'); COMMIT;",
        "" if mode == "off" else "BEGIN; DELETE FROM t; ROLLBACK;",
        "VACUUM;",
        ".open again.db",
        "CREATE TABLE u(a);",
        ".open new.db",
        "SELECT count(*) FROM t;",
        "PRAGMA integrity_check;",
    ]
    typed = "\n".join(statements).encode() + b"\n"
    done = programs.run(SQLITE, "-batch", "new.db", words=("--target", target, *WORDS), stdin=typed)
    assert (done.status, done.output) == (0, f"{mode}\n2\nok\n".encode()), done.told
