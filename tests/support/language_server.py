"""The language server of editors for YAML, spoken to over its standard input and output (Language Server Protocol 3)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / ".venv/yaml-language-server"  # where tests/run.sh puts it
PROGRAM = FOLDER / "node_modules/yaml-language-server/bin/yaml-language-server"


def missing() -> str:
    """Why there is none here; empty if there is one."""
    if shutil.which("node") is None:
        return "there is no node on this machine"
    return "" if PROGRAM.exists() else f"yaml-language-server is not in {FOLDER}"


class LanguageServer:
    """A running server that knows one schema."""

    def __init__(self, process: subprocess.Popen[bytes], schema: Path) -> None:
        self._process = process
        self._count = 0
        self._settings = {
            "yaml": {
                "schemas": {schema.as_uri(): "*.yaml"},
                "schemaStore": {"enable": False},
                "completion": True,
                "validate": True,
                "hover": True,
            }
        }
        self.marks: dict[str, list[dict[str, Any]]] = {}
        self.ask("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": {}})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def open(self, file: Path, text: str) -> list[dict[str, Any]]:
        """Open a document; what is marked in it."""
        uri = file.as_uri()
        self.marks.pop(uri, None)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while uri not in self.marks:
            self._answer(self._read())
        return self.marks[uri]

    def completions(self, file: Path, line: int, column: int) -> Mapping[str, str]:
        """What is offered there (both count from 0): labels, with their explanations."""
        found = self.ask("textDocument/completion", self._at(file, line, column))
        return {item["label"]: _text(item.get("documentation")) for item in found["items"]}

    def hover(self, file: Path, line: int, column: int) -> str:
        """What is told of the word there."""
        found = self.ask("textDocument/hover", self._at(file, line, column))
        return _text(found["contents"]) if found else ""

    def ask(self, method: str, params: object) -> Any:
        """The result of a request."""
        self._count += 1
        self._send({"id": self._count, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._count and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._answer(message)

    def _at(self, file: Path, line: int, column: int) -> Mapping[str, Any]:
        return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": column}}

    def _answer(self, message: Mapping[str, Any]) -> None:
        """Answer what the server asks of its editor, and keep what it marks."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self.marks[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            asked = message["params"].get("items", []) if isinstance(message.get("params"), dict) else []
            result = [self._settings.get(item.get("section")) for item in asked] if asked else None
            self._send({"id": message["id"], "result": result})

    def _tell(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._process.stdin.flush()

    def _read(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while (line := self._process.stdout.readline().strip()) or not length:
            assert line or self._process.poll() is None, "the language server has ended"
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        message: Mapping[str, Any] = json.loads(self._process.stdout.read(length))
        return message


@contextmanager
def language_server(schema: Path) -> Iterator[LanguageServer]:
    """A server for documents `*.yaml` with this schema; a hanging one is ended by the test's own limit."""
    argv = ["node", str(PROGRAM), "--stdio"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            yield LanguageServer(process, schema)
        finally:
            process.kill()


def _text(content: object) -> str:
    """Marked or plain text."""
    return str(content["value"]) if isinstance(content, dict) else str(content or "")
