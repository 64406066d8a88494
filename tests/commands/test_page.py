"""`compose graph --html`: the page, clicked through in a headless Chromium and checked by axe-core."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from composer.model.image import Image, image_from_json
from composer.model.resolution import Reason, ReasonKind
from composer.report.page import Described, Library, data_of, render
from tests.bench.page import with_recipes
from tests.support.browser import Page, axe_core, browser, missing, new_page
from tests.support.composed import KVM, LINUX, Workshop

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]
MOST_BYTES = 400 << 10  # of a page without its data
PHONE = 360
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(scope="module")
def file(built: Path, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the app for one target, compared with the other."""
    file = tmp_path_factory.mktemp("pages") / "four.html"
    old = built / "build/four/linux-x86_64"
    done = workshop.call("graph", "--html", str(file), "--diff", str(old), "--target", KVM, str(built))
    assert done.output.decode() == f"{file}: {file.stat().st_size:,} bytes\n", done.told
    return file


@pytest.fixture(scope="module")
def chromium() -> Iterator[ClientConnection]:
    with browser() as connection:
        yield connection


@pytest.fixture
def page(chromium: ClientConnection, file: Path) -> Iterator[Page]:
    """The page, just opened; when the test ends it has complained of nothing and has asked for nothing but itself."""
    page = new_page(chromium)
    page.look()
    page.open(file)
    yield page
    assert page.complaints == []
    assert [url for url in page.requests if not url.startswith(("file:", "about:"))] == []
    page.ask("Page.close")


def image_of(built: Path, target: str) -> Image:
    return image_from_json((built / "build/four" / target.replace("/", "-") / "image.json").read_text())


def data_in(file: Path) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*)</script>', file.read_text())
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_is_small_and_names_what_it_carries(file: Path) -> None:
    text = file.read_text()
    data = json.dumps(data_in(file), separators=(",", ":"))
    assert len(text) - len(data) <= MOST_BYTES
    for library in ("dagre 3.1.3, MIT", "d3-hierarchy 3.1.3, ISC", "panzoom 4.6.2, MIT"):
        assert library in text
    assert "Permission is hereby granted" in text


def test_the_page_says_what_image_json_says(file: Path, built: Path) -> None:
    image, data = image_of(built, KVM), data_in(file)
    assert sum(row[3] for row in data["rows"]) == image.file_bytes
    assert [recipe["name"] for recipe in data["recipes"]] == [recipe.name for recipe in image.recipes]
    assert [step[0] for step in data["init"]] == [step.call for step in image.init]
    assert [segment["rights"] for segment in data["segments"]] == ["r", "rx", "rw"]
    stdio = next(recipe for recipe in data["recipes"] if recipe["name"] == "nolibc-stdio")
    called = next(reason for reason in stdio["reasons"] if reason["what"] == "printf")
    assert called["text"] == f"the app calls printf ({built}/main.c:3)"
    assert called["line"].startswith('printf("%d words')
    assert data["difference"]["file_bytes"] == [image_of(built, LINUX).file_bytes, image.file_bytes]
    settings = {name: (before, after) for name, before, after in data["difference"]["settings"]}
    assert settings["target"] == (LINUX, KVM)
    assert settings["recipe boot-kvm-x86_64"] == ("", "1")
    assert not [name for name, (before, after) in settings.items() if before == after]


def test_segments_and_init_calls_are_those_of_the_image(built: Path) -> None:
    """The map against what the linker's own script and the finished file say."""
    image = image_of(built, KVM)
    folder = built / "build/four/kvm-x86_64"
    assert sum(segment.file_bytes for segment in image.segments) <= (folder / "four.elf").stat().st_size
    for segment in image.segments:
        for place in segment.sections:
            assert segment.address <= place.address
            assert place.address + place.bytes <= segment.address + segment.memory_bytes
    assert image.segments[0].address <= image.entry < image.segments[-1].address
    script = (folder / "link.ld").read_text()
    assert all(f"{place.section} " in script for segment in image.segments for place in segment.sections)
    assert {step.call for step in image.init} == {call for recipe in image.recipes for call in recipe.init}
    assert not {"w", "x"} <= set("".join({segment.rights for segment in image.segments if len(segment.rights) > 2}))


