"""Instructions that a guest executes, counted by a plugin of QEMU: the same on every machine, whatever its load."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parent / "host/counter.c"
CALM_SECONDS = 0.004  # a guest that executes nothing for so long waits for something
CALM_MOST_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Counter:
    """The count of one guest, which QEMU was started for with `words`."""

    plugin: Path
    file: Path

    @property
    def words(self) -> tuple[str, ...]:
        """What makes QEMU count."""
        return ("-plugin", f"{self.plugin},count={self.file}")

    @property
    def count(self) -> int:
        """Instructions so far."""
        return int.from_bytes(self.file.read_bytes(), "little")

    def calm(self) -> int:
        """Instructions until the guest waits for something; raises RuntimeError if it never does."""
        end, before = time.monotonic() + CALM_MOST_SECONDS, -1
        while time.monotonic() < end:
            if (count := self.count) == before:
                return count
            before = count
            time.sleep(CALM_SECONDS)
        raise RuntimeError(f"the guest did not come to rest in {CALM_MOST_SECONDS:g} s")


@contextmanager
def counter() -> Iterator[Counter]:
    """For one guest; raises CalledProcessError if there is no C compiler."""
    with tempfile.TemporaryDirectory(prefix="counter-") as folder:
        made = Counter(Path(folder, "counter.so"), Path(folder, "count"))
        made.file.touch()
        subprocess.run(("gcc", "-O2", "-shared", "-fPIC", str(SOURCE), "-o", str(made.plugin)), check=True)
        yield made
