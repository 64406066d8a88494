"""The network of an image: what `net` and `ports` ask for and what became of them, and whether anybody calls for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from composer.errors import Code, Diagnostic
from composer.model.image import CONSOLE_DEVICE, HOST_SOCKETS, NET_DEVICE
from composer.model.manifest import Manifest, TargetManifest
from composer.model.network import DHCP, parse_forward
from composer.model.recipe import Catalog
from composer.model.resolution import SYMBOLS, ReasonKind, Resolution, Want
from composer.model.value import Places

_SERVED_BY = ("net.stack", "posix.sockets")
_OWN_ADDRESS = "net.address"  # the capability of stacks that have an address, and so ports, of their own


def wants_of_network(manifest: Manifest, places: Places) -> tuple[Want, ...]:
    """What only a network of the program's own can give: the address of `net`, or a port that is another one here."""
    asks = [places.at_key("net")] if manifest.net is not None and manifest.net.of_its_own else []
    for number, text in enumerate(manifest.ports):
        if not parse_forward(text).is_same:
            asks.append(places.at("ports", number))
    return tuple(Want(ReasonKind.REQUESTED, _OWN_ADDRESS, at) for at in asks[:1])


def resolved_net(resolution: Resolution, catalog: Catalog) -> Mapping[str, object] | None:
    """`net` as a manifest would write what the options of the network stack say; None without one."""
    stack = resolution.providers.get("net.stack")
    if stack is None:
        return None
    declared, values = catalog.recipes[stack].recipe.options, resolution.options[stack]
    said = {option.key: values[name] for name, option in declared.items() if option.key is not None}
    if "net.dhcp" not in said:  # a stack whose address is not ours to say
        return None
    address = DHCP if said["net.dhcp"] else f"{said['net.address']}/{said['net.prefix']}"
    net: dict[str, object] = {"address": address}
    if not said["net.dhcp"] and said["net.gateway"] != "0.0.0.0":
        net["gateway"] = said["net.gateway"]
    if "net.wait" in said:
        net["wait"] = said["net.wait"]
    if said.get("net.dns"):
        net["dns"] = str(said["net.dns"]).split()
    if said.get("net.ipv6"):
        net["ipv6"] = True
        if said["net.address6"] != "::":
            net["address6"] = f"{said['net.address6']}/64"
        if said["net.gateway6"] != "::":
            net["gateway6"] = said["net.gateway6"]
    return net


def unused_network(here: TargetManifest, resolution: Resolution) -> Iterator[Diagnostic]:
    """Keys of the manifest about a network, where no code of the image calls for one."""
    servers = {resolution.providers[what] for what in _SERVED_BY if what in resolution.providers}
    if any(reason.kind in SYMBOLS for server in servers for reason in resolution.reasons[server]):
        return
    manifest, places = here.manifest, here.places
    for key, is_given in (("net", manifest.net is not None), ("ports", bool(manifest.ports))):
        if is_given:
            message = f"'{key}' is for a network, and nothing in the program for {here.target} calls socket"
            hint = "remove it; a network is in an image as soon as the program calls for one"
            yield Diagnostic(Code.NETWORK_UNUSED, message, places.at_key(key), hint)


def devices_of(resolution: Resolution, alive: frozenset[str]) -> tuple[str, ...]:
    """Which devices an image can use, by the capabilities of its drivers; `alive` are the recipes that are left in it."""
    known = (NET_DEVICE, HOST_SOCKETS, CONSOLE_DEVICE)
    return tuple(capability for capability in known if resolution.providers.get(capability) in alive)
