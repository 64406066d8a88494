"""compile_commands.json: how editors and language servers learn what the compiler is told."""

from __future__ import annotations

from pathlib import Path

from composer.model.image import GENERATED
from composer.model.step import OUT
from composer.pipeline.select import Selection
from composer.pipeline.workshop import Workshop


def compile_commands(workshop: Workshop, selection: Selection) -> list[dict[str, object]]:
    """One entry per compiled source, with paths that exist (the steps themselves run in folders of their own)."""
    generated = workshop.project.folder_of(selection.target) / GENERATED
    roots = {**workshop.roots, OUT: str(generated)}
    before = len(selection.toolchain.compiler) - 1  # words that an editor would take for sources

    def real(word: str) -> str:
        for prefix in ("-I", ""):
            root, _, rest = word.removeprefix(prefix).partition("/")
            if root in roots and word.startswith(prefix):
                return prefix + str(Path(roots[root], rest))
        return word

    return [
        {
            "directory": workshop.project.loaded.folder,
            "file": real(step.inputs[0]),
            "arguments": [step.program, *(real(word) for word in _for_editors(step.argv[before:]))],
        }
        for step in selection.steps
    ]


def _for_editors(argv: tuple[str, ...]) -> list[str]:
    """The words that say something about the source, without those that name outputs or the step's folder."""
    words = [word for word in argv if "{cwd}" not in word]
    end = words.index("-MD" if "-MD" in words else "-c")
    return [*words[:end], "-c", words[words.index("-c") + 1]]
