"""How far an image reaches into libraries: as a linker that searches archives, which is asked too."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from composer.model.library import LibraryIndex, Unit, library_index
from composer.reach.closure import closure


def unit(source: str, defines: str, uses: str = "", weak: str = "") -> Unit:
    strong = frozenset(defines.split())
    return Unit(source, strong | frozenset(weak.split()), frozenset(weak.split()), frozenset(uses.split()))


def libraries(**units: Sequence[Unit]) -> Mapping[str, LibraryIndex]:
    return {name: library_index(listed) for name, listed in units.items()}


def test_only_what_is_wanted_is_taken_with_what_it_uses() -> None:
    c = libraries(c=[unit("a.c", "a", "b"), unit("b.c", "b"), unit("dead.c", "dead", "a")])
    assert closure(c, ["a"], ()).units == {"c": ("a.c", "b.c")}


def test_a_symbol_of_the_app_keeps_the_librarys_out() -> None:
    c = libraries(c=[unit("a.c", "a", "b"), unit("b.c", "b", "gone")])
    found = closure(c, ["a"], {"b"})
    assert found.units == {"c": ("a.c",)}
    assert not found.outside


def test_what_no_library_has_is_told_with_its_first_user() -> None:
    both = libraries(math=[unit("sin.c", "sin", "errno")], c=[unit("errno.c", "errno", "sys_gettid")])
    found = closure(both, ["sin", "unknown"], ())
    assert found.outside == {"sys_gettid": "c"}
    assert found.origins == {"sys_gettid": "sin"}


def test_libraries_reach_into_each_other() -> None:
    both = libraries(one=[unit("a.c", "a", "b"), unit("c.c", "c")], two=[unit("b.c", "b", "c")])
    assert closure(both, ["a"], ()).units == {"one": ("a.c", "c.c"), "two": ("b.c",)}


def test_of_two_definitions_the_strong_one_is_taken() -> None:
    c = libraries(c=[unit("weak.c", "x", weak="a"), unit("strong.c", "a")])
    assert closure(c, ["a"], ()).units == {"c": ("strong.c",)}


def test_a_weak_definition_that_is_there_brings_no_other() -> None:
    """As musl's exit, which calls the streams' own end only if something else has brought the streams."""
    units = [unit("exit.c", "exit", weak="close_all"), unit("streams.c", "close_all fopen")]
    assert closure(libraries(c=units), ["exit"], ()).units == {"c": ("exit.c",)}
    assert closure(libraries(c=units), ["exit", "fopen"], ()).units == {"c": ("exit.c", "streams.c")}


def test_order_of_wants_does_not_matter() -> None:
    c = libraries(c=[unit(f"{n}.c", f"f{n}", f"f{(n * 7 + 3) % 50} f{(n * 11 + 1) % 50}") for n in range(50)])
    assert closure(c, ["f1", "f2", "f30"], ()) == closure(c, ["f30", "f1", "f2"], ())


@pytest.mark.parametrize("seed", range(8))
def test_closure_takes_what_the_linker_takes_out_of_an_archive(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    uses = [[other for other in range(12) if chance.random() < 0.12] for _ in range(12)]
    for number, called in enumerate(uses):
        declared = "".join(f"void f{other}(void); " for other in called)
        calls = " ".join(f"f{other}();" for other in called)
        (tmp_path / f"u{number}.c").write_text(f"{declared}void f{number}(void) {{ {calls} }}\n")
    (tmp_path / "main.c").write_text("void f0(void); void f1(void); void _start(void) { f0(); f1(); }\n")
    subprocess.run(["gcc", "-c", *(f"u{n}.c" for n in range(12)), "main.c"], cwd=tmp_path, check=True)
    subprocess.run(["ar", "rc", "lib.a", *(f"u{n}.o" for n in range(12))], cwd=tmp_path, check=True)
    subprocess.run(["ld", "-o", "out", "main.o", "lib.a"], cwd=tmp_path, check=True)
    names = subprocess.run(["nm", "out"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    units = [unit(f"u{n}.c", f"f{n}", " ".join(f"f{other}" for other in called)) for n, called in enumerate(uses)]
    found = closure(libraries(c=units), ["f0", "f1"], ())
    assert set(found.units["c"]) == {f"u{n}.c" for n in range(12) if f"f{n}" in names}
