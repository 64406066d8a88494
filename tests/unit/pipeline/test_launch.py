"""The launch file of Visual Studio Code: what is in it stays, and our entry is in it once."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from composer.pipeline.launch import launch_entry, merged

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
