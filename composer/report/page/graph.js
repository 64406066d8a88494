// The graph of recipes: who is in the image because of whom. dagre lays it out, panzoom moves it.

const NODE = { width: 168, height: 44 };
const DECLARED = new Set(["target", "requested", "requires", "recommends"]);
// Of more recipes than this only the main reason of each is laid out, from left to right: all of it is seen in half a second, and
// is not ten times as wide as high.
const MANY = 60;
const isLarge = recipes.size > MANY;

function graphView() {
  const names = ["", ...recipes.keys()];
  const canvas = make("div", { class: "canvas", role: "group", "aria-label": "Recipes; arrow keys lead from one to what it wants, plus and minus zoom" });
  const laid = layOut(names);
  const most = Math.max(1, ...[...recipes.values()].map((recipe) => recipe.bytes));
  const nodes = new Map(names.map((name) => [name, graphNode(name, laid.places.get(name), most)]));
  const edges = draw("svg", { width: laid.width, height: laid.height, "aria-hidden": "true" });
  const paths = laid.edges.map((edge) => {
    const path = draw("path", { d: curve(edge.points), class: edge.seen ? "seen" : "" });
    edges.append(path);
    return { ...edge, path };
  });
  const extra = draw("g", {});
  edges.append(extra);
  const stage = make("div", { class: "stage" }, edges, ...nodes.values());
  canvas.append(stage);
  /** @type {any} */
  let camera = null; // it can only move what is in the document

  const nameIn = (what) => (what.kind === "recipe" ? what.name : what.kind === "image" ? "" : what.owner);
  const follow = (what) => {
    const name = nameIn(what);
    if (camera && nodes.has(name) && name !== "") camera.show(laid.places.get(name));
  };
  onSelect.push((what) => {
    const name = nameIn(what);
    for (const [one, node] of nodes) node.setAttribute("aria-pressed", String(one === name));
    light(name, nodes, paths, extra, laid.places);
    follow(what);
  });
  roving(canvas, () => [...nodes.values()], (from, key, all) => neighbour(from, key, nodes, laid.places));
  canvas.addEventListener("focusin", (event) => {
    const found = [...nodes].find(([, node]) => node === event.target);
    if (found) camera.show(laid.places.get(found[0]));
  });
  canvas.addEventListener("keydown", (event) => {
    const acts = { "+": () => camera.zoom(1.3), "=": () => camera.zoom(1.3), "-": () => camera.zoom(1 / 1.3), 0: () => camera.fit() };
    if (event.key in acts) acts[event.key]();
  });
  const view = make("div", { class: "view filled" }, graphTools(() => camera), canvas);
  const shown = () => {
    camera = cameraOf(canvas, stage, laid);
    let isMoved = false;
    for (const kind of ["pointerdown", "wheel", "keydown"]) view.addEventListener(kind, () => (isMoved = true), { capture: true, passive: true });
    const begin = () => {
      if (isMoved || view.hidden) return;
      camera.restart();
      follow(selected);
    };
    new ResizeObserver(begin).observe(canvas);
    setTimeout(begin); // behind panzoom's own beginning, which it puts off likewise
  };
  return { view, shown };
}

/** @param {string} name @param {{x: number, y: number}} place @param {number} most */
function graphNode(name, place, most) {
  const recipe = recipes.get(name);
  const bytes = recipe ? recipe.bytes : image.file_bytes;
  const state = recipe ? (recipe.alive ? (bytes ? spellBytes(bytes) : "no bytes") : "left out") : spellBytes(bytes);
  const node = make("button", {
    type: "button",
    class: `node${recipe ? "" : " image"}${recipe && !recipe.alive ? " left" : ""}`,
    "aria-pressed": "false",
    title: name || image.name,
    tabindex: name === "" ? "0" : "-1",
    onclick: () => selectOwner(name),
  }, make("b", { text: name || image.name }), make("small", { text: state }));
  if (recipe && bytes) {
    const fill = make("i");
    fill.style.width = `${(100 * bytes) / most}%`;
    node.append(fill);
  }
  Object.assign(node.style, { left: `${place.x - NODE.width / 2}px`, top: `${place.y - NODE.height / 2}px`, width: `${NODE.width}px`, height: `${NODE.height}px` });
  return node;
}

