"""Debian's own Linux for virtual machines, by name through the machine's apt; kept, so that it is fetched once."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from composer import digest
from composer.fetch.apt import download
from composer.fetch.deb import file_in

PACKAGE, ARCH = "linux-image-cloud-amd64", "amd64"
_DEPENDS = re.compile(r"^\s*Depends: (linux-image-\S+)$", re.MULTILINE)
_KERNEL = re.compile(r"boot/vmlinuz-\S+")
_RECORD = "linux.json"
# What virtio's network card needs, each behind what it needs itself.
_NETWORK = (
    *("virtio_ring", "virtio", "virtio_mmio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci"),
    *("failover", "net_failover", "virtio_net"),
)


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel's file and the package that it is of."""

    path: Path
    package: str
    version: str


def kernel(cache: Path) -> Kernel:
    """Debian's newest kernel for virtual machines, kept in `cache`; raises NotToBeHad, ValueError or OSError."""
    return _kept(cache) or _downloaded(cache)


def network_modules(cache: Path) -> tuple[tuple[str, bytes], ...]:
    """Name and content of the modules for a network card, in the order in which they can be loaded; raises as `kernel` does."""
    folder = cache / "modules" / kernel(cache).version
    if not all((folder / f"{name}.ko").exists() for name in _NETWORK):
        package = download(_newest(), ARCH)
        folder.mkdir(parents=True, exist_ok=True)
        for name in _NETWORK:
            (folder / f"{name}.ko").write_bytes(file_in(package.content, re.compile(rf"lib/modules/.*/{name}\.ko")))
    return tuple(
        (f"{number:02}-{name}.ko", (folder / f"{name}.ko").read_bytes()) for number, name in enumerate(_NETWORK)
    )


def _kept(cache: Path) -> Kernel | None:
    try:
        record = json.loads((cache / _RECORD).read_bytes())
        path = cache / "vmlinuz"
        return Kernel(path, record["package"], record["version"]) if digest.of_file(path) == record["sha256"] else None
    except (OSError, ValueError, KeyError):
        return None


def _downloaded(cache: Path) -> Kernel:
    package = download(_newest(), ARCH)
    binary = file_in(package.content, _KERNEL)
    cache.mkdir(parents=True, exist_ok=True)
    made = Kernel(cache / "vmlinuz", package.name, package.version)
    made.path.write_bytes(binary)
    record = {**asdict(made), "path": made.path.name, "sha256": digest.of_bytes(binary), "uri": package.uri}
    (cache / _RECORD).write_text(json.dumps(record, indent=1))
    return made


def _newest() -> str:
    """The package that the one without a version stands for; raises ValueError if apt does not know it."""
    asked = subprocess.run(("apt-cache", "depends", PACKAGE), capture_output=True, text=True, check=False)
    match = _DEPENDS.search(asked.stdout)
    if match is None:
        raise ValueError(f"apt does not know {PACKAGE}: `apt-get update` may help")
    return match[1]
