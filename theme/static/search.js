// Nothing is loaded before there is a word to look for; then the index comes in parts, the newest
// first, until there are results enough. A part is a script: pages read from disk may not fetch.

const MOST_SHOWN = 50;
const MARKS = /\p{sc=Inherited}|\p{Cf}|[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u0656-\u065f\u06d6-\u06ed]/gu;
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/gu;
const ALIKE = {};
for (const [letter, forms] of Object.entries({
  ss: "ß", ae: "æ", oe: "œ", o: "ø", d: "đð", h: "ħ", l: "ł", i: "ı", n: "ŋ", th: "þ", t: "ŧ", σ: "ς",
  "\u0627": "\u0671", "\u06cc": "\u0649\u064a", "\u06a9": "\u0643\u06aa", // alef, yeh, kaf; then heh
  "\u06c1": "\u0629\u0647\u06be\u06c3\u06d5",
})) for (const form of forms) ALIKE[form] = letter;
const VARIANTS = new RegExp(`[${Object.keys(ALIKE).join("")}\u0660-\u0669\u06f0-\u06f9]`, "g");

// What is compared: words in small letters without accents, each between single spaces.
function fold(text) {
  const small = text.toLowerCase();
  if (!/[^\0-\x7f]/.test(small)) return ` ${small} `.replace(/[^a-z0-9]+/g, " ");
  const plain = small.normalize("NFKD").toLowerCase().replace(MARKS, "")
    .replace(VARIANTS, (one) => ALIKE[one] ?? one.charCodeAt(0) % 16).replace(UNSPACED, " $& ");
  return ` ${plain} `.replace(/[^\p{L}\p{M}\p{N}]+/gu, " ");
}

// With F-16 as F16 too, and U.S. as US.
function foldBoth(text) {
  const joined = text.match(/[\p{L}\p{N}]+(?:[-.\u2010\u2011][\p{L}\p{N}]+)+/gu) ?? [];
  return fold([text, ...joined.map((one) => one.replace(/[-.\u2010\u2011]/g, ""))].join(" "));
}

const searchParts = new Map();

function searchPart(name, terms, rows) {
  const year = name.slice(0, 4);
  searchParts.set(name, rows.reverse().map(([path, day, title, summary, ofCategories, ofAuthors, lang, dir]) => {
    const entry = { path: `${year}/${path}`, date: `${year}-${path.slice(0, 2)}-${day}`, title, summary, lang, dir };
    entry.categories = terms[ofCategories];
    entry.authors = terms[ofAuthors];
    entry.text = foldBoth(title);
    entry.termsAt = entry.text.length;
    entry.text += foldBoth(`${entry.categories} ${entry.authors}`);
    entry.summaryAt = entry.text.length;
    entry.text += foldBoth(summary);
    return entry;
  }));
}

// For each word 0 where the title has it, 1 where one of the title begins so, 2 for a term, 3 for the
// summary; -1 where one is missing.
function distance({ text, termsAt, summaryAt }, words) {
  let sum = 0;
  for (const word of words) {
    const at = text.indexOf(` ${word}`);
    if (at < 0) return -1;
    if (at >= termsAt) sum += at < summaryAt ? 2 : 3;
    else if (!text.slice(0, termsAt).includes(` ${word} `)) sum += 1;
  }
  return sum;
}

function startSearch(form) {
  const [state, list, more, item] = ["state", "results", "more", "item"].map((id) => document.getElementById(`search-${id}`));
  const names = form.dataset.parts.split(" ").filter(Boolean);
  const { lang } = document.documentElement;
  const dates = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });
  const loading = {};
  let reach = 1; // so many parts are searched, from the newest
  let kept = []; // results, which stay where they are when more come
  let turn = 0;
  let timer;

  const load = (name) => loading[name] ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = `${name}.js`;
    script.onload = resolve;
    script.onerror = () => resolve(delete loading[name]);
    document.head.append(script);
  });

  function draw(entry) {
    const node = item.content.firstElementChild.cloneNode(true);
    const set = (where, values) => Object.assign(node.querySelector(where), values);
    const path = entry.path.split("/").map(encodeURIComponent).join("/");
    const file = location.protocol === "file:" ? "index.html" : "";
    set("a", { textContent: entry.title, href: form.dataset.root + path + file });
    set("time", { textContent: dates.format(new Date(entry.date)), dateTime: entry.date });
    for (const name of ["summary", "categories", "authors"]) set(`[data-${name}]`, { textContent: entry[name] });
    if (entry.lang) set("[data-text]", { lang: entry.lang, dir: entry.dir });
    return node;
  }

  function show(entries) {
    const active = document.activeElement;
    list.replaceChildren(...entries.map((entry) => entry.node ??= draw(entry)));
    if (list.contains(active)) active.focus({ preventScroll: true });
  }

  const say = (...said) => {
    state.textContent = said.map(([key, value]) => state.dataset[key].replace("#", value.toLocaleString(lang))).join(" ");
  };

  async function search(onward) {
    const mine = ++turn;
    const before = onward ? kept : [];
    const words = fold(form.q.value).split(" ").filter(Boolean);
    history.replaceState(null, "", words.length ? `?q=${encodeURIComponent(form.q.value)}` : location.pathname);
    more.hidden = true;
    say();
    if (!words.length) show([]);
    for (; words.length; reach *= 2) {
      const searched = names.slice(0, reach);
      const lacks = () => searched.some((name) => !searchParts.has(name));
      if (lacks()) say(["busy", ""]);
      await Promise.all(searched.map(load));
      if (mine !== turn) return;
      const found = searched.flatMap((name) => searchParts.get(name) ?? [])
        .map((entry) => [distance(entry, words), entry])
        .filter(([far, entry]) => far >= 0 && !before.includes(entry))
        .sort(([one], [two]) => one - two).map(([, entry]) => entry);
      show(kept = [...before, ...found.slice(0, MOST_SHOWN)]);
      const older = reach < names.length;
      if (older && found.length < MOST_SHOWN) continue;
      const total = before.length + found.length;
      const said = [[["none", "one"][total] ?? "many", total]];
      if (total > kept.length) said.push(["shown", kept.length]);
      if (lacks()) said.push(["failed", ""]);
      else if (older) said.push(["back", dates.format(new Date(searchParts.get(names[reach - 1]).at(-1).date))]);
      say(...said);
      more.hidden = !older && total === kept.length;
      if (onward) list.children[before.length]?.querySelector("a").focus();
      return;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
  more.addEventListener("click", () => search(true));
  form.q.value ||= new URLSearchParams(location.search).get("q") ?? "";
  if (form.q.value) search();
}

if (globalThis.document) startSearch(document.querySelector(".search"));