def test_a_recipe_tells_why_it_is_there(page: Page, built: Path) -> None:
    page.click('.node[title="nolibc-stdio"]')
    told = page.text("#facts")
    assert f"the app calls printf ({built}/main.c:3)" in told
    assert 'printf("%d words, %s\\n"' in told
    assert "licence\nBSD-2-Clause" in told
    page.click("#facts .chips button")  # what it wants
    assert "requires" in page.text("#facts")
    assert page.value("location.hash").startswith("#graph/")


def test_the_graph_is_walked_with_arrows(page: Page) -> None:
    page.value("document.querySelector('.node.image').focus()")
    seen = set()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.press(key)
        assert page.value("document.activeElement.matches('.node') && !document.activeElement.matches('.image')")
        seen.add(page.value("document.activeElement.title"))
    assert len(seen) >= 4
    page.press("Enter")
    assert page.text("#facts h2") == page.value("document.activeElement.title")
    shown = "document.querySelector('.stage').style.transform"
    for act in ("+", "-", "0"):
        before = page.value(shown)
        page.press(act)
        page.until(f"{shown} !== {json.dumps(before)}")
    for label in ("Zoom in", "Zoom out", "Show all of the graph"):
        before = page.value(shown)
        page.click(f'[aria-label="{label}"]')
        page.until(f"{shown} !== {json.dumps(before)}")


IN_SIGHT = """
(selector => {
  const canvas = document.querySelector('.canvas').getBoundingClientRect();
  return [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect()).every(b =>
    b.left >= canvas.left - 1 && b.right <= canvas.right + 1 && b.top >= canvas.top - 1 && b.bottom <= canvas.bottom + 1);
})
"""


@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_graph_begins_where_the_image_is(page: Page, file: Path, width: int) -> None:
    page.look(width=width)
    page.open(file)
    page.until(f"{IN_SIGHT}('.node.image')")
    page.open(file, "#graph/serial-16550")  # as somebody sent it
    page.until(f"{IN_SIGHT}('.node[aria-pressed=true]')")
    assert page.text("#facts h2") == "serial-16550"


def test_a_graph_of_300_recipes_can_be_moved_and_seen_whole(
    chromium: ClientConnection, built: Path, file: Path, tmp_path: Path
) -> None:
    image = with_recipes(image_of(built, KVM), 300)
    large = tmp_path / "large.html"
    large.write_text(render(image, Described(image.recipes, {}, lambda at: "", ()), None, carried_by(file)))
    page = new_page(chromium)
    page.look()
    page.open(large)
    page.until(f"{IN_SIGHT}('.node.image')")
    shown = "document.querySelector('.stage').style.transform"
    before = page.value(shown)
    for kind, x in (("mousePressed", 400), ("mouseMoved", 300), ("mouseReleased", 300)):
        page.ask("Input.dispatchMouseEvent", type=kind, x=x, y=700, button="left", buttons=1, clickCount=1)
    page.until(f"{shown} !== {json.dumps(before)}")
    page.click('[aria-label="Show all of the graph"]')
    page.until(f"{IN_SIGHT}('.node')")
    assert page.value("document.querySelectorAll('.node').length") == 301
    name, reasons = next((recipe.name, recipe.reasons) for recipe in image.recipes if len(recipe.reasons) == 4)
    page.value(f"selectOwner('{name}')")
    lit = page.value("[...document.querySelectorAll('.node.near')].map(e => e.title)")
    assert {reason.by for reason in reasons} <= set(lit)
    assert page.value("document.querySelectorAll('path.lit').length") == len(lit)
    assert page.complaints == []
    page.ask("Page.close")


