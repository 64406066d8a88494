"""How the network card of a guest is connected, as words for QEMU; pure.

A machine has the card itself. A process has descriptor 3, whose frames a second QEMU without any machine carries: it
is the same user networking, the same private wire and the same record of frames for both.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from composer import digest
from composer.model.network import DHCP, Forward
from composer.run.virtio import device_words

LOOPBACK = "127.0.0.1"
_WIRE_PORTS = range(20000, 60000)  # of a wire's group; any that no system gives out by itself would do
_USER_PREFIX = 24  # of QEMU's own network at least: it needs room for a gateway, a name server and the guest


@dataclass(frozen=True, slots=True)
class Ipv6:
    """A card's addresses of version 6."""

    address: str | None = None  # the fixed one with its prefix; None: what a router advertises
    gateway: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What an image knows of its card."""

    address: str = DHCP  # or the fixed one with its prefix, as the manifest writes it
    gateway: str | None = None
    bus: str = "any"  # where the driver looks: any, pci or mmio
    ipv6: Ipv6 | None = None  # None: it knows nothing of it


@dataclass(frozen=True, slots=True)
class UserNetwork:
    """QEMU's own network: it asks the host's kernel for connections, as any program does."""

    forwards: tuple[Forward, ...] = ()


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap device that is there."""

    name: str


@dataclass(frozen=True, slots=True)
class Wire:
    """A private wire for all guests of this user that name it."""

    name: str


Line: TypeAlias = UserNetwork | Tap | Wire


@dataclass(frozen=True, slots=True)
class Network:
    """A card and what it is connected to."""

    card: Card
    line: Line = UserNetwork()
    mac: str | None = None  # None: QEMU's own, or what the process chooses
    pcap: str | None = None  # a file for all frames

    @property
    def forwards(self) -> tuple[Forward, ...]:
        """The ports of this machine that lead to the guest."""
        return self.line.forwards if isinstance(self.line, UserNetwork) else ()


def card_words(network: Network, machine: str) -> tuple[str, ...]:
    """The card of a guest in QEMU's `machine`, and its line."""
    mac = f",mac={network.mac}" if network.mac else ""
    # The firmware of a card on PCI costs 5 ms.
    device = device_words("net", network.card.bus, machine, f",netdev=net{mac}", ",romfile=")
    return ("-netdev", _line_text(network, "net"), *device, *_dump_words(network, "net"))


def switch_command(program: str, network: Network, descriptor: int) -> tuple[str, ...]:
    """A QEMU without a machine, between the datagram socket `descriptor` and the line of a process's card."""
    return (
        *(program, "-no-user-config", "-nodefaults", "-display", "none", "-monitor", "none", "-machine", "none"),
        *("-netdev", _line_text(network, "line"), "-netdev", "hubport,id=end,hubid=0,netdev=line"),
        *("-netdev", f"dgram,id=net,local.type=fd,local.str={descriptor}"),
        *("-netdev", "hubport,id=other,hubid=0,netdev=net", *_dump_words(network, "net")),
    )


def _dump_words(network: Network, netdev: str) -> tuple[str, ...]:
    if network.pcap is None:
        return ()
    return ("-object", f"filter-dump,id=dump,netdev={netdev},file={_escaped(network.pcap)}")


def _line_text(network: Network, name: str) -> str:
    match network.line:
        case Tap(name=tap):
            return f"tap,id={name},ifname={_escaped(tap)},script=no,downscript=no"
        case Wire(name=wire):
            group, port = wire_address(wire, os.getuid())
            return f"socket,id={name},mcast={group}:{port},localaddr={LOOPBACK}"
        case UserNetwork(forwards=forwards):
            return f"user,id={name},{_user_words6(network.card.ipv6)}{_user_words(network.card, forwards)}"


def _escaped(text: str) -> str:
    return text.replace(",", ",,")


def wire_address(name: str, user: int) -> tuple[str, int]:
    """The group and port on the loopback device that stand for the wire `name` of a user of this machine."""
    number = int(digest.of_bytes(f"{user} {name}".encode(errors="surrogateescape"))[:16], 16)
    # 239.0.0.0/8 is for private use (RFC 2365); a group keeps most strangers out, the port the rest.
    group = ipaddress.IPv4Address((239 << 24) + (number & 0xFFFFFF))
    return str(group), _WIRE_PORTS[(number >> 24) % len(_WIRE_PORTS)]


def _user_words(card: Card, forwards: Sequence[Forward]) -> str:
    """QEMU's network such that the guest's fixed address and gateway belong to it."""
    if card.address == DHCP:
        return _forward_words(forwards, "")
    interface = ipaddress.IPv4Interface(card.address)
    network = interface.network
    if network.prefixlen > _USER_PREFIX:
        network = network.supernet(new_prefix=_USER_PREFIX)
    taken = [interface.ip]
    gateway = (
        ipaddress.IPv4Address(card.gateway) if card.gateway else next(a for a in network.hosts() if a not in taken)
    )
    names = next(address for address in network.hosts() if address not in (*taken, gateway))
    words = f",net={network},host={gateway},dns={names},dhcpstart={interface.ip}"
    return words + _forward_words(forwards, str(interface.ip))


def _user_words6(ipv6: Ipv6 | None) -> str:
    """The same of IPv6. QEMU's router advertises its network, so without fixed addresses nothing is to be said."""
    if ipv6 is None:
        return "ipv6=off"
    if ipv6.address is None:
        return "ipv6=on"
    interface = ipaddress.IPv6Interface(ipv6.address)
    taken = [interface.ip, *([ipaddress.IPv6Address(ipv6.gateway)] if ipv6.gateway else [])]
    free = (address for address in interface.network.hosts() if address not in taken)
    # A gateway of the link alone QEMU is anyway.
    gateway = taken[1] if len(taken) > 1 and taken[1] in interface.network else next(free)
    return f"ipv6=on,ipv6-net={interface.network},ipv6-host={gateway},ipv6-dns={next(free)}"


def _forward_words(forwards: Sequence[Forward], guest: str) -> str:
    return "".join(f",hostfwd={one.protocol}:{LOOPBACK}:{one.host}-{guest}:{one.guest}" for one in forwards)