/** Where nodes and edges are; numbers stand for names, which may be any text. @param {string[]} names */
function layOut(names) {
  const numbers = new Map(names.map((name, number) => [name, number]));
  const graph = new dagre.graphlib.Graph();
  const direction = isLarge ? { rankdir: "LR", nodesep: 8, ranksep: 64, ranker: "tight-tree" } : { rankdir: "TB", nodesep: 14, ranksep: 40, ranker: "network-simplex" };
  graph.setGraph({ ...direction, edgesep: 8, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  names.forEach((_, number) => graph.setNode(String(number), { ...NODE }));
  const drawn = isLarge ? mainEdges() : plainEdges();
  for (const { from, to } of drawn) graph.setEdge(String(numbers.get(from)), String(numbers.get(to)));
  dagre.layout(graph);
  const places = new Map(names.map((name, number) => [name, graph.node(String(number))]));
  const edges = drawn.map((edge) => ({ ...edge, points: graph.edge(String(numbers.get(edge.from)), String(numbers.get(edge.to))).points }));
  return { places, edges, width: graph.graph().width, height: graph.graph().height };
}

/** The edges that are drawn: those that no longer way says as well. The others are drawn for the recipe that is selected. */
function plainEdges() {
  const following = new Map([...wanted].map(([name, wants]) => [name, new Set(wants.keys())]));
  for (const [from, targets] of following) {
    for (const to of [...targets]) {
      targets.delete(to);
      if (from !== to && !leads(following, from, to)) targets.add(to);
    }
  }
  return [...following].flatMap(([from, targets]) => [...targets].map((to) => ({ from, to, seen: isSeen(from, to) })));
}

/** Of each recipe the edge from the one that wants it and is itself the furthest from the image. */
function mainEdges() {
  const depths = new Map();
  const by = (name) => [...new Set((recipes.get(name) || { reasons: [] }).reasons.map((reason) => reason.by))].filter((one) => wanted.has(one));
  const depthOf = (name) => {
    if (!depths.has(name)) {
      depths.set(name, 0); // where reasons form a loop it is cut here
      depths.set(name, Math.max(-1, ...by(name).map(depthOf)) + 1);
    }
    return depths.get(name);
  };
  return [...recipes.keys()].flatMap((to) => {
    const [from] = by(to).filter((one) => one !== to).sort((one, two) => depthOf(two) - depthOf(one));
    return from === undefined ? [] : [{ from, to, seen: isSeen(from, to) }];
  });
}

/** Whether there is a way. @param {Map<string, Set<string>>} following @param {string} from @param {string} to */
function leads(following, from, to) {
  const todo = [from];
  const known = new Set(todo);
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    for (const next of following.get(one) || []) {
      if (next === to) return true;
      if (!known.has(next)) {
        known.add(next);
        todo.push(next);
      }
    }
  }
  return false;
}

/** Whether only code says so, and no recipe or manifest. */
function isSeen(from, to) {
  return !wanted.get(from).get(to).some((reason) => DECLARED.has(reason.kind));
}

/** A path through dagre's points, from one node to another. @param {Array<{x: number, y: number}>} points */
function curve(points) {
  const [first, ...rest] = points;
  let path = `M${first.x} ${first.y}`;
  let last = first;
  for (const point of rest) {
    const [x, y] = [(last.x + point.x) / 2, (last.y + point.y) / 2];
    path += isLarge ? `C${x} ${last.y} ${x} ${point.y} ${point.x} ${point.y}` : `C${last.x} ${y} ${point.x} ${y} ${point.x} ${point.y}`;
    last = point;
  }
  return path;
}

/** Mark what `name` wants and what wants it, all of it. */
function light(name, nodes, paths, extra, places) {
  const near = new Set();
  const missing = new Map();
  for (const [from, wants] of wanted) {
    for (const to of wants.keys()) {
      if (from !== name && to !== name) continue;
      near.add(from).add(to);
      missing.set(JSON.stringify([from, to]), [from, to]);
    }
  }
  const isPicked = name !== "" && nodes.has(name);
  for (const { from, to, path } of paths) {
    const isLit = isPicked && (from === name || to === name);
    path.classList.toggle("lit", isLit);
    missing.delete(JSON.stringify([from, to]));
  }
  for (const [one, node] of nodes) node.classList.toggle("near", isPicked && one !== name && near.has(one));
  extra.replaceChildren(...(isPicked ? [...missing.values()] : []).map(([from, to]) => {
    const start = places.get(from);
    const end = places.get(to);
    const [x, y] = isLarge ? [NODE.width / 2, 0] : [0, NODE.height / 2];
    const points = [{ x: start.x + x, y: start.y + y }, { x: end.x - x, y: end.y - y }];
    return draw("path", { d: curve(points), class: `lit${isSeen(from, to) ? " seen" : ""}` });
  }));
}

/** The nearest node in the direction of an arrow key. */
function neighbour(from, key, nodes, places) {
  const directions = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  if (!(key in directions)) return undefined;
  const [dx, dy] = directions[key];
  const start = places.get([...nodes].find(([, node]) => node === from)[0]);
  let best, least = Infinity;
  for (const [name, node] of nodes) {
    const place = places.get(name);
    const along = (place.x - start.x) * dx + (place.y - start.y) * dy;
    const aside = Math.abs((place.x - start.x) * dy) + Math.abs((place.y - start.y) * dx);
    if (along > 1 && along + 3 * aside < least) [best, least] = [node, along + 3 * aside];
  }
  return best || from;
}

/** Moves and zooms the stage. `laid` has its size in pixels; a point of it is seen at (point + pan) × scale. */
function cameraOf(canvas, stage, laid) {
  const least = 0.03, most = 2.5;
  const size = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  const fitting = () => Math.min(1, size().width / laid.width, size().height / laid.height);
  const centred = (scale) => [scale, (size().width / scale - laid.width) / 2, (size().height / scale - laid.height) / 2];
  /** Legible: all of it if that can be read, else where the image is. */
  const beginning = () => {
    const whole = fitting();
    if (whole >= 0.7) return centred(whole);
    const place = laid.places.get("");
    const scale = Math.max(0.85, whole);
    const middle = { x: size().width / scale / 2 - place.x, y: size().height / scale / 2 - place.y };
    return isLarge ? [scale, 20 - place.x + NODE.width / 2, middle.y] : [scale, middle.x, 20 - place.y + NODE.height / 2];
  };
  const mover = Panzoom(stage, { canvas: true, minScale: least, maxScale: most, pinchAndPan: true, cursor: "grab", handleStartEvent: () => {} });
  const put = ([scale, x, y]) => {
    mover.zoom(scale, { force: true });
    mover.pan(x, y, { force: true });
  };
  const zoomAt = (factor, x, y) => {
    const before = mover.getScale();
    const after = Math.min(most, Math.max(least, before * factor));
    const { x: left, y: top } = mover.getPan();
    put([after, x / after - x / before + left, y / after - y / before + top]);
  };
  let rest = 0;
  stage.addEventListener("panzoomchange", () => {
    stage.classList.add("moving");
    clearTimeout(rest);
    rest = setTimeout(() => stage.classList.remove("moving"), 150);
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoomAt(Math.exp(-event.deltaY / 500), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  return {
    fit: () => put(centred(fitting())),
    zoom: (factor) => zoomAt(factor, size().width / 2, size().height / 2),
    restart: () => put(beginning()),
    /** Have a node in sight. */
    show: ({ x, y }) => {
      const scale = mover.getScale();
      const { x: left, y: top } = mover.getPan();
      const { width, height } = size();
      if (!width) return;
      const within = (at, shift, room, half) => Math.min(Math.max((at + shift) * scale, half * scale), Math.max(half * scale, room - half * scale)) / scale - at;
      mover.pan(within(x, left, width, NODE.width / 2 + 8), within(y, top, height, NODE.height / 2 + 8), { force: true });
    },
  };
}

/** @param {() => any} camera */
function graphTools(camera) {
  const button = (text, label, act) => make("button", { type: "button", text, "aria-label": label, onclick: act });
  return make("div", { class: "tools" },
    button("−", "Zoom out", () => camera().zoom(1 / 1.4)),
    button("+", "Zoom in", () => camera().zoom(1.4)),
    button("All", "Show all of the graph", () => camera().fit()),
    make("span", { class: "legend" }, make("span", { class: "stroke" }), "declared"),
    make("span", { class: "legend" }, make("span", { class: "stroke seen" }), "seen in the code"),
    make("span", { class: "wide", text: isLarge ? "One reason of each recipe is drawn, and all of the selected one." : "Edges that a longer way implies are drawn for the selected recipe." }));
}
