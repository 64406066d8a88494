"""Content digests: lower-case hexadecimal SHA-256 of bytes, files and canonical JSON."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def of_bytes(content: bytes) -> str:
    """Digest of `content`."""
    return hashlib.sha256(content).hexdigest()


def of_file(path: Path) -> str:
    """Digest of a file's content; raises OSError as `open` does."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_json(value: object) -> str:
    """Digest of a JSON value in one canonical spelling (sorted keys, no spaces)."""
    return of_bytes(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def is_digest(value: object) -> bool:
    """Whether this is a digest's text; what files say of themselves need not be one, and may be the name of another file."""
    return isinstance(value, str) and len(value) == 64 and not set(value) - set("0123456789abcdef")
