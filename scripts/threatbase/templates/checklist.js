"use strict";
// Fills the page from its data, keeps what is typed, filters, and saves. No request leaves.
(() => {
  const pristine = document.documentElement.outerHTML;
  const get = (id) => document.getElementById(id);
  const sheet = JSON.parse(get("sheet").textContent);
  const told = JSON.parse(get("told").textContent);
  const FIELDS = ["status", "owner", "evidence", "date", "note"];
  const articles = [...document.querySelectorAll("article")].sort((a, b) => a.dataset.number - b.dataset.number);
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  // What people type, as it is kept: the flag is part of it, since one can say that one has seen a change.
  const typed = () => sheet.items.map((item) => Object.fromEntries([...FIELDS, "flag"].map((name) => [name, item[name]])));
  const first = JSON.stringify(typed());
  // The address is part of the key: two blank copies of one list, for two projects, are not to share what is typed.
  const file = location.host + location.pathname;
  const key = ["threatbase", file, sheet.digest, JSON.stringify(sheet.criteria), hash(first)].join(" ");
  let kept = true; // the browser's storage has everything
  let saved = true; // or a file that was downloaded does

  function hash(text) {
    let [a, b] = [0xdeadbeef, 0x41c6ce57];
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
      b = Math.imul(b ^ text.charCodeAt(i), 1597334677);
    }
    return (a >>> 0).toString(16) + (b >>> 0).toString(16);
  }

  // Storage: refused in some browsers for files, and in private windows.
  function recall() {
    try {
      return localStorage.getItem(key);
    } catch {
      kept = false;
      return null;
    }
  }
  function keep() {
    const now = JSON.stringify(typed());
    try {
      if (now === first) localStorage.removeItem(key);
      else localStorage.setItem(key, now);
      kept = true;
    } catch {
      kept = false;
    }
    get("reset").hidden = now === first;
    if (now === first) get("restored").hidden = true;
    showKept();
  }
  function take(text) {
    let rows;
    try {
      rows = JSON.parse(text ?? first);
    } catch {
      return false;
    }
    if (!Array.isArray(rows) || rows.length !== sheet.items.length) return false;
    rows.forEach((row, number) => {
      for (const name of [...FIELDS, "flag"]) if (typeof row?.[name] === "string") sheet.items[number][name] = row[name];
    });
    return true;
  }

  // The page from the data.
  function isDay(text) {
    if (!/^(?!0000)\d{4}-\d\d-\d\d$/.test(text)) return !text;
    const day = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
  }
  function setDate(input, value) {
    input.type = isDay(value) ? "date" : "text"; // what was typed and is no day stays as it is
    input.value = value;
    markEmpty(input);
  }
  const markEmpty = (input) => input.toggleAttribute("data-empty", !input.value); // no mm/dd/yyyy on paper
  function show(article, item) {
    for (const name of FIELDS) {
      const field = article.querySelector(`[name=${name}]`);
      if (name === "date") setDate(field, item.date);
      else if (field.value !== item[name]) field.value = item[name];
    }
    article.dataset.status = item.status;
    for (const mark of article.querySelectorAll(".flag, .seen")) mark.hidden = !item.flag;
  }
  function showProgress(root) {
    for (const place of root.querySelectorAll("[data-progress]")) {
      const level = place.dataset.progress;
      const items = sheet.items.filter((item) => level === "all" || item.section === level);
      const settled = items.filter((item) => item.status !== "todo").length;
      const text = say(told.progress, { settled, total: items.length });
      place.querySelector("progress").setAttribute("value", settled);
      const words = place.querySelector(".progress__text");
      if (words.textContent !== text) words.textContent = text;
    }
  }
  function showKept(text) {
    const place = get("kept");
    place.toggleAttribute("data-warn", !kept);
    place.textContent = text ?? (kept ? told.kept : told.not_kept);
  }
  function showAll() {
    articles.forEach((article, number) => show(article, sheet.items[number]));
    showProgress(document);
  }

  // Filters.
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/’/g, "'").toLowerCase();
  const texts = (value) => (value !== null && typeof value === "object" ? Object.values(value).map(texts).join("\n") : String(value));
  const described = [];
  function found(number, wanted) {
    const item = sheet.items[number];
    const flag = articles[number].querySelector(".flag:not([hidden])")?.textContent ?? "";
    described[number] ??= fold(texts([item.id, item.title, item.summary, item.why, item.how, item.checks, item.breaks, item.mappings]));
    const now = described[number] + "\n" + fold(texts([flag, item.owner, item.evidence, item.date, item.note]));
    return wanted.every((word) => now.includes(word));
  }
  function filter() {
    const [status, level] = [get("of-status").value, get("of-level").value];
    const wanted = fold(get("search").value).split(/\s+/).filter(Boolean);
    let shown = 0;
    articles.forEach((article, number) => {
      const item = sheet.items[number];
      const fits = (!status || item.status === status) && (!level || item.section === level) && found(number, wanted);
      article.hidden = !fits;
      shown += fits;
    });
    for (const section of document.querySelectorAll("section[data-level]")) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    get("nothing").hidden = shown > 0 || !articles.length;
    get("shown").textContent = say(told.shown, { shown, total: articles.length });
  }

  // Saving.
  const json = () => JSON.stringify(sheet, null, 1) + "\n";
  const embedded = () => JSON.stringify(sheet).replace(/[<>&\u2028\u2029]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"));
  function page() {
    const copy = new DOMParser().parseFromString(pristine, "text/html");
    for (const article of copy.querySelectorAll("article")) {
      const item = sheet.items[article.dataset.number];
      for (const name of ["owner", "evidence", "note"]) article.querySelector(`[name=${name}]`).textContent = item[name];
      for (const option of article.querySelectorAll("option")) option.toggleAttribute("selected", option.value === item.status);
      const date = article.querySelector("[name=date]");
      date.setAttribute("type", isDay(item.date) ? "date" : "text");
      date.setAttribute("value", item.date);
      article.dataset.status = item.status;
      if (!item.flag) for (const mark of article.querySelectorAll(".flag, .seen")) mark.remove();
    }
    showProgress(copy);
    copy.getElementById("sheet").textContent = embedded();
    return "<!doctype html>\n" + copy.documentElement.outerHTML + "\n";
  }
  function download(text, type, ending) {
    const name = decodeURIComponent(location.pathname.split("/").pop()).replace(/\.[^.]*$/, "") || "checklist";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name + ending;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    saved = true;
    showKept(say(told.saved, { name: link.download }));
  }

  // What people do.
  let later;
  function changed(item, article) {
    article.dataset.status = item.status;
    saved = false;
    showProgress(document);
    clearTimeout(later);
    later = setTimeout(keep, 250);
  }
  function keepNow() {
    if (later === undefined) return;
    clearTimeout(later);
    later = undefined;
    keep();
  }
  const tall = (area) => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  const grows = CSS.supports("field-sizing", "content");

  get("list").addEventListener("input", (event) => {
    const article = event.target.closest("article");
    if (!article || !FIELDS.includes(event.target.name)) return;
    const item = sheet.items[article.dataset.number];
    item[event.target.name] = event.target.value;
    if (!grows && event.target.matches("textarea")) tall(event.target);
    if (event.target.name === "date") markEmpty(event.target);
    changed(item, article);
  });
  get("list").addEventListener("change", (event) => {
    if (event.target.name === "date" && event.target.type === "text") setDate(event.target, event.target.value);
  });
  get("list").addEventListener("click", (event) => {
    if (!event.target.matches(".seen")) return;
    const article = event.target.closest("article");
    const item = sheet.items[article.dataset.number];
    item.flag = "";
    show(article, item);
    changed(item, article);
    article.querySelector("select").focus();
  });
  for (const id of ["search", "of-status", "of-level"]) get(id).addEventListener("input", filter);
  get("fold").addEventListener("click", ({ currentTarget: button }) => {
    const open = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", open);
    button.textContent = open ? told.fold : told.unfold;
    for (const details of document.querySelectorAll("details")) details.open = open;
  });
  get("save-data").addEventListener("click", () => download(json(), "application/json", ".json"));
  get("save-page").addEventListener("click", () => download(page(), "text/html", ".html"));
  for (const id of ["reset", "forget"]) get(id).addEventListener("click", () => {
    if (!confirm(told.reset_sure)) return;
    take(null);
    showAll();
    filter();
    keep();
    saved = true;
  });
  addEventListener("storage", (event) => {
    if (event.key !== key) return;
    take(event.newValue);
    showAll();
    get("reset").hidden = event.newValue === null;
    if (event.newValue === null) get("restored").hidden = true;
  });
  addEventListener("pagehide", keepNow);
  addEventListener("beforeunload", (event) => {
    keepNow();
    if (!kept && !saved) event.preventDefault();
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  const before = recall();
  get("restored").hidden = !take(before) || before === null;
  showAll();
  filter();
  showKept();
  get("reset").hidden = before === null;
  get("bar").hidden = false;
  if (!grows) document.querySelectorAll("textarea").forEach(tall);
})();
