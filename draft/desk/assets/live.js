// Keeps a page true while things happen. The page says up to which event it is
// true (data-live); the stream goes on from there. What changed is read from the
// same address again, and put in place row by row.

import { reveal } from "./copy.js";

const body = document.body;
const bar = document.querySelector("[data-livebar]");
const strip = document.querySelector("[data-strip]");
const stripMost = 240;
// So often the list is read again for its times alone, which say how long ago things were.
const agesEvery = 60000;

let source;
let known = body.dataset.live;
// A page without the button can't be paused, nor resumed.
let paused = Boolean(bar) && sessionStorage.getItem("paused") === "yes";
// A page that shows how things are, and not only what happened, follows the numbers.
const watched = Boolean(document.querySelector("[data-watched]"));
const calmFor = watched ? 2000 : 300;
let timer;
let stale = false;
let held;
// kept says that a part of the page was left as it was, since it was in use.
let kept = false;

function connect() {
  if (source || document.hidden || !known) return;
  source = new EventSource(`/api/v1/events?after=${encodeURIComponent(known)}`);
  source.addEventListener("changed", (event) => {
    known = event.lastEventId;
    changed(JSON.parse(event.data));
  });
  source.addEventListener("resync", (event) => {
    known = event.lastEventId;
    soon();
  });
  source.addEventListener("pulse", (event) => pulse(JSON.parse(event.data)));
  source.addEventListener("open", () => state("on"));
  source.addEventListener("error", () => state("off"));
}

function disconnect() {
  source?.close();
  source = undefined;
}

function state(name) {
  body.dataset.stream = name;
  document.dispatchEvent(new CustomEvent("desk:stream", { detail: name }));
}

// A browser opens few connections to one host, so hidden pages give theirs up.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return disconnect();
  connect();
  age();
});
window.addEventListener("pagehide", disconnect);
window.addEventListener("pageshow", connect);

function changed(what) {
  document.dispatchEvent(new CustomEvent("desk:changed", { detail: what }));
  const shown = document.querySelector("[data-draft]");
  if (shown && what.drafts && !what.drafts.includes(shown.dataset.draft)) return;
  if (document.querySelector("[data-rows], [data-region]")) soon();
}

function age() {
  if (!document.hidden && document.querySelector("[data-rows] time")) soon();
}

// soon reads the page again once things are calm for a moment.
function soon() {
  stale = true;
  if (paused) return;
  timer ??= setTimeout(async () => {
    timer = undefined;
    await refresh();
    if (stale) soon();
  }, calmFor);
}

async function refresh() {
  stale = false;
  try {
    const response = await fetch(location.href);
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    merge(page);
  } catch {
    // The stream tells again when the desk can be reached.
  }
}

function merge(page) {
  const rows = document.querySelector("[data-rows]");
  const fresh = page.querySelector("[data-rows]");
  if (Boolean(rows) !== Boolean(fresh)) {
    document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    reveal();
    document.dispatchEvent(new CustomEvent("desk:replaced"));
    return;
  }
  if (rows) mergeRows(rows, fresh);
  for (const region of document.querySelectorAll("[data-region]")) {
    const other = page.querySelector(`[data-region="${region.dataset.region}"]`);
    if (!other || same(region, other)) continue;
    if (region.dataset.key) {
      follow(region, other);
      continue;
    }
    if (inUse(region)) kept = true;
    else replace(region, other);
  }
  meter(page);
  document.dispatchEvent(new CustomEvent("desk:merged", { detail: page }));
}

// replace shows what is new, and keeps the forms in which something is written that
// was not sent.
function replace(region, other) {
  const written = [...region.querySelectorAll("form[data-keep]")].filter((form) => [...form.elements].some(dirty));
  region.innerHTML = other.innerHTML;
  for (const form of written) region.querySelector(`form[data-keep="${form.dataset.keep}"]`)?.replaceWith(form);
}

function dirty(field) {
  return field.matches("textarea, input:not([type=hidden])") && field.value !== field.defaultValue;
}

// A region with a key is the same while its key is, whatever was unfolded in it.
function same(region, other) {
  return region.dataset.key ? region.dataset.key === other.dataset.key : region.innerHTML === other.innerHTML;
}

// follow shows what is newer, or offers it where somebody works with what is there.
function follow(region, other) {
  const button = document.querySelector("[data-newer]");
  const show = () => {
    region.dataset.key = other.dataset.key;
    delete region.dataset.touched;
    region.innerHTML = other.innerHTML;
    if (button) button.disabled = true;
  };
  if (!button || !(region.dataset.touched || inUse(region))) return show();
  button.disabled = false;
  button.onclick = show;
}

document.addEventListener("click", (event) => {
  const region = event.target.closest("[data-key]");
  if (region && event.target.closest("summary, [data-swap]")) region.dataset.touched = "yes";
});

// inUse says that somebody writes, selects or reads what was revealed there.
function inUse(region) {
  const selection = document.getSelection();
  return region.contains(document.activeElement) || (!selection.isCollapsed && selection.containsNode(region, true)) || Boolean(region.querySelector(".revealed, .reveal[data-busy]"));
}

