"""Images that were optimised at link time work, tell their faults, are protected, and say whose their bytes are.

The profile `speed` is, without being asked; here it is `size` that is asked for it.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.boot.test_examples import TRAPS, line_of
from tests.support.composed import EXAMPLES, KVM, KVM_ARM, LINUX, TARGETS, Workshop

on_each_target = pytest.mark.parametrize("target", TARGETS)

MERGE = "composer/pipeline/merge.py"

# After merging gcc sees that printf("%s\n", …) is puts(…), of whose object nothing was alive.
CALLER = 'void say(const char *form, const char *word);\nint main(void) { say("%s\\n", "a word"); return 0; }\n'
CALLED = "#include <stdio.h>\nvoid say(const char *form, const char *word) { printf(form, word); }\n"


@pytest.fixture(scope="module")
def made(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    own = Workshop(workshop.checkout, workshop.store, tmp_path_factory.mktemp("lto"), toolchain=workshop.toolchain)
    for target in TARGETS:
        words = ("--set", "lto=true", "--target", target, "--out", str(own.out))
        done = own.call("build", "-q", *own.pin, *words, *(str(EXAMPLES / name) for name in ("hello", "echo", "crash")))
        assert done.status == 0, done.told
    return own


@on_each_target
def test_hello_and_echo_work(made: Workshop, target: str) -> None:
    assert made.run(made.image("hello", target), "a").output == b"Hello, world, with 1 argument(s)\n"
    done = made.run(made.image("echo", target), "x y", words=("--env", "A=B"), stdin=b"abc\n")
    assert done.output.splitlines()[1:] == [b"argument 1: x y", b"environment: A=B", b"1: cba", b"1 line(s)"], done.told


@on_each_target
def test_a_fault_is_told_with_function_line_and_callers(made: Workshop, target: str) -> None:
    done = made.run(made.image("crash", target), "null-read", words=("--json",))
    assert done.ending == ("trap", TRAPS[target].numbers["page-fault"]), done.told
    frames = done.verdict["report"][1:]
    assert frames[0].endswith(f" fail_null_read at app/main.c:{line_of('hidden(NULL)', 'static void fail_null_read(')}")
    assert " main at app/main.c:" in frames[1], done.told
    assert " at recipes/boot/" in frames[-1], done.told


@on_each_target
def test_a_smashed_stack_is_noticed(made: Workshop, target: str) -> None:
    done = made.run(made.image("crash", target), "smash-stack", words=("--json",))
    assert (done.status, done.verdict["end"]) == (4, "abort"), done.told


@on_each_target
def test_code_is_merged_and_what_it_is_of_is_known(made: Workshop, workshop: Workshop, target: str) -> None:
    merged = made.facts("crash", target)
    assert merged["manifest"]["lto"]
    assert merged["file_bytes"] < workshop.facts("crash", target)["file_bytes"]
    owners = {row["recipe"] for row in merged["rows"]}
    assert {"app", "nolibc", "report", "trap-report"} <= owners
    nobody = sum(row["bytes"] for row in merged["rows"] if row["recipe"] == "(merged)")
    assert 50 * nobody <= merged["file_bytes"], [row for row in merged["rows"] if row["recipe"] == "(merged)"]


Code = Mapping[str, str]  # of each function, its disassembly


def functions(image: Path, target: str) -> Code:
    """Disassembly of each function in the debug file."""
    tool = "aarch64-linux-gnu-objdump" if target.endswith("aarch64") else "objdump"
    words = [tool, "-d", "--no-show-raw-insn", str(image.with_suffix(".dbg"))]
    text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return {name: code for name, code in re.findall(r"^[0-9a-f]+ <([^>]+)>:\n(.*?)(?:^\n|\Z)", text, re.S | re.M)}


STRONG, ALL = "-fstack-protector-strong", "-fstack-protector-all"
REPORT, STDIO = "recipes/core/report/recipe.yaml", "recipes/libc/nolibc-stdio/recipe.yaml"
VARIADIC = "{c: [src/variadic/*.c], flags: [-mgeneral-regs-only], when"
EVERY_FUNCTION = [(f"toolchains/{name}.yaml", STRONG, ALL) for name in ("clang", "gcc", "zig")]


def code_of_crash(workshop: Workshop, folder: Path, target: str, edits: Sequence[tuple[str, str, str]]) -> Code:
    """Code of the example crash, merged, from a checkout where every function checks its canary if it may."""
    altered = workshop.altered(folder / "altered", [*EVERY_FUNCTION, *edits])
    words = ("--set", "lto=true", "--target", target, "--out", str(altered.out), str(EXAMPLES / "crash"))
    done = altered.call("build", "-q", *altered.pin, *words)
    assert done.status == 0, done.told
    return functions(altered.image("crash", target), target)


def checking(code: Code) -> set[str]:
    return {name for name, text in code.items() if "__stack_chk_fail" in text}


def with_vectors(code: Code) -> set[str]:
    """Functions of the library OS that use the app's vector registers."""
    ours = {name: text for name, text in code.items() if not name.startswith(("fail_", "main", "descend", "call"))}
    return {name for name, text in ours.items() if re.search(r"xmm|\b[qv]\d+\b", text)}


