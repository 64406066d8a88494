"""Registries by their own clients, which know the user's configuration. Also imported where a wheel is built: with what Python has."""

from __future__ import annotations

import subprocess
from pathlib import Path

from composer.fetch.http import NotThere

_SECONDS = 600.0


def npm_pack(wanted: str, folder: Path) -> None:
    """Put the archive of `wanted` (name@version) into `folder`; no script of it runs. Raises NotThere."""
    run_client("npm", ("npm", "pack", "--ignore-scripts", "--silent", "--pack-destination", str(folder), wanted))


def run_client(client: str, argv: tuple[str, ...]) -> None:
    """Run `client`, whose name is for people; raises NotThere with what it said if it fails."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotThere(f"{client} took more than {_SECONDS:.0f} seconds") from None
    except OSError as error:
        raise NotThere(f"{client} cannot be started: {error.strerror}") from error
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.strip()]
        raise NotThere(f"{client} says: {errors[-1].removeprefix('ERROR: ') if errors else 'nothing'}")
