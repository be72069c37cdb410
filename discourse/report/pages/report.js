"use strict";
// Everything is made with createElement and textContent: text of the corpus is never read as markup.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = (id) => JSON.parse(byId(id).textContent);
  const ui = data("ui"), tables = data("tables-data"), lines = data("lines");
  const fold = (text) => text.toLowerCase().replace(/ß/g, "ss");
  const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
  const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (all, k) => (has(values, k) ? (typeof values[k] === "number" ? values[k].toLocaleString("en") : values[k]) : all));
  const make = (tag, options = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [k, v] of Object.entries(options)) {
      if (k === "on") for (const [event, f] of Object.entries(v)) element.addEventListener(event, f);
      else if (k === "text") element.textContent = v;
      else if (k === "class") element.className = v;
      else if (v !== undefined) element.setAttribute(k, v);
    }
    element.append(...children);
    return element;
  };
  const button = (text, click, kind) => make("button", { type: "button", class: kind, text, on: { click } });
  const chooser = (label, options, change) => {
    const select = make("select", { on: { change: () => change(select.value) } }, ...options.map(([value, text]) => make("option", { value, text })));
    return make("label", { text: label + " " }, select);
  };
  const filterBox = (label, change) => {
    const input = make("input", { type: "search", autocomplete: "off", on: { input: () => change(fold(input.value)) } });
    return make("label", { text: label + " " }, input);
  };

  // --- Words that can be clicked
  // The name of a group may be a word of the texts, too.
  const groupNames = new Set(lines.groups);
  const known = (text) => has(lines.words, fold(text.trim())) && !groupNames.has(text);
  const wordButton = (text) => button(text, () => showWord(fold(text.trim())), "word");
  const linked = (cell) => {
    if (cell.querySelector("button, a")) return;
    const text = cell.textContent, parts = text.split(", ");
    if (isTopic(text)) cell.replaceChildren(button(text, () => showTopic(text), "word"));
    else if (known(text)) cell.replaceChildren(wordButton(text));
    else if (parts.length > 2 && parts.filter(known).length > parts.length / 2)
      cell.replaceChildren(...parts.flatMap((p, k) => [...(k ? [", "] : []), known(p) ? wordButton(p) : p]));
  };

  // --- Tables: sorted, searched, filtered
  const numeric = (text) => {
    const found = /^[^\d−-]{0,2}([−-]?[\d,]*\.?\d+(?:e[−+-]?\d+)?)/.exec(text.trim());
    return found ? Number(found[1].replace(/,/g, "").replace(/−/g, "-")) : NaN;
  };
  const compare = (a, b) => {
    const x = numeric(a), y = numeric(b);
    if (!Number.isNaN(x) && !Number.isNaN(y) && x !== y) return x - y;
    if (Number.isNaN(x) !== Number.isNaN(y) && a && b) return Number.isNaN(x) ? 1 : -1;
    return a.localeCompare(b, "en");
  };
  const STEP = 50;
  // `rows` have their texts in `cells` and their element in `tr`, or make it when it is shown.
  const interactive = (table, rows, { step = Infinity, filters = true } = {}) => {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], order = rows.slice();
    let sorted = rows, wanted = "", chosen = {}, shown = step;
    const output = make("output"), more = button(ui.more, () => { shown += step; update(); });
    const update = () => {
      const found = sorted.filter((r) => (!wanted || fold(r.cells.join(" ")).includes(wanted)) && Object.entries(chosen).every(([k, v]) => v === "" || r.cells[k] === v));
      body.replaceChildren(...found.slice(0, shown).map((r) => (r.tr ??= r.make())));
      output.textContent = say(ui.rows, { shown: Math.min(shown, found.length), n: found.length });
      more.hidden = shown >= found.length;
    };
    heads.forEach((th, k) => {
      const click = () => {
        const up = th.getAttribute("aria-sort") !== "ascending";
        heads.forEach((h) => h.setAttribute("aria-sort", "none"));
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        // What is empty stays at the end.
        sorted = order.slice().sort((a, b) => (!b.cells[k] - !a.cells[k] ? !a.cells[k] - !b.cells[k] : (up ? 1 : -1) * compare(a.cells[k], b.cells[k])));
        update();
      };
      th.setAttribute("aria-sort", "none");
      const sorter = make("button", { type: "button", on: { click } }, ...th.childNodes);
      th.replaceChildren(sorter);
    });
    const tools = make("div", { class: "tools" }, filterBox(ui.filter, (value) => { wanted = value; shown = step; update(); }));
    if (filters)
      heads.forEach((th, k) => {
        const values = [...new Set(rows.map((r) => r.cells[k]))].filter((v) => v !== "");
        if (values.length < 2 || values.length > 12 || values.length * 2 > rows.length || values.some((v) => v.length > 40 || !Number.isNaN(numeric(v)))) return;
        tools.append(chooser(th.textContent, [["", ui.all], ...values.map((v) => [v, v])], (v) => { chosen[k] = v; shown = step; update(); }));
      });
    tools.append(output);
    update();
    return { tools, more };
  };
  const headRow = (names, explain = {}, kinds = []) => make("thead", {}, make("tr", {}, ...names.map((n, k) => make("th", { scope: "col", text: n, title: explain[n], class: kinds[k] }))));
  for (const table of document.querySelectorAll("figure.printed table")) {
    table.querySelectorAll("td").forEach(linked);
    countsOfMentions(table);
    const rows = [...table.tBodies[0].rows].map((tr) => ({ tr, cells: [...tr.cells].map((c) => c.textContent) }));
    if (rows.length < 3) continue;
    const { tools } = interactive(table, rows);
    if (rows.length > 8) table.parentElement.before(tools);
  }
  for (const details of document.querySelectorAll("details.whole")) {
    const found = tables[details.dataset.table];
    if (!found) continue;
    details.addEventListener("toggle", () => {
      if (details.dataset.made) return;
      details.dataset.made = "yes";
      const rows = found.rows.map((values) => {
        const cells = values.map((v) => (v === null ? "" : String(v)));
        return { cells, make: () => {
          const tr = make("tr", {}, ...cells.map((text, k) => make("td", { text, dir: "auto", class: typeof values[k] === "number" ? "right" : undefined })));
          tr.querySelectorAll("td").forEach(linked);
          linkedRow(tr, found.columns, cells);
          return tr;
        } };
      });
      const table = make("table", {}, headRow(found.columns, found.explain), make("tbody"));
      const { tools, more } = interactive(table, rows, { step: STEP });
      details.append(tools, make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": details.firstElementChild.textContent }, table), more);
    });
  }
  // A count of mentions shows the lines of that document, speaker or group.
  function linkedRow(tr, columns, cells) {
    const at = (name) => (columns.includes(name) ? cells[columns.indexOf(name)] : "");
    const which = at("doc_id") ? { doc: at("doc_id") } : at("speaker") ? { speaker: at("speaker") } : null;
    columns.forEach((name, k) => {
      if (name === "n_mentions" && which && Number(cells[k]) > 0) tr.cells[k].replaceChildren(button(cells[k], () => showMentions(at("target"), which), "word"));
    });
  }

  function countsOfMentions(table) {
    const k = [...table.tHead.rows[0].cells].findIndex((th) => th.textContent.trim() === ui.mentions_column);
    if (k < 1 || !Object.keys(lines.mentions).length) return;
    for (const tr of table.tBodies[0].rows) {
      const name = tr.cells[0].textContent.trim(), count = tr.cells[k].textContent;
      const which = groupNames.has(name) ? { group: name } : lines.speakers.includes(name) ? { speaker: name } : null;
      if (which && numeric(count) > 0) tr.cells[k].replaceChildren(button(count, () => showMentions("", which), "word"));
    }
  }

  // --- The panel
  const panel = byId("panel"), body = byId("panel-body");
  const open = (title, ...children) => {
    byId("panel-title").textContent = title;
    body.replaceChildren(...children);
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
    byId("panel-title").focus();
  };
  byId("close").addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  const source = (k) => {
    const [id, date, title, group, link] = lines.sources[k];
    return { id, date, title, group: lines.groups[group], link: lines.links[link].replaceAll("{}", () => id), name: title || date || id };
  };
  const named = (s) => (s.link ? make("a", { href: s.link, rel: "noreferrer", text: s.name }) : make("span", { text: s.name }));
  const unpacked = ([total, documents, flat]) => {
    const found = [];
    for (let k = 0; k < flat.length; k += 4) {
      const [passage, start, length, about] = flat.slice(k, k + 4), [s, speaker, text] = lines.passages[passage];
      const before = text.slice(0, start), node = text.slice(start, start + length), after = text.slice(start + length);
      const squeezed = (t) => t.replace(/ +/g, " ");
      found.push({ s: source(s), speaker: lines.speakers[speaker], left: squeezed(before), node: node, right: squeezed(after), n: length, about });
    }
    return { total, documents, found };
  };
  const words = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const SORTS = {
    text: (l) => l.s.date, left: (l) => words(l.left).reverse().slice(0, 3).join(" "), right: (l) => words(l.right).slice(0, 3).join(" "),
    group: (l) => l.s.group, document: (l) => l.s.name,
  };
  const concordance = (places, keep = () => true) => {
    const { total, documents, found } = unpacked(places);
    const every = found.filter(keep), whole = every.length === found.length;
    const said = lines.texts ? (whole ? ui.lines : ui.lines_here) : ui.documents;
    const output = make("p", { role: "status" });
    const table = make("table", { class: lines.texts ? "kwic" : "" });
    let sort = "text", group = "", about = false, wanted = "";
    const update = () => {
      const shown = every.filter((l) => (!group || l.s.group === group) && (!about || l.about) && (!wanted || fold(`${l.left}${l.node}${l.right} ${l.speaker} ${l.s.name}`).includes(wanted)));
      shown.sort((a, b) => SORTS[sort](a).localeCompare(SORTS[sort](b), "en"));
      output.textContent = say(said, { shown: shown.length, here: every.length, total, documents });
      table.replaceChildren(lines.texts ? headRow([ui.before, ui.word, ui.after, ui.source], {}, ["left", "node", "right", "when"]) : headRow([ui.document, ui.date, ui.group, ui.count]),
        make("tbody", {}, ...shown.map((l) => (lines.texts ? line(l) : make("tr", {}, make("td", { dir: "auto" }, named(l.s)), make("td", { text: l.s.date }), make("td", { text: l.s.group }), make("td", { class: "right", text: l.n }))))));
    };
    const groups = [...new Set(every.map((l) => l.s.group))];
    const tools = make("div", { class: "tools" });
    const sorts = lines.texts ? ["text", "left", "right", "group", "document"] : ["text", "group", "document"];
    tools.append(chooser(ui.sort, sorts.map((k) => [k, ui["sort_" + k]]), (v) => { sort = v; update(); }));
    if (groups.length > 1) tools.append(chooser(ui.group, [["", ui.all], ...groups.map((g) => [g, g])], (v) => { group = v; update(); }));
    if (every.some((l) => l.about) && every.some((l) => !l.about)) tools.append(chooser(ui.which, [["", ui.all], ["about", ui.about]], (v) => { about = v !== ""; update(); }));
    tools.append(filterBox(ui.filter, (v) => { wanted = v; update(); }));
    update();
    return [output, tools, make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": ui.lines_label }, table)];
  };
  const line = (l) => {
    // The end of the left context is what stands beside the word.
    const tr = make("tr", {}, make("td", { class: "left" }, make("bdi", { text: l.left })), make("td", { class: "node" }), make("td", { class: "right" }, make("bdi", { text: l.right })),
      make("td", { class: "when", dir: "auto" }, named(l.s), (l.s.title ? ` ${l.s.date}` : "") + (l.s.group ? `, ${l.s.group}` : "") + (l.speaker && l.speaker !== "unknown" ? `, ${l.speaker}` : "")));
    const toggle = button(l.node, () => { const on = tr.classList.toggle("open"); toggle.setAttribute("aria-expanded", String(on)); }, "word");
    toggle.setAttribute("aria-expanded", "false");
    tr.cells[1].append(toggle);
    return tr;
  };
  const showWord = (word) => open(say(ui.word_title, { word }), ...concordance(lines.words[word]));
  function showMentions(target, which = {}) {
    const names = has(lines.mentions, target) ? [target] : Object.keys(lines.mentions);
    const keep = (l) => (!which.doc || l.s.id === which.doc) && (!which.speaker || l.speaker === which.speaker) && (!which.group || l.s.group === which.group);
    const of = which.doc ? source(lines.sources.findIndex((s) => s[0] === which.doc)).name : which.speaker || which.group || "";
    open(say(of ? ui.mentions_of : ui.mentions_title, { target: names.join(", "), of }), ...names.flatMap((n) => concordance(lines.mentions[n], keep)));
  }
  function topicNumber(text) { const found = /^T(\d+)$/.exec(text); return found && found[1]; }
  function isTopic(text) { return Boolean(topicNumber(text) && tables["topic-terms"]); }
  function showTopic(label) {
    const of = (name) => { const t = tables[name]; return t ? t.rows.map((r) => Object.fromEntries(t.columns.map((c, k) => [c, r[k]]))).filter((r) => String(r.topic) === topicNumber(label)) : []; };
    const top = of("topic-terms").sort((a, b) => a.rank - b.rank).slice(0, 30);
    const passages = of("topic-exemplars").sort((a, b) => a.rank - b.rank).map((r) => {
      const k = lines.sources.findIndex((s) => s[0] === String(r.doc_id));
      return make("li", {}, make("p", { text: r.text ?? "", dir: "auto" }), make("p", { class: "source" }, k >= 0 ? named(source(k)) : String(r.doc_id), ` ${r.date}, ${Math.round(100 * r.share)}%`));
    });
    open(say(ui.topic_title, { topic: label }), make("p", {}, ...top.flatMap((r, k) => [...(k ? [", "] : []), known(String(r.term)) ? wordButton(String(r.term)) : String(r.term)])), make("h3", { text: ui.exemplars }), make("ul", { class: "evidence" }, ...passages));
  }
  for (const b of document.querySelectorAll("button.mentions")) b.addEventListener("click", () => showMentions(b.dataset.target));
  document.querySelectorAll(".targets").forEach((p) => (p.hidden = false));
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.(".drawing [data-word], .drawing [data-source], .drawing [data-topic], .drawing [data-speaker]");
    if (!mark) return;
    const d = mark.dataset;
    if (d.word !== undefined) showWord(d.word);
    else if (d.topic !== undefined) showTopic(d.topic);
    else if (Object.keys(lines.mentions).length) showMentions("", d.source !== undefined ? { doc: lines.sources[Number(d.source)][0] } : { speaker: d.speaker });
  });

  // --- Search
  const form = byId("search"), input = byId("word"), list = byId("matches");
  const every = Object.keys(lines.words).sort((a, b) => lines.words[b][0] - lines.words[a][0]);
  const clear = () => { list.hidden = true; list.replaceChildren(); };
  if (every.length) {
    form.hidden = false;
    const search = () => {
      const wanted = fold(input.value.trim());
      if (!wanted) return clear();
      const first = every.filter((w) => w.startsWith(wanted)), rest = every.filter((w) => !w.startsWith(wanted) && w.includes(wanted));
      const found = [...first, ...rest];
      byId("hits").textContent = say(ui.found, { n: found.length });
      list.replaceChildren(...(found.length ? found.slice(0, 20).map((w) => make("li", {}, button(`${w} (${lines.words[w][0].toLocaleString("en")})`, () => { clear(); showWord(w); }))) : [make("li", { text: ui.nothing })]));
      list.hidden = false;
    };
    input.addEventListener("input", search);
    form.addEventListener("submit", (event) => { event.preventDefault(); list.querySelector("button")?.click(); });
    form.addEventListener("keydown", (event) => {
      const all = [input, ...list.querySelectorAll("button")], at = all.indexOf(document.activeElement);
      if (event.key === "Escape") { clear(); input.focus(); }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length].focus(); }
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) clear(); });
  }

  // --- Light and dark
  const theme = byId("theme"), root = document.documentElement;
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const say_theme = () => theme.setAttribute("aria-pressed", String(dark()));
  if (["light", "dark"].includes(stored())) root.dataset.theme = stored();
  theme.hidden = false;
  say_theme();
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a page without storage forgets it */ }
    say_theme();
  });
  if (matchMedia("(max-width: 80rem)").matches) byId("contents").open = false;

  // --- `discourse run --watch`: the file may have been written anew
  if (new URLSearchParams(location.search).has("watch")) {
    let touched = 0;
    for (const event of ["pointerdown", "keydown", "wheel"]) addEventListener(event, () => (touched = performance.now()), { passive: true });
    const again = () => { if (!panel.open && performance.now() - touched > 4000) location.reload(); };
    addEventListener("focus", again);
    setInterval(again, 5000);
  }
})();
