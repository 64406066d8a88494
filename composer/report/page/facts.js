// What is selected, beside the views. A selection is {kind, …}: "image", "recipe" with a name, "object" with owner and object,
// "section" with owner, object and section.

const onSelect = [];
let selected = { kind: "image" };

/** Show `what` beside the views, and let these mark it. @param {any} what */
function select(what) {
  selected = what;
  const facts = /** @type {HTMLElement} */ (document.getElementById("facts"));
  facts.replaceChildren(...factsOf(what));
  facts.scrollTop = 0;
  for (const listener of onSelect) listener(what);
}

/** An owner of bytes: a recipe, the app, or a name in parentheses. @param {string} name */
function selectOwner(name) {
  select(name === "" ? { kind: "image" } : { kind: "recipe", name });
}

function factsOf(what) {
  switch (what.kind) {
    case "recipe":
      return factsOfOwner(what.name);
    case "object":
      return factsOfObject(what);
    case "section":
      return factsOfSection(what);
    default:
      return factsOfImage();
  }
}

function factsOfImage() {
  const owners = [...new Set([...rowsByOwner.keys(), ...recipes.keys()])].map((name) => [name, bytesOf(name)]);
  owners.sort((one, two) => two[1] - one[1] || (one[0] < two[0] ? -1 : 1));
  const most = Math.max(...owners.map((owner) => owner[1]));
  const items = owners.map(([name, bytes]) => weight(link(name, () => selectOwner(name)), bytes, most));
  return [
    make("h2", { text: image.name }),
    pairs([
      ["target", image.target],
      ["profile", image.profile],
      ["C library", image.libc],
      ["compiler", image.compiler],
      ["file", spellBytes(image.file_bytes)],
      ["in memory", `${spellBytes(image.memory_bytes)} of ${spellBytes(image.memory)}`],
      ["devices", image.devices.join(", ")],
      ["manifest", image.digest.slice(0, 16)],
    ]),
    ...part("Notes", image.remarks.map((text) => make("p", { text }))),
    ...part("Whose the bytes are", [make("ul", { class: "weights" }, ...items)]),
  ];
}

function factsOfOwner(name) {
  const recipe = recipes.get(name);
  const bytes = bytesOf(name);
  const share = spellShare(bytes, image.file_bytes);
  const objects = grouped(rowsByOwner.get(name) || [], (row) => row.object);
  const sums = [...objects].map(([object, held]) => [object, held.reduce((sum, row) => sum + row.bytes, 0), held]);
  sums.sort((one, two) => two[1] - one[1]);
  const items = sums.map(([object, count, held]) => {
    const what = object ? { kind: "object", owner: name, object } : { kind: "section", ...held[0] };
    return weight(link(object ? sourceOf(object) : held.map((row) => row.section).join(", "), () => select(what)), count, bytes);
  });
  const wants = [...(wanted.get(name) || new Map()).keys()].map((one) => link(one, () => selectOwner(one)));
  return [
    back(),
    make("h2", { text: name }),
    ...(recipe ? aboutRecipe(recipe, bytes, share) : [make("p", { text: `${spellBytes(bytes)}, ${share}` })]),
    ...part("Wants", wants.length ? [make("div", { class: "chips" }, ...wants)] : []),
    ...part("Options", recipe ? optionsOf(recipe) : []),
    ...part("Bytes", longList(items, "weights").filter(() => items.length)),
  ];
}

/** @param {Recipe} recipe */
function aboutRecipe(recipe, bytes, share) {
  const rows = [["version", recipe.version], ["licence", recipe.license], ["bytes", `${spellBytes(bytes)}, ${share}`]];
  if (recipe.init.length) rows.push(["init calls", recipe.init.join(", ")]);
  return [
    recipe.summary ? make("p", { text: recipe.summary }) : null,
    recipe.alive ? null : make("p", { class: "faint", text: "Nothing in the image uses it, so it left." }),
    pairs(rows),
    ...part("Why it is in the image", longList(recipe.reasons.map(reasonItem), "reasons")),
  ].filter((element) => element !== null);
}

