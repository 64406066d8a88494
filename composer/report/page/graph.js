// The graph of recipes: who is in the image because of whom. dagre lays it out, panzoom moves it.

const NODE = { width: 168, height: 44 };
const DECLARED = new Set(["target", "requested", "requires", "recommends"]);

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
  let camera = null; // panzoom wants the stage in the document

  onSelect.push((what) => {
    const name = what.kind === "recipe" ? what.name : what.kind === "image" ? "" : what.owner;
    for (const [one, node] of nodes) node.setAttribute("aria-pressed", String(one === name));
    light(name, nodes, paths, extra, laid.places);
    if (camera && nodes.has(name) && name !== "") camera.show(laid.places.get(name));
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
    new ResizeObserver(() => isMoved || camera.start()).observe(canvas);
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
  graph.setGraph({ rankdir: "TB", nodesep: 14, ranksep: 40, edgesep: 8, marginx: 16, marginy: 16, ranker: names.length > 120 ? "longest-path" : "network-simplex" });
  graph.setDefaultEdgeLabel(() => ({}));
  names.forEach((_, number) => graph.setNode(String(number), { ...NODE }));
  const drawn = plainEdges();
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

/** A path through dagre's points, from the lower side of a node to the upper of another. @param {Array<{x: number, y: number}>} points */
function curve(points) {
  const [first, ...rest] = points;
  let path = `M${first.x} ${first.y}`;
  let last = first;
  for (const point of rest) {
    const middle = (last.y + point.y) / 2;
    path += `C${last.x} ${middle} ${point.x} ${middle} ${point.x} ${point.y}`;
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
    const points = [{ x: start.x, y: start.y + NODE.height / 2 }, { x: end.x, y: end.y - NODE.height / 2 }];
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

/** Moves and zooms the stage. `laid` has its size in pixels. */
function cameraOf(canvas, stage, laid) {
  const least = 0.08, most = 2.5;
  const mover = Panzoom(stage, { canvas: true, minScale: least, maxScale: most, pinchAndPan: true, cursor: "grab", step: 0.2, handleStartEvent: () => {} });
  const size = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  const put = (scale, x, y) => {
    mover.zoom(scale, { force: true });
    mover.pan(x, y, { force: true });
  };
  const fitting = () => Math.min(1, size().width / laid.width, size().height / laid.height);
  const centred = (scale) => put(scale, (size().width / scale - laid.width) / 2, (size().height / scale - laid.height) / 2);
  const zoomAt = (factor, x, y) => {
    const before = mover.getScale();
    const after = Math.min(most, Math.max(least, before * factor));
    const { x: left, y: top } = mover.getPan();
    put(after, x / after - x / before + left, y / after - y / before + top);
  };
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoomAt(Math.exp(-event.deltaY / 500), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  return {
    fit: () => centred(fitting()),
    zoom: (factor) => zoomAt(factor, size().width / 2, size().height / 2),
    /** Legible: all of it if that can be read, else where the image is. */
    start: () => {
      const whole = fitting();
      if (whole >= 0.55) return centred(whole);
      const place = laid.places.get("");
      const scale = Math.max(0.7, whole);
      return put(scale, size().width / scale / 2 - place.x, 20 - place.y + NODE.height / 2);
    },
    /** Have a node in sight. */
    show: ({ x, y }) => {
      const scale = mover.getScale();
      const { x: left, y: top } = mover.getPan();
      const { width, height } = size();
      if (!width) return;
      const edge = [NODE.width / 2 + 8, NODE.height / 2 + 8];
      const within = (at, shift, room, half) => Math.min(Math.max((at + shift) * scale, half * scale), Math.max(half * scale, room - half * scale)) / scale - at;
      const moved = [within(x, left, width, edge[0]), within(y, top, height, edge[1])];
      if (moved[0] !== left || moved[1] !== top) mover.pan(moved[0], moved[1], { force: true });
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
    make("span", { class: "wide", text: "Edges that a longer way implies are drawn for the selected recipe." }));
}
