// The memory map: what a loader puts where, with which rights, and the sections in it.

const RIGHTS = { r: "read", w: "write", x: "execute" };

function memoryView() {
  const view = make("div", { class: "view" });
  if (!told.segments.length) view.append(make("p", { text: "This image was described by an older compose, which kept no memory map. Build it again." }));
  let end = 0;
  for (const segment of told.segments) {
    if (end) view.append(make("p", { class: "gap", text: `${spellBytes(segment.address - end)} further` }));
    view.append(segmentOf(segment));
    end = segment.address + segment.memory_bytes;
  }
  if (told.segments.length) view.append(make("p", { class: "faint", text: `The image may use ${spellBytes(image.memory)}; it begins at ${spellAddress(image.entry)}.` }));
  return { view, shown: () => {} };
}

function segmentOf(segment) {
  const words = [...segment.rights].map((letter) => RIGHTS[letter]).join(", ");
  const caption = make("caption", {}, make("span", { class: "rights", text: segment.rights, title: words }),
    `${spellAddress(segment.address)} to ${spellAddress(segment.address + segment.memory_bytes)}: ${words}`);
  const inFile = (address, bytes) => Math.max(0, Math.min(address + bytes, segment.address + segment.file_bytes) - address);
  const lines = segment.sections.map(([name, address, bytes]) => make("tr", {},
    make("th", { scope: "row", class: "mono", text: name }),
    make("td", { class: "mono number", text: spellAddress(address) }),
    make("td", { class: "number", text: bytes.toLocaleString("en") }),
    make("td", { class: "number", text: inFile(address, bytes).toLocaleString("en") })));
  const head = make("thead", {}, make("tr", {}, ...["section", "address", "bytes", "in the file"].map((text, column) => make("th", { scope: "col", text, class: column ? "number" : "" }))));
  const total = make("tr", {}, make("th", { scope: "row", text: "all" }), make("td", {}),
    make("td", { class: "number", text: segment.memory_bytes.toLocaleString("en") }),
    make("td", { class: "number", text: segment.file_bytes.toLocaleString("en") }));
  const strip = make("div", { class: "strip", "aria-hidden": "true" }, ...segment.sections.map(([name, , bytes]) => {
    const piece = make("span", { class: kindOf(name), title: `${name}, ${spellBytes(bytes)}` });
    piece.style.flexGrow = String(bytes);
    return piece;
  }));
  return make("section", { class: "segment" }, strip, make("table", {}, caption, head, make("tbody", {}, ...lines, total)));
}