@on_each_target
def test_flags_of_a_source_hold_where_its_code_went(workshop: Workshop, tmp_path: Path, target: str) -> None:
    code = code_of_crash(workshop, tmp_path, target, ())
    broken = {name for name in code if re.match(r"(report|trap_|handle|boot_|device_tree|stack_prot)", name)}
    assert {"report", "stack_protector_start"} < broken, sorted(code)
    assert not broken & checking(code), "they run when a stack is broken, or before there is a canary"
    assert {"main", "printf"} <= checking(code), "others check, so the flag is not that of the whole object"
    assert not with_vectors(code)


def test_without_those_flags_that_would_be_seen(workshop: Workshop, tmp_path: Path) -> None:
    edits = [(REPORT, "-fno-stack-protector, ", ""), (STDIO, VARIADIC, "{c: [src/variadic/*.c], when")]
    code = code_of_crash(workshop, tmp_path, KVM, edits)
    assert "report" in checking(code)
    assert "printf" in with_vectors(code)


def with_wrapper(folder: Path) -> Path:
    """An app whose only call of `puts` is made by the optimiser."""
    (folder / "main.c").write_text(CALLER)
    (folder / "say.c").write_text(CALLED)
    (folder / "unikernel.yaml").write_text(
        "name: say\napp: {sources: [main.c, say.c]}\ntarget: linux/x86_64\nlto: true\n"
    )
    return folder


def test_the_optimiser_may_call_what_nothing_called_before(workshop: Workshop, tmp_path: Path) -> None:
    own = Workshop(workshop.checkout, workshop.store, tmp_path / "out", toolchain=workshop.toolchain)
    done = own.run(with_wrapper(tmp_path))
    assert (done.status, done.output) == (0, b"a word\n"), done.told
    names = subprocess.run(["nm", str(own.folder("say", LINUX) / "say.dbg")], capture_output=True, text=True).stdout
    if workshop.toolchain in (None, "gcc"):  # clang leaves printf alone here
        assert " puts\n" in names


def test_without_the_second_round_such_a_call_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    """So the test before sees that round at work."""
    altered = workshop.altered(tmp_path / "altered", [(MERGE, "        if not wanted:\n", "        if True:\n")])
    folder = tmp_path / "app"
    folder.mkdir()
    done = altered.call("build", "-q", "--out", str(altered.out), str(with_wrapper(folder)))
    assert (done.status, b"nothing defines 'console_write'" in done.errors) == (3, True), done.told


def test_why_tells_of_a_function_that_was_inlined_away(made: Workshop) -> None:
    words = ("--set", "lto=true", "--target", KVM, "--out", str(made.out), str(EXAMPLES / "hello"))
    facts = made.facts("hello", KVM)
    placed = {(row["object"], row["section"]) for row in facts["rows"]}
    gone = [kept for kept in facts["sections"] if kept["symbols"] and (kept["object"], kept["section"]) not in placed]
    assert gone, json.dumps(facts["rows"])
    symbol = gone[0]["symbols"][0]
    told = made.call("why", *made.pin, symbol, *words)
    assert b"optimised at link time, what is left of it is part of others" in told.output, told.told
    assert b"\n  because " in told.output, told.told
    told = made.call("why", *made.pin, "main", *words)
    assert b"optimised at link time" not in told.output, told.told


def test_the_same_image_wherever_it_was_made(made: Workshop, tmp_path: Path) -> None:
    other = Workshop(made.checkout, tmp_path / "store", tmp_path / "deep/er/out", toolchain=made.toolchain)
    words = ("--set", "lto=true", "--target", KVM_ARM, "--out", str(other.out), "-j", "1", str(EXAMPLES / "hello"))
    assert other.call("build", "-q", *other.pin, *words).status == 0
    for suffix in ("img", "dbg", "map"):
        one, two = (work.folder("hello", KVM_ARM) / f"hello.{suffix}" for work in (made, other))
        assert one.read_bytes() == two.read_bytes(), suffix


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
def test_merged_code_calls_a_hidden_function_of_assembly(workshop: Workshop, tmp_path: Path, target: str) -> None:
    here = replace(workshop, out=tmp_path / "out")
    main = "fesetround(FE_UPWARD);\n\tvolatile double third = 1;\n\treturn third / 3 > 0x1.5555555555555p-2 ? 25 : 1;"
    (tmp_path / "main.c").write_text(f"#include <fenv.h>\n\nint main(void)\n{{\n\t{main}\n}}\n")
    (tmp_path / "unikernel.yaml").write_text(f"name: up\napp: {{sources: [main.c]}}\ntarget: {target}\nlibc: nolibc\n")
    done = here.call("run", "--out", str(here.out), "--profile", "speed", *here.pin, str(tmp_path))
    assert b"the guest ended with status 25" in done.errors, done.told
