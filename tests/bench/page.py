"""The page of an image in a headless Chromium: how large it is, how soon it can be used, and how fluid 300 recipes are."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator
from pathlib import Path

from composer.model.image import Image, ImageRecipe, image_from_json
from composer.model.resolution import Reason, ReasonKind
from composer.report.page import Described, Library, render
from tests.bench.lab import TARGET, Lab
from tests.bench.table import Figure, median
from tests.support.browser import Page, browser, missing, new_page

REACH_BYTES = 400 << 10
REACH_SECONDS = 1.0
REACH_FRAME_MS = 50.0  # of 95 frames in 100: what a person still sees as motion
RECIPES = 300
LEVEL_RECIPES = 25
_MARK = """
new MutationObserver((_, watcher) => {
  if (document.documentElement?.dataset.ready !== 'true') return;
  watcher.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('usable')));
}).observe(document, { attributes: true, subtree: true, childList: true });
"""
_FRAMES = """
new Promise(done => {
  const canvas = document.querySelector('.canvas'), times = [];
  const box = canvas.getBoundingClientRect(), at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  const send = (kind, x) => (kind === 'pointerdown' ? canvas : document).dispatchEvent(new PointerEvent(kind,
    { bubbles: true, pointerId: 1, button: 0, clientX: at.clientX + x, clientY: at.clientY + x / 2 }));
  let count = 0, last = performance.now();
  send('pointerdown', 0);
  const step = now => {
    times.push(now - last);
    last = now;
    if (count % 3 === 2) canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: count % 60 < 30 ? 20 : -20, bubbles: true, cancelable: true, ...at }));
    else send('pointermove', 100 * Math.sin(count / 8));
    if (++count < 120) requestAnimationFrame(step);
    else { send('pointerup', 0); done(times.slice(1)); }
  };
  requestAnimationFrame(step);
})
"""


def page(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Of httpreply, and of an image that is like it but has 300 recipes."""
    if missing():
        return
    real = lab.folder / "page.html"
    project = lab.project("httpreply", "-page")
    lab.build(project)
    image = image_from_json((project / "build/httpreply/kvm-x86_64/image.json").read_text())
    lab.spend((*lab.command, "graph", "--html", str(real), "--target", TARGET, str(project)))
    text = real.read_text()
    data = len(re.search(r'id="data">(.*)</script>', text)[1])  # type: ignore[index]  # a page has it
    yield Figure(
        "page without its data", len(text.encode()) - data, "B", REACH_BYTES, note=f"httpreply's data {data:,} B"
    )
    large = lab.folder / "large.html"
    many = with_recipes(image, RECIPES)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)[:-1]
    carried = tuple(Library("", "", "", "", "", script) for script in scripts)
    large.write_text(render(many, Described(many.recipes, {}, lambda at: "", ()), None, carried))
    with browser() as connection:
        tab = new_page(connection)
        tab.look()
        tab.ask("Page.addScriptToEvaluateOnNewDocument", source=_MARK)
        for name, file in (("httpreply", real), (f"{RECIPES} recipes", large)):
            seconds = [_ready(tab, file) for _ in range(rounds)]
            note = f"median of {rounds}, worst {max(seconds):.2f} s"
            yield Figure(f"page usable, {name}", median(seconds), "s", REACH_SECONDS, note=note)
        tab.value("document.querySelector('[aria-label^=\"Show all\"]').click()")
        frames = sorted(frame for _ in range(rounds) for frame in tab.value(_FRAMES))
        assert tab.complaints == [], tab.complaints[:3]
        note = f"{len(frames)} frames while it is moved and zoomed, median {median(frames):.0f} ms"
        yield Figure(
            f"page, a frame of {RECIPES} recipes", frames[len(frames) * 95 // 100], "ms", REACH_FRAME_MS, note=note
        )


def _ready(tab: Page, file: Path) -> float:
    """Seconds from the beginning of navigation until the first frame of the finished graph."""
    tab.open(file)
    tab.until("performance.getEntriesByName('usable').length")
    milliseconds: float = tab.value("performance.getEntriesByName('usable')[0].startTime")
    return milliseconds / 1000


def with_recipes(image: Image, count: int) -> Image:
    """An image like `image` with `count` recipes in twelve levels; most are wanted by some of the levels above theirs."""
    chance = random.Random(count)
    names = [f"recipe-{number:03}" for number in range(count)]
    rows = tuple(dataclasses.replace(row, recipe=names[number % count]) for number, row in enumerate(image.rows))
    made = []
    for number, name in enumerate(names):
        above = number // LEVEL_RECIPES * LEVEL_RECIPES
        first = above if chance.random() < 0.3 else LEVEL_RECIPES  # how far up its wanters are
        by = {chance.randrange(max(0, above - first), above) for _ in range(chance.randint(1, 4))} if above else set()
        reasons = tuple(Reason(ReasonKind.REQUIRES, names[one], f"thing.{number}", None) for one in sorted(by))
        last = (Reason(ReasonKind.TARGET, "", "boot", None),)
        made.append(ImageRecipe(name, "1", "BSD-2-Clause", reasons or last, True, ()))
    return dataclasses.replace(image, recipes=tuple(made), rows=rows)
