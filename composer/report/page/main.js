// The page: its heading, the tabs, the theme, and the address that leads back to a view and a recipe.

const THEMES = ["auto", "light", "dark"];

function startTheme() {
  const button = /** @type {HTMLElement} */ (document.getElementById("theme"));
  const root = document.documentElement;
  const put = (theme) => {
    root.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
    try {
      localStorage.setItem("compose-theme", theme);
    } catch {
      // Files have no storage of their own in some browsers; then the choice holds until the page is closed.
    }
  };
  let kept = null;
  try {
    kept = localStorage.getItem("compose-theme");
  } catch {
    // As above.
  }
  button.addEventListener("click", () => put(THEMES[(THEMES.indexOf(root.dataset.theme || "auto") + 1) % THEMES.length]));
  put(kept && THEMES.includes(kept) ? kept : "auto");
}

/** Bring what is selected into sight where it is below the views. */
function reveal() {
  const facts = /** @type {HTMLElement} */ (document.getElementById("facts"));
  if (getComputedStyle(facts.parentElement).display === "block") facts.scrollIntoView({ block: "start" });
}

function startViews() {
  const holder = /** @type {HTMLElement} */ (document.getElementById("views"));
  const tabs = /** @type {HTMLElement} */ (document.getElementById("tabs"));
  const makers = [["graph", "Graph", graphView], ["bytes", "Bytes", bytesView], ["memory", "Memory", memoryView], ["boot", "Boot", bootView]];
  if (told.difference) makers.push(["difference", "Difference", differenceView]);
  const made = new Map();
  const show = (name) => {
    if (!made.has(name)) {
      const found = makers.find(([one]) => one === name)[2]();
      Object.entries({ id: `view-${name}`, role: "tabpanel", tabindex: "0", "aria-labelledby": `tab-${name}` }).forEach(([key, value]) => found.view.setAttribute(key, value));
      made.set(name, found);
      holder.append(found.view);
    }
    for (const [one, { view }] of made) view.hidden = one !== name;
    for (const [one] of makers) {
      const tab = /** @type {HTMLElement} */ (document.getElementById(`tab-${one}`));
      tab.setAttribute("aria-selected", String(one === name));
      tab.tabIndex = one === name ? 0 : -1;
    }
    if (!made.get(name).wasShown) made.get(name).shown();
    made.get(name).wasShown = true;
    remember(name);
  };
  for (const [name, title] of makers) {
    tabs.append(make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}`, "aria-selected": "false", text: title, onclick: () => show(name) }));
  }
  roving(tabs, () => [...tabs.querySelectorAll("button")]);
  return { show, names: makers.map(([name]) => name) };
}

let shownView = "graph";

/** Keep view and recipe in the address, so that it can be sent to others. @param {string} [view] */
function remember(view = shownView) {
  shownView = view;
  const recipe = selected.kind === "recipe" ? `/${encodeURIComponent(selected.name)}` : "";
  const address = `#${view}${recipe}`;
  if (location.hash !== address) history.replaceState(null, "", address);
}

function start() {
  document.getElementById("title").textContent = `${image.name} for ${image.target}`;
  document.getElementById("size").textContent = `${spellBytes(image.file_bytes)}, ${recipes.size} recipes`;
  startTheme();
  const views = startViews();
  const [view, recipe] = location.hash.slice(1).split("/");
  views.show(views.names.includes(view) ? view : "graph");
  const name = recipe ? decodeURIComponent(recipe) : "";
  selectOwner(recipes.has(name) || rowsByOwner.has(name) ? name : "");
  onSelect.push(() => remember());
  startSearch();
  document.documentElement.dataset.ready = "true";
}

start();
