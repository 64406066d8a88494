"""Steps that come after reach: the generated C of the image, and the link of what is alive."""

from __future__ import annotations

from collections.abc import Sequence

from composer.model.step import IMAGE, Step
from composer.model.toolchain import Toolchain
from composer.plan.compile import compile_step

SCRIPT = "text/link.ld"
GENERATED = "text/image.c"
GENERATED_OBJECT = "out/image.o"
LINKED = "out/image.elf"
MAP = "out/image.map"


def generated_step(toolchain: Toolchain, profile: str) -> Step:
    """Compile what the composer generated for this image: init calls and the manifest's digest."""
    return compile_step(toolchain, profile, GENERATED, GENERATED_OBJECT, IMAGE, (), ())


def link_step(toolchain: Toolchain, objects: Sequence[str], page: int) -> Step:
    """Link `objects` (logical paths, in order) by the generated script; `page` is in bytes."""
    argv = (
        *toolchain.linker[1:],
        *toolchain.link_flags,
        # The script names every section; one that reach did not place is an error, not a surprise.
        *("--gc-sections", "--orphan-handling=error", "--build-id=none", "-static"),
        *("-z", "norelro", "-z", "noseparate-code", "-z", f"max-page-size={page}"),
        *("-Map", MAP, "-T", SCRIPT, "-o", LINKED, *objects),
    )
    return Step(
        label="link image",
        asker=IMAGE,
        program=toolchain.linker[0],
        tool=toolchain.identity,
        argv=argv,
        inputs=tuple(sorted((SCRIPT, *objects))),
        outputs=(LINKED, MAP),
    )
