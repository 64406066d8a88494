"""Objects whose code may be at any address (-fPIC), as archives of compilers have them: linked, verified and run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from composer.model.cause import TLS_START
from composer.model.recipe import ImageFacts
from composer.verify.image import Expected, verify
from tests.support.linking import BASE, COMPILERS, LINKERS, link, member, rules

# Through the table of addresses: data and functions of others, and what nobody defines. `per_thread` is found by a
# call of __tls_get_addr as the compiler writes it.
USER = """
extern int there, *pointer;
int function(int);
extern int nowhere(void) __attribute__((weak));
extern _Thread_local int per_thread;
int *place(void) { return &per_thread; }
int check(void)
{
	int (*call)(int) = function;

	return nowhere ? 1 : there + *pointer + call(3);
}
"""
DEFINER = "int there = 30; int *pointer = &there; int function(int x) { return x - 21; } _Thread_local int per_thread;"
EXIT = {
    "x86_64": '__asm__ volatile("syscall" : : "a"(60L), "D"((long)status));',
    "aarch64": 'register long x0 __asm__("x0") = status, x8 __asm__("x8") = 93;\n__asm__ volatile("svc 0" : : "r"(x0), "r"(x8));',
}
# Nobody has set up the thread-local variable, so it is linked and not used.
START = "int check(void); int *place(void); void _start(void) { int status = check(); if (status == 1) place(); %s }"
OPTIONS = {"default": ["-fvisibility=default"], "hidden": ["-fvisibility=hidden"]}


@pytest.mark.parametrize("visibility", OPTIONS)
@pytest.mark.parametrize("linker", LINKERS)
@pytest.mark.parametrize("arch", COMPILERS)
def test_image_of_position_independent_objects_runs(tmp_path: Path, arch: str, linker: str, visibility: str) -> None:
    flags = ["-fPIC", *OPTIONS[visibility]]
    sources = {"start.o": START % EXIT[arch], "user.o": USER, "definer.o": DEFINER}
    members = [member(tmp_path, "app", path, source, flags, arch) for path, source in sources.items()]
    linked = link(tmp_path, members, rules(), linker=linker, arch=arch)
    facts = ImageFacts(entry="_start", loader="process", base=BASE)
    assert {use.symbol for use in linked.reached.missing} == {TLS_START}
    verify(linked.evidence, Expected(members[0].index.machine, facts))
    (tmp_path / "program").write_bytes(linked.image)
    (tmp_path / "program").chmod(0o755)
    words = ["./program"] if arch == "x86_64" else ["qemu-aarch64", "./program"]
    assert subprocess.run(words, cwd=tmp_path, timeout=20).returncode == 42
