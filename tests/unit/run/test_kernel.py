"""Who listens on this machine, as its kernel tells: nobody is connected to."""

from __future__ import annotations

import socket
import threading

import pytest

from composer.model.network import Forward
from composer.run.kernel import Kernel

NEVER = threading.Event()


def is_answered(port: int) -> bool:
    return Kernel().is_answered(Forward(port, port), NEVER)


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::", "::ffff:127.0.0.1"])
def test_listener_is_seen_from_when_it_listens_until_it_is_closed(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((address, 0))
        port = listener.getsockname()[1]
        assert not is_answered(port)
        listener.listen()
        assert is_answered(port)
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert not is_answered(port)


def test_listener_at_another_address_does_not_count() -> None:
    with socket.create_server(("127.0.0.2", 0)) as listener:
        assert not is_answered(listener.getsockname()[1])


def test_connection_does_not_count() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        assert not is_answered(client.getsockname()[1])
