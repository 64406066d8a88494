"""A guest's network as the manifest says it: its own addresses, and the ports of this machine that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface, ip_address
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from composer.model.value import Value

DHCP = "dhcp"
_PORT = r"(?:(\d{1,5}):)?(\d{1,5})(?:/(tcp|udp))?"
_QUAD = r"\d{1,3}(\.\d{1,3}){3}"
_SIGNS = "[0-9a-fA-F:.]"  # of addresses of either version
_LONGEST_PREFIX = 30  # a longer one has no room for two machines and the network's own two addresses
_PREFIX6 = 64  # what stacks take for granted (RFC 4291, section 2.5.4)
_SERVERS_MOST = 2  # as many as lwIP asks
_WRITE_ADDRESS = "write dhcp, or an address with its network, such as 10.0.0.2/24"
_WRITE_ADDRESS6 = "write an address with its network, such as fd00::2/64"
_WRITE_SERVERS = "write an address such as 10.0.0.1, or two in brackets"
_WRITE_PORT = 'write "8080:80" for port 8080 of this machine and port 80 of the guest, or "80" for any free one here'


@dataclass(frozen=True, slots=True)
class Forward:
    """A port of this machine, on its loopback address, that leads to one of the guest."""

    host: int  # 0: any free one
    guest: int
    protocol: str = "tcp"

    @property
    def is_same(self) -> bool:
        """Whether it may be the same number on both sides, as it is where the guest's ports are this machine's."""
        return self.host in (0, self.guest)

    def __str__(self) -> str:
        ports = f"{self.host}:{self.guest}" if self.host else str(self.guest)
        return ports if self.protocol == "tcp" else f"{ports}/{self.protocol}"


def tcp_of(forwards: Iterable[Forward]) -> tuple[Forward, ...]:
    """Those that lead to servers of connections."""
    return tuple(forward for forward in forwards if forward.protocol == "tcp")


def parse_forward(text: object) -> Forward:
    """What `8080:80`, `80` or `53/udp` stands for; raises ValueError for anything else."""
    match = re.fullmatch(_PORT, str(text))
    if isinstance(text, bool) or not isinstance(text, int | str) or match is None:
        raise ValueError(_WRITE_PORT)
    host, guest = (int(number) if number is not None else 0 for number in match.group(1, 2))
    if (match[1] is not None and not 0 < host < 1 << 16) or not 0 < guest < 1 << 16:
        raise ValueError("ports are numbers from 1 to 65535")
    return Forward(host, guest, match[3] or "tcp")


def parse_quad(text: object) -> IPv4Address:
    """The address that a dotted quad stands for; raises ValueError for anything else."""
    try:
        if isinstance(text, str):
            return IPv4Address(text)
    except ValueError:
        pass
    raise ValueError("write four numbers from 0 to 255, such as 10.0.0.1")


def parse_address6(text: object) -> IPv6Address:
    """The address of IPv6 that `text` stands for; raises ValueError for anything else."""
    try:
        if isinstance(text, str) and "%" not in text:
            return IPv6Address(text)
    except ValueError:
        pass
    raise ValueError("write an address of IPv6, such as fd00::1")


def parse_servers(text: object) -> tuple[IPv4Address | IPv6Address, ...]:
    """The addresses, of either version, whose texts `text` has with spaces between; raises ValueError for anything else."""
    try:
        if isinstance(text, str) and "%" not in text:
            servers = tuple(ip_address(word) for word in text.split())
            if len(servers) <= _SERVERS_MOST:
                return servers
    except ValueError:
        pass
    raise ValueError(_WRITE_SERVERS)


def _legal_address(text: object) -> str:
    """`text`, if it is `dhcp` or the address of one machine with its network; raises ValueError."""
    if text == DHCP:
        return DHCP
    if not isinstance(text, str) or not re.fullmatch(r"[\d.]+/\d+", text):
        raise ValueError(_WRITE_ADDRESS)
    try:
        interface = IPv4Interface(text)
    except ValueError:
        raise ValueError(_WRITE_ADDRESS) from None
    if interface.network.prefixlen > _LONGEST_PREFIX:
        raise ValueError(f"a network of two machines and more has a prefix of /{_LONGEST_PREFIX} or shorter")
    if interface.ip in (interface.network.network_address, interface.network.broadcast_address):
        raise ValueError(f"{interface.ip} is no machine's: it stands for all of {interface.network}")
    if interface.ip.is_multicast or interface.ip.is_unspecified or interface.ip.is_loopback or interface.ip.is_reserved:
        raise ValueError(f"{interface.ip} can be no machine's address on a network")
    return text


def _legal_address6(text: object) -> str:
    """`text`, if it is the address of one machine with its network of IPv6; raises ValueError."""
    if not isinstance(text, str) or not re.fullmatch(r"[\da-fA-F:.]+/\d+", text):
        raise ValueError(_WRITE_ADDRESS6)
    try:
        interface = IPv6Interface(text)
    except ValueError:
        raise ValueError(_WRITE_ADDRESS6) from None
    if interface.network.prefixlen != _PREFIX6:
        raise ValueError(f"a network of IPv6 has a prefix of /{_PREFIX6} here")
    _require_machine6(interface.ip)
    return text


def _require_machine6(address: IPv6Address) -> None:
    """Raise ValueError unless `address` can be that of a machine on a network and beyond it."""
    if address.is_multicast or address.is_unspecified or address.is_loopback or address.ipv4_mapped is not None:
        raise ValueError(f"{address} can be no machine's address on a network")
    if address.is_link_local:
        raise ValueError(f"{address} is of this link only, and the guest gives itself such an address")


def _legal_gateway6(text: object) -> str:
    address = parse_address6(text)
    if address.is_multicast or address.is_unspecified or address.is_loopback:
        raise ValueError(f"{address} can be no machine's address on a network")
    return str(address)


def _legal_server(text: object) -> str:
    server = parse_servers(text)
    if len(server) != 1:
        raise ValueError(_WRITE_SERVERS)
    if server[0].is_multicast or server[0].is_unspecified:
        raise ValueError(f"{server[0]} can be no server's address")
    return str(server[0])


def _listed(value: object) -> object:
    """One address as a list of one."""
    return [value] if isinstance(value, str) else value


def _legal_forward(text: object) -> str:
    return str(parse_forward(text))


def _legal_quad(text: object) -> str:
    return str(parse_quad(text))


# What an editor is told of them; that an address is one of the network, or of a machine at all, it need not know.
QUAD_SCHEMA = {"type": "string", "pattern": f"^{_QUAD}$"}
ADDRESS6_SCHEMA = {"type": "string", "pattern": f"^{_SIGNS}*:{_SIGNS}*$"}
SERVERS_SCHEMA = {"type": "string", "pattern": f"^({_SIGNS}+( +{_SIGNS}+)*)?$"}
_SERVER = {"type": "string", "pattern": f"^{_SIGNS}+$"}
_PORT_SCHEMA = WithJsonSchema({"anyOf": [{"type": "string", "pattern": f"^{_PORT}$"}, {"type": "integer"}]})
_ADDRESS_SCHEMA = WithJsonSchema({"anyOf": [{"const": DHCP}, {"type": "string", "pattern": rf"^{_QUAD}/\d+$"}]})
_INTERFACE6_SCHEMA = WithJsonSchema({"type": "string", "pattern": f"^{_SIGNS}*:{_SIGNS}*/{_PREFIX6}$"})
_DNS_SCHEMA = WithJsonSchema({"anyOf": [_SERVER, {"type": "array", "items": _SERVER, "maxItems": _SERVERS_MOST}]})

PortText = Annotated[str, BeforeValidator(_legal_forward), _PORT_SCHEMA]
ServerText = Annotated[str, BeforeValidator(_legal_server)]
ServerTexts = Annotated[
    tuple[ServerText, ...], Field(strict=False, max_length=_SERVERS_MOST), BeforeValidator(_listed), _DNS_SCHEMA
]


class Net(Value):
    """The key `net`: the guest's addresses, and who knows names."""

    address: Annotated[str, BeforeValidator(_legal_address), _ADDRESS_SCHEMA] = Field(
        default=DHCP, description="dhcp, or the guest's address with its network, such as 10.0.0.2/24"
    )
    gateway: Annotated[str, BeforeValidator(_legal_quad), WithJsonSchema(QUAD_SCHEMA)] | None = Field(
        default=None, description="The machine that leads out of the network, beside a fixed address"
    )
    wait: Annotated[int, Field(ge=1, le=600)] | None = Field(
        default=None, description="Seconds for which a connection waits for an address"
    )
    dns: ServerTexts = Field(
        default=(), description="Servers of names, two at most; without any what the network tells"
    )
    ipv6: bool = Field(default=False, description="IPv6 beside version 4")
    address6: Annotated[str, BeforeValidator(_legal_address6), _INTERFACE6_SCHEMA] | None = Field(
        default=None, description="The address of IPv6, such as fd00::2/64; without it what routers advertise"
    )
    gateway6: Annotated[str, BeforeValidator(_legal_gateway6), WithJsonSchema(ADDRESS6_SCHEMA)] | None = Field(
        default=None, description="The router of IPv6 beside a fixed address; without it what routers say"
    )

    @property
    def of_its_own(self) -> frozenset[str]:
        """The keys that are given and that only a network of the program's own can have."""
        return frozenset(self.model_fields_set - {"ipv6"})

    @property
    def is_dhcp(self) -> bool:
        """Whether a server on the network gives the address."""
        return self.address == DHCP

    @property
    def interface(self) -> IPv4Interface:
        """The fixed address with its network."""
        return IPv4Interface(self.address)

    @property
    def interface6(self) -> IPv6Interface | None:
        """The fixed address of IPv6 with its network; None without one."""
        return IPv6Interface(self.address6) if self.address6 is not None else None
