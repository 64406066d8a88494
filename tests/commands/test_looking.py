"""The commands that look: graph, why, size, plan, explain, show-script; and clean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.composed import KVM, LINUX, Workshop


def test_the_graph_has_bytes_that_add_up(built: Path, workshop: Workshop) -> None:
    for target in (KVM, LINUX):
        done = workshop.call("graph", "--json", "--target", target, str(built))
        value = done.verdict
        total = sum(node["bytes"] for node in value["nodes"]) + sum(value["others"].values())
        slug = target.replace("/", "-")
        assert total == (built / "build" / "four" / slug / "four.elf").stat().st_size


def test_the_graph_works_without_an_image(app: Path, workshop: Workshop) -> None:
    done = workshop.call("graph", "--target", KVM, str(app))
    assert done.output.decode().startswith("four for kvm/x86_64, ? bytes\n"), done.told
    assert not (app / "build" / "four" / "kvm-x86_64" / "four.elf").exists()


@pytest.mark.parametrize(
    ("form", "start"), [("dot", "digraph"), ("mermaid", "flowchart"), ("json", "{"), ("tree", "four for")]
)
def test_the_graph_comes_in_four_forms(built: Path, workshop: Workshop, form: str, start: str) -> None:
    done = workshop.call("graph", "--target", KVM, "--format", form, str(built))
    assert done.output.decode().startswith(start), done.told


def test_why_leads_from_a_recipe_to_the_line_that_calls_it(built: Path, workshop: Workshop) -> None:
    done = workshop.call("why", "nolibc", str(built), "--target", KVM)
    assert f"the app calls printf ({built}/main.c:3)" in done.output.decode(), done.told


def test_why_leads_from_a_symbol_to_the_entry(built: Path, workshop: Workshop) -> None:
    lines = workshop.call("why", "printf", str(built), "--target", LINUX).output.decode().splitlines()
    assert lines[0].startswith("printf is in the image for linux/x86_64")
    assert lines[1].strip() == f"because main of app uses printf ({built}/main.c:3)"
    assert lines[-1].endswith("is where the image begins")


def test_why_leads_from_a_capability_to_those_who_want_it(built: Path, workshop: Workshop) -> None:
    text = workshop.call("why", "console", str(built), "--target", KVM).output.decode()
    assert text.startswith("console is provided by the recipe serial-16550")
    assert "because nolibc requires console" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("heap-free", "nothing in the image needs heap.alloc, heap.free"),
        ("heap.free", "it is provided by heap-free"),
        ("strtol", "nothing that is alive calls it"),
        ("malloc", "it is exported by heap-bump, heap-free"),
        ("linux-console", "it supports only linux/x86_64"),
        ("musl", "nolibc does for this program; `libc: musl` chooses this one instead"),
    ],
)
def test_why_also_says_why_not(built: Path, workshop: Workshop, name: str, said: str) -> None:
    done = workshop.call("why", name, str(built), "--target", KVM)
    assert said in done.output.decode(), done.told


def test_sizes_add_up_and_differ_by_what_was_added(built: Path, app: Path, workshop: Workshop) -> None:
    main = (app / "main.c").read_text()
    (app / "main.c").write_text(
        main.replace("#include", "#include <string.h>\n#include").replace(
            "return 0", "return strcspn(argv[0], argv[argc - 1])"
        )
    )
    assert workshop.call("build", "-q", str(app)).status == 0
    old = built / "build" / "four" / "kvm-x86_64"
    table = workshop.call("size", "--target", KVM, str(app)).output.decode().splitlines()
    rows = workshop.call("size", "--target", KVM, "--by", "section", "--json", "--diff", str(old), str(app)).verdict
    assert sum(row["bytes"] for row in rows["rows"]) == rows["file_bytes"]
    assert sum(row["old_bytes"] for row in rows["rows"]) == rows["old_file_bytes"]
    assert table[-1].split()[1] == f"{rows['file_bytes']:,}"
    grown = {row["section"] for row in rows["rows"] if row["recipe"] == "nolibc" and not row["old_bytes"]}
    assert ".text.strcspn" in grown


def test_the_plan_tells_what_would_run_and_what_comes_after_reach(built: Path, workshop: Workshop) -> None:
    words = ("--set", "trap-report.stack_words=5", "--target", KVM, str(built))
    lines = workshop.call("plan", *words).output.decode().splitlines()
    assert lines[0].startswith("four for kvm/x86_64, "), lines
    assert "1 to run" in lines[0]
    assert any("recipes/core/trap-report/src/trap_report.c (trap-report)" in line for line in lines)
    assert any(line.startswith("  link image: ") for line in lines)
    value = workshop.call("plan", "--json", *words).verdict["targets"][0]
    assert [row["label"].rpartition("/")[2] for row in value["steps"] if not row["in_store"]] == ["trap_report.c"]
    verbose = workshop.call("plan", "-v", *words).output.decode().splitlines()
    assert next(line for line in verbose if line.startswith("    ")).split()[0] == value["steps"][0]["program"]


def test_explain_names_the_change(app: Path, workshop: Workshop) -> None:
    workshop.call("build", "-q", str(app))
    (app / "main.c").write_text((app / "main.c").read_text() + "\n")
    workshop.call("build", "-q", str(app))
    done = workshop.call("explain", "--json", "--target", KVM, "main.c", str(app))
    (row,) = json.loads(done.output)
    assert set(row["changed"]) == {"input app/main.c"}
    assert row["facts"]["input app/main.c"] == row["changed"]["input app/main.c"][1]


def test_explain_knows_the_link_too(built: Path, workshop: Workshop) -> None:
    text = workshop.call("explain", "link image", str(built), "--target", KVM).output.decode()
    assert "input text/link.ld: " in text
    assert "it makes out/image.elf" in text


def test_show_script_prints_the_script_of_the_image(built: Path, workshop: Workshop) -> None:
    text = workshop.call("show-script", "--target", KVM, str(built)).output.decode()
    assert text == (built / "build" / "four" / "kvm-x86_64" / "link.ld").read_text()
    assert "wx" not in text


def test_clean_removes_the_images_and_nothing_else(app: Path, workshop: Workshop) -> None:
    workshop.call("build", "-q", str(app))
    (app / "build" / "mine.txt").write_text("kept")
    assert workshop.call("clean", str(app)).status == 0
    assert {path.name for path in app.rglob("*") if path.is_file()} == {"unikernel.yaml", "main.c", "mine.txt"}
    assert workshop.call("build", "-q", str(app)).status == 0
