"""What a manifest says of its network and its machine, the console among it: do the parts fit together."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from composer.errors import Code, Diagnostic
from composer.load.document import Document
from composer.load.layers import Layers
from composer.model.manifest import BUSES, DEVICE_PLATFORM, MACHINE_TARGET, Manifest
from composer.model.network import Net, parse_address6, parse_forward, parse_quad
from composer.model.recipe import Catalog
from composer.model.target import Target
from composer.model.value import Places

ANY_MACHINE = "any"
AUTO_CONSOLE = "auto"


def wrong_network(manifest: Manifest, places: Places, catalog: Catalog) -> Iterator[Diagnostic]:
    """Mistakes in `net`, `ports` and `network` that each alone does not show."""
    yield from _refused_network(manifest, places)
    yield from _not_of_the_host(manifest, places)
    yield from _wrong_gateway(manifest, places)
    yield from _wrong_ipv6(manifest, places)
    yield from _ports_twice(manifest, places)
    yield from _said_twice(manifest, places, catalog)


def _refused_network(manifest: Manifest, places: Places) -> Iterator[Diagnostic]:
    if manifest.network != "none":
        return
    for key, is_given in (("net", manifest.net is not None), ("ports", bool(manifest.ports))):
        if is_given:
            message = f"'{key}' is for a network, and 'network: none' ({places.at('network')}) refuses one"
            yield Diagnostic(Code.WRONG_VALUE, message, places.at_key(key), "remove one of them")


def _not_of_the_host(manifest: Manifest, places: Places) -> Iterator[Diagnostic]:
    """What the sockets of this machine cannot give: an address of the program's own, or ports of its own."""
    if manifest.network != "host":
        return
    pinned = f"'network: host' ({places.at('network')})"
    for key in sorted(manifest.net.of_its_own) if manifest.net is not None else ():
        message = f"net.{key} is for a network of the program's own, and with {pinned} it has this machine's"
        yield Diagnostic(Code.WRONG_VALUE, message, places.at_key("net", key), "remove one of them")
    for number, text in enumerate(manifest.ports):
        forward = parse_forward(text)
        if not forward.is_same:
            message = f"ports: with {pinned} the program's port {forward.guest} is this machine's port {forward.guest}"
            hint = f"write \"{forward.guest}\", or remove 'network: host'"
            yield Diagnostic(Code.WRONG_VALUE, message, places.at("ports", number), hint)


def _wrong_gateway(manifest: Manifest, places: Places) -> Iterator[Diagnostic]:
    net = manifest.net
    if net is None or net.gateway is None:
        return
    at, gateway = places.at("net", "gateway"), parse_quad(net.gateway)
    if net.is_dhcp:
        hint = "remove it, or give an address too, such as 10.0.0.2/24"
        yield Diagnostic(Code.WRONG_VALUE, "net.gateway: the server that gives the address says it as well", at, hint)
        return
    network = net.interface.network
    if gateway not in network:
        message = f"net.gateway: {gateway} is not in {network}, the network of the address"
        yield Diagnostic(Code.WRONG_VALUE, message, at, f"name a machine of {network}, or give net.address its prefix")
    elif gateway in (net.interface.ip, network.network_address, network.broadcast_address):
        owner = "the guest's own" if gateway == net.interface.ip else f"no machine's: it stands for all of {network}"
        yield Diagnostic(Code.WRONG_VALUE, f"net.gateway: {gateway} is {owner}", at, "name another machine")


def _wrong_ipv6(manifest: Manifest, places: Places) -> Iterator[Diagnostic]:
    net = manifest.net
    if net is None:
        return
    if not net.ipv6:
        given = {"address6": net.address6 is not None, "gateway6": net.gateway6 is not None}
        given["dns"] = any(":" in server for server in net.dns)
        for key, is_given in given.items():
            if is_given:
                message = f"net.{key}: an address of IPv6, and the guest has none of that"
                yield Diagnostic(Code.WRONG_VALUE, message, places.at("net", key), "add `ipv6: true` to `net`")
    elif net.gateway6 is not None:
        yield from _wrong_gateway6(net, places)


def _wrong_gateway6(net: Net, places: Places) -> Iterator[Diagnostic]:
    at, gateway = places.at("net", "gateway6"), parse_address6(net.gateway6)
    if net.interface6 is None:
        hint = "remove it, or give an address too: `address6: fd00::2/64`"
        message = "net.gateway6: the router that advertises the address says it as well"
        yield Diagnostic(Code.WRONG_VALUE, message, at, hint)
    elif gateway == net.interface6.ip:
        yield Diagnostic(Code.WRONG_VALUE, f"net.gateway6: {gateway} is the guest's own", at, "name another machine")
    elif gateway not in net.interface6.network and not gateway.is_link_local:
        message = f"net.gateway6: {gateway} is not in {net.interface6.network}, the network of the address"
        yield Diagnostic(Code.WRONG_VALUE, message, at, "name a machine of that network, or one by fe80::…")


def _ports_twice(manifest: Manifest, places: Places) -> Iterator[Diagnostic]:
    seen: set[tuple[int, str]] = set()
    for number, text in enumerate(manifest.ports):
        forward = parse_forward(text)
        port = (forward.host, forward.protocol)
        if forward.host and port in seen:
            message = f"ports: the port {forward.host} of this machine is given twice"
            hint = f'write "{forward.guest}" for any free one'
            yield Diagnostic(Code.WRONG_VALUE, message, places.at("ports", number), hint)
        seen.add(port)


def _said_twice(manifest: Manifest, places: Places, catalog: Catalog) -> Iterator[Diagnostic]:
    """Options that a key of the manifest sets already."""
    said = {
        "net": manifest.net is not None,
        "machine": manifest.machine != ANY_MACHINE,
        "console": manifest.console != AUTO_CONSOLE,
    }
    for key in manifest.options:
        recipe, _, option = key.partition(".")
        entry = catalog.recipes.get(recipe)
        declared = entry.recipe.options.get(option) if entry is not None else None
        word = (declared.key or "").partition(".")[0] if declared is not None else ""
        if said.get(word):
            message = f"the option '{key}' is what the key '{word}' ({places.at_key(word)}) says"
            yield Diagnostic(Code.WRONG_VALUE, message, places.at_key("options", key), "keep one of them")


def wrong_machine(layers: Layers, chosen: Collection[Target]) -> Iterator[Diagnostic]:
    """Layers that choose a machine or a console for targets which have only one; `chosen` is what will be built."""
    here = {*map(str, chosen)}
    yield from _without_effect(layers.base, here | layers.written)
    for text, override in layers.overrides.items():
        yield from _without_effect(override, {text})
    for assigned in layers.assigned:
        yield from _without_effect(assigned, here)


def _without_effect(document: Document, targets: Collection[str]) -> Iterator[Diagnostic]:
    said = document.value
    machine = said.get("machine")
    if isinstance(machine, str) and machine in BUSES and targets and MACHINE_TARGET not in targets:
        yield _no_effect("machine", document, targets, f"it chooses between the machines of {MACHINE_TARGET}")
    if said.get("console") == "virtio" and targets and not any(map(_has_devices, targets)):
        yield _no_effect("console", document, targets, f"it chooses between consoles of {DEVICE_PLATFORM}'s machines")


def _has_devices(target: str) -> bool:
    return Target.parse(target).platform == DEVICE_PLATFORM


def _no_effect(key: str, document: Document, targets: Collection[str], hint: str) -> Diagnostic:
    message = f"the key '{key}' has no effect on {' and '.join(sorted(targets))}"
    return Diagnostic(Code.WRONG_VALUE, message, document.places.at_key(key), hint)
