"""The step that makes the compiler's own functions where the compiler has them as sources, and where they go."""

from __future__ import annotations

from pathlib import PurePath

from composer.model.step import IMAGE, OUT, RUNTIME, RUNTIME_SOURCES, Step
from composer.model.toolchain import Toolchain

FOLDER = f"{OUT}/{RUNTIME}"
RUNTIME_OBJECT = f"{FOLDER}/runtime.o"


def runtime_step(toolchain: Toolchain) -> Step:
    """Make one object of all functions; each has sections of its own, so an image has those that it reaches."""
    source = f"{RUNTIME_SOURCES}/{PurePath(toolchain.runtime.path).name}"
    words = (word.replace("{output}", RUNTIME_OBJECT) for word in toolchain.runtime.make)
    return Step(
        label=f"compile {toolchain.runtime.name}",
        asker=IMAGE,
        program=toolchain.compiler[0],
        tool=toolchain.identity,
        argv=(*words, source),
        inputs=(source,),
        outputs=(RUNTIME_OBJECT,),
    )
