// What is known of the image, as the views ask for it.

/**
 * @typedef {{by: string, kind: string, what: string, text: string, line: string}} Reason
 * @typedef {{name: string, version: string, license: string, summary: string, alive: boolean, bytes: number,
 *   init: string[], options: Object<string, any>, reasons: Reason[]}} Recipe
 * @typedef {{owner: string, object: string, section: string, bytes: number, memory: number}} Row
 * @typedef {{number: number, owner: string, object: string, section: string, symbols: string[], cause: string,
 *   symbol: string, by: number}} Kept
 */

const told = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("data")).textContent || "");
const image = told.image;
/** @type {Map<string, Recipe>} */
const recipes = new Map(told.recipes.map((recipe) => [recipe.name, recipe]));
/** @type {Row[]} */
const rows = told.rows.map(([owner, object, section, bytes, memory]) => {
  return { owner: told.names[owner], object: told.names[object], section: told.names[section], bytes, memory };
});
/** @type {Kept[]} */
const kept = told.kept.map(([owner, object, section, symbols, cause, symbol, by], number) => {
  return { number, owner: told.names[owner], object: told.names[object], section: told.names[section], symbols, cause, symbol, by };
});
const rowsByOwner = Map.groupBy ? Map.groupBy(rows, (row) => row.owner) : grouped(rows, (row) => row.owner);
const keptByPlace = new Map(kept.map((one) => [placeKey(one), one]));
const rowsByPlace = new Map(rows.map((row) => [placeKey(row), row]));
const wanted = wantedBy();

/** For browsers without Map.groupBy. */
function grouped(values, keyOf) {
  const groups = new Map();
  for (const value of values) {
    const key = keyOf(value);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(value);
  }
  return groups;
}

/** @param {{owner: string, object: string, section: string}} place */
function placeKey(place) {
  return JSON.stringify([place.owner, place.object, place.section]);
}

/** By recipe ("" is the image), the recipes that it is a reason for, each with its reasons. @returns {Map<string, Map<string, Reason[]>>} */
function wantedBy() {
  const found = new Map([["", new Map()], ...[...recipes.keys()].map((name) => [name, new Map()])]);
  for (const recipe of recipes.values()) {
    for (const reason of recipe.reasons) {
      const wants = found.get(reason.by);
      if (wants) wants.set(recipe.name, [...(wants.get(recipe.name) || []), reason]);
    }
  }
  return found;
}

/** @param {string} owner */
function bytesOf(owner) {
  return (rowsByOwner.get(owner) || []).reduce((sum, row) => sum + row.bytes, 0);
}

/** What a section holds, by its name; the words are classes of page.css. @param {string} section */
function kindOf(section) {
  const kinds = [
    [/^\.(text|init|fini|head|plt)/, "code"],
    [/^\.(rodata|eh_frame|note|init_array|fini_array|pages|data\.rel\.ro|srodata)/, "constants"],
    [/^\.(bss|noinit|tbss|sbss)|^COMMON$/, "zero"],
    [/^\.(data|tdata|sdata)/, "data"],
  ];
  const found = kinds.find(([pattern]) => /** @type {RegExp} */ (pattern).test(section));
  return found ? /** @type {string} */ (found[1]) : "other";
}

/** What people call a section: the function or variable in it. @param {{owner: string, object: string, section: string}} place */
function nameOf(place) {
  const one = keptByPlace.get(placeKey(place));
  if (one && one.symbols.length) return one.symbols[0];
  return place.section.replace(/^\.(text|rodata|data|bss)\.(?=[A-Za-z_])/, "") || place.object;
}

/** An object as people know it: its source. @param {string} object */
function sourceOf(object) {
  return object.replace(/^out\//, "").replace(/\.o$/, "");
}
