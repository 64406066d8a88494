"""Time the resolver on the large made-up catalogs: `python -m tests.bench.resolve_catalog [SEED…]`.

The catalog is in memory; the time is of `resolve` alone, in one process on one core.
"""

from __future__ import annotations

import sys
import time

from composer.errors import ComposerError
from composer.resolve.resolver import resolve
from tests.support.catalogs import SEEDS, Greedy, large_catalog


def measure(seed: int) -> str:
    """One line of the table."""
    request, catalog = large_catalog(seed)
    start = time.perf_counter()
    try:
        answer = resolve(request, catalog)
    except ComposerError as error:
        seconds = time.perf_counter() - start
        return f"{seed:4} {seconds:7.2f}  impossible, proof of {len(str(error).splitlines())} lines"
    seconds = time.perf_counter() - start
    greedy = Greedy(request, catalog).weight()
    excess = "stuck" if greedy is None else f"+{100 * (greedy - answer.weight) / answer.weight:.1f} %"
    proven = "proven" if answer.proven else "not proven"
    return f"{seed:4} {seconds:7.2f} {len(answer.recipes):8} {answer.weight:9} {proven:>10} {excess:>8}"


def main() -> None:
    """Print the table for the seeds that are named, or for all."""
    print("seed seconds  recipes    weight     answer   greedy")
    for seed in map(int, sys.argv[1:]) if sys.argv[1:] else SEEDS:
        print(measure(seed), flush=True)


if __name__ == "__main__":
    main()
