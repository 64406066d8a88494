"""Ends the processes that work in a folder; run as a program, when the composer itself has ended.

    python -I -S guardian.py FOLDER        (standard input: a pipe whose other end the composer holds)

The composer can be killed at any moment, and then cannot end its compilers. The kernel closes its
end of the pipe, and this process, which is in a session of its own, does it instead. Processes are
known by their working folder, not by a list: a step starts with its folder below FOLDER before it
gives up its copy of the pipe, so none is missed, whatever it forked and whatever group it joined.
"""

from __future__ import annotations

import os
import signal
import sys
import time

PAUSE_SECONDS = 0.01
ROUNDS = 200


def working_in(folder: str) -> list[int]:
    """Processes, other than this one, whose working folder is `folder` (its real path) or below it.

    None on a system that does not tell (no `/proc`): there a compiler may outlive a composer that was killed.
    """
    found: list[int] = []
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - this file runs with no more than the start of Python
    except OSError:
        return found
    for name in names:
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            place = os.readlink(f"/proc/{name}/cwd")  # noqa: PTH115 - as above
        except OSError:
            continue
        if place == folder or place.startswith(f"{folder}/"):
            found.append(int(name))
    return found


def end_all_in(folder: str) -> None:
    """Kill every process that works in `folder` until there is none, within about ROUNDS * PAUSE_SECONDS."""
    for _ in range(ROUNDS):
        found = working_in(folder)
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    end_all_in(sys.argv[1])
