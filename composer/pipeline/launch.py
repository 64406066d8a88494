"""The entry of `.vscode/launch.json` that starts `compose debug --server` and connects to it.

Names and meanings of the keys: the launch.json reference of the C/C++ extension for Visual Studio Code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from composer.whole import write_whole

LAUNCH_FILE = Path(".vscode", "launch.json")
LAUNCH_PORT = 1234  # an entry cannot ask for a free port


def launch_entry(
    name: str, symbols: Path, gdb: str, port: int, server: Sequence[str], ready: str, setup: Sequence[str]
) -> Mapping[str, Any]:
    """The entry `name`: it runs the command `server` until it has said `ready`, then `gdb` with the commands `setup`."""
    return {
        "name": name,
        "type": "cppdbg",
        "request": "launch",
        "program": str(symbols),
        "cwd": "${workspaceFolder}",
        "MIMode": "gdb",
        "miDebuggerPath": gdb,
        "miDebuggerServerAddress": f"127.0.0.1:{port}",
        "debugServerPath": server[0],
        "debugServerArgs": " ".join(_quoted(word) for word in server[1:]),
        "serverStarted": ready,
        "filterStderr": True,
        "stopAtEntry": True,
        "hardwareBreakpoints": {"require": True},
        "setupCommands": [{"text": command} for command in setup],
    }


def write_entry(file: Path, entry: Mapping[str, Any]) -> None:
    """Put `entry` into the launch file, which keeps its mode and is whole at any moment.

    Raises OSError, or ValueError as `merged` does.
    """
    there = file.resolve()
    text = merged(there.read_text() if there.exists() else None, entry)
    there.parent.mkdir(exist_ok=True)
    write_whole(there, text.encode(), there.stat().st_mode & 0o7777 if there.exists() else 0o644)


def merged(text: str | None, entry: Mapping[str, Any]) -> str:
    """The launch file `text` (None: there is none yet) with `entry` in the place of its namesake, or at the end.

    Raises ValueError if the text is not plain JSON of a launch file: a file with comments cannot be written back.
    """
    value = {"version": "0.2.0", "configurations": []} if text is None else json.loads(text)
    entries = value.setdefault("configurations", []) if isinstance(value, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a launch file")
    names = [other.get("name") if isinstance(other, dict) else None for other in entries]
    at = names.index(entry["name"]) if entry["name"] in names else len(entries)
    entries[at : at + 1] = [entry]
    return as_text(value)


def as_text(value: Mapping[str, Any]) -> str:
    """JSON as the editor itself writes it."""
    return json.dumps(value, indent=4, ensure_ascii=False) + "\n"


def _quoted(word: str) -> str:
    """A word of a command that is one string."""
    return f'"{word}"' if not word or " " in word else word
