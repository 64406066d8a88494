"""A build to be killed: python -m tests.support.build_driver FOLDER SALT|SCRIPT

A number is a salt, which changes every key and no output; anything else is the shell script of the only step.
Says `go` when it begins, and on success one JSON object of output digests by label. Exits as `compose` does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from composer.errors import ComposerError
from composer.model.step import Plan
from tests.support.builds import Bench, compiled, shell

SOURCES = 6


def plan_of(bench: Bench, salt: str) -> Plan:
    """Some compilations and what is made of their objects."""
    names = [f"app/s{number}.c" for number in range(SOURCES)]
    objects = tuple(f"out/{name}.o" for name in names)
    steps = [compiled(name, "app/include", flags=("-O2", f"-DSALT={salt}")) for name in names]
    merge = f": {salt}; cat {' '.join(objects)} > out/all"
    return bench.plan(*steps, shell("merge", merge, objects, ("out/all",)))


def write_sources(bench: Bench) -> None:
    """The app that `plan_of` builds."""
    bench.write({"include/all.h": "int shared(int);\n"})
    bench.write(
        {f"s{i}.c": f'#include "all.h"\nint f{i}(int a) {{ return shared(a * {i}); }}\n' for i in range(SOURCES)}
    )


def main() -> int:
    bench = Bench(Path(sys.argv[1]))
    what = sys.argv[2]
    plan = plan_of(bench, what) if what.isdigit() else bench.plan(shell("script", what, (), ("out/a",)))
    sys.stdout.write("go\n")
    sys.stdout.flush()
    try:
        outcomes = bench.run(plan)
    except ComposerError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit
    sys.stdout.write(json.dumps({label: dict(outcome.outputs) for label, outcome in sorted(outcomes.items())}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
