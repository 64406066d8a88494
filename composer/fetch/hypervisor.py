"""Xen's hypervisor for aarch64: from the cache, from a file that the user names, or as a Debian package."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from composer import digest
from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.fetch.apt import NotToBeHad, download
from composer.fetch.deb import MAGIC as DEB_MAGIC
from composer.fetch.deb import file_in

PACKAGE, ARCH = "xen-hypervisor-4.17-arm64", "arm64"
TRIED = "4.17.7+13-g2445b30a44-0+deb12u1"  # the revision that the tests ran with last
_BINARY = re.compile(r"boot/xen-[0-9.]+-arm64")
_IMAGE_MAGIC, _IMAGE_MAGIC_AT = b"ARM\x64", 56  # "Booting AArch64 Linux"
_GREETING = b"Xen version"  # what Xen says first
_RECORD = "hypervisor.json"


@dataclass(frozen=True, slots=True)
class Record:
    """Where the hypervisor in the cache comes from."""

    package: str
    version: str
    uri: str
    package_sha256: str
    sha256: str  # of the hypervisor itself


def hypervisor(cache: Path, named: Path | None, tell: Callable[[str], None], *, offline: bool = False) -> Path:
    """The file with Xen for aarch64; `named` is the user's own, a .deb or the hypervisor itself.

    What was unpacked or downloaded is kept in the folder `cache`; `tell` gets a line before and after a download.
    Raises `ComposerError` (NO_HYPERVISOR).
    """
    if named is not None:
        return _given(cache, named)
    kept = _kept(cache)
    if kept is None and offline:
        raise _not_to_be_had("it is not here, and --offline forbids the network", ())
    return kept or _downloaded(cache, tell)


def _given(cache: Path, named: Path) -> Path:
    try:
        content = named.read_bytes()
        if not content.startswith(DEB_MAGIC):
            _require_image(content)
            return named.absolute()
        binary = file_in(content, _BINARY)
        _require_image(binary)
    except OSError as error:
        raise _mistake(named, f"it cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise _mistake(named, str(error)) from error
    return _write(cache, digest.of_bytes(binary), binary)


def _kept(cache: Path) -> Path | None:
    """The hypervisor that an earlier run downloaded, if it is whole."""
    try:
        record = Record(**json.loads((cache / _RECORD).read_bytes()))
        path = cache / _name(record.sha256)
        return path if digest.of_file(path) == record.sha256 else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _downloaded(cache: Path, tell: Callable[[str], None]) -> Path:
    tell(f"Xen is not here yet: getting the Debian package {PACKAGE}:{ARCH} (installs nothing)")
    try:
        package = download(PACKAGE, ARCH)
        binary = file_in(package.content, _BINARY)
        _require_image(binary)
    except NotToBeHad as error:
        raise _not_to_be_had(error.reason, error.looked) from error
    except ValueError as error:
        raise _not_to_be_had(str(error), ()) from error
    sha256 = digest.of_bytes(binary)
    path = _write(cache, sha256, binary)
    record = Record(package.name, package.version, package.uri, package.sha256, sha256)
    _put(cache / _RECORD, json.dumps(asdict(record), indent=1).encode())
    other = "" if package.version == TRIED else f"; last tried with {TRIED}"
    tell(f"Xen {package.version} (sha256 {package.sha256} of {package.uri}) is kept in {cache}{other}")
    return path


def _require_image(binary: bytes) -> None:
    if not binary.startswith(_IMAGE_MAGIC, _IMAGE_MAGIC_AT) or _GREETING not in binary:
        raise ValueError("it is neither a Debian package nor an arm64 Image of Xen")


def _name(sha256: str) -> str:
    return f"xen-{sha256[:16]}"


def _write(cache: Path, sha256: str, binary: bytes) -> Path:
    path = cache / _name(sha256)
    _put(path, binary)
    return path


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, whoever else writes it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        message = f"Xen cannot be kept: {error.strerror}"
        raise ComposerError(Diagnostic(Code.STORE_UNWRITABLE, message, Location(str(path.parent)))) from error
    finally:
        with suppress(OSError):
            draft.unlink()


_HAND_IN = "get the package elsewhere and hand it in: `--hypervisor FILE`, the .deb or the hypervisor itself"


def _not_to_be_had(reason: str, looked: tuple[str, ...]) -> ComposerError:
    places = "".join(f"\n    looked in {place}" for place in looked)
    message = f"the hypervisor's package {PACKAGE}:{ARCH} cannot be had: {reason}{places}"
    return ComposerError(Diagnostic(Code.NO_HYPERVISOR, message, hint=_HAND_IN))


def _mistake(named: Path, reason: str) -> ComposerError:
    hint = "name a Debian package of Xen for arm64, or the file boot/xen-VERSION-arm64 of one"
    return ComposerError(Diagnostic(Code.NO_HYPERVISOR, f"this is no hypervisor: {reason}", Location(str(named)), hint))
