"""`libc: auto` on a program that nobody here tuned: what is chosen, what is told of it, and when the choice changes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.composed import KVM, KVM_ARM, LINUX, Workshop

APP = Path(__file__).with_name("apps") / "textbook"
LINES = b"-1.692262 yes\n0.000000 yes\n0.282240 yes\n1.190020 yes\n1.574949 yes\n1971-01-01 00:00:00\n"
PLAIN = '#include <stdio.h>\n\nint main(void)\n{\n\tputs("hello");\n\treturn 0;\n}\n'
REGEX = (
    '#include <regex.h>\n#include <stdio.h>\n\nint main(void)\n{\n\tregex_t re;\n\treturn regcomp(&re, "a", 0);\n}\n'
)
SMALLEST = {  # what a program calls -> the smallest library that has it, in the order in which they are tried
    "nolibc": ("stdio.h", 'printf("%.2f\\n", 2.5) == 5'),
    "picolibc": ("search.h", 'hcreate(8) && !hsearch((ENTRY){.key = "a"}, FIND)'),
    "newlib": ("wchar.h", 'wprintf(L"%d\\n", 25) == 3'),
    "musl": ("sys/mman.h", "mmap(0, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED"),
}


@pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])
def test_the_textbooks_program_prints_what_it_should(workshop: Workshop, target: str) -> None:
    done = workshop.run(workshop.image("textbook", target), "-n", "6")
    assert done.status == 0, done.told
    assert done.output.endswith(LINES), done.told


def test_each_library_in_it_is_explained_by_a_line_of_the_program(workshop: Workshop) -> None:
    libc = workshop.facts("textbook", KVM)["manifest"]["libc"]
    for name, call in ((libc, "regcomp"), (libc, "strftime"), ("tmpfs", "fopen"), ("paths", "fopen")):
        done = workshop.call("why", name, "--out", str(workshop.out), "--target", KVM, str(APP))
        assert done.status == 0, done.told
        assert re.search(rf"the app calls {call} \(\S*textbook/main\.c:\d+\)", done.output.decode()), done.told


def test_what_the_first_one_lacked_is_told(workshop: Workshop) -> None:
    done = workshop.call("why", "nolibc", "--out", str(workshop.out), "--target", KVM, str(APP))
    assert done.status == 0, done.told
    assert b"main.c:3:10: fatal error: regex.h: No such file or directory" in done.output, done.told


def test_the_choice_changes_only_by_a_call_that_leaves_the_library_and_is_said(
    workshop: Workshop, tmp_path: Path
) -> None:
    here = replace(workshop, out=tmp_path / "out")
    source = tmp_path / "main.c"
    (tmp_path / "unikernel.yaml").write_text(f"name: choice\napp: {{sources: [main.c]}}\ntarget: {LINUX}\n")

    def build(text: str) -> tuple[str, bytes]:
        source.write_text(text)
        done = here.call("build", "--out", str(here.out), *here.pin, str(tmp_path))
        assert done.status == 0, done.told
        return here.facts("choice", LINUX)["manifest"]["libc"], done.errors

    assert build(PLAIN)[0] == "nolibc"
    libc, told = build(PLAIN.replace("puts", "printf"))
    assert libc == "nolibc"
    assert b"C library is now" not in told
    libc, told = build(REGEX)
    assert libc != "nolibc"
    assert f"the C library is now {libc}, because nolibc does not do any more: ".encode() in told
    assert b"regex.h: No such file or directory" in told
    libc, told = build(PLAIN)
    assert libc == "nolibc"
    assert b"the C library is now nolibc instead of" in told


@pytest.mark.parametrize("libc", SMALLEST)
def test_the_smallest_library_that_has_it_is_taken(workshop: Workshop, tmp_path: Path, libc: str) -> None:
    header, call = SMALLEST[libc]
    here = replace(workshop, out=tmp_path / "out")
    (tmp_path / "main.c").write_text(f"#include <{header}>\n\nint main(void)\n{{\n\treturn {call} ? 25 : 1;\n}}\n")
    (tmp_path / "unikernel.yaml").write_text(f"name: least\napp: {{sources: [main.c]}}\ntarget: {LINUX}\n")
    done = here.call("run", "--out", str(here.out), *here.pin, str(tmp_path))
    assert b"the guest ended with status 25" in done.errors, done.told
    assert here.facts("least", LINUX)["manifest"]["libc"] == libc
