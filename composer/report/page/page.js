// How elements are made, numbers are spelled and lists are walked with the keyboard. All scripts of the page share one scope,
// in the order that report/page.py gives; names that come from an image become text nodes, never markup.

/**
 * An element; `on…` are listeners, `class` and `text` what they say, anything else an attribute (true: without a value).
 * @param {string} tag
 * @param {Object<string, any>} [words]
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
function make(tag, words = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(words)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** An element of SVG. @param {string} tag @param {Object<string, string|number>} words */
function draw(tag, words) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(words)) element.setAttribute(name, String(value));
  return element;
}

/** A button that looks like a link. @param {string} text @param {() => void} act */
function link(text, act) {
  return make("button", { type: "button", class: "plain", text, onclick: act });
}

/** @param {number} count */
function spellBytes(count) {
  return count === 1 ? "1 byte" : `${count.toLocaleString("en")} bytes`;
}

/** @param {number} part @param {number} whole */
function spellShare(part, whole) {
  return whole ? `${((100 * part) / whole).toFixed(1)} %` : "";
}

/** With its sign. @param {number} change */
function spellChange(change) {
  return (change > 0 ? "+" : change < 0 ? "−" : "") + Math.abs(change).toLocaleString("en");
}

/** @param {number} address */
function spellAddress(address) {
  return `0x${address.toString(16)}`;
}

/** A bar that is filled as far as `part` is of `whole`. @param {number} part @param {number} whole */
function bar(part, whole) {
  const fill = make("span");
  fill.style.width = `${whole ? Math.min(100, (100 * part) / whole) : 0}%`;
  return make("span", { class: "bar", "aria-hidden": "true" }, fill);
}

/** A heading and what stands below, nothing if that is nothing. @param {string} title @param {Array<Node|string>} content */
function part(title, content) {
  return content.length ? [make("h3", { text: title }), ...content] : [];
}

/** A list that shows its first items, and the rest when asked. @param {HTMLElement[]} items @param {string} kind */
function longList(items, kind) {
  const shown = 12;
  const list = make("ul", { class: kind }, ...items.slice(0, shown));
  if (items.length <= shown) return [list];
  const rest = make("ul", { class: kind }, ...items.slice(shown));
  return [list, make("details", {}, make("summary", { text: `${items.length - shown} more` }), rest)];
}

/**
 * Of `elements` only one can be reached with Tab; the others are reached from it with the arrow keys.
 * @param {HTMLElement} holder
 * @param {() => HTMLElement[]} elements
 * @param {(from: HTMLElement, key: string, all: HTMLElement[]) => HTMLElement|undefined} [next] for keys that lead elsewhere
 */
function roving(holder, elements, next) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  holder.addEventListener("focusin", (event) => {
    for (const element of elements()) element.tabIndex = element === event.target ? 0 : -1;
  });
  holder.addEventListener("keydown", (event) => {
    const all = elements();
    const from = /** @type {HTMLElement} */ (event.target);
    const place = all.indexOf(from);
    if (place < 0) return;
    let to = next && next(from, event.key, all);
    if (!to && event.key in steps) to = all[(place + steps[event.key] + all.length) % all.length];
    if (!to && event.key === "Home") to = all[0];
    if (!to && event.key === "End") to = all[all.length - 1];
    if (to) {
      event.preventDefault();
      to.focus();
    }
  });
}
