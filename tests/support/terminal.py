"""A real terminal without a window: tmux on a socket of its own, whose keys are pressed and whose screen is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TMUX = shutil.which("tmux")
PATIENCE_SECONDS = 30.0  # for what surely comes, on a busy machine


class Terminal:
    """One program on one screen."""

    def __init__(self, socket: Path) -> None:
        self._tmux = (str(TMUX), "-S", str(socket), "-f", os.devnull)

    def start(
        self, words: tuple[str, ...], folder: Path, environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        """Run `words` in `folder`; when it ends its status is shown as `ended with N`."""
        # The line itself must not be what is waited for.
        line = f'"$@"; echo "ended" "with" $?; exec {sys.executable} -c "import time; time.sleep(600)"'
        columns, lines = map(str, size)
        session = ("new-session", "-d", "-x", columns, "-y", lines, "-c", str(folder), "sh", "-c", line, "sh", *words)
        subprocess.run([*self._tmux, *session], env=environment, check=True, timeout=PATIENCE_SECONDS)

    def _call(self, *words: str) -> str:
        done = subprocess.run(
            [*self._tmux, *words], stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_SECONDS
        )
        return done.stdout

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._call("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        self._call("send-keys", "-l", text)

    @property
    def screen(self) -> str:
        """What is seen now, without colours."""
        return self._call("capture-pane", "-p")

    def see(self, *texts: str) -> str:
        """Wait until all of `texts` are seen; the screen then."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(text in (screen := self.screen) for text in texts):
            assert time.monotonic() < deadline, f"{texts} are never seen:\n{screen}"
            time.sleep(0.05)
        return screen

    def see_no_more(self, text: str) -> str:
        """Wait until `text` is not seen any more; the screen then."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text in (screen := self.screen):
            assert time.monotonic() < deadline, f"{text} is still seen:\n{screen}"
            time.sleep(0.05)
        return screen

    @property
    def child(self) -> int:
        """The process of the shell around the program."""
        return int(self._call("display-message", "-p", "#{pane_pid}"))

    def close(self) -> None:
        """Take the terminal away from whoever is in it."""
        subprocess.run([*self._tmux, "kill-server"], check=False, stderr=subprocess.DEVNULL, timeout=PATIENCE_SECONDS)


@contextmanager
def terminal() -> Iterator[Terminal]:
    """A terminal that is gone at the end; its socket has a short name, as sockets must."""
    folder = Path(tempfile.mkdtemp(prefix="tmux-", dir="/tmp"))
    made = Terminal(folder / "socket")
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder)
