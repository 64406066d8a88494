"""Does every shipped recipe pass `compose recipes check`? Prints what is not excepted here: `check_shipped.py [TARGET…]`.

Takes minutes: each recipe is compiled, SQLite and the C libraries' own headers among them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from composer.errors import Location
from composer.execute.store import Store
from composer.load.manifest import buildable_targets, parse_target
from composer.pipeline.check import check
from composer.pipeline.fresh import store_folder
from composer.pipeline.project import load_recipes
from composer.pipeline.settings import Settings
from composer.report.progress import Loudness, Progress

_HOOK = "it must be there though no symbol of it is named"
_CALLER = "its headers are for sources that are compiled against a C library's, which have these types"
_OWN = "its own sources share the header with others"

# (recipe, code, a word of the message) -> why it is as it should be.
EXCEPTED = {
    **{
        (boot, "C010", f"'{capability}'"): _HOOK
        for boot in ("boot-aarch64", "boot-kvm-x86_64", "boot-linux-aarch64", "boot-linux-x86_64")
        for capability in ("contracts", "start", "stack-protector", "machine")
    },
    ("console-waiting", "C010", "'console'"): "whose port it reads: the image has the driver of just that port",
    ("destructors", "C010", "'libc'"): "it declares atexit by itself, for it sees no header of a C library",
    ("destructors", "C009", "'atexit'"): "nolibc has it in a recipe that atexit alone asks for",
    ("dns", "C009", "'network_"): "the stack comes by these symbols, and its sources look whether this recipe is there",
    ("dns", "S001", "'network_"): "likewise; where there is no stack nobody asks for names",
    ("host", "C009", "'strncmp'"): "the compiler makes it of a builtin",
    ("xen-call", "C011", "int64_t"): _CALLER,
    ("newlib-headers", "C011", "sys/types.h"): _CALLER,
    ("posix-contracts", "C011", ""): _CALLER,
    ("posix-signals", "C008", "'signals_"): _OWN,
    ("posix-time", "C008", "'time_"): _OWN,
}


def excepted(recipe: str, code: str, message: str) -> bool:
    """Whether a finding is one of those that are as they should be."""
    return any((recipe, code) == (name, known) and word in message for name, known, word in EXCEPTED)


def unexpected(names: Iterable[str], targets: Sequence[str], store: Path, folder: Path) -> Iterator[str]:
    """What is wrong with the recipes `names` and not excepted; logs of steps go below `folder`."""
    catalog = load_recipes([])
    wanted = [parse_target(text, Location("TARGET"), catalog) for text in targets] or buildable_targets(catalog)
    settings = Settings(folder, out=folder, jobs=2)
    opened = Store(store)
    opened.enter()
    try:
        for name in names:
            entry = catalog.recipes[name]
            if any(map(entry.recipe.supported, wanted)):
                done = check(entry, catalog, wanted, settings, opened, Progress(sys.stderr, Loudness.QUIET))
                yield from (str(f) for f in done.findings if not excepted(name, f.code.id, f.message))
    finally:
        opened.close()


def main() -> int:
    """Check all."""
    with tempfile.TemporaryDirectory() as folder:
        names = sorted(load_recipes([]).recipes)
        found = list(unexpected(names, sys.argv[1:], Path(store_folder()), Path(folder)))
    print("\n".join(found) or "nothing")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
