"""What a build is noted to depend on: a file that is missing there would leave a stale image."""

from __future__ import annotations

import io
from pathlib import Path

from composer.execute.store import Store
from composer.pipeline.build import Built, build, inputs_of
from composer.pipeline.settings import Settings
from composer.report.progress import Loudness, Progress


def test_inputs_are_those_of_every_manifest_that_was_built(tmp_path: Path) -> None:
    store, quiet = Store(tmp_path / "store"), Progress(io.StringIO(), Loudness.QUIET)
    folders = [tmp_path / "one", tmp_path / "two"]
    made: list[Built] = []
    for folder in folders:
        folder.mkdir()
        (folder / "main.c").write_text("int main(void) { return 0; }\n")
        text = f"name: {folder.name}\napp: {{sources: [main.c]}}\ntarget: linux/x86_64\n"
        (folder / "unikernel.yaml").write_text(text)
        made += build(Settings(folder), store, quiet)
    store.close()
    inputs = set(inputs_of(made))
    for folder in folders:
        assert {str(folder), str(folder / "unikernel.yaml"), str(folder / "main.c")} <= inputs


def test_reasons_keep_their_source_lines_when_the_app_was_compiled_before(tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text('#include <stdio.h>\n\nint main(void)\n{\n\tputs("hello");\n\treturn 0;\n}\n')
    (tmp_path / "unikernel.yaml").write_text("name: lines\napp: {sources: [main.c]}\ntarget: linux/x86_64\n")
    store, quiet = Store(tmp_path / "store"), Progress(io.StringIO(), Loudness.QUIET)
    for _ in range(2):
        (built,) = build(Settings(tmp_path), store, quiet)
        found = [(want.what, want.at.line) for want in built.selection.wants if want.at]
        assert ("puts", 5) in found
    store.close()
