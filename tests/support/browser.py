"""A headless Chromium, steered over its own protocol (Chrome DevTools Protocol), as a person would use a page."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from composer.execute.store import Store
from composer.fetch.places import Search
from composer.model.source import Archive, Source
from composer.pipeline.upstream import Wanted, have_tree
from composer.report.progress import Loudness, Progress

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_SECONDS = 60.0
AXE = Archive(
    file="axe-core-4.14.1.tgz",
    sha256="e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
    strip=1,
    npm="axe-core@4.14.1",
)
_KEYS = {"Enter": "\r", "Tab": "\t", " ": " "}  # what they type


def missing() -> str:
    """Why pages cannot be tried here; empty if they can."""
    if not any(shutil.which(name) for name in NAMES):
        return "there is no Chromium on this machine"
    return "" if shutil.which("npm") else "there is no npm on this machine, which brings the page's libraries"


class Page:
    """A tab with one page; what it complains of and what it asks for is kept."""

    def __init__(self, connection: ClientConnection, session: str) -> None:
        self._connection, self._session = connection, session
        self._count = 0
        self.complaints: list[str] = []
        self.requests: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **words: Any) -> dict[str, Any]:
        """Call the protocol and wait for the answer."""
        self._count += 1
        message = {"id": self._count, "sessionId": self._session, "method": method, "params": words}
        self._connection.send(json.dumps(message))
        while True:
            told = json.loads(self._connection.recv(timeout=PATIENCE_SECONDS))
            if told.get("id") == self._count and told.get("sessionId") == self._session:
                assert "error" not in told, (method, told)
                answer: dict[str, Any] = told["result"]
                return answer
            self._note(told.get("method", ""), told.get("params", {}))

    def _note(self, event: str, told: dict[str, Any]) -> None:
        if event == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"]))
        elif event == "Log.entryAdded":
            self.complaints.append(json.dumps(told["entry"]))
        elif event == "Runtime.consoleAPICalled":
            self.complaints.append(json.dumps(told["args"]))
        elif event == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])

    def value(self, expression: str) -> Any:
        """What an expression is, awaited if it is a promise."""
        told = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def open(self, file: Path, anchor: str = "") -> None:
        """Go to a page of ours and wait until it can be used."""
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=file.as_uri() + anchor)
        self.until("document.documentElement?.dataset.ready === 'true'")

    def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.value(f"Boolean({expression})"):
            assert time.monotonic() < deadline, (expression, self.complaints)
            time.sleep(0.01)

    def press(self, *keys: str) -> None:
        """Press and let go of keys, each by its name, or words that are typed letter by letter."""
        for key in keys:
            for one in [key] if key[0].isupper() and len(key) > 1 else key:
                text = _KEYS.get(one, one if len(one) == 1 else "")
                code = {"Enter": 13, "Tab": 9}.get(one, 0)
                self.ask("Input.dispatchKeyEvent", type="keyDown", key=one, text=text, windowsVirtualKeyCode=code)
                self.ask("Input.dispatchKeyEvent", type="keyUp", key=one, windowsVirtualKeyCode=code)

    def click(self, selector: str) -> None:
        """Click in the middle of the first such element, which has to be in sight."""
        middle = (
            "(e => { e.scrollIntoView({block: 'nearest'}); const b = e.getBoundingClientRect();"
            "const x = b.x + b.width / 2, y = b.y + b.height / 2;"
            "return [x, y, e.contains(document.elementFromPoint(x, y))]; })"
        )
        x, y, is_seen = self.value(f"{middle}(document.querySelector({json.dumps(selector)}))")
        assert is_seen, f"{selector} is covered"
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def text(self, selector: str) -> str:
        """The text of the first such element as it is seen."""
        found: str = self.value(f"document.querySelector({json.dumps(selector)}).innerText")
        return found

    def look(self, *, width: int = 1280, height: int = 800, scheme: str = "light") -> None:
        """Have a window of that size, and a system that likes it light or dark."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, file: Path) -> None:
        """Take a picture of what is seen."""
        file.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot")["data"]))

    def violations(self, axe: str) -> list[str]:
        """What the accessibility checker finds wrong with the page as it is now."""
        if not self.value("typeof axe === 'object'"):
            self.value(axe)
        found = self.value(
            "axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; ')}`))"
        )
        return [str(one) for one in found]


@contextmanager
def browser() -> Iterator[ClientConnection]:
    """A running Chromium; it ends with the block."""
    program = next(found for found in map(shutil.which, NAMES) if found)
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        words = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        process = subprocess.Popen(
            [program, *words, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with connect(_address(Path(profile), process), max_size=None) as connection:
                yield connection
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    told = profile / "DevToolsActivePort"
    while not told.exists() or len(told.read_text().splitlines()) < 2:
        assert process.poll() is None, "Chromium ended"
        assert time.monotonic() < deadline, "Chromium does not listen"
        time.sleep(0.02)
    port, path = told.read_text().splitlines()[:2]
    return f"ws://127.0.0.1:{port}{path}"


def new_page(connection: ClientConnection) -> Page:
    """A tab of its own."""

    def ask(number: int, method: str, **words: Any) -> dict[str, Any]:
        connection.send(json.dumps({"id": number, "method": method, "params": words}))
        while True:
            told = json.loads(connection.recv(timeout=PATIENCE_SECONDS))
            if told.get("id") == number and "sessionId" not in told:
                answer: dict[str, Any] = told["result"]
                return answer

    target = ask(-1, "Target.createTarget", url="about:blank")["targetId"]
    return Page(connection, ask(-2, "Target.attachToTarget", targetId=target, flatten=True)["sessionId"])


def axe_core(store: Path) -> str:
    """The code of the accessibility checker, fetched by its digest."""
    wanted = Wanted(Source(id="axe-core", archives=(AXE,)), None)
    opened = Store(store)
    opened.enter()
    try:
        return (
            have_tree(wanted, opened, Search(), Progress(io.StringIO(), Loudness.QUIET)).files / "axe.min.js"
        ).read_text()
    finally:
        opened.close()
