"""Steps that come after reach: the generated C of the image, and the link of what is alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from composer.model.files import FileTree
from composer.model.step import FILES, IMAGE, IMAGE_FILES, Step
from composer.model.toolchain import Toolchain
from composer.plan.compile import compile_step

SCRIPT = "text/link.ld"
GENERATED = "text/image.c"
GENERATED_OBJECT = "out/image.o"
FILES_TEXT = "text/files.S"
FILES_OBJECT = "out/files.o"
LINKED = "out/image.elf"
MAP = "out/image.map"


def generated_step(toolchain: Toolchain, profile: str) -> Step:
    """Compile what the composer generated for this image: init calls and the manifest's digest."""
    return compile_step(toolchain, profile, GENERATED, GENERATED_OBJECT, IMAGE, (), ())


def files_step(toolchain: Toolchain, profile: str, tree: FileTree) -> Step:
    """Assemble the files of the manifest's tree, and the table of their names."""
    step = compile_step(toolchain, profile, FILES_TEXT, FILES_OBJECT, IMAGE_FILES, (), ())
    files = (f"{FILES}/{entry.path}" for entry in tree.entries if entry.kind == "file")
    return replace(step, label="pack the files", inputs=tuple(sorted((FILES_TEXT, *files))))


def link_step(toolchain: Toolchain, objects: Sequence[str], page: int, size: int) -> Step:
    """Link `objects` (logical paths, in order) by the generated script; `page` and the image's `size` are in bytes."""
    large = toolchain.large
    argv = (
        *toolchain.linker[1:],
        *toolchain.link_flags,
        *(large.link_flags if large is not None and size > large.above else ()),
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
