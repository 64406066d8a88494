// What changed since another image: settings, then bytes by owner and section.

function differenceView() {
  const old = told.difference;
  const view = make("div", { class: "view difference" });
  view.append(make("h2", { text: `Since ${old.name} for ${old.target}` }), sumsTable(old));
  if (old.settings.length) view.append(settingsTable(old.settings));
  view.append(old.rows.length ? changesTable(old.rows) : make("p", { text: "No section changed its size." }));
  return { view, shown: () => {} };
}

function sumsTable(old) {
  const line = (name, [before, after]) => changeRow(make("th", { scope: "row", text: name }), before, after);
  return tableOf("Sizes", ["", "old", "new", "change"], [line("bytes of the file", old.file_bytes), line("bytes in memory", old.memory_bytes)]);
}

function settingsTable(settings) {
  const lines = settings.map(([key, before, after]) => make("tr", {}, make("th", { scope: "row", text: key }),
    make("td", { class: "mono", text: before || "–" }), make("td", { class: "mono", text: after || "–" })));
  return tableOf("What was decided otherwise", ["", "old", "new"], lines, false);
}

function changesTable(rows) {
  const named = rows.map(([owner, object, section, before, after]) => {
    return { owner: told.names[owner], object: told.names[object], section: told.names[section], before, after };
  });
  const sums = [...grouped(named, (row) => row.owner)].map(([owner, held]) => {
    const sum = (key) => held.reduce((total, row) => total + row[key], 0);
    return { owner, held, before: sum("before"), after: sum("after") };
  });
  sums.sort((one, two) => Math.abs(two.after - two.before) - Math.abs(one.after - one.before));
  return tableOf("Bytes that changed, of sections that differ", ["", "old", "new", "change"], sums.map((one) => {
    const name = rowsByOwner.has(one.owner) || recipes.has(one.owner) ? ownerLink(one.owner) : make("span", { text: one.owner });
    const items = one.held.map((row) => make("li", {}, `${nameOf(row)} `, make("span", { class: "faint", text: `${row.section} ${sourceOf(row.object)} ` }), changeText(row.after - row.before)));
    const count = items.length === 1 ? "1 section" : `${items.length} sections`;
    const more = make("details", {}, make("summary", { text: count, "aria-label": `${count} of ${one.owner}` }), make("ul", {}, ...items));
    return changeRow(make("th", { scope: "row" }, name, more), one.before, one.after);
  }));
}

function changeRow(head, before, after) {
  return make("tr", {}, head, make("td", { class: "number", text: before.toLocaleString("en") }),
    make("td", { class: "number", text: after.toLocaleString("en") }), make("td", { class: "number" }, changeText(after - before)));
}

function changeText(change) {
  return make("span", { class: change > 0 ? "grew" : "shrank", text: spellChange(change) });
}

function tableOf(caption, heads, lines, areNumbers = true) {
  const cells = heads.map((text, column) => (text ? make("th", { scope: "col", text, class: column && areNumbers ? "number" : "" }) : make("td", {})));
  return make("table", {}, make("caption", { text: caption }), make("thead", {}, make("tr", {}, ...cells)), make("tbody", {}, ...lines));
}