/** @param {Reason} reason */
function reasonItem(reason) {
  const starts = reason.by && reason.text.startsWith(`${reason.by} `);
  const rest = starts ? reason.text.slice(reason.by.length) : reason.text;
  const source = reason.line ? make("code", { text: reason.line }) : null;
  return make("li", {}, starts ? link(reason.by, () => selectOwner(reason.by)) : null, rest, source);
}

/** @param {Recipe} recipe */
function optionsOf(recipe) {
  const entries = Object.entries(recipe.options);
  return entries.length ? [pairs(entries.map(([name, value]) => [name, value === "" ? "“”" : String(value)]))] : [];
}

function factsOfObject({ owner, object }) {
  const held = (rowsByOwner.get(owner) || []).filter((row) => row.object === object);
  held.sort((one, two) => two.bytes - one.bytes || two.memory - one.memory);
  const bytes = held.reduce((sum, row) => sum + row.bytes, 0);
  const items = held.map((row) => weight(link(nameOf(row), () => select({ kind: "section", ...row })), row.bytes, bytes));
  return [
    back(),
    make("h2", { text: sourceOf(object) }),
    pairs([["object", object], ["of", owner], ["bytes", `${spellBytes(bytes)}, ${spellShare(bytes, image.file_bytes)}`]]),
    make("p", {}, link(`all of ${owner}`, () => selectOwner(owner))),
    ...part("Functions and data", longList(items, "weights")),
  ];
}

function factsOfSection(place) {
  const row = rowsByPlace.get(placeKey(place));
  const one = keptByPlace.get(placeKey(place));
  return [
    back(),
    make("h2", { text: place.symbol || nameOf(place) }),
    pairs([
      ["section", place.section],
      ["object", place.object || "none"],
      ["of", place.owner],
      ["bytes", row ? spellBytes(row.bytes) : "none of its own: it is part of others"],
      ["in memory", row ? spellBytes(row.memory) : ""],
      ["symbols", one ? one.symbols.join(", ") : ""],
    ]),
    make("p", {}, link(`all of ${place.owner}`, () => selectOwner(place.owner))),
    ...part("Why it is in the image", one ? [make("ol", { class: "chain" }, ...chainOf(one))] : []),
  ];
}

/** Who uses `start`, who uses that, and so on to where the image begins. @param {Kept} start */
function chainOf(start) {
  const items = [];
  for (let one = start; one; one = kept[one.by]) {
    const user = kept[one.by];
    const name = user ? nameOf(user) : "";
    const act = user ? link(`${name} of ${user.owner}`, () => select({ kind: "section", ...user })) : null;
    items.push(make("li", {}, ...useOf(one, act)));
  }
  return items;
}

/** @param {Kept} one @param {HTMLElement|null} user */
function useOf(one, user) {
  const what = one.symbol || nameOf(one);
  if (one.cause === "root") return [`${what} is where the image begins`];
  if (one.cause === "init") return [`${what} is an init call of ${one.owner}, which is alive`];
  if (one.cause === "kept" || user === null) return [`${one.section} is kept whenever ${one.object} is alive`];
  if (one.cause === "group") return [`it belongs to the group ${what}, with `, user];
  return [user, ` uses ${what}`];
}

/** @param {HTMLElement} name @param {number} bytes @param {number} most */
function weight(name, bytes, most) {
  return make("li", {}, name, make("span", { class: "number faint", text: bytes.toLocaleString("en") }), bar(bytes, most));
}

/** @param {Array<[string, string]>} rows */
function pairs(rows) {
  const shown = rows.filter(([, value]) => value !== "");
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value })]));
}

function back() {
  return make("p", {}, link(`← all of ${image.name}`, () => selectOwner("")));
}
