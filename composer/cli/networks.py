"""How the words of `run` and `debug` connect the network card of an image."""

from __future__ import annotations

import argparse
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.model.image import CONSOLE_DEVICE, HOST_SOCKETS, NET_DEVICE, Image
from composer.model.manifest import MACHINE_TARGET
from composer.model.network import DHCP, Forward, parse_forward
from composer.model.target import Target
from composer.run.guest import Guest
from composer.run.network import Card, Ipv6, Line, Network, Tap, UserNetwork, Wire
from composer.run.plug import free, settled

_MACHINES: Mapping[str, str] = {"mmio": "microvm", "pci": "q35"}  # of kvm/x86_64, by the bus of a driver that knows one
_OF_A_CARD = ("tap", "wire", "pcap", "mac")  # words
_OWN_NETWORK = "leave it out, or give the image a network of its own: `--set network=lwip`"
_OURS = "52:54:00"  # how QEMU's own addresses begin


def network_of(args: argparse.Namespace, image: Image) -> Network | None:
    """The card of `image` and its line; None if it has none. Raises ComposerError (USAGE, PORT_TAKEN)."""
    is_process = Target.parse(image.target).platform == "linux"
    if HOST_SOCKETS in image.devices:
        _refuse_words(args, _OF_A_CARD, "a network card, and this image has the sockets of this machine", _OWN_NETWORK)
        return None
    if NET_DEVICE not in image.devices:
        reason = "a network, and the image has no driver of a network card, for nothing in it calls socket"
        _refuse_words(args, (*_OF_A_CARD, "publish"), reason, "leave it out")
        return None
    if is_process and args.mac is not None:
        message = "--mac is for machines, and this image is a process, which chooses its own"
        raise ComposerError(Diagnostic(Code.USAGE, message, hint="leave it out"))
    mac = args.mac or (None if is_process or not (args.tap or args.wire) else _fresh_mac())
    return Network(_card(image), _line(args, image), mac, _pcap(args.pcap))


def ports_of(args: argparse.Namespace, image: Image) -> tuple[Forward, ...]:
    """Where the sockets of this machine that `image` has are to listen. Raises ComposerError (USAGE, PORT_TAKEN)."""
    if HOST_SOCKETS not in image.devices:
        return ()
    for forward in args.publish or ():
        if not forward.is_same:
            message = (
                f"--publish {forward} is for an image with ports of its own, and this one has the sockets of this machine: "
                f"its port {forward.guest} is {forward.guest} here too"
            )
            raise ComposerError(Diagnostic(Code.USAGE, message, hint=_OWN_NETWORK))
    return free(replace(forward, host=forward.guest) for forward in _forwards(args, image))


def machine_of(image: Image) -> str | None:
    """The machine of QEMU that `image` needs; None for the quickest."""
    if image.target != MACHINE_TARGET:
        return None
    named = str(image.manifest.get("machine", "any"))
    if named != "any":
        return named
    return _MACHINES.get(_bus(image)) if image.devices else None


def console_of(image: Image) -> str | None:
    """The bus where `image` looks for the device that is its console; None if that is the machine's port."""
    return _bus(image) if CONSOLE_DEVICE in image.devices else None


def reachable_hint(image: Image, guest: Guest) -> str | None:
    """What to say of an image that waits for connections at ports which nobody has named."""
    if guest.ports or not any("sys_listen" in kept.symbols for kept in image.sections):
        return None
    if HOST_SOCKETS in image.devices:
        return (
            "the guest's ports are this machine's: `ports: [\"8080\"]` in the manifest, or --publish 8080, "
            "tells when it answers on its port 8080"
        )
    if guest.network is None or not isinstance(guest.network.line, UserNetwork) or guest.network.line.forwards:
        return None
    return (
        'no port of this machine leads to the guest: `ports: ["8080:80"]` in the manifest, or --publish 8080:80, '
        "makes port 8080 lead to its port 80"
    )


def _refuse_words(args: argparse.Namespace, names: Iterable[str], reason: str, hint: str) -> None:
    for name in names:
        if getattr(args, name):
            raise ComposerError(Diagnostic(Code.USAGE, f"--{name} is for {reason}", hint=hint))


def _forwards(args: argparse.Namespace, image: Image) -> Sequence[Forward]:
    return args.publish or [parse_forward(text) for text in image.manifest.get("ports", ())]


def _card(image: Image) -> Card:
    net: Mapping[str, Any] = image.manifest.get("net") or {}
    ipv6 = Ipv6(net.get("address6"), net.get("gateway6")) if net.get("ipv6") else None
    return Card(str(net.get("address", DHCP)), net.get("gateway"), _bus(image), ipv6)


def _bus(image: Image) -> str:
    return str(image.manifest["options"].get("virtio.bus", "any"))


def _line(args: argparse.Namespace, image: Image) -> Line:
    if args.tap is None and args.wire is None:
        return UserNetwork(settled(_forwards(args, image)))
    if args.publish:
        word = "--tap" if args.tap is not None else "--wire"
        message = f"--publish is for the network without a name, and with {word} the guest has an address of its own"
        raise ComposerError(Diagnostic(Code.USAGE, message, hint="take one of them"))
    return Tap(args.tap) if args.tap is not None else Wire(args.wire)


def _pcap(word: str | None) -> str | None:
    """The file for frames, which must be possible; QEMU overwrites what is there."""
    if word is None:
        return None
    try:
        Path(word).open("ab").close()
    except OSError as error:
        message = f"frames cannot be written here: {error.strerror}"
        raise ComposerError(
            Diagnostic(Code.OUTPUT_UNWRITABLE, message, Location(word), "name a file in a folder that is there")
        ) from None
    return str(Path(word).absolute())


def _fresh_mac() -> str:
    """An address that no other guest on the same line has."""
    return ":".join([_OURS, *(f"{byte:02x}" for byte in secrets.token_bytes(3))])


def mac(text: str) -> str:
    """`--mac`: an address of one card."""
    if not re.fullmatch(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not six bytes in hex, such as 52:54:00:12:34:56")
    if int(text[:2], 16) & 1:
        raise argparse.ArgumentTypeError(f"'{text}' is the address of a group: its first byte must be even")
    return text.lower()


def published(text: str) -> Forward:
    """`--publish`: a port as in the manifest's `ports`."""
    try:
        return parse_forward(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}' is not accepted: {error}") from None


def named(text: str) -> str:
    """`--tap` and `--wire`: any name but none."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty")
    return text
