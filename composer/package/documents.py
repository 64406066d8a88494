"""The documents of an OCI image of ours, and the tar files of its layers: pure bytes, the same for the same image.

Source: OCI Image Format Specification 1.0.2 (manifest, config, image-index, annotations, layer). `os` of an image for a
hypervisor is the platform's name, as kraft has it: no container runtime takes it for a program of Linux. An image for
linux/* is one, and its entry point starts it.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from composer import digest
from composer.model.image import IMAGE_FILE, Image
from composer.model.target import Target

LAYOUT_FILE = "oci-layout"
INDEX_FILE = "index.json"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
TAG = "org.opencontainers.image.ref.name"
TARGET = "compose.target"  # the annotation by which `compose run` knows an image of ours
MANIFEST_NAME = "manifest.json"  # the resolved manifest, beside the image
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}  # as Go, and so OCI, calls them
_EXECUTABLE = (".elf", ".dbg")


@dataclass(frozen=True, slots=True)
class Packaged:
    """One image: what an index says of it, and its blobs by digest."""

    descriptor: Mapping[str, Any]
    blobs: Mapping[str, bytes]

    @property
    def tag(self) -> str:
        """By which it is known among those of a layout."""
        return str(self.descriptor["annotations"][TAG])


def package(image: Image, description: bytes, files: Mapping[str, bytes]) -> Packaged:
    """The OCI image of `image`: a layer with what boots and what is known of it, and one with all its other `files`.

    `description` is its `IMAGE_FILE`.
    """
    manifest = _json(image.manifest)
    first = {image.bootable: files[image.bootable], IMAGE_FILE: description, MANIFEST_NAME: manifest}
    rest = {name: content for name, content in files.items() if name != image.bootable}
    layers = [tar(first), *([tar(rest)] if rest else [])]
    config = _json(_config(image, layers))
    document = _json(_manifest(image, config, layers))
    descriptor = {
        **_descriptor(MANIFEST, document),
        "platform": _platform(image),
        "annotations": {TAG: f"{image.name}:{image.target.replace('/', '-')}", TARGET: image.target},
    }
    return Packaged(descriptor, {digest.of_bytes(blob): blob for blob in (config, *layers, document)})


def index(descriptors: Sequence[Mapping[str, Any]]) -> bytes:
    """The text of index.json; by tags."""
    ordered = sorted(descriptors, key=lambda row: str(row.get("annotations", {}).get(TAG, "")))
    return _json({"schemaVersion": 2, "mediaType": INDEX, "manifests": ordered})


def layout() -> bytes:
    """The text of `oci-layout`."""
    return _json({"imageLayoutVersion": "1.0.0"})


def _manifest(image: Image, config: bytes, layers: Sequence[bytes]) -> Mapping[str, Any]:
    return {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _descriptor(CONFIG, config),
        "layers": [_descriptor(LAYER, layer) for layer in layers],
        "annotations": _annotations(image),
    }


def _annotations(image: Image) -> Mapping[str, str]:
    """What a person or a registry is told; times are left out, so that the same image is the same package."""
    licenses = sorted({recipe.license for recipe in image.recipes})
    return {
        "org.opencontainers.image.title": image.name,
        "org.opencontainers.image.licenses": " AND ".join(
            f"({each})" if " " in each and len(licenses) > 1 else each for each in licenses
        ),
        TARGET: image.target,
        "compose.profile": image.profile,
        "compose.memory": str(image.memory),
        "compose.entry": hex(image.entry),
        "compose.toolchain": f"{image.toolchain['name']} {image.toolchain['version']}",
        "compose.manifest": f"sha256:{image.manifest_digest}",
    }


def _config(image: Image, layers: Sequence[bytes]) -> Mapping[str, Any]:
    return {
        **_platform(image),
        "config": {"Entrypoint": [f"/{image.bootable}"], "Labels": _annotations(image)},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest.of_bytes(layer)}" for layer in layers]},
    }


def _platform(image: Image) -> Mapping[str, str]:
    target = Target.parse(image.target)
    return {"architecture": _ARCHITECTURES[target.arch], "os": target.platform}


def _descriptor(media_type: str, content: bytes) -> Mapping[str, Any]:
    return {"mediaType": media_type, "digest": f"sha256:{digest.of_bytes(content)}", "size": len(content)}


def tar(files: Mapping[str, bytes]) -> bytes:
    """A tar file of them: in the order of names, of nobody and of no time."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as written:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755 if name.endswith(_EXECUTABLE) else 0o644
            written.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
