"""Plugs a guest's network card in: what its process inherits for it, and what runs beside it meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from composer.errors import Code, ComposerError, Diagnostic
from composer.model.network import Forward, tcp_of
from composer.model.target import Target
from composer.run.child import started
from composer.run.emulator import switch_emulator
from composer.run.guest import Guest
from composer.run.kernel import Kernel
from composer.run.monitor import Monitor, monitor_words
from composer.run.network import LOOPBACK, Network, Tap, switch_command
from composer.run.reachable import Attempts, announced
from composer.run.tap import opened_tap, require_tap

_MONITOR_SECONDS = 10.0  # for QEMU to answer; to be there takes it some 30 ms


@dataclass(frozen=True, slots=True)
class Plug:
    """What the guest's process needs besides the words of `card_words`."""

    words: tuple[str, ...] = ()  # more of them
    descriptors: tuple[int, ...] = ()  # to be inherited
    third: int | None = None  # to be inherited as descriptor 3


@contextmanager
def plugged(guest: Guest, tell: Callable[[str], None]) -> Iterator[Plug]:
    """What `guest` needs for its card; all of it is there as long as the context is, and gone afterwards.

    `tell` gets a line for each port that answers, from another thread. Raises `ComposerError` (NO_TAP, NO_EMULATOR,
    EMULATOR_DIED).
    """
    network = guest.network
    if network is None:
        _tell_of_datagrams(guest.ports, tell)
        with announced(Kernel(), tcp_of(guest.ports), tell):
            yield Plug()
    elif guest.target.platform != "linux":
        with _into_machine(network, tell) as plug:
            yield plug
    elif isinstance(network.line, Tap) and network.pcap is None:
        with opened_tap(network.line.name) as descriptor:
            yield Plug(third=descriptor)
    else:
        with _by_switch(guest.target, network, tell) as descriptor:
            yield Plug(third=descriptor)


@contextmanager
def _into_machine(network: Network, tell: Callable[[str], None]) -> Iterator[Plug]:
    if isinstance(network.line, Tap):
        require_tap(network.line.name)
    _tell_of_datagrams(network.forwards, tell)
    if not tcp_of(network.forwards):
        yield Plug()
        return
    ours, theirs = socket.socketpair()
    with ours, theirs, announced(Attempts(Monitor(ours, _MONITOR_SECONDS)), tcp_of(network.forwards), tell):
        yield Plug(monitor_words(theirs.fileno()), (theirs.fileno(),))


@contextmanager
def _by_switch(target: Target, network: Network, tell: Callable[[str], None]) -> Iterator[int]:
    """The process's end of a pair of sockets; a QEMU without a machine has the other."""
    if isinstance(network.line, Tap):
        require_tap(network.line.name)
    ours, theirs = socket.socketpair()
    frames, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    command = switch_command(switch_emulator(target), network, far.fileno())
    words = (*command, *monitor_words(theirs.fileno()))
    inherited = (theirs.fileno(), far.fileno())
    with ours, theirs, frames, far, started(words, blame=Code.NO_EMULATOR, pass_fds=inherited) as process:
        theirs.close()
        far.close()
        try:
            monitor = Monitor(ours, _MONITOR_SECONDS)
            monitor.greet()
        except OSError:
            process.kill()
            said = (process.communicate()[1] or b"").decode(errors="replace").strip()
            hint = "see the command with `compose run --dry-run`, and try it"
            message = f"the network of the process cannot be there: {said or 'QEMU does not answer'}"
            raise ComposerError(Diagnostic(Code.EMULATOR_DIED, message, hint=hint)) from None
        _tell_of_datagrams(network.forwards, tell)
        with announced(Attempts(monitor), tcp_of(network.forwards), tell):
            yield frames.fileno()


def _tell_of_datagrams(forwards: Sequence[Forward], tell: Callable[[str], None]) -> None:
    """Ports whose guest cannot be asked: there are no connections."""
    for forward in forwards:
        if forward.protocol == "udp":
            tell(f"{LOOPBACK}:{forward.host} leads to port {forward.guest} of the guest (UDP)")


def settled(forwards: Iterable[Forward]) -> tuple[Forward, ...]:
    """`forwards` with a free port wherever none is named; raises `ComposerError` (PORT_TAKEN)."""
    return tuple(replace(forward, host=_usable_port(forward, *_other_port(forward))) for forward in forwards)


def free(forwards: Iterable[Forward]) -> tuple[Forward, ...]:
    """`forwards`, on whose ports the guest itself will listen; raises `ComposerError` (PORT_TAKEN)."""
    other = "give the image ports of its own: `--set network=lwip`"
    return tuple(replace(forward, host=_usable_port(forward, other, other)) for forward in forwards)


def _other_port(forward: Forward) -> tuple[str, str]:
    """What to do where the port is root's, and where somebody has it."""
    return (
        f"`--publish {8000 + forward.guest % 1000}:{forward.guest}` names another",
        f"take any free one: `--publish {replace(forward, host=0)}`",
    )


def _usable_port(forward: Forward, instead_of_roots: str, instead_of_taken: str) -> int:
    kind = socket.SOCK_STREAM if forward.protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, kind) as trial:
        try:
            if kind is socket.SOCK_STREAM:  # as QEMU does: a port is not taken by connections that have ended
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((LOOPBACK, forward.host))
        except OSError as error:
            message = f"the port {forward.host} of this machine cannot be used: {error.strerror}"
            if isinstance(error, PermissionError):
                hint = f"ports below 1024 are root's: {instead_of_roots}"
            else:
                hint = f"end what listens there, or {instead_of_taken}"
            raise ComposerError(Diagnostic(Code.PORT_TAKEN, message, hint=hint)) from None
        return int(trial.getsockname()[1])
