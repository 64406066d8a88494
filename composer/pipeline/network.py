"""The network of an image: what became of `net` and `ports`, and whether anybody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from composer.errors import Code, Diagnostic
from composer.model.image import CONSOLE_DEVICE, NET_DEVICE
from composer.model.manifest import TargetManifest
from composer.model.network import DHCP
from composer.model.recipe import Catalog, OptionValue
from composer.model.resolution import SYMBOLS, Resolution

_SERVED_BY = ("net.stack", "posix.sockets")


def resolved_net(resolution: Resolution, catalog: Catalog) -> Mapping[str, OptionValue] | None:
    """`net` as a manifest would write what the options of the network stack say; None without one."""
    stack = resolution.providers.get("net.stack")
    if stack is None:
        return None
    declared, values = catalog.recipes[stack].recipe.options, resolution.options[stack]
    said = {option.key: values[name] for name, option in declared.items() if option.key is not None}
    if "net.dhcp" not in said:  # a stack whose address is not ours to say
        return None
    wait = {"wait": said["net.wait"]} if "net.wait" in said else {}
    if said["net.dhcp"]:
        return {"address": DHCP, **wait}
    gateway = {"gateway": said["net.gateway"]} if said["net.gateway"] != "0.0.0.0" else {}
    return {"address": f"{said['net.address']}/{said['net.prefix']}", **gateway, **wait}


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
    return tuple(what for what in (NET_DEVICE, CONSOLE_DEVICE) if resolution.providers.get(what) in alive)
