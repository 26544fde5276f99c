// The keyboard: j and k go through the rows, Enter opens, x ticks, p pins, e edits,
// / searches, ? explains.

function typing(event) {
  if (event.target.matches?.("input[type=checkbox]")) return null;
  return event.target.closest?.("input, textarea, select, dialog[open], [contenteditable]");
}

function links() {
  return [...document.querySelectorAll("[data-rows] .problem a")];
}

function step(by) {
  const all = links();
  if (all.length === 0) return;
  const at = all.findIndex((link) => link === document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  all[next].focus();
  all[next].closest("tr").scrollIntoView({ block: "nearest" });
}

function current() {
  return document.activeElement?.closest("[data-rows] tr");
}

function tick() {
  const box = current()?.querySelector(".pick input");
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function edit() {
  const link = current()?.querySelector(".problem a");
  if (link) location.assign(`${link.href}#edit-title`);
  else document.querySelector("[data-edit]")?.focus();
}

// pin goes back to the row, whose place the page keeps.
function pin() {
  const row = current();
  const button = (row ?? document).querySelector("[data-pin]");
  button?.click();
  row?.querySelector(".problem a").focus();
}

const help = document.querySelector("[data-help]");
const opener = document.querySelector("[data-help-open]");
const single = help?.querySelector("[data-single]");

// Who dictates, or hits keys by chance, turns single keys off (WCAG 2.2, criterion 2.1.4).
function off() {
  return localStorage.getItem("single-keys") === "off";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || off() || typing(event)) return;
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.querySelector("[data-filter]")?.focus(),
    x: tick,
    e: edit,
    p: pin,
    "?": () => help?.showModal(),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A link to a field means to write in it.
const target = document.getElementById(location.hash.slice(1));
if (target?.matches("textarea, input, select")) target.focus();

help?.querySelector("button").addEventListener("click", () => help.close());
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  single.checked = !off();
  single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));
}
