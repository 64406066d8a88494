"""Devices of virtio as words for QEMU; pure."""

from __future__ import annotations

_MMIO_MACHINES = ("microvm", "virt")


def device_words(kind: str, bus: str, machine: str, properties: str = "", on_pci: str = "") -> tuple[str, ...]:
    """A device on the `bus` (any, pci or mmio) where the driver looks, in QEMU's `machine`; properties begin with commas."""
    if _is_mmio(bus, machine):
        return ("-global", "virtio-mmio.force-legacy=false", "-device", f"virtio-{kind}-device{properties}")
    return ("-device", f"virtio-{kind}-pci{on_pci}{properties}")


def _is_mmio(bus: str, machine: str) -> bool:
    """Whether the device is on virtio-mmio: where both buses are it takes fewer steps to find and to ask."""
    return bus != "pci" and machine.startswith(_MMIO_MACHINES)
