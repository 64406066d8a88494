"""`python -m tests.support.run_driver PLATFORM IMAGE [TIMEOUT]`: one run as a process of its own, for tests with signals.

It ends with the number of the ending's kind in `EndingKind`, plus 10; with 8 if it was interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path

from composer.errors import ComposerError
from composer.model.target import Target
from composer.run.guest import Emulator, EndingKind, Guest
from tests.support.guests import run_guest


def main() -> int:
    platform, image, *rest = sys.argv[1:]
    guest = Guest(Path(image), Path(image), Target(platform, "x86_64"), 16 << 20)
    emulator = Emulator("qemu-system-x86_64", "microvm", "tcg") if platform == "kvm" else None
    seconds = float(rest[0]) if rest else None
    try:
        ending = run_guest(guest, emulator, stdin=0, stdout=1, timeout_seconds=seconds)
    except ComposerError as error:
        return error.exit
    return 10 + list(EndingKind).index(ending.kind)


if __name__ == "__main__":
    sys.exit(main())
