"""Is there anything to do at all? Answered from file stamps alone, before anything heavy is imported.

After a build its every input and output is written down with size, time and inode, and each folder in
which a new file could change the result. If all of them are as they were, the build would do nothing.
A file that changed so shortly before the build began that its time could not tell a second change
apart (file systems count in ticks of up to 10 ms) makes the memory unfit to be kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from composer.pipeline.settings import Settings, out_folder

TICK_NS = 20_000_000
STATE_FOLDER = ".compose"


def state_file(settings: Settings) -> Path:
    """Where the memory of the last build with these settings is."""
    manifest = os.path.abspath(settings.manifest)  # noqa: PTH100 - Path.absolute keeps "..", which is another spelling
    folder = Path(manifest) if os.path.isdir(manifest) else Path(manifest).parent  # noqa: PTH112 - speed
    words = [
        manifest,
        settings.targets,
        [str(recipe.absolute()) for recipe in settings.recipes],
        os.environ.get("PATH"),
    ]
    name = hashlib.sha256(json.dumps(words).encode()).hexdigest()[:24]
    return out_folder(settings, folder) / STATE_FOLDER / f"{name}.json"


def recall(settings: Settings) -> Any | None:
    """What the last build printed, if a build now would do nothing; else None."""
    try:
        state = json.loads(state_file(settings).read_bytes())
        if all(_stamp(path) == stamp for path, *stamp in state["stamps"]):
            return state["result"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def remember(settings: Settings, result: Any, inputs: Iterable[str], outputs: Iterable[str], started_ns: int) -> None:
    """Keep `result` for the next build; `inputs` and `outputs` are all files and folders that matter to it.

    Not kept if an input changed after `started_ns` (time.time_ns() at the start of the build) or just before.
    """
    inputs = tuple(inputs)
    if changed_lately(inputs, started_ns):
        return
    file = state_file(settings)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        stamps = [[str(path), *_stamp(path)] for path in dict.fromkeys((*inputs, *outputs))]
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"result": result, "stamps": stamps}))
        draft.replace(file)
    except OSError:
        # Without a memory the next build looks at everything once more, which is only slower.
        draft.unlink(missing_ok=True)


def changed_lately(paths: Iterable[str], started_ns: int) -> bool:
    """Whether one of the inputs changed after the build began, or too shortly before to be told apart."""
    stamps = (_stamp(path) for path in paths)
    return any(stamp and stamp[1] >= started_ns - TICK_NS for stamp in stamps)


def _stamp(path: str) -> list[int]:
    """Size, time and inode; a path that is not there has none, which is a stamp too."""
    try:
        status = os.stat(path)  # noqa: PTH116 - a thousand Path objects would cost more than the answer
    except FileNotFoundError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ino]
