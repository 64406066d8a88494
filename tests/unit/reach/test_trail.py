"""From what is alive back to the app's line that leads there."""

from __future__ import annotations

from pathlib import Path

from composer.model.cause import Cause
from composer.model.linkage import NO_SECTION, Member
from composer.reach.fixpoint import reach
from composer.reach.trail import first_uses
from tests.support.linking import member, rules


def objects(folder: Path, app: str) -> list[Member]:
    return [
        member(folder, "app", "a.o", app),
        member(folder, "libc", "b.o", "void sys_fork(void); void fork(void) { sys_fork(); }"),
        member(folder, "posix", "c.o", "void sys_fork(void) { } void sys_other(void) { }"),
    ]


def test_the_use_is_the_last_one_of_the_app(tmp_path: Path) -> None:
    app = "void fork(void); static void child(void) { fork(); } void _start(void) { child(); }"
    reached = reach(objects(tmp_path, app), rules())
    ((symbol, because),) = first_uses(reached, ["sys_other", "sys_fork", "sys_unknown"])
    assert symbol == "sys_fork"
    assert (reached.members[because.member].owner, because.symbol) == ("app", "fork")


def test_a_use_without_the_app_is_where_the_way_begins(tmp_path: Path) -> None:
    members = [
        *objects(tmp_path, "void _start(void) { }"),
        member(tmp_path, "boot", "d.o", "void fork(void); void entry(void) { fork(); }"),
    ]
    ((_, because),) = first_uses(reach(members, rules(("entry",))), ["sys_fork"])
    assert (members[because.member].owner, because.symbol, because.cause) == ("boot", "fork", Cause.SYMBOL)
    assert because.section != NO_SECTION


def test_a_root_itself_has_no_way(tmp_path: Path) -> None:
    ((symbol, because),) = first_uses(
        reach(objects(tmp_path, "void _start(void) { }"), rules(("sys_fork",))), ["sys_fork"]
    )
    assert (symbol, because.cause) == ("sys_fork", Cause.ROOT)
