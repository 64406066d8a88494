"""When a machine has surely taken what was typed last, told by the time that it has had a processor."""

from __future__ import annotations

import math
import sys
import time

from composer.run.launch import Pace

_CPUCLOCK_SCHED = 2  # <linux/posix-timers.h>; the clock of a process is made of its inverted number


class Pacer:
    """Tells when the next bytes may be typed to the process `pid`."""

    def __init__(self, pid: int, pace: Pace) -> None:
        self.bytes = pace.bytes
        self._pace = pace
        self._clock = (~pid << 3) | _CPUCLOCK_SCHED
        self._noted_at = -math.inf  # time.monotonic()
        self._busy = 0.0  # seconds of the process at that time

    def note(self) -> None:
        """Something was typed now, or came out: a guest that prints does not read."""
        self._noted_at = time.monotonic()
        self._busy = self._busy_seconds()

    def may_type(self) -> bool:
        """Whether the machine has had time enough."""
        waited = time.monotonic() - self._noted_at
        if waited >= self._pace.idle_seconds:
            return True
        return waited >= self._pace.busy_seconds and self._busy_seconds() - self._busy >= self._pace.busy_seconds

    def _busy_seconds(self) -> float:
        """Seconds that the process has had a processor; not known where it has ended, and on other systems."""
        if sys.platform != "linux":
            return 0.0
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0
