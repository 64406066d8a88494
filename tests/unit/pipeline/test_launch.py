"""The launch file of Visual Studio Code: what is in it stays, and our entry is in it once."""

from __future__ import annotations

import json
import resource
import shlex
from pathlib import Path

import pytest

from composer.pipeline.launch import launch_entry, merged, write_entry

SERVER = ("/usr/bin/python3", "-m", "composer", "debug", "/my app", "--server", "--", "")
ENTRY = launch_entry("compose: mine", Path("/my app/mine.dbg"), "gdb", 1234, SERVER, "ready", ("set a b",))


def test_new_file_has_the_entry_alone() -> None:
    value = json.loads(merged(None, ENTRY))
    assert value["version"] == "0.2.0"
    assert value["configurations"] == [ENTRY]


def test_entry_starts_the_server_and_connects_to_it() -> None:
    assert [ENTRY["debugServerPath"], *shlex.split(ENTRY["debugServerArgs"])] == list(SERVER)
    assert ENTRY["miDebuggerServerAddress"] == "127.0.0.1:1234"


def test_what_others_wrote_stays() -> None:
    other = {"name": "other", "type": "python"}
    text = json.dumps({"version": "0.2.0", "inputs": [1], "configurations": [other]})
    value = json.loads(merged(text, ENTRY))
    assert value == {"version": "0.2.0", "inputs": [1], "configurations": [other, ENTRY]}


def test_entry_takes_the_place_of_its_namesake() -> None:
    old = {"name": ENTRY["name"], "program": "old"}
    text = json.dumps({"configurations": [old, {"name": "last"}, 7]})
    assert json.loads(merged(text, ENTRY))["configurations"] == [ENTRY, {"name": "last"}, 7]
    once = merged(None, ENTRY)
    assert merged(once, ENTRY) == once


@pytest.mark.parametrize("text", ["", "// mine\n{}", '{"configurations": [],}', "[]", '{"configurations": {}}'])
def test_file_that_cannot_be_written_back_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        merged(text, ENTRY)


def test_launch_file_is_made_with_its_folder_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / ".vscode/launch.json"
    write_entry(file, ENTRY)
    assert json.loads(file.read_text())["configurations"] == [ENTRY]
    file.chmod(0o600)
    write_entry(file, {**ENTRY, "name": "another"})
    assert [entry["name"] for entry in json.loads(file.read_text())["configurations"]] == [ENTRY["name"], "another"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_full_disk_leaves_the_launch_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "launch.json"
    file.write_text("{}")
    _, hard = soft_hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # no file may become larger
    try:
        with pytest.raises(OSError, match="File too large"):
            write_entry(file, ENTRY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft_hard)
    assert file.read_text() == "{}"
    assert [*tmp_path.iterdir()] == [file]
