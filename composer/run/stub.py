"""Where a debugger meets a stopped guest: a gdb server's address, and the words that make an emulator open it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.run.signals import Signals, listening

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Stub:
    """A gdb server inside an emulator."""

    address: str  # what gdb's `target remote` takes: host:port, or the path of a socket
    words: tuple[str, ...]  # that the emulator needs for it, anywhere before the guest's own words
    farewell: str  # the command of gdb that leaves the guest without letting it run on
    listener: socket.socket | None = None  # that the emulator inherits; None where it makes its own
    hears_interrupt: bool = True  # whether gdb's Ctrl-C reaches it while the guest runs
    socket_file: Path | None = None  # that appears when the emulator is ready; None where it is from the start

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the emulator must inherit."""
        return () if self.listener is None else (self.listener.fileno(),)

    def joined(self, argv: Sequence[str]) -> tuple[str, ...]:
        """The command `argv` of an emulator that stops the guest before its first instruction and listens."""
        return (argv[0], *self.words, *argv[1:])

    def close(self) -> None:
        """Turn away whoever still waits for a guest that has ended."""
        if self.listener is not None:
            self.listener.close()


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a debugger takes part in a run."""

    stub: Stub
    signals: Callable[[], AbstractContextManager[Signals]] = listening  # what the run listens to
    began: Callable[[int], None] = lambda process: None  # is given the id of the emulator's process


@contextmanager
def machine_stub(port: int) -> Iterator[Stub]:
    """The stub of a QEMU that emulates a machine, on the TCP `port` of this host only; 0 is any free one.

    QEMU inherits the listening socket: nobody can take the port meanwhile, and gdb may connect at once.
    A socket file would keep other users out, but gdb acknowledges the guest's end into a connection that is
    closed by then, which is an error there and none over TCP. Raises `ComposerError` (PORT_TAKEN).
    """
    with _listening(port) as listener:
        descriptor = listener.fileno()
        words = ("-S", "-chardev", f"socket,id=gdb,fd={descriptor},server=on,wait=off", "-gdb", "chardev:gdb")
        # Detaching would let the guest run on until we have ended it.
        yield Stub(_address(listener), words, "disconnect", listener=listener)


@contextmanager
def process_stub(port: int | None, folder: Path) -> Iterator[Stub]:
    """The stub of a QEMU that emulates a process, on the TCP `port` (0: any free one), else on a socket in `folder`.

    It cannot inherit a socket, and it listens to gdb only while the guest stands (QEMU 7.2). Raises `ComposerError` (PORT_TAKEN).
    """
    # A lost connection would let the guest run on.
    if port is None:
        file = folder / "gdb"
        yield Stub(str(file), ("-g", str(file)), "kill", hears_interrupt=False, socket_file=file)
    else:
        address = free_address(port)
        yield Stub(address, ("-g", address.rpartition(":")[2]), "kill", hears_interrupt=False)


def free_address(port: int) -> str:
    """The address of the TCP `port` of this host, 0 for any free one, for a server that opens it itself.

    Raises `ComposerError` (PORT_TAKEN).
    """
    with _listening(port) as listener:
        return _address(listener)


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        # Without it a port is taken for a minute after each connection; one that listens is refused all the same.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(1)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        message = f"the port {port} is taken" if taken else f"the port {port} cannot be used: {error.strerror}"
        hint = "name another with --port, or leave it out: then a free one is found"
        raise ComposerError(Diagnostic(Code.PORT_TAKEN, message, hint=hint)) from None
    return listener


def _address(listener: socket.socket) -> str:
    return f"{LOOPBACK}:{listener.getsockname()[1]}"
