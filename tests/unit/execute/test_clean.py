"""Cleaning the store: the least recently used goes first, and nothing that is in use goes at all."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer import digest
from composer.execute.clean import NOTES, OBJECTS, SOURCES, TREES, Cleaning, clean, inventory, sums
from composer.execute.lease import GRAIN_SECONDS
from composer.execute.store import Action, Store
from composer.execute.trees import check_trees, find_tree, make_tree
from tests.support.builds import Bench, shell

KEY, OTHER = digest.of_bytes(b"key"), digest.of_bytes(b"other")
DAY = 86400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture
def cleaner(store: Store) -> Iterator[Store]:
    """The same store, as another process has it."""
    made = Store(store.root)
    yield made
    made.close()


def age(store: Store, days: float) -> None:
    """Have everything in the store used last so long ago."""
    then = time.time() - days * DAY
    for pattern in ("[!dp]*/??/*", "partial/*"):  # entries, whatever is in them; no drafts
        for path in (store.root / "v1").glob(pattern):
            os.utime(path, (then, then))


def step(store: Store, key: str, content: bytes) -> str:
    """Have a step in the store that made `content`; its digest."""
    made = store.put_bytes(content)
    store.record_action(key, Action({"out/a": made}, None, 0.1), [("argv[0]", "cc")])
    return made


def cleaned(store: Store, days: float | None = 0.0, most_bytes: int | None = None, *, is_dry: bool = False) -> Cleaning:
    before = None if days is None else time.time() + 1 - days * DAY
    return clean(store, before, most_bytes, is_dry=is_dry)


def test_without_users_everything_old_goes(store: Store) -> None:
    made = step(store, KEY, b"object")
    source = store.put_bytes(b"archive")
    store.remember(OTHER, [1])
    tree = make_tree(store, KEY, lambda folder: (folder / "a.c").touch())
    assert {kind: count for kind, (count, _) in sums(inventory(store)).items()} == {
        OBJECTS: 1,
        SOURCES: 1,
        NOTES: 3,
        TREES: 1,
    }
    done = cleaned(store)
    assert {kind: count for kind, (count, _) in sums(done.removed).items()} == {
        OBJECTS: 1,
        SOURCES: 1,
        NOTES: 3,
        TREES: 1,
    }
    assert (store.fetch_action(KEY), store.read(made), store.read(source), store.recall(OTHER)) == (None,) * 4
    assert not tree.exists()
    store.close()
    assert [path.name for path in (store.root / "v1/drafts").iterdir()] == ["lock"]


def test_what_was_used_since_stays_with_all_that_it_made(store: Store) -> None:
    kept, lost = step(store, KEY, b"kept"), step(store, OTHER, b"lost")
    age(store, 10)
    assert store.fetch_action(KEY) is not None  # a use
    cleaned(store, days=5)
    assert store.fetch_action(KEY) is not None
    assert store.fetch_facts(KEY) is not None
    assert store.read(kept) == b"kept"  # though the file itself is old
    assert (store.fetch_action(OTHER), store.read(lost)) == (None, None)


def test_the_time_of_what_a_step_made_stays_for_it_is_part_of_its_stamp(store: Store) -> None:
    made = step(store, KEY, b"object")
    age(store, 10)
    before = store.path_of(made).stat()
    store.fetch_action(KEY)
    store.read(made)
    after = store.path_of(made).stat()
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)


def test_the_oldest_goes_until_the_rest_fits(store: Store) -> None:
    names = []
    for number in range(6):
        names.append(store.put_bytes(bytes([number]) * 40_000))
        then = time.time() - (10 - number) * DAY
        os.utime(store.path_of(names[-1]), (then, then))
    total = sum(entry.bytes for entry in inventory(store))
    done = cleaned(store, None, total - 50_000)
    assert [store.has(name) for name in names] == [False, False, True, True, True, True]
    assert sum(entry.bytes for entry in done.kept) <= total - 50_000
    assert cleaned(store, None, total).removed == ()


def test_a_dry_run_tells_the_same_and_removes_nothing(store: Store) -> None:
    made = step(store, KEY, b"object")
    told = cleaned(store, is_dry=True)
    assert store.read(made) == b"object"
    assert {entry.path for entry in cleaned(store).removed} == {entry.path for entry in told.removed}
    assert store.read(made) is None


@pytest.mark.parametrize("words", [{"days": 0.0}, {"days": None, "most_bytes": 1}])
def test_what_a_running_command_uses_stays_and_is_told(
    store: Store, cleaner: Store, words: dict[str, float | int | None]
) -> None:
    used, lost = step(store, KEY, b"used"), step(store, OTHER, b"lost")
    source, text = store.put_bytes(b"archive"), store.put_bytes(b"text")
    make_tree(store, KEY, lambda folder: (folder / "a.c").touch())
    age(store, 10)
    store.enter()
    assert store.fetch_action(KEY) is not None
    assert store.use(source)
    assert store.put_bytes(b"text") == text
    assert find_tree(store, KEY) is not None
    new = store.put_bytes(b"new")
    done = cleaned(cleaner, **words)  # type: ignore[arg-type]  # by name
    assert done.in_use > 0
    assert all(store.has(content) for content in (used, source, text, new))
    assert find_tree(store, KEY) is not None
    assert not store.has(lost)
    store.close()
    cleaned(cleaner, **words)  # type: ignore[arg-type]  # by name
    assert not store.has(used)


def test_what_was_used_within_the_grain_is_in_use_too(store: Store, cleaner: Store) -> None:
    """A use does not write a time that is young enough; so a command keeps all that is as young as that."""
    step(store, KEY, b"object")
    age(store, 0.5 * GRAIN_SECONDS / DAY)
    store.enter()
    assert store.fetch_action(KEY) is not None
    cleaned(cleaner)
    assert store.fetch_action(KEY) is not None


def test_a_command_that_was_killed_uses_nothing_more(store: Store, cleaner: Store) -> None:
    step(store, KEY, b"object")
    dead = store.root / "v1/drafts/dead"
    dead.mkdir(parents=True)
    (dead / "lock").touch()
    store.close()
    cleaned(cleaner)
    assert store.fetch_action(KEY) is None


@pytest.mark.parametrize("use", ["fetch", "write"])
def test_nobody_uses_or_writes_an_entry_while_it_is_decided_what_goes(store: Store, cleaner: Store, use: str) -> None:
    step(store, KEY, b"object")
    ended = threading.Event()

    def work() -> None:
        store.fetch_action(KEY) if use == "fetch" else store.remember(KEY, 1)
        ended.set()

    with cleaner.lease.alone():
        thread = threading.Thread(target=work)
        thread.start()
        assert not ended.wait(0.3)
    assert ended.wait(10.0)
    thread.join()


def test_an_unfinished_download_stays_while_its_lock_is_young(store: Store) -> None:
    store.put_bytes(b"x")
    folder = store.root / "v1/partial"
    folder.mkdir()
    for name in (KEY, f"{KEY}.lock", OTHER, f"{OTHER}.lock"):
        (folder / name).write_text("half")
    age(store, 10)
    os.utime(folder / f"{KEY}.lock")
    cleaned(store, days=5)
    assert {path.name for path in folder.iterdir()} == {KEY, f"{KEY}.lock"}


@pytest.mark.parametrize("damage", ["content", "gone", "no sums"])
def test_a_tree_whose_files_were_changed_is_found_though_sizes_and_times_are_right(store: Store, damage: str) -> None:
    def fill(folder: Path) -> None:
        (folder / "a.c").write_text("good\n")

    make_tree(store, OTHER, fill)
    files = make_tree(store, KEY, fill)
    assert check_trees(store) == (2, ())
    status = (files / "a.c").stat()
    if damage == "content":
        (files / "a.c").chmod(0o644)
        (files / "a.c").write_text("evil\n")
        (files / "a.c").chmod(0o444)
        os.utime(files / "a.c", ns=(status.st_atime_ns, status.st_mtime_ns))
        assert find_tree(store, KEY) is not None
    elif damage == "gone":
        files.chmod(0o755)
        (files / "a.c").unlink()
    else:
        (files.parent / "sums.json").unlink()
    assert check_trees(store) == (2, (KEY,))
    assert not files.exists()
    assert check_trees(store) == (1, ())


def test_a_text_of_a_step_stays_while_that_runs(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    content = bench.store.put_bytes(b"a text")
    age(bench.store, 40)
    begun, may_end = bench.app / "begun", bench.app / "may_end"
    script = "touch app/begun; while [ ! -e app/may_end ]; do sleep 0.01; done; cat text/a > out/a"
    removed: list[str] = []

    def clean_meanwhile() -> None:
        while not begun.exists():
            time.sleep(0.01)
        other = Store(bench.store.root)
        removed.extend(entry.path for entry in cleaned(other).removed)
        other.close()
        may_end.touch()

    cleaning = threading.Thread(target=clean_meanwhile)
    cleaning.start()
    try:
        made = bench.build(shell("slow", script, ("text/a",), ("out/a",)), a=b"a text")
    finally:
        begun.touch()
        cleaning.join()
    assert bench.content(made["slow"]) == b"a text"
    assert str(bench.store.path_of(content)) not in removed
