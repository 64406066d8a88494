"""The words for QEMU that connect a guest's card, and what its monitor's answers mean."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

import pytest

from composer.model.network import Forward
from composer.run.monitor import Monitor
from composer.run.network import Card, Ipv6, Network, Tap, UserNetwork, Wire, card_words, switch_command, wire_address

PCI = Network(Card(bus="pci"))


def netdev(network: Network) -> str:
    words = card_words(network, "q35")
    return words[words.index("-netdev") + 1]


@pytest.mark.parametrize(
    ("machine", "bus", "device"),
    [
        ("microvm", "any", "virtio-net-device,netdev=net"),
        ("microvm", "mmio", "virtio-net-device,netdev=net"),
        ("q35", "any", "virtio-net-pci,romfile=,netdev=net"),
        ("pc", "pci", "virtio-net-pci,romfile=,netdev=net"),
        ("virt,gic-version=max", "any", "virtio-net-device,netdev=net"),
        ("virt", "pci", "virtio-net-pci,romfile=,netdev=net"),
    ],
)
def test_card_is_on_the_bus_of_the_machine_that_the_driver_knows(machine: str, bus: str, device: str) -> None:
    words = card_words(Network(Card(bus=bus)), machine)
    assert words[words.index("-device") + 1] == device
    assert ("virtio-mmio.force-legacy=false" in words) == ("device,netdev" in device)


def test_ports_lead_from_the_loopback_address_alone() -> None:
    forwards = (Forward(8080, 80), Forward(5353, 53, "udp"))
    words = netdev(Network(Card(), UserNetwork(forwards)))
    assert words == "user,id=net,ipv6=off,hostfwd=tcp:127.0.0.1:8080-:80,hostfwd=udp:127.0.0.1:5353-:53"


@pytest.mark.parametrize(
    ("address", "gateway"),
    [
        *(("10.0.0.2/24", None), ("10.0.0.2/24", "10.0.0.1"), ("10.0.0.1/24", None), ("10.0.0.3/24", "10.0.0.2")),
        *(("192.168.9.6/30", "192.168.9.5"), ("192.168.9.1/30", None), ("10.200.3.4/8", "10.0.0.1")),
    ],
)
def test_user_network_has_a_place_for_each(address: str, gateway: str | None) -> None:
    """QEMU refuses one whose gateway and name server are one, or whose guest is either."""
    words = netdev(Network(Card(address, gateway), UserNetwork((Forward(8080, 80),))))
    said = dict(word.split("=", 1) for word in words.split(",")[1:])
    network, guest = IPv4Network(said["net"]), IPv4Address(address.split("/")[0])
    places = [guest, IPv4Address(said["host"]), IPv4Address(said["dns"])]
    assert len(set(places)) == 3
    assert all(place in network for place in places)
    assert said["dhcpstart"] == str(guest)
    assert said["hostfwd"] == f"tcp:127.0.0.1:8080-{guest}:80"
    assert gateway in (None, said["host"])


@pytest.mark.parametrize(
    ("ipv6", "words"),
    [
        (Ipv6(), "ipv6=on"),
        (Ipv6("fd00::2/64"), "ipv6=on,ipv6-net=fd00::/64,ipv6-host=fd00::1,ipv6-dns=fd00::3"),
        (Ipv6("fd00::1/64", "fd00::3"), "ipv6=on,ipv6-net=fd00::/64,ipv6-host=fd00::3,ipv6-dns=fd00::2"),
        (Ipv6("fd00::2/64", "fe80::1"), "ipv6=on,ipv6-net=fd00::/64,ipv6-host=fd00::1,ipv6-dns=fd00::3"),
    ],
)
def test_user_network_has_ipv6_as_the_card_does(ipv6: Ipv6, words: str) -> None:
    assert netdev(Network(Card(ipv6=ipv6), UserNetwork())) == f"user,id=net,{words}"


def test_names_with_commas_stay_one_word() -> None:
    network = Network(Card(), Tap("a,b"), mac="52:54:00:00:00:01", pcap="/tmp/a,b")
    words = card_words(network, "q35")
    assert words[1] == "tap,id=net,ifname=a,,b,script=no,downscript=no"
    assert words[-1] == "filter-dump,id=dump,netdev=net,file=/tmp/a,,b"
    assert "virtio-net-pci,romfile=,netdev=net,mac=52:54:00:00:00:01" in words


def test_wire_of_one_name_is_one_for_a_user_and_no_other() -> None:
    assert wire_address("a", 1000) == wire_address("a", 1000)
    found = {wire_address(name, user) for name in ("a", "b", "aa") for user in (0, 1, 1000)}
    assert len(found) == 9
    assert all(IPv4Address(group) in IPv4Network("239.0.0.0/8") and 20000 <= port < 60000 for group, port in found)
    assert re.search(r"mcast=239[.\d]+:\d+,localaddr=127\.0\.0\.1$", netdev(Network(Card(), Wire("a"))))


def test_frames_of_a_process_go_through_a_qemu_without_a_machine() -> None:
    words = switch_command("/usr/bin/qemu", Network(Card(), UserNetwork((Forward(1, 2),)), pcap="/f"), 7)
    assert words[words.index("-machine") + 1] == "none"
    assert "dgram,id=net,local.type=fd,local.str=7" in words
    assert "filter-dump,id=dump,netdev=net,file=/f" in words


ANSWER = (
    "Hub -1 (net):\\r\\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\\r\\n"
    "  TCP[{}]      10       127.0.0.1 18080        10.9.0.2  8080     0     0\\r\\n"
    "  TCP[HOST_FORWARD]   9       127.0.0.1 18080        10.9.0.2  8080     0     0\\r\\n"
)


@pytest.fixture
def ends() -> Iterator[tuple[Monitor, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Monitor(ours, 5.0), theirs


@pytest.mark.parametrize(
    ("state", "ports"), [("SYN_SENT", frozenset()), ("ESTABLISHED", frozenset({18080})), ("TIME_WAIT", frozenset())]
)
def test_port_is_answered_once_its_connection_is_established(
    ends: tuple[Monitor, socket.socket], state: str, ports: frozenset[int]
) -> None:
    monitor, qemu = ends
    text = ANSWER.format(state)
    qemu.sendall(b'{"QMP": {}}\n{"return": {}}\n{"event": "RESUME"}\n' + f'{{"return": "{text}"}}\n'.encode())
    monitor.greet()
    monitor.greet()
    assert monitor.answered_ports() == ports


@pytest.mark.parametrize("said", [b"", b"garbage\n", b'{"error": {"class": "GenericError"}}\n', b'["list"]\n'])
def test_monitor_that_fails_is_an_error_of_the_system(ends: tuple[Monitor, socket.socket], said: bytes) -> None:
    monitor, qemu = ends
    qemu.sendall(said)
    qemu.shutdown(socket.SHUT_WR)
    with pytest.raises(OSError, match=r"."):
        monitor.greet()


def test_leaving_ends_a_call_that_waits(ends: tuple[Monitor, socket.socket]) -> None:
    monitor, _ = ends
    failed = threading.Event()

    def greet() -> None:
        with pytest.raises(OSError, match=r"."):
            monitor.greet()
        failed.set()

    thread = threading.Thread(target=greet)
    thread.start()
    monitor.leave()
    thread.join(2)
    assert failed.is_set()