document.addEventListener("selectionchange", () => {
  if (!kept || !document.getSelection().isCollapsed) return;
  kept = false;
  soon();
});

document.addEventListener("desk:refresh", refresh);
document.addEventListener("desk:page", (event) => merge(event.detail));

function meter(page) {
  const ours = document.querySelector(".meter");
  const theirs = page.querySelector(".meter");
  if (ours && theirs) ours.innerHTML = theirs.innerHTML;
}

// mergeRows changes known rows where they stand. New ones come in only while
// nothing would jump away under somebody's hand; otherwise a button offers them.
function mergeRows(rows, fresh) {
  const ours = new Map([...rows.children].map((row) => [row.dataset.id, row]));
  const added = [...fresh.children].filter((row) => !ours.has(row.dataset.id));
  for (const row of fresh.children) {
    const old = ours.get(row.dataset.id);
    if (old) update(old, row);
  }
  if (!calm(rows)) {
    if (added.length > 0) offer(added.length, () => settle(rows, fresh));
    return;
  }
  settle(rows, fresh);
}

function update(old, row) {
  if (old.contains(document.activeElement)) return updateCells(old, row);
  const box = old.querySelector("input[type=checkbox]");
  const ticked = box?.checked;
  if (old.innerHTML !== row.innerHTML) {
    old.innerHTML = row.innerHTML;
    const next = old.querySelector("input[type=checkbox]");
    if (next && ticked) next.checked = true;
  }
}

function updateCells(old, row) {
  [...old.cells].forEach((cell, i) => {
    if (!cell.contains(document.activeElement) && row.cells[i] && cell.innerHTML !== row.cells[i].innerHTML) cell.innerHTML = row.cells[i].innerHTML;
  });
}

function calm(rows) {
  return window.scrollY < 80 && !rows.matches(":hover") && !rows.contains(document.activeElement) && !rows.querySelector("input:checked");
}

// settle puts all rows into the order of the fresh page.
function settle(rows, fresh) {
  const ours = new Map([...rows.children].map((row) => [row.dataset.id, row]));
  const next = [...fresh.children].map((row) => {
    const old = ours.get(row.dataset.id);
    if (old) return old;
    row.classList.add("fresh");
    return row;
  });
  rows.replaceChildren(...next);
  held = undefined;
  offer(0);
}

function offer(count, show) {
  const button = bar?.querySelector("[data-show]");
  if (!button) return;
  held = show;
  button.disabled = count === 0;
  if (count > 0) button.textContent = button.dataset.text.replace("%d", count);
}

bar?.querySelector("[data-show]")?.addEventListener("click", () => {
  held?.();
  window.scrollTo({ top: 0 });
});

const pause = bar?.querySelector("[data-pause]");

function showPaused() {
  if (!pause) return;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? pause.dataset.resume : pause.dataset.running;
  body.classList.toggle("paused", paused);
  const note = document.querySelector("[data-paused-note]");
  if (note) note.hidden = !paused;
}

// meanwhile says what passed since the page was paused, which its lists do not show.
function meanwhile(now) {
  const said = document.querySelector("[data-meanwhile]");
  if (!paused || !said) return;
  const then = JSON.parse(sessionStorage.getItem("paused-at") ?? "null") ?? now;
  sessionStorage.setItem("paused-at", JSON.stringify({ calls: then.calls, failures: then.failures }));
  said.textContent = said.dataset.text.replace("%d", now.calls - then.calls).replace("%d", now.failures - then.failures);
}

// counted reads the numbers of the page.
function counted() {
  const read = (name) => Number(document.querySelector(`.meter [data-count=${name}]`)?.textContent.replace(/\D/g, "") ?? 0);
  return { calls: read("calls"), failures: read("failures") };
}

pause?.addEventListener("click", () => {
  paused = !paused;
  sessionStorage.removeItem("paused-at");
  meanwhile(counted());
  sessionStorage.setItem("paused", paused ? "yes" : "no");
  showPaused();
  if (!paused && stale) soon();
});

function pulse(now) {
  document.dispatchEvent(new CustomEvent("desk:pulse", { detail: now }));
  const numbers = document.querySelectorAll(".meter [data-count]");
  const format = new Intl.NumberFormat(document.documentElement.lang);
  for (const n of numbers) n.textContent = format.format(now[n.dataset.count]);
  meanwhile(now);
  if (watched || document.querySelector(".empty [data-region]") || document.querySelector(".empty[data-region]")) soon();
  if (!paused && strip) for (const call of now.dots ?? []) dot(call);
}

function dot(call) {
  const mark = document.createElement("i");
  const kind = call.status === 0 ? "none" : call.status >= 500 ? "broken" : call.status >= 400 ? "refused" : "ok";
  mark.className = `dot ${kind}`;
  mark.title = `${call.method} ${call.host} ${call.status || "–"} · ${call.ms} ms`;
  strip.append(mark);
  while (strip.childElementCount > stripMost) strip.firstElementChild.remove();
}

if (bar) bar.hidden = false;
showPaused();
meanwhile(counted());
connect();
setInterval(age, agesEvery);
