"""Hands images to podman, as the archive of an OCI layout that `podman load` reads."""

from __future__ import annotations

import shutil
import subprocess

from composer.errors import Code, ComposerError, Diagnostic
from composer.load.packages import debian_package
from composer.package.documents import INDEX_FILE, LAYOUT_FILE, Packaged, index, layout, tar

PODMAN = "podman"


def load(image: Packaged) -> str:
    """What podman calls the image that it has now; raises ComposerError if it is not there, or refuses."""
    program = shutil.which(PODMAN)
    if program is None:
        hint = f"sudo apt-get install {debian_package(PODMAN)}, or write a layout: --oci DIR"
        raise ComposerError(Diagnostic(Code.NO_TOOL, "podman is not on the PATH", hint=hint))
    done = subprocess.run((program, "load"), input=archive(image), capture_output=True, check=False)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ComposerError(Diagnostic(Code.NO_TOOL, f"podman load failed: {said}", hint="try `podman info`"))
    return done.stdout.decode(errors="replace").strip().rpartition(": ")[2]


def archive(image: Packaged) -> bytes:
    """A layout with the image alone, in a tar file."""
    files = {LAYOUT_FILE: layout(), INDEX_FILE: index([image.descriptor])}
    files |= {f"blobs/sha256/{name}": content for name, content in image.blobs.items()}
    return tar(files)
