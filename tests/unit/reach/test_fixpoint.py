"""What is alive, what leaves, what is wrong: on real objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from composer.errors import Code, ComposerError
from composer.layout.script import DEFINED_SYMBOLS
from composer.model.cause import Cause
from composer.model.linkage import Member, Reach
from composer.model.recipe import InitCall
from composer.reach.diagnose import Exports, diagnose
from composer.reach.fixpoint import Rules, init_calls, reach, undefined
from composer.reach.lines import Locator
from tests.support.linking import member, rules


def alive_names(reached: Reach) -> set[str]:
    return {reached.members[entry.member].index.sections[entry.section].name for entry in reached.alive}


def messages(
    folder: Path, reached: Reach, recipes: Mapping[str, tuple[str, ...]] | None = None, unsupported: Sequence[str] = ()
) -> list[str]:
    locator = Locator(lambda path: (folder / path).read_bytes(), lambda file: file)
    exports = Exports(recipes or {}, frozenset(unsupported), "kvm/x86_64")
    return [str(diagnostic) for diagnostic in diagnose(reached, exports, locator)]


def test_only_what_the_root_reaches_is_alive(tmp_path: Path) -> None:
    source = (
        "static int a; int f(void) { return a++; } int dead(void) { return f(); } int _start(void) { return f() + 1; }"
    )
    reached = reach([member(tmp_path, "app", "a.o", source, ["-fno-inline"])], rules())
    assert alive_names(reached) == {".text._start", ".text.f", ".bss.a"}


def test_each_live_section_names_the_first_use_of_it(tmp_path: Path) -> None:
    one = member(tmp_path, "app", "a.o", "void f(void); void _start(void) { f(); f(); }")
    two = member(tmp_path, "lib", "b.o", "void f(void) { }")
    reached = reach([one, two], rules())
    because = next(entry.because for entry in reached.alive if entry.member == 1)
    assert (because.cause, because.symbol, because.member) == (Cause.SYMBOL, "f", 0)
    assert because.offset < min(r.offset for r in one.index.references if r.symbol == "f") + 1
    assert reached.alive[0].because.cause is Cause.ROOT


def test_two_recipes_that_only_know_each_other_die_with_their_init_calls(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "a.o", "void _start(void) { }"),
        member(
            tmp_path, "ping", "b.o", "void pong(void); void ping(void) { pong(); } void ping_start(void) { ping(); }"
        ),
        member(
            tmp_path, "pong", "c.o", "void ping(void); void pong(void) { ping(); } void pong_start(void) { pong(); }"
        ),
    ]
    init = {name: (InitCall(call=f"{name}_start", level="devices"),) for name in ("ping", "pong")}
    reached = reach(members, rules(init=init))
    assert reached.left == ("ping", "pong")
    assert init_calls(reached, ("ping", "pong"), init) == ()
    assert [found.path for found in reached.live_members()] == ["a.o"]


def test_an_init_call_lives_once_anything_else_of_its_recipe_does(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "a.o", "void ping(void); void _start(void) { ping(); }"),
        member(tmp_path, "ping", "b.o", "void ping(void) { }"),
        member(tmp_path, "ping", "c.o", "void pong(void); void ping_start(void) { pong(); }"),
        member(tmp_path, "pong", "d.o", "void pong(void) { } void pong_start(void) { }"),
    ]
    init = {
        "ping": (InitCall(call="ping_start", level="devices"),),
        "pong": (InitCall(call="pong_start", level="early"),),
    }
    reached = reach(members, rules(init=init))
    assert reached.left == ()
    assert init_calls(reached, ("ping", "pong"), init) == (("pong", *init["pong"]), ("ping", *init["ping"]))
    because = {e.because.cause for e in reached.alive if reached.members[e.member].path == "c.o"}
    assert because == {Cause.INIT}


def test_notes_and_constructors_live_with_their_object_only(tmp_path: Path) -> None:
    note = '__attribute__((section(".note.x,\\"a\\",@note#"), used)) static const int note = 1;'
    extra = note + '__attribute__((constructor)) static void first(void) { __asm__ volatile(""); }'
    members = [
        member(tmp_path, "app", "a.o", "void _start(void) { }" + extra),
        member(tmp_path, "lib", "b.o", "void unused(void) { }" + extra),
    ]
    reached = reach(members, rules())
    assert {entry.member for entry in reached.alive} == {0}
    assert alive_names(reached) == {".text._start", ".note.x", ".init_array", ".text.startup.first"}
    assert reached.has_constructors


def test_a_thread_local_variable_and_destructors_need_who_makes_them_work_once_they_are_alive(tmp_path: Path) -> None:
    local = "_Thread_local int mine = 1; int use(void) { return mine; }"
    last = '__attribute__((destructor)) static void last(void) { __asm__ volatile(""); } void other(void) { }'
    starters = [
        member(tmp_path, "tls", "t.o", "void tls_start(void) { }"),
        member(tmp_path, "destructors", "d.o", "void destructors_start(void) { }"),
    ]
    parts = [member(tmp_path, "lib", "b.o", local), member(tmp_path, "lib", "c.o", last)]
    init = {name: (InitCall(call=f"{name}_start", level="early"),) for name in ("tls", "destructors")}
    for uses, owners in (("", {"app"}), ("use", {"app", "lib", "tls"}), ("other", {"app", "lib", "destructors"})):
        source = f"void {uses}(void); void _start(void) {{ {uses}(); }}" if uses else "void _start(void) { }"
        app = member(tmp_path, "app", "a.o", source)
        reached = reach([app, *parts, *starters], rules(init=init))
        assert reached.owners == owners
        assert not reached.missing
    alone = reach(
        [member(tmp_path, "app", "a.o", "int use(void); int _start(void) { return use(); }"), *parts], rules()
    )
    (message,) = messages(tmp_path, alone, {"tls_start": ("tls",)})
    assert "nothing defines 'tls_start', which is used by the thread-local mine in recipe lib" in message
    assert "recipe tls exports 'tls_start', but is not in the image" in message


def test_a_strong_definition_wins_over_an_earlier_weak_one(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "a.o", "void f(void); void _start(void) { f(); }"),
        member(tmp_path, "weak", "b.o", "__attribute__((weak)) void f(void) { }"),
        member(tmp_path, "strong", "c.o", "void f(void) { }"),
    ]
    assert reach(members, rules()).owners == {"app", "strong"}


def test_the_second_of_two_equal_groups_does_not_exist(tmp_path: Path) -> None:
    group = '.section set,"aG",@progbits,both,comdat\n.weak both\nboth: .quad 0\n'
    members = [
        member(tmp_path, "app", "a.S.o", f'.section .start,"ax"\n.globl _start\n_start: .quad __start_set\n{group}'),
        member(tmp_path, "lib", "b.S.o", group),
    ]
    assert [(e.member, e.because.symbol) for e in reach(members, rules()).alive] == [(0, "_start"), (0, "__start_set")]


def test_a_missing_symbol_is_told_with_the_line_the_function_and_the_recipe_that_has_it(tmp_path: Path) -> None:
    source = "int fly(int);\nint f(int x)\n{\n\treturn fly(x) + 1;\n}\nint _start(void) { return f(3); }\n"
    reached = reach([member(tmp_path, "app", "app/a.o", source, ["-fno-inline"])], rules())
    assert messages(tmp_path, reached, {"fly": ("wings",)}) == [
        "app/a.c:4: error[S001]: nothing defines 'fly', which is used by f in the app\n"
        "  hint: recipe wings exports 'fly', but is not in the image"
    ]
    assert "does not support kvm/x86_64" in messages(tmp_path, reached, {"fly": ("wings",)}, ["wings"])[0]
    assert "did you mean 'flyy' of recipe wings?" in messages(tmp_path, reached, {"flyy": ("wings",)})[0]


def test_dead_code_may_miss_symbols_and_weak_ones_may_stay_undefined(tmp_path: Path) -> None:
    source = "int gone(void); int dead(void) { return gone(); }"
    source += "extern int maybe(void) __attribute__((weak)); int _start(void) { return maybe ? maybe() : 0; }"
    assert reach([member(tmp_path, "app", "a.o", source)], rules()).missing == ()


def test_a_symbol_that_two_live_objects_define_is_told_with_both_places_and_the_reason(tmp_path: Path) -> None:
    members = [
        member(
            tmp_path,
            "app",
            "app/a.o",
            "void other(void);\nvoid _start(void) { other(); }\nint same(void) { return 1; }",
        ),
        member(tmp_path, "lib", "lib/b.o", "void other(void) { }\nint same(void) { return 2; }"),
    ]
    (message,) = messages(tmp_path, reach(members, rules()))
    assert "app/a.c:3: error[S002]: 'same' is defined twice" in message
    assert "by the app at app/a.c:3, and by recipe lib at lib/b.c:2" in message
    assert "the recipe's object is in the image because _start in the app uses 'other'" in message


SAME = "int same(void) { return 2; }"
USES_SAME = "int same(void); int use(void) { return same(); }"


def owner_of(reached: Reach, symbol: str) -> str:
    return reached.members[reached.definers[symbol][0]].owner


def test_the_app_s_definition_takes_the_place_of_an_exported_one(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "lib", "lib/b.o", SAME),
        member(tmp_path, "lib", "lib/c.o", USES_SAME),
        member(tmp_path, "app", "app/a.o", f"int use(void); {SAME} void _start(void) {{ use(); }}"),
    ]
    reached = reach(members, Rules(("_start",), {}, {"lib": frozenset({"same", "use"})}, DEFINED_SYMBOLS))
    assert (reached.twice, reached.private, owner_of(reached, "same")) == ((), (), "app")
    assert [found.path for found in reached.live_members()] == ["lib/c.o", "app/a.o"]


def test_the_app_cannot_take_the_place_of_what_a_recipe_does_not_export(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "app/a.o", f"int use(void); {SAME} void _start(void) {{ use(); }}"),
        member(tmp_path, "lib", "lib/b.o", SAME),
        member(tmp_path, "lib", "lib/c.o", USES_SAME),
    ]
    reached = reach(members, Rules(("_start",), {}, {"lib": frozenset({"use"})}, DEFINED_SYMBOLS))
    assert reached.twice == (("same", 0, 1),)


def test_the_app_cannot_take_the_place_of_the_entry(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "app/a.o", "void _start(void) { }"),
        member(tmp_path, "boot", "b.o", "void main(void); void _start(void) { main(); }"),
    ]
    app = member(tmp_path, "app", "app/c.o", "void _start(void) { } void main(void) { }")
    assert reach([app, members[1]], rules()).twice == (("_start", 0, 1),)
    assert reach(members, rules()).owners == {"boot"}


def test_each_recipe_means_its_own_private_symbol(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "app/a.o", "int use(void); void _start(void) { use(); }"),
        member(tmp_path, "first", "first/b.o", SAME),
        member(tmp_path, "lib", "lib/b.o", SAME),
        member(tmp_path, "lib", "lib/c.o", USES_SAME),
    ]
    exports = {"first": frozenset[str](), "lib": frozenset({"use"})}
    reached = reach(members, Rules(("_start",), {}, exports, DEFINED_SYMBOLS))
    assert (reached.twice, reached.private, owner_of(reached, "same")) == ((), (), "lib")
    assert reached.owners == {"app", "lib"}


def test_an_exported_definition_is_preferred_to_one_that_may_not_be_used(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "app/a.o", "int same(void); void _start(void) { same(); }"),
        member(tmp_path, "first", "first/b.o", SAME),
        member(tmp_path, "lib", "lib/b.o", SAME),
    ]
    exports = {"first": frozenset[str](), "lib": frozenset({"same"})}
    reached = reach(members, Rules(("_start",), {}, exports, DEFINED_SYMBOLS))
    assert (reached.twice, reached.private, owner_of(reached, "same")) == ((), (), "lib")


def test_two_objects_of_the_app_are_told_even_if_one_is_not_used(tmp_path: Path) -> None:
    members = [
        member(tmp_path, "app", "app/a.o", f"{SAME} void _start(void) {{ same(); }}"),
        member(tmp_path, "app", "app/b.o", SAME),
    ]
    assert reach(members, rules()).twice == (("same", 0, 1),)


def test_a_name_that_the_composer_generates_cannot_be_defined_by_the_app(tmp_path: Path) -> None:
    members = [member(tmp_path, "app", "app/a.o", "void image_init(void) { }\nvoid _start(void) { image_init(); }")]
    (message,) = messages(tmp_path, reach(members, rules()))
    assert "app/a.c:1: error[S002]: 'image_init'" in message


def test_a_symbol_that_its_recipe_does_not_export_cannot_be_used_by_another(tmp_path: Path) -> None:
    members = [
        member(
            tmp_path, "app", "app/a.o", "void inner(void); void outer(void); void _start(void) { inner(); outer(); }"
        ),
        member(tmp_path, "lib", "lib/b.o", "void inner(void) { } void outer(void) { inner(); }"),
    ]
    reached = reach(members, Rules(("_start",), {}, {"lib": frozenset({"outer"})}, DEFINED_SYMBOLS))
    (message,) = messages(tmp_path, reached)
    assert "app/a.c:1: error[S004]: 'inner' is private to recipe lib, and _start in the app uses it" in message


def test_no_main_is_told_before_and_after_the_library_is_there(tmp_path: Path) -> None:
    app = member(tmp_path, "app", "app/a.o", "static int main(void) { return 1; } int x(void) { return main(); }")
    with pytest.raises(ComposerError) as caught:
        undefined([app])
    assert caught.value.diagnostics[0].code is Code.NO_MAIN
    start = member(tmp_path, "boot", "b.o", "int main(void); void _start(void) { main(); }")
    assert "error[S003]" in messages(tmp_path, reach([start, app], rules()))[0]


def test_undefined_symbols_of_the_app_are_those_that_main_reaches(tmp_path: Path) -> None:
    source = (
        "void a(void); void b(void); void c(void); void dead(void) { c(); } int main(void) { b(); a(); b(); return 0; }"
    )
    assert [use.symbol for use in undefined([member(tmp_path, "app", "a.o", source)]).missing] == ["b", "a"]


def test_the_answer_does_not_depend_on_who_owns_an_object(tmp_path: Path) -> None:
    one = member(tmp_path, "app", "a.o", "void f(void); void _start(void) { f(); }")
    two = member(tmp_path, "lib", "b.o", "void f(void) { }")
    other = Member("app", two.path, two.index)
    assert reach([one, two], rules()).alive == reach([one, other], rules()).alive
