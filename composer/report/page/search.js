// Search over recipes, symbols and objects.

const MOST_FOUND = 40;

/** All that can be found: {text, kind, what}. */
function searchable() {
  const owners = [...new Set([...recipes.keys(), ...rowsByOwner.keys()])].map((name) => ({ text: name, kind: recipes.has(name) ? "recipe" : "part", what: { kind: "recipe", name } }));
  const symbols = kept.flatMap((one) => one.symbols.map((symbol) => ({ text: symbol, kind: `symbol of ${one.owner}`, what: { kind: "section", ...one, symbol } })));
  const objects = [...grouped(rows.filter((row) => row.object), (row) => JSON.stringify([row.owner, row.object])).values()]
    .map(([row]) => ({ text: sourceOf(row.object), kind: `object of ${row.owner}`, what: { kind: "object", owner: row.owner, object: row.object } }));
  return [...owners, ...symbols, ...objects];
}

/** Those that have `words` in them: equal ones first, then those that begin so. */
function search(all, words) {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  const rank = (text) => (text === wanted ? 0 : text.startsWith(wanted) ? 1 : 2);
  const hits = all.map((one) => ({ ...one, low: one.text.toLowerCase() })).filter((one) => one.low.includes(wanted));
  return hits.sort((one, two) => rank(one.low) - rank(two.low) || one.low.length - two.low.length).slice(0, MOST_FOUND);
}

function startSearch() {
  const input = /** @type {HTMLInputElement} */ (document.getElementById("search"));
  const list = /** @type {HTMLElement} */ (document.getElementById("found"));
  let all = null;
  let hits = [];
  let active = -1;
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const pick = (hit) => {
    close();
    input.value = hit.text;
    select(hit.what);
    reveal();
  };
  const mark = (number) => {
    active = number;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    const item = list.children[active];
    if (item) {
      item.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", item.id);
    }
  };
  const show = () => {
    all = all || searchable();
    hits = search(all, input.value);
    const items = hits.map((hit, number) => make("li", { id: `found-${number}`, role: "option", "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => pick(hit) },
      make("span", { text: hit.text }), make("span", { class: "faint", text: hit.kind })));
    const nothing = make("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "faint", text: "nothing is called so" });
    list.replaceChildren(...(items.length ? items : [nothing]));
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(hits.length ? 0 : -1);
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      event.preventDefault();
      mark((active + step + hits.length) % hits.length);
    } else if (event.key === "Enter" && hits[active]) {
      pick(hits[active]);
    } else if (event.key === "Escape") {
      close();
    }
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
      input.select();
    }
  });
}
