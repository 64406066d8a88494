"""Headers that a compiler finds by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.model.step import Plan, Step
from tests.support.builds import TOOL, Bench, compiled


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.write({"first/empty.h": "", "second/x.h": "int x = 1;\n", "m.c": '#include "x.h"\n#include <y.h>\n'})
    made.write({"second/y.h": ""})
    return made


STEP = compiled("app/m.c", "app/first", "app/second", "app/third", flags=("-E",))


def text(bench: Bench, step: Step = STEP, **texts: bytes) -> bytes:
    return bench.content(bench.build(step, **texts)[step.label])


def undeclared(bench: Bench, step: Step = STEP) -> str:
    with pytest.raises(ComposerError) as caught:
        bench.build(step)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code is Code.INPUT_UNDECLARED
    return diagnostic.message


def test_edited_header_compiles_again(bench: Bench) -> None:
    text(bench)
    bench.write({"second/x.h": "int x = 2;\n"})
    assert b"int x = 2" in text(bench)
    assert bench.said.ran == [STEP.label]


def test_header_that_is_back_as_it_was_is_found_in_the_store(bench: Bench) -> None:
    text(bench)
    bench.write({"second/x.h": '#include "z.h"\n', "second/z.h": "int z;\n"})
    text(bench)
    bench.write({"second/x.h": "int x = 1;\n"})
    assert b"int x = 1" in text(bench)
    assert bench.said.cached == [STEP.label]


@pytest.mark.parametrize("place", ["first/x.h", "x.h", "first/y.h"])
def test_header_that_appears_earlier_on_the_search_path_is_used(bench: Bench, place: str) -> None:
    text(bench)
    bench.write({place: "int shadow;\n"})
    assert b"int shadow" in text(bench)


def test_header_that_appears_in_a_subfolder_is_used(bench: Bench) -> None:
    bench.write({"second/sys/t.h": "int old;\n", "first/sys/other.h": "", "m.c": "#include <sys/t.h>\n"})
    text(bench)
    bench.write({"first/sys/t.h": "int shadow;\n"})
    assert b"int shadow" in text(bench)


def test_header_that_appears_beside_the_header_that_includes_it_is_used(bench: Bench) -> None:
    bench.write({"second/sub/a.h": '#include "x.h"\n', "m.c": "#include <sub/a.h>\n"})
    text(bench)
    bench.write({"second/sub/x.h": "int shadow;\n"})
    assert b"int shadow" in text(bench)


def test_header_that_appears_before_a_generated_one_is_used(bench: Bench) -> None:
    bench.write({"m.c": "#include <config.h>\n"})
    step = compiled("app/m.c", "app/first", "text", flags=("-E",))
    step = Step(
        step.label, "app", step.program, TOOL, step.argv, ("app/m.c", "text/config.h"), step.outputs, step.depfile
    )
    texts = {"config.h": b"int generated;\n"}
    assert b"int generated" in text(bench, step, **texts)
    bench.write({"first/config.h": "int shadow;\n"})
    assert b"int shadow" in text(bench, step, **texts)


@pytest.mark.parametrize("probe", ["<feature.h>", '"feature.h"'])
def test_header_whose_absence_was_asked_for_is_seen_when_it_appears(bench: Bench, probe: str) -> None:
    bench.write({"m.c": f"#if __has_include({probe})\nint has;\n#else\nint has_not;\n#endif\n"})
    assert b"int has_not" in text(bench)
    bench.write({"second/feature.h": ""})
    assert b"int has;" in text(bench)


def test_header_that_vanishes_uncovers_the_next_one(bench: Bench) -> None:
    bench.write({"first/x.h": "int shadow;\n"})
    text(bench)
    (bench.app / "first/x.h").unlink()
    assert b"int x = 1" in text(bench)


def test_unrelated_new_file_compiles_nothing(bench: Bench) -> None:
    text(bench)
    bench.write({"first/unrelated.h": "", "third/new.h": "", "notes.txt": ""})
    text(bench)
    assert bench.said.ran == []


def test_header_outside_the_roots_is_refused_and_named(bench: Bench) -> None:
    (bench.folder / "outside.h").touch()
    bench.write({"m.c": '#include "../outside.h"\n'})
    message = undeclared(bench)
    assert "app/../outside.h" in message
    assert STEP.label in message


def test_header_by_an_absolute_path_is_refused(bench: Bench) -> None:
    (bench.folder / "outside.h").touch()
    bench.write({"m.c": f'#include "{bench.folder}/outside.h"\n'})
    assert str(bench.folder / "outside.h") in undeclared(bench)


def test_system_header_is_refused(bench: Bench) -> None:
    argv = tuple(word for word in STEP.argv if word != "-nostdinc")
    bench.write({"m.c": "#include <stdio.h>\n"})
    assert "/usr/include/stdio.h" in undeclared(
        bench, Step(STEP.label, "app", STEP.program, TOOL, argv, STEP.inputs, STEP.outputs, STEP.depfile)
    )


@pytest.mark.parametrize("link", ["file", "folder"])
def test_link_that_leads_out_of_its_root_is_refused(bench: Bench, link: str) -> None:
    (bench.folder / "elsewhere").mkdir()
    (bench.folder / "elsewhere/l.h").touch()
    if link == "file":
        (bench.app / "first/l.h").symlink_to(bench.folder / "elsewhere/l.h")
        bench.write({"m.c": "#include <l.h>\n"})
    else:
        (bench.app / "first/sub").symlink_to(bench.folder / "elsewhere")
        bench.write({"m.c": "#include <sub/l.h>\n"})
    assert "l.h" in undeclared(bench)


def test_link_that_stays_in_its_root_is_followed(bench: Bench) -> None:
    (bench.app / "linked").symlink_to("second")
    bench.write({"m.c": "#include <linked/../second/x.h>\n#include <linked/y.h>\n"})
    step = compiled("app/m.c", "app", flags=("-E",))
    assert b"int x = 1" in text(bench, step)
    bench.write({"second/x.h": "int x = 2;\n"})
    assert b"int x = 2" in text(bench, step)


def test_root_that_is_itself_a_link_is_a_root(bench: Bench) -> None:
    (bench.folder / "link").symlink_to(bench.app)
    outcomes = bench.run(Plan((STEP,), {"app": str(bench.folder / "link")}))
    assert b"int x = 1" in bench.content(outcomes[STEP.label])


def test_header_edited_while_it_is_first_read_is_read_once_more(bench: Bench) -> None:
    edit = f"grep -q old {bench.app}/second/x.h && echo new > {bench.app}/second/x.h; true"
    script = f"cat app/second/x.h > out/a; {edit}; echo 'out/a: app/m.c app/second/x.h' > out/a.d"
    bench.write({"second/x.h": "old\n"})
    step = Step("race", "app", "/bin/sh", TOOL, ("-c", script), ("app/m.c",), ("out/a",), "out/a.d")
    assert text(bench, step) == b"new\n"
    assert bench.said.ran == ["race", "race"]
    assert text(bench, step) == b"new\n"
    assert bench.said.cached == ["race"]


def test_header_edited_by_every_run_is_not_kept(bench: Bench) -> None:
    script = f"cat app/second/x.h > out/a; echo $$ > {bench.app}/second/x.h; echo 'out/a: app/second/x.h' > out/a.d"
    step = Step("race", "app", "/bin/sh", TOOL, ("-c", script), ("app/m.c",), ("out/a",), "out/a.d")
    with pytest.raises(ComposerError) as caught:
        bench.build(step)
    assert caught.value.diagnostics[0].code is Code.INPUT_CHANGED
    assert "app/second/x.h" in caught.value.diagnostics[0].message


def test_name_that_appears_on_the_search_path_during_the_run_is_not_missed(bench: Bench) -> None:
    shadow = bench.app / "first" / "x.h"
    script = f"cat app/second/x.h > out/a; echo shadow > {shadow}; echo 'out/a: app/second/x.h' > out/a.d"
    argv = (
        "-c",
        f"if test -e {shadow}; then cat {shadow} > out/a; echo 'out/a: app/first/x.h' > out/a.d; else {script}; fi",
    )
    step = Step(
        "race", "app", "/bin/sh", TOOL, (*argv, "-Iapp/first", "-Iapp/second"), ("app/m.c",), ("out/a",), "out/a.d"
    )
    assert text(bench, step) == b"shadow\n"


def test_depfile_that_was_not_written_is_named(bench: Bench) -> None:
    step = Step("lazy", "app", "/bin/sh", TOOL, ("-c", "touch out/a"), (), ("out/a",), "out/a.d")
    with pytest.raises(ComposerError) as caught:
        bench.build(step)
    assert caught.value.diagnostics[0].code is Code.STEP_OUTPUT_MISSING
    assert "out/a.d" in caught.value.diagnostics[0].message


def test_garbage_in_the_remembered_headers_is_a_miss(bench: Bench) -> None:
    text(bench)
    for path in (bench.store.root / "v1/found").glob("*/*"):
        path.write_text(
            '[{"paths": [1], "folders": [], "names": {}}, 7, {"paths": [], "folders": [], "names": {"": 3}}]'
        )
    assert b"int x = 1" in text(bench)
    assert bench.said.ran == [STEP.label]
