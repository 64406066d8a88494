"""The follower of pages: it does what a page says, and sees where that is not what happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.walkthrough import Command, Follower, Written, difference, read_page

PAGE = """\
# A page

1.  Write a file:

    ```c title="src/a.c"
    int a;

    ```

    and look at it:

    ```console
    $ cat src/a.c
    int a;
    $ cd src
    $ echo one &&
    > echo two
    one
    two
    ```

```yaml
not: followed
```

<!-- exit: 3 -->
<!-- numbers vary -->
```console
$ pwd
…/src
$ echo '[ 1/45] 0.3s compile a.c'; echo "1,204   bytes" >&2; exit 3
987 bytes
```

<!-- skip: it is not there -->
```console
$ not-there
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    return path


@pytest.fixture
def follower(tmp_path: Path) -> Follower:
    (tmp_path / "here").mkdir()
    return Follower(tmp_path / "here", tmp_path / "store")


def test_a_page_is_read_as_what_its_reader_does(page: Path) -> None:
    assert read_page(page) == (
        Written(5, "src/a.c", "int a;\n\n"),
        Command(13, "cat src/a.c", ("int a;",)),
        Command(15, "cd src", ()),
        Command(16, "echo one &&\necho two", ("one", "two")),
        Command(29, "pwd", ("…/src",), 0, True),
        Command(
            31,
            "echo '[ 1/45] 0.3s compile a.c'; echo \"1,204   bytes\" >&2; exit 3",
            ("987 bytes",),
            3,
            True,
        ),
    )


def test_a_page_that_tells_the_truth_is_followed(page: Path, follower: Follower) -> None:
    follower.follow(page)
    assert follower.folder.name == "src"
    assert (follower.folder / "a.c").read_text() == "int a;\n\n"


@pytest.mark.parametrize(
    ("truth", "lie", "told"),
    [
        ("    int a;\n    $", "    int b;\n    $", "promised: int b;"),
        ("    one\n", "", "promised: two\nprinted:  one"),
        ("    two\n", "    two\n    three\n", "not printed: three"),
        ("…/src", "…/scr", "promised: …/scr"),
        ("987 bytes", "987 words", "promised: 987 words"),
        ("exit: 3", "exit: 2", "ended with 3"),
        ("$ cd src", "$ cd away", "there is no folder"),
        ("numbers vary", "skip: no", ""),
    ],
)
def test_a_page_that_does_not_is_found_out(page: Path, follower: Follower, truth: str, lie: str, told: str) -> None:
    page.write_text(PAGE.replace(truth, lie, 1))
    if told:
        with pytest.raises(AssertionError) as caught:
            follower.follow(page)
        assert told in str(caught.value)
    else:
        follower.follow(page)


@pytest.mark.parametrize(
    ("promised", "printed", "is_alike"),
    [
        (["a", "…", "z"], ["a", "b", "c", "z"], True),
        (["a", "…", "z"], ["a", "z"], True),
        (["a", "…", "z"], ["a", "z", "y"], False),
        (["…"], [], True),
        (["a…c"], ["abbc"], True),
        (["a…c"], ["a", "c"], False),
        (["a.c"], ["abc"], False),
        (["a  b "], ["a  b"], True),
        (["a"], ["a", "b"], False),
        ([], [""], True),
        (["12 bytes"], ["13 bytes"], False),
    ],
)
def test_what_is_left_out_of_a_promise(promised: list[str], printed: list[str], is_alike: bool) -> None:
    assert (difference(promised, printed) is None) == is_alike


@pytest.mark.parametrize(
    ("promised", "printed", "is_alike"),
    [
        ("recipe    7 bytes", "recipe  12,345 bytes", True),
        ("a 1,000 bytes", "a  1,500 bytes", True),
        ("a 1,000 bytes", "a 1,501 bytes", False),
        ("a 1,000 bytes", "a 499 bytes", False),
        ("a 1,000 …", "a 900 words", True),
        ("a 1,000 bytes", "b 1,000 bytes", False),
        ("gcc 12.2.0 (x)", "gcc 14.10.1 (x)", True),
    ],
)
def test_numbers_that_vary(promised: str, printed: str, is_alike: bool) -> None:
    assert (difference([promised], [printed], numbers_vary=True) is None) == is_alike


def test_a_command_in_the_background_ends_with_the_page(tmp_path: Path, follower: Follower) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ sh -c 'echo $$ >pid; echo here; exec sleep 600' &\nhere\n$ echo on\non\n```\n")
    follower.follow(page)
    process = Path("/proc", (follower.folder / "pid").read_text().strip())
    assert not process.exists()
    page.write_text("```console\n$ echo other &\nhere\n```\n")
    with pytest.raises(AssertionError, match="promised: here"):
        follower.follow(page)


@pytest.mark.parametrize("text", ["```console\nno command\n```\n", "<!-- exit: 2 -->\nwords\n"])
def test_a_page_that_cannot_be_followed_is_refused(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=r"page\.md:\d"):
        read_page(page)


def test_the_command_is_there(tmp_path: Path, follower: Follower) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ compose --version\ncompose …\n```\n")
    follower.follow(page)
