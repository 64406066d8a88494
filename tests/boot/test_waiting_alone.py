"""Waiting in images with one thread: it takes its time, what nobody can end is told, and who never waits has none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.pipeline.read import read_image
from tests.bench.libcs import REACH_OVER_LINUX, loaded_bytes
from tests.bench.linux_link import link_for_linux
from tests.support.composed import APPS, EXAMPLES, KVM, KVM_ARM, LINUX, Done, Workshop

APP = APPS / "waiting-alone"
PIPES_TOLD = b"deadlock: read of an empty pipe\ndeadlock: write to a full pipe\n"
TOLD = {
    "semaphore": b"futex: deadlock, nobody can wake who waits at ",
    "signal": b"signal: deadlock, nobody can send the one that is waited for\n",
}
NAME = "small"  # of the image of a source below
PROCESS = '#include <spawn.h>\nint main(void) { return posix_spawn(0, "/bin/sh", 0, 0, 0, 0); }\n'
LOG = """#include <stdio.h>
#include <syslog.h>
int main(void)
{
	openlog("app", LOG_PERROR | LOG_NDELAY, LOG_USER);
	syslog(LOG_INFO, "a line of %d words", 5);
	return 0;
}
"""
CLOCKS = """#include <stdio.h>
#include <sys/time.h>
#include <time.h>
int main(void)
{
	struct timeval now;
	printf("%d\\n", gettimeofday(&now, 0) == 0 && now.tv_sec <= time(0) && clock() >= 0);
	return 0;
}
"""
LIMITLESS = {
    "futex": ("recipes/posix/futex/src/futex.c", "\tif (!waits || !limit)\n", "\tif (true)\n"),
    "signal": ("recipes/posix/signal-waiting/src/wait.c", "limit ? time_after(limit) : WAIT_FOREVER", "WAIT_FOREVER"),
    "musl": ("recipes/libc/musl/src/timedwait.c", "((long)sys_futex)", "((long)futex_forever)"),
    "pipe": ("recipes/posix/pipes/src/alone/other_end.h", "object->flags & SYS_O_NONBLOCK ? -SYS_EAGAIN : ", ""),
}
each_target = pytest.mark.parametrize("target", [KVM, KVM_ARM, LINUX])


def told_by(workshop: Workshop, folder: Path, source: str, libc: str, target: str) -> tuple[set[str], Done]:
    """The recipes of an image of `source`, and what it says."""
    (folder / "main.c").write_text(source)
    manifest = folder / "unikernel.yaml"
    manifest.write_text(f"name: {NAME}\napp: {{sources: [main.c]}}\ntarget: {target}\nlibc: {libc}\n")
    workshop.build(manifest)
    recipes = {recipe["name"] for recipe in workshop.facts(NAME, target)["recipes"]}
    return recipes, workshop.run(workshop.image(NAME, target))


@each_target
def test_a_limit_is_kept_and_pipes_tell_a_deadlock(programs: Workshop, target: str) -> None:
    done = programs.run(APP, words=("--target", target))
    assert (done.status, done.output) == (0, PIPES_TOLD + b"all is well\n"), done.told


@pytest.mark.parametrize("what", TOLD)
def test_what_nobody_can_end_is_told(programs: Workshop, what: str) -> None:
    done = programs.run(APP, what, words=("--target", KVM, "--json"))
    assert done.ending[0] == "abort", done.told
    assert TOLD[what] in done.errors.replace(b"\r", b""), done.told


@pytest.mark.parametrize("part", LIMITLESS)
def test_without_a_part_the_app_sees_it(programs: Workshop, tmp_path: Path, part: str) -> None:
    done = programs.altered(tmp_path, [LIMITLESS[part]]).run(APP, words=("--target", LINUX))
    assert done.status != 0, done.told


def test_lua_on_musl_has_neither_a_halt_nor_pipes_and_little_over_linux(programs: Workshop, tmp_path: Path) -> None:
    words = ("--quiet", "--set", "libc=musl", "--target", KVM, "--out", str(tmp_path / "out"), *programs.pin)
    done = programs.call("build", *words, str(EXAMPLES / "lua"))
    assert done.status == 0, done.told
    image = read_image(tmp_path / "out/lua/kvm-x86_64")
    alive = {kept.recipe for kept in image.sections}
    assert "futex-forever" in alive
    assert not alive & {"futex", "wait-alone", "idle-kvm-x86_64", "pipes", "posix-sleep"}
    link_for_linux(image, programs.store, tmp_path / "lua.linux")
    own = loaded_bytes((tmp_path / "lua.linux").read_bytes())
    assert image.file_bytes - own <= REACH_OVER_LINUX


@pytest.mark.parametrize("libc", ["nolibc", "musl"])
def test_who_only_looks_at_clocks_has_no_halt(programs: Workshop, tmp_path: Path, libc: str) -> None:
    recipes, done = told_by(programs, tmp_path, CLOCKS, libc, KVM_ARM)
    assert done.output.splitlines()[-1] == b"1", done.told
    assert not any(name.startswith(("idle", "wait-alone")) for name in recipes), recipes


def test_a_log_needs_no_network(programs: Workshop, tmp_path: Path) -> None:
    recipes, done = told_by(programs, tmp_path, LOG, "musl", KVM)
    assert done.output == b"app: a line of 5 words\n", done.told
    assert "lwip" not in recipes


def test_a_second_process_is_refused_by_name(programs: Workshop, tmp_path: Path) -> None:
    recipes, done = told_by(programs, tmp_path, PROCESS, "musl", KVM)
    assert done.output == b"posix: clone is not there\n", done.told
    assert "pipes" not in recipes
