"""QEMU's monitor (QMP) on a socket that it inherits: who has connected through user networking, and how much a guest has done."""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from typing import Any

_MOST_BYTES = 1 << 20  # of an answer
# A line of `info usernet`: protocol and state, descriptor, the host's address and port, the guest's.
_CONNECTION = re.compile(r"TCP\[ESTABLISHED\]\s+\S+\s+\S+\s+(\d+)\s")


def monitor_words(descriptor: int) -> tuple[str, ...]:
    """The words that make QEMU answer on the socket `descriptor`."""
    return ("-chardev", f"socket,id=monitor,fd={descriptor}", "-mon", "chardev=monitor,mode=control")


class Monitor:
    """Our end of the socket. Every call raises OSError if QEMU does not answer in time, or has ended."""

    def __init__(self, channel: socket.socket, seconds: float) -> None:
        self._channel = channel
        self._rest = b""
        self._is_there = False
        channel.settimeout(seconds)

    def greet(self) -> None:
        """Wait until QEMU is there: all that its words ask for is done then. A second call has nothing to wait for."""
        if not self._is_there:
            self._answer("QMP")
            self._execute("qmp_capabilities")
            self._is_there = True

    def answered_ports(self) -> frozenset[int]:
        """Ports of this machine through which a connection with the guest is established now."""
        text = self._execute("human-monitor-command", **{"command-line": "info usernet"})
        return frozenset(int(port) for port in _CONNECTION.findall(str(text)))

    def instructions(self) -> int:
        """How many the guest has executed; QEMU must be recording it, and the guest stand."""
        told = self._execute("query-replay")
        if not isinstance(told, dict) or not isinstance(told.get("icount"), int):
            raise OSError("QEMU does not count")
        return int(told["icount"])

    def leave(self) -> None:
        """End a call that another thread waits in, and all that follow."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)

    def _execute(self, command: str, **arguments: str) -> object:
        self._channel.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        return self._answer("return")

    def _answer(self, key: str) -> object:
        """The value of the next message that has `key`; events and errors are passed over."""
        while True:
            message = self._message()
            if key in message:
                return message[key]
            if "error" in message:
                raise OSError(str(message["error"]))

    def _message(self) -> dict[str, Any]:
        while b"\n" not in self._rest:
            data = self._channel.recv(1 << 16)
            self._rest += data
            if not data or len(self._rest) > _MOST_BYTES:
                raise ConnectionError("the monitor has ended")
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            message = json.loads(line)
        except ValueError as error:
            raise OSError("not the monitor's language") from error
        return message if isinstance(message, dict) else {}
