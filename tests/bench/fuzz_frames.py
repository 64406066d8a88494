"""Random and spoilt frames through the card's driver, the glue, lwIP and the sockets, with sanitizers in all of them.

    python tests/bench/fuzz_frames.py [--frames N] [--seed S] [--first ROUND]
    python tests/bench/fuzz_frames.py --guided [--seconds N] [--seed S] [--corpus FOLDER]
    python tests/bench/fuzz_frames.py --guided --input FILE

`--guided` lets clang's fuzzer look for whatever leads anywhere new; what it found stays in FOLDER. Where a round or an input
breaks something, what was told is kept in a file, and the command that does the same again is printed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if __name__ == "__main__":
    # Run as a file, not as a module: this checkout's own packages are two folders up.
    sys.path.insert(0, str(Path(__file__).parents[2]))

from composer.pipeline.fresh import store_folder
from tests.support import frames
from tests.support.frames import Broken, Rounds

AT_ONCE = 50  # rounds of one process
JOBS = os.cpu_count() or 1
INPUT_BYTES = 3000
INPUTS = 200  # with which the fuzzer begins


def by_chance(count: int, seed: int, first: int) -> int:
    """Play rounds until all frames have come, or one of them breaks something; the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        program = frames.by_chance(frames.network(Path(folder)))
        begun = time.monotonic()
        happened: Counter[str] = Counter()
        with ThreadPoolExecutor(JOBS) as pool:
            while happened["frames"] < count:
                # Some rounds have no frames, for they begin without memory for the network.
                batch = [Rounds(seed, first + number * AT_ONCE, AT_ONCE) for number in range(JOBS)]
                first += JOBS * AT_ONCE
                try:
                    happened.update(sum(pool.map(lambda rounds: rounds.play(program), batch), Counter()))
                except Broken as broken:
                    return _kept(broken, f"frames-{seed}.txt")
                print(f"\r{happened['frames']:,} frames", end="", file=sys.stderr)
        spent = time.monotonic() - begun
    print(f"\n{happened['frames']:,} frames of seed {seed}, {happened['frames'] / spent:,.0f}/s:")
    for name, number in happened.items():
        print(f"  {number:>14,} {name}")
    return 0


def _kept(broken: Broken, name: str) -> int:
    """Keep what was told, and say how to see it again."""
    report = str(broken)
    Path(name).write_text(report)
    words = report.splitlines()[-1].split()  # broken: seed S, round R of N frames
    print(f"\n{report}\nkept in {name}; the same again:", file=sys.stderr)
    print(
        f"    python tests/bench/fuzz_frames.py --seed {words[2].rstrip(',')} --first {words[4]} --frames 1",
        file=sys.stderr,
    )
    return 1


def guided(seconds: int, seed: int, corpus: Path, inputs: Sequence[Path]) -> int:
    """Let the fuzzer look, or play `inputs` again; the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        build = frames.guided_build(Path(store_folder()))
        program = frames.guided(frames.network(Path(folder), build))
        if inputs:
            return subprocess.run([str(program), *map(str, inputs)], check=False).returncode
        corpus.mkdir(exist_ok=True)
        chance = random.Random(seed)
        for number in range(INPUTS):
            (corpus / f"random-{seed}-{number}").write_bytes(chance.randbytes(INPUT_BYTES))
        words = ("-len_control=0", f"-max_len={INPUT_BYTES}", f"-seed={seed}", f"-max_total_time={seconds}")
        status = subprocess.run([str(program), *words, "-print_final_stats=1", str(corpus)], check=False).returncode
    if status != 0:
        print("the same again:\n    python tests/bench/fuzz_frames.py --guided --input FILE", file=sys.stderr)
    return status


def main() -> int:
    """Read the words."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1 << 31))
    parser.add_argument("--first", type=int, default=0, metavar="ROUND")
    parser.add_argument("--guided", action="store_true")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, default=Path("frames-corpus"), metavar="FOLDER")
    parser.add_argument("--input", type=Path, action="append", default=[], metavar="FILE")
    told = parser.parse_args()
    print(f"seed {told.seed}", file=sys.stderr)
    if told.guided:
        return guided(told.seconds, told.seed, told.corpus, told.input)
    return by_chance(told.frames, told.seed, told.first)


if __name__ == "__main__":
    sys.exit(main())
