"""Time the resolver on the large made-up catalogs: `python -m tests.bench.resolve_catalog [SEED…]`.

The catalog is in memory; the times are of `resolve` alone, which runs on one core: by the clock, and of the
processor (the two differ on a machine that is busy with something else).
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
    start, start_cpu = time.perf_counter(), time.process_time()
    try:
        answer = resolve(request, catalog)
    except ComposerError as error:
        times = elapsed(start, start_cpu)
        return f"{seed:4} {times}  impossible, proof of {len(str(error).splitlines())} lines"
    times = elapsed(start, start_cpu)
    greedy = Greedy(request, catalog).weight()
    excess = "stuck" if greedy is None else f"+{100 * (greedy - answer.weight) / answer.weight:.1f} %"
    proven = "proven" if answer.proven else "not proven"
    return f"{seed:4} {times} {len(answer.recipes):8} {answer.weight:9} {proven:>10} {excess:>8}"


def elapsed(start: float, start_cpu: float) -> str:
    """Seconds since then by the clock and of the processor, as two columns."""
    return f"{time.perf_counter() - start:7.2f} {time.process_time() - start_cpu:5.2f}"


def main() -> None:
    """Print the table for the seeds that are named, or for all."""
    print("seed seconds   cpu  recipes    weight     answer   greedy")
    for seed in map(int, sys.argv[1:]) if sys.argv[1:] else SEEDS:
        print(measure(seed), flush=True)


if __name__ == "__main__":
    main()
