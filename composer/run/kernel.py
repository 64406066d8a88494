"""Asks this machine's kernel whether somebody listens on a port, without a connection that a server would see."""

from __future__ import annotations

import threading
from pathlib import Path

from composer.model.network import Forward

_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTENS = "0A"  # the state in these tables
# Addresses as the tables have them, words in the order of the processor, that 127.0.0.1 leads to: every one, and itself.
_HERE = frozenset({"00000000", "0100007F", "0" * 32, "0000000000000000FFFF00000100007F"})


class Kernel:
    """The witness of ports that the guest's own sockets have."""

    def begin(self) -> None:
        """There is nothing to wait for."""

    def is_answered(self, forward: Forward, ending: threading.Event) -> bool:
        """Whether somebody listens there. Raises OSError where the kernel has no such tables."""
        return any(forward.host in _listened(Path(table)) for table in _TABLES if Path(table).exists())

    def end(self) -> None:
        """Nobody waits."""


def _listened(table: Path) -> frozenset[int]:
    """Ports of this machine on which somebody listens for connections to 127.0.0.1."""
    rows = (line.split() for line in table.read_text().splitlines()[1:])
    places = (row[1].split(":") for row in rows if row[3] == _LISTENS)
    return frozenset(int(port, 16) for address, port in places if address in _HERE)
