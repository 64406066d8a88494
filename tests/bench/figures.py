"""Print every figure of this project, with what it means to reach and what Unikraft has beside it.

    python tests/bench/figures.py [NAME…] [--rounds N] [--json]

A goal that is missed is called `short`. Nothing fails by it: times depend on the machine and its load.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a file, not as a module: this checkout's own packages are two folders up.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.bench.command import main

    sys.exit(main())
