"""One file over HTTP: with a time-out, bounded, and going on where an earlier attempt ended."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TypeAlias

STALL_SECONDS = 30.0  # without a byte
MOST_BYTES = 1 << 30  # of an archive; a server may send for ever
_PIECE = 1 << 16

# Called with the bytes that are there and those that there will be, if that is known.
Received: TypeAlias = Callable[[int, int | None], None]


class NotThere(Exception):
    """Why a file cannot be had from one place, as the end of a sentence."""


def get(address: str, file: Path, received: Received, proxies: Mapping[str, str]) -> None:
    """Bring the content of `address` into `file`, behind the bytes that it has already; raises NotThere.

    What arrived before a failure stays in `file`.
    """
    begun = file.stat().st_size if file.exists() else 0
    request = urllib.request.Request(address, headers={"User-Agent": "compose", "Accept-Encoding": "identity"})
    if begun:
        request.add_header("Range", f"bytes={begun}-")
    handlers = [urllib.request.ProxyHandler({**urllib.request.getproxies(), **proxies})]
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=STALL_SECONDS) as answer:
            _save(answer, file, begun if answer.status == http.HTTPStatus.PARTIAL_CONTENT else 0, received)
    except urllib.error.HTTPError as error:
        if begun and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # all of it was there already; its digest tells
        raise NotThere(f"the server says {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise NotThere(f"it cannot be reached: {_reason(error.reason)}") from error
    except (http.client.HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        raise NotThere(f"the transfer broke off: {_reason(error)}") from error


def _save(answer: IO[bytes], file: Path, begun: int, received: Received) -> None:
    length: str | None = answer.headers.get("Content-Length")  # type: ignore[attr-defined]
    total = begun + int(length) if length is not None and length.isdecimal() else None
    if total is not None and total > MOST_BYTES:
        raise NotThere(f"it has {total:,} bytes, more than the {MOST_BYTES:,} that a source may have")
    here = begun
    with file.open("ab" if begun else "wb") as out:
        received(here, total)
        while piece := _read(answer):
            here += len(piece)
            if here > MOST_BYTES:
                raise NotThere(f"it has more than the {MOST_BYTES:,} bytes that a source may have")
            out.write(piece)
            received(here, total)
    if total is not None and here < total:
        raise NotThere(f"the transfer broke off after {here:,} of {total:,} bytes")


def _read(answer: IO[bytes]) -> bytes:
    """The next bytes; an error of the network is not one of the disk."""
    try:
        return answer.read(_PIECE)
    except (http.client.HTTPException, OSError) as error:
        raise NotThere(f"the transfer broke off: {_reason(error)}") from error


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return f"nothing came for {STALL_SECONDS:.0f} seconds"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
