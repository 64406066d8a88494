"""Where a debugger connects: ports that are free, ports that are not, and who is told to listen."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.run.stub import free_address, machine_stub, process_stub


def test_machine_listens_on_a_port_that_is_open_already() -> None:
    with machine_stub(0) as stub:
        argv = stub.joined(("qemu", "-kernel", "image"))
        assert argv[0] == "qemu"
        assert argv[-2:] == ("-kernel", "image")
        assert "-S" in argv
        (descriptor,) = stub.descriptors
        assert f"fd={descriptor}," in " ".join(argv)
        host, _, port = stub.address.partition(":")
        socket.create_connection((host, int(port)), timeout=10).close()


def test_nobody_waits_for_a_guest_that_has_ended() -> None:
    with machine_stub(0) as stub:
        host, _, port = stub.address.partition(":")
        stub.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=10)


def test_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for open_it in (lambda: machine_stub(port).__enter__(), lambda: free_address(port)):
            with pytest.raises(ComposerError, match=f"{port} is taken") as caught:
                open_it()
            assert caught.value.diagnostics[0].code is Code.PORT_TAKEN


def test_process_listens_on_a_socket_of_ours_unless_a_port_is_named(tmp_path: Path) -> None:
    with process_stub(None, tmp_path) as stub:
        assert stub.joined(("qemu-aarch64", "image")) == ("qemu-aarch64", "-g", stub.address, "image")
        assert Path(stub.address).parent == tmp_path
    with process_stub(0, tmp_path) as stub:
        assert stub.words == ("-g", stub.address.removeprefix("127.0.0.1:"))