def test_everything_is_reached_with_tab_alone(page: Page) -> None:
    """What Tab comes to, in each view, has every control: of groups that arrows walk, one."""
    for view in ("graph", "bytes", "memory", "boot", "difference"):
        page.value(f"document.getElementById('tab-{view}').click()")
        page.value("document.activeElement.blur(), document.body.focus()")
        reached = set()
        for _ in range(120):
            page.press("Tab")
            mark = "document.activeElement.dataset.tried ??= String(Math.random())"
            reached.add(page.value(mark))
        groups = "'.node, .map button, [role=tab]'"
        left = page.value(
            "[...document.querySelectorAll('button, input, summary, [tabindex=\"0\"]')]"
            f".filter(e => e.checkVisibility() && !e.matches({groups}) && !e.dataset.tried && !(e.type === 'radio' && !e.checked))"
            ".map(e => e.outerHTML)"
        )
        assert left == []
        walked = page.value(
            "['.node', '.map button', '[role=tab]'].map(s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility()))"
            ".filter(all => all.length && !all.some(e => e.dataset.tried)).length"
        )
        assert walked == 0
        page.value("for (const e of document.querySelectorAll('[data-tried]')) delete e.dataset.tried")


def test_a_symbol_is_found_and_its_chain_told(page: Page) -> None:
    page.press("/")
    page.press("printf")
    assert page.text("#found li").startswith("printf")
    page.press("Enter")
    told = page.text("#facts")
    assert told.splitlines()[2] == "printf" or "printf" in page.text("#facts h2")
    assert "main of app uses printf" in told
    assert told.rstrip().endswith("is where the image begins")
    page.press("/")
    page.press("nosuchthing")
    assert page.text("#found") == "nothing is called so"


def test_the_treemap_goes_down_to_functions_and_up_again(page: Page) -> None:
    page.click("#tab-bytes")
    page.until("document.querySelector('.map button')")
    page.value("[...document.querySelectorAll('.cell.head')].find(e => e.textContent === 'nolibc').focus()")
    page.press("Enter")
    page.until("document.querySelector('.crumbs b').textContent === 'nolibc'")
    assert page.text("#facts h2") == "nolibc"
    page.value("document.querySelector('.cell.head').click()")
    assert page.value("[...document.querySelectorAll('.cell')].length") > 0
    page.value("document.querySelector('.cell').click()")
    assert "Why it is in the image" in page.text("#facts")
    page.value("document.querySelector('.map button').focus()")
    page.press("Escape", "Escape")
    assert page.text(".crumbs b") == "four"
    page.click("input[value=memory]")
    assert "in memory" in page.text(".tools label:has([value=memory])")
    shown = page.text(".crumbs")
    page.click("input[value=bytes]")
    assert page.text(".crumbs") != shown


def test_memory_boot_and_difference_have_their_views(page: Page, built: Path) -> None:
    image = image_of(built, KVM)
    page.click("#tab-memory")
    memory = page.text("#view-memory")
    for segment in image.segments:
        assert f"{segment.address:#x} to {segment.address + segment.memory_bytes:#x}" in memory
    page.press("ArrowRight")  # from the tab that was clicked
    page.press("Enter")
    boot = page.text("#view-boot").splitlines()
    calls = [line.partition(" of ")[0] for line in boot if " of " in line and not line.startswith("needs ")]
    assert calls == [image.sections[0].symbol, *(step.call for step in image.init), "main"]
    page.click("#tab-difference")
    change = image.file_bytes - image_of(built, LINUX).file_bytes
    assert f"{change:+,}".replace("-", MINUS) in page.text("#view-difference")
    page.click("#view-difference summary")
    assert page.value("document.querySelector('#view-difference details').open")


def test_the_theme_is_the_systems_until_it_is_chosen(page: Page) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.value(colour)
    page.look(scheme="dark")
    dark = page.value(colour)
    assert light != dark
    page.click("#theme")
    assert (page.text("#theme"), page.value(colour)) == ("Theme: light", light)
    page.click("#theme")
    page.look(scheme="light")
    assert (page.text("#theme"), page.value(colour)) == ("Theme: dark", dark)
    page.click("#theme")  # auto again, for what is tried next
    assert page.value(colour) == light


