"""When the guest acknowledges what has come, seen by a client whose every frame is decided."""

from __future__ import annotations

import statistics
import time

import pytest

from tests.bench.requests import ACK, ADDRESS, FIRST_PORT, PSH, REQUEST, Connection
from tests.support.composed import EXAMPLES, KVM, Workshop
from tests.support.network import BENCHES, on_the_wire

TURNS = 9
SOON_SECONDS = 0.03  # lwIP's timer of acknowledgements comes every 0.25


@pytest.fixture
def server(programs: Workshop) -> Workshop:
    """Where http-keepalive is, with an address of its own."""
    words = ("--quiet", "--out", str(programs.out), *programs.pin, "--target", KVM, *ADDRESS)
    done = programs.call("build", *words, str(EXAMPLES / "http-keepalive"))
    assert done.status == 0, done.told
    return programs


def test_half_a_request_is_acknowledged_as_soon_as_the_program_waits_for_the_rest(server: Workshop) -> None:
    """A client that writes it in two pieces holds the second back until then (Nagle's algorithm)."""
    waited = []
    with on_the_wire(BENCHES["microvm"], server.image("http-keepalive", KVM), "-- --") as peer:
        peer.wait_for(b"network: 10.9.0.2\n")
        connection = Connection(peer.wire, lambda: None, FIRST_PORT)
        connection.open()
        for _ in range(TURNS):
            connection.send(PSH | ACK, REQUEST[:10])
            start = time.monotonic()
            assert not connection.next().data
            waited.append(time.monotonic() - start)
            assert connection.ask(REQUEST[10:]).startswith(b"HTTP/1.1 200 OK\r\n")
    assert statistics.median(waited) < SOON_SECONDS, waited
