// Boot order: from the first instruction over the init calls to main, and who needs whom among them.

const LEVELS = { early: "early: before anything else", memory: "memory", devices: "devices", network: "network", app: "last before the app" };

function bootView() {
  const list = make("ol", { class: "steps" });
  const root = kept.find((one) => one.cause === "root");
  let number = 0;
  const add = (...content) => list.append(make("li", {}, make("span", { class: "place", text: `${++number}` }), make("div", {}, ...content)));
  if (root) add(called(root.symbol, root), " of ", ownerLink(root.owner), make("p", { class: "faint", text: `the first instruction, at ${spellAddress(image.entry)}` }));
  let level = "";
  for (const [call, recipe, at] of told.init) {
    if (at !== level) list.append(make("li", { class: "level", text: `Init calls, ${LEVELS[at] || at}` }));
    level = at;
    const defined = kept.find((one) => one.owner === recipe && one.symbols.includes(call));
    add(called(call, defined), " of ", ownerLink(recipe), needsOf(recipe));
  }
  const constructors = told.segments.flatMap((segment) => segment.sections).some(([name]) => name === ".init_array");
  const main = kept.find((one) => one.symbols.includes("main"));
  if (constructors || main) list.append(make("li", { class: "level", text: "The app" }));
  if (constructors) add("constructors, which the C library runs if it has to start first");
  if (main) add(called("main", main), " of ", ownerLink(main.owner));
  const none = told.init.length ? null : make("p", { class: "faint", text: "This image has no init calls." });
  return { view: make("div", { class: "view" }, list, none), shown: () => {} };
}

function called(name, place) {
  return place ? link(name, () => select({ kind: "section", ...place, symbol: name })) : make("span", { text: name });
}

function ownerLink(name) {
  return link(name, () => selectOwner(name));
}

/** Those of the init calls' recipes that `recipe` needs, over any number of others. @param {string} recipe */
function needsOf(recipe) {
  const started = new Set(told.init.map(([, name]) => name));
  const reached = new Set([recipe]);
  for (const one of reached) for (const next of (wanted.get(one) || new Map()).keys()) reached.add(next);
  reached.delete(recipe);
  const needs = [...reached].filter((name) => started.has(name));
  if (!needs.length) return make("p", { class: "faint", text: "needs none of the others" });
  return make("p", { class: "faint" }, "needs ", make("span", { class: "chips" }, ...needs.map(ownerLink)));
}