@pytest.mark.parametrize("width", [1280, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accessibility_checker_finds_nothing(page: Page, workshop: Workshop, scheme: str, width: int) -> None:
    page.look(width=width, scheme=scheme)
    axe = axe_core(workshop.store)
    for view in ("graph", "bytes", "memory", "boot", "difference"):
        page.value(f"document.getElementById('tab-{view}').click()")
        page.value("selectOwner('nolibc')")
        assert page.value("document.documentElement.scrollWidth") <= width
        assert page.violations(axe) == []
    page.value("document.getElementById('search').focus()")
    page.press("st")
    assert page.violations(axe) == []


HOSTILE = '</script><img src=x onerror="hacked=1">\'"&<!--\u2028__proto__'


def test_names_that_look_like_markup_are_only_names(
    chromium: ClientConnection, built: Path, file: Path, tmp_path: Path
) -> None:
    image = hostile(image_of(built, KVM))
    carried = carried_by(file)
    text = render(image, Described(image.recipes, {HOSTILE: HOSTILE}, lambda at: HOSTILE, (HOSTILE,)), image, carried)
    bad = tmp_path / 'bad\'s "name".html'
    bad.write_text(text)
    page = new_page(chromium)
    page.look()
    page.open(bad)
    for view in ("bytes", "memory", "boot", "difference", "graph"):
        page.value(f"document.getElementById('tab-{view}').click()")
    page.value(f"selectOwner({json.dumps(HOSTILE)})")
    assert HOSTILE.replace("\u2028", "")[:30] in page.text("#facts h2").replace("\u2028", "")
    page.press("/")
    page.press("onerror")
    assert page.value("document.querySelectorAll('img').length") == 0
    assert page.value("typeof hacked") == "undefined"
    assert page.complaints == []
    page.ask("Page.close")


def hostile(image: Image) -> Image:
    """The image with a name that is markup wherever a name of somebody's choice can be."""
    first = image.recipes[0]
    reason = Reason(ReasonKind.REQUIRES, HOSTILE, HOSTILE, None)
    named = {first.name: HOSTILE}
    return dataclasses.replace(
        image,
        name=HOSTILE,
        recipes=(dataclasses.replace(first, name=HOSTILE, license=HOSTILE, reasons=(reason,)), *image.recipes[1:]),
        rows=tuple(
            dataclasses.replace(
                row,
                object=row.object + HOSTILE,
                section=row.section + HOSTILE,
                recipe=named.get(row.recipe, row.recipe),
            )
            for row in image.rows
        ),
        sections=tuple(
            dataclasses.replace(one, symbols=(*one.symbols, HOSTILE), symbol=one.symbol + HOSTILE)
            for one in image.sections
        ),
        manifest={**image.manifest, "options": {f"{HOSTILE}.{HOSTILE}": HOSTILE}},
    )


def carried_by(file: Path) -> tuple[Library, ...]:
    """The libraries of a page that was made."""
    scripts = re.findall(r"<script>(.*?)</script>", file.read_text(), re.DOTALL)
    return tuple(Library(HOSTILE, "1", HOSTILE, "MIT", HOSTILE, script) for script in scripts[:3])


def test_an_image_of_an_older_compose_has_a_page_too(
    chromium: ClientConnection, built: Path, file: Path, tmp_path: Path
) -> None:
    value = json.loads((built / "build/four/kvm-x86_64/image.json").read_text())
    del value["segments"], value["init"]
    image = image_from_json(json.dumps(value))
    old = tmp_path / "old.html"
    old.write_text(render(image, Described(image.recipes, {}, lambda at: "", ()), None, carried_by(file)))
    page = new_page(chromium)
    page.open(old, "#memory")
    assert "Build it again" in page.text("#view-memory")
    assert page.value("document.getElementById('tab-difference')") is None
    assert page.complaints == []
    page.ask("Page.close")


def test_a_page_is_written_anew_and_is_the_same(built: Path, workshop: Workshop, file: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    for _ in range(2):
        done = workshop.call("graph", "--html", str(target), "--target", LINUX, "--json", str(built))
        assert done.verdict == {"page": str(target), "bytes": target.stat().st_size}
    first = target.read_bytes()
    workshop.call("graph", "--html", str(target), "--target", LINUX, str(built))
    assert target.read_bytes() == first
    assert list(tmp_path.iterdir()) == [target]


def test_data_has_no_name_twice(built: Path) -> None:
    image = image_of(built, KVM)
    names = data_of(image, Described(image.recipes, {}, lambda at: "", ()), None)["names"]
    assert len(names) == len(set(names))
