"""The store: absent or whole, and a miss for whatever is damaged."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from composer import digest
from composer.errors import Code, ComposerError
from composer.execute.store import Action, Store
from composer.model.step import Plan
from tests.support.builds import Bench, shell

KEY = digest.of_bytes(b"key")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def damage(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_store_makes_nothing_before_the_first_write(store: Store) -> None:
    assert store.fetch_action(KEY) is None
    assert store.recall(KEY) is None
    assert not store.root.exists()


def test_blob_is_found_by_its_digest_and_is_read_only(store: Store) -> None:
    name = store.put_bytes(b"text")
    assert name == digest.of_bytes(b"text")
    assert store.has(name)
    assert store.path_of(name).read_bytes() == b"text"
    assert store.path_of(name).stat().st_mode & 0o777 == 0o444


def test_moved_file_that_has_another_name_is_copied(store: Store, tmp_path: Path) -> None:
    source, other = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"one")
    os.link(source, other)
    name = store.put_file(source, move=True)
    other.write_bytes(b"two")
    assert store.read(name) == b"one"


def test_moved_file_is_gone_and_copied_file_stays(store: Store, tmp_path: Path) -> None:
    moved, copied = tmp_path / "moved", tmp_path / "copied"
    moved.write_bytes(b"one")
    copied.write_bytes(b"two")
    assert store.read(store.put_file(moved, move=True)) == b"one"
    assert store.read(store.put_file(copied)) == b"two"
    assert (moved.exists(), copied.exists()) == (False, True)


def test_blob_with_other_content_is_a_miss_and_is_evicted(store: Store) -> None:
    name = store.put_bytes(b"text")
    damage(store.path_of(name), b"tEXT")
    assert store.read(name) is None
    assert not store.has(name)


def test_action_comes_back_with_its_facts(store: Store) -> None:
    action = Action({"out/a": store.put_bytes(b"a")}, None, 0.5)
    store.record_action(KEY, action, [("tool", "x")])
    assert store.fetch_action(KEY) == action
    assert store.fetch_facts(KEY) == (("tool", "x"),)


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\0" * 200,
        b"[1,2",
        b"null",
        b"[]",
        b'{"outputs": 3}',
        b'{"outputs": {"out/a": "../../etc/passwd"}, "log": null, "seconds": 1}',
        b'{"outputs": {"out/a": 7}, "log": null, "seconds": 1}',
        b'{"outputs": {}, "log": "x", "seconds": 1}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_garbage_in_an_action_is_a_miss(store: Store, garbage: bytes) -> None:
    store.record_action(KEY, Action({}, None, 0.5), [])
    for shelf in ("actions", "facts"):
        (store.root / "v1" / shelf / KEY[:2] / KEY[2:]).write_bytes(garbage)
    assert store.fetch_action(KEY) is None
    assert not store.fetch_facts(KEY)


def test_memo_comes_back(store: Store) -> None:
    store.remember(KEY, {"a": [1, None]})
    assert store.recall(KEY) == {"a": [1, None]}


def test_check_evicts_exactly_what_is_damaged(store: Store) -> None:
    good, flipped, cut = (store.put_bytes(text) for text in (b"good", b"flipped", b"cut off"))
    damage(store.path_of(flipped), b"flippeD")
    damage(store.path_of(cut), b"cut")
    result = store.check()
    assert result.blobs == 3
    assert set(result.evicted) == {flipped, cut}
    assert store.has(good)
    assert store.check().evicted == ()


def test_folder_in_place_of_a_blob_is_replaced(store: Store) -> None:
    name = store.put_bytes(b"text")
    store.path_of(name).unlink()
    store.path_of(name).mkdir()
    assert store.put_bytes(b"text") == name
    assert store.read(name) == b"text"


def test_closing_removes_what_is_unfinished(store: Store) -> None:
    (store.drafts().new()).mkdir()
    folder = store.drafts().folder
    store.close()
    assert not folder.exists()
    store.put_bytes(b"still usable")


def test_drafts_of_a_living_process_stay_and_those_of_a_dead_one_go(store: Store) -> None:
    living = store.drafts().folder
    dead = living.with_name("dead")
    (dead / "half").mkdir(parents=True)
    other = Store(store.root)
    other.put_bytes(b"x")
    assert living.exists()
    assert not dead.exists()


def test_store_below_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ComposerError) as caught:
        Store(tmp_path / "file" / "store").put_bytes(b"x")
    assert caught.value.diagnostics[0].code is Code.STORE_UNWRITABLE


# Damage as a build meets it


@pytest.mark.parametrize("content", [b"", b"b", b"B" * 6, None])
def test_damaged_output_is_built_again(tmp_path: Path, content: bytes | None) -> None:
    bench = Bench(tmp_path)
    steps = (
        shell("make", "printf binary > out/a", (), ("out/a",)),
        shell("use", "cat out/a out/a > out/b", ("out/a",), ("out/b",)),
    )
    first = bench.build(*steps)
    blob = bench.store.path_of(first["make"].outputs["out/a"])
    if content is None:
        blob.unlink()
    else:
        damage(blob, content)
    second = bench.build(*steps)
    assert bench.said.ran == ["make"]
    assert second["use"].outputs == first["use"].outputs
    assert blob.read_bytes() == b"binary"


def test_action_about_other_outputs_is_a_miss(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    step = shell("make", "echo 1 > out/a", (), ("out/a",))
    outcome = bench.build(step)["make"]
    bench.store.record_action(outcome.key, Action({}, None, 0.5), [])
    assert bench.build(step)["make"].outputs == outcome.outputs


def test_store_full_of_garbage_is_a_store_that_knows_nothing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write({"a.c": "int a;\n"})
    step = shell("make", "cat app/a.c > out/a", ("app/a.c",), ("out/a",))
    first = bench.build(step)
    bench.store.close()
    for path in sorted((bench.store.root / "v1").rglob("*")):
        if path.is_file() and "drafts" not in path.parts:
            damage(path, os.urandom(64))
    second = bench.build(step)
    assert bench.said.ran == ["make"]
    assert second["make"].outputs == first["make"].outputs
    assert bench.content(second["make"]) == b"int a;\n"


def test_deleted_store_costs_nothing_but_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    step = shell("make", "echo 1 > out/a", (), ("out/a",))
    first = bench.build(step)
    bench.store.close()
    shutil.rmtree(bench.store.root)
    assert bench.build(step)["make"].outputs == first["make"].outputs


def test_result_that_a_later_plan_is_given_and_the_store_lost_is_named(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    plan = bench.plan(shell("use", "cat out/lost > out/a", ("out/lost",), ("out/a",)))
    plan = Plan(plan.steps, plan.roots, plan.texts, {"out/lost": KEY})
    with pytest.raises(ComposerError) as caught:
        bench.run(plan)
    assert caught.value.diagnostics[0].code is Code.STORE_CORRUPT
    assert "out/lost" in caught.value.diagnostics[0].message
