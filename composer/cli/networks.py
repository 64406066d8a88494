"""How the words of `run` and `debug` connect the network card of an image."""

from __future__ import annotations

import argparse
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.model.image import CONSOLE_DEVICE, NET_DEVICE, Image
from composer.model.manifest import MACHINE_TARGET
from composer.model.network import DHCP, Forward, parse_forward
from composer.model.target import Target
from composer.run.network import Card, Line, Network, Tap, UserNetwork, Wire
from composer.run.plug import settled

_MACHINES: Mapping[str, str] = {"mmio": "microvm", "pci": "q35"}  # of kvm/x86_64, by the bus of a driver that knows one
_OURS = "52:54:00"  # how QEMU's own addresses begin


def network_of(args: argparse.Namespace, image: Image) -> Network | None:
    """The card of `image` and its line; None if it has none. Raises ComposerError (USAGE, PORT_TAKEN)."""
    is_process = Target.parse(image.target).platform == "linux"
    if NET_DEVICE not in image.devices:
        _refuse_words(args, "the image has no driver of a network card, for nothing in it calls socket")
        return None
    if is_process and args.mac is not None:
        message = "--mac is for machines, and this image is a process, which chooses its own"
        raise ComposerError(Diagnostic(Code.USAGE, message, hint="leave it out"))
    mac = args.mac or (None if is_process or not (args.tap or args.wire) else _fresh_mac())
    return Network(_card(image), _line(args, image), mac, _pcap(args.pcap))


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


def reachable_hint(image: Image, network: Network | None) -> str | None:
    """What to say of an image that waits for connections which nobody can make."""
    if network is None or not isinstance(network.line, UserNetwork) or network.line.forwards:
        return None
    if not any("sys_listen" in kept.symbols for kept in image.sections):
        return None
    return (
        'no port of this machine leads to the guest: `ports: ["8080:80"]` in the manifest, or --publish 8080:80, '
        "makes port 8080 lead to its port 80"
    )


def _refuse_words(args: argparse.Namespace, reason: str) -> None:
    given = {"--tap": args.tap, "--wire": args.wire, "--pcap": args.pcap, "--mac": args.mac, "--publish": args.publish}
    for word, value in given.items():
        if value:
            raise ComposerError(Diagnostic(Code.USAGE, f"{word} is for a network, and {reason}", hint="leave it out"))


def _card(image: Image) -> Card:
    net: Mapping[str, Any] = image.manifest.get("net") or {}
    return Card(str(net.get("address", DHCP)), net.get("gateway"), _bus(image))


def _bus(image: Image) -> str:
    return str(image.manifest["options"].get("virtio.bus", "any"))


def _line(args: argparse.Namespace, image: Image) -> Line:
    if args.tap is None and args.wire is None:
        return UserNetwork(settled(args.publish or [parse_forward(text) for text in image.manifest.get("ports", ())]))
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
