// The treemap: whose the bytes are, from recipes to objects to functions. d3-hierarchy makes it.

const KINDS = [["code", "code"], ["constants", "constants"], ["data", "data"], ["zero", "zeroed memory"], ["other", "headers, padding"]];
const LEAST = 3; // pixels of a side, below which a cell is left out

function bytesView() {
  const map = make("div", { class: "map", role: "group", "aria-label": "Bytes; Enter goes into a part, Escape out of it" });
  const crumbs = make("span", { class: "crumbs" });
  const state = { measure: "bytes", path: /** @type {string[]} */ ([]) };
  const show = () => fillMap(map, crumbs, state, go);
  const go = (path) => {
    state.path = path;
    const hadFocus = map.contains(document.activeElement);
    show();
    const first = map.querySelector("button");
    if (hadFocus && first) first.focus();
  };
  roving(map, () => [...map.querySelectorAll("button")]);
  map.addEventListener("keydown", (event) => {
    if ((event.key === "Escape" || event.key === "Backspace") && state.path.length) go(state.path.slice(0, -1));
  });
  onSelect.push(() => markCells(map));
  new ResizeObserver(show).observe(map);
  const choice = (value, text) => make("label", {}, make("input", {
    type: "radio", name: "measure", value, checked: value === "bytes", onchange: () => { state.measure = value; show(); },
  }), text);
  const tools = make("div", { class: "tools" }, crumbs, choice("bytes", "in the file"), choice("memory", "in memory"),
    ...KINDS.map(([kind, text]) => make("span", { class: "legend" }, make("span", { class: `swatch ${kind}` }), text)));
  return { view: make("div", { class: "view filled" }, tools, map), shown: show };
}

/** The tree below `path`: owners, their objects, the sections of these. */
function bytesTree(measure) {
  const node = (name, what, children) => ({ name, what, children });
  const owners = [...rowsByOwner].map(([owner, held]) => {
    const objects = [...grouped(held, (row) => row.object)].map(([object, sections]) => {
      const leaves = sections.map((row) => ({ name: nameOf(row), what: { kind: "section", ...row }, value: row[measure], section: row.section }));
      return node(object || owner, { kind: "object", owner, object }, leaves);
    });
    const nameless = objects.length === 1 && objects[0].what.object === "";
    return node(owner, { kind: "recipe", name: owner }, nameless ? objects[0].children : objects);
  });
  return node(image.name, { kind: "image" }, owners);
}

/** Draw what is below `state.path`, two levels of it. */
function fillMap(map, crumbs, state, go) {
  const { clientWidth: width, clientHeight: height } = map;
  if (!width) return;
  const whole = d3.hierarchy(bytesTree(state.measure)).sum((leaf) => leaf.value || 0).sort((one, two) => (two.value || 0) - (one.value || 0));
  let current = whole;
  for (const name of state.path) current = (current.children || []).find((child) => child.data.name === name) || current;
  const root = current.copy();
  root.eachBefore((one) => { if (one.depth >= 2) delete one.children; });
  d3.treemap().size([width, height]).paddingOuter(2).paddingTop((one) => (one.depth === 1 ? 19 : 3)).paddingInner(1).round(true)(root);
  map.replaceChildren(...root.descendants().slice(1).flatMap((one) => cellsOf(one, whole.value, state, go)));
  const first = map.querySelector("button");
  if (first) first.tabIndex = 0;
  crumbs.replaceChildren(...["", ...state.path].flatMap((name, depth) => {
    const text = depth ? short(name.replace(/\.o$/, "")) : image.name;
    return [depth ? "›" : "", depth === state.path.length ? make("b", { text }) : link(text, () => go(state.path.slice(0, depth)))];
  }), make("span", { class: "number", text: spellBytes(current.value || 0) }));
  markCells(map);
}

/** A box with a heading for what has parts in sight, a coloured cell for what has not. */
function cellsOf(one, total, state, go) {
  const [width, height] = [one.x1 - one.x0, one.y1 - one.y0];
  if (width < LEAST || height < LEAST || !one.value) return [];
  const below = one.ancestors().reverse().slice(1).map((step) => step.data.name);
  const hasParts = Boolean(one.data.children);
  const act = () => {
    select(one.data.what);
    if (hasParts) go([...state.path, ...below]);
  };
  const label = `${labelOf(one.data)}, ${spellBytes(one.value)}, ${spellShare(one.value, total)}`;
  const cell = make("button", { type: "button", tabindex: "-1", title: label, "aria-label": label, "aria-pressed": "false", onclick: act }, make("span", { text: short(labelOf(one.data)) }));
  cell.dataset.what = JSON.stringify(keyOf(one.data.what));
  if (one.children && width > 30 && height > 26) {
    const box = make("div", { class: "box" });
    cell.className = "cell head";
    placeAt(box, one.x0, one.y0, width, height);
    placeAt(cell, one.x0 + 1, one.y0 + 1, width - 2, 18);
    return [box, cell];
  }
  cell.className = `cell ${kindOf(largest(one.data).section || "")}`;
  if (width < 30 || height < 15) cell.replaceChildren();
  placeAt(cell, one.x0, one.y0, width, height);
  return [cell];
}

function labelOf(part) {
  return part.what.kind === "object" ? sourceOf(part.name) : part.name;
}

/** The last part of a path. @param {string} path */
function short(path) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The largest leaf of a part, which gives its colour. */
function largest(part) {
  if (!part.children) return part;
  return part.children.map(largest).reduce((one, two) => ((two.value || 0) > (one.value || 0) ? two : one));
}

function placeAt(element, x, y, width, height) {
  Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
}

function keyOf(what) {
  return what.kind === "recipe" ? ["recipe", what.name] : [what.kind, what.owner, what.object, what.section];
}

function markCells(map) {
  const key = JSON.stringify(keyOf(selected));
  for (const cell of map.querySelectorAll("button")) cell.setAttribute("aria-pressed", String(cell.dataset.what === key));
}
