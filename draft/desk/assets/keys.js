// The keyboard: j and k go through the rows, Enter opens, / searches, ? explains.

function typing(event) {
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

const help = document.querySelector("[data-help]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.querySelector("[data-filter]")?.focus(),
    e: () => document.querySelector("[data-edit]")?.focus(),
    "?": () => help?.showModal(),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

help?.querySelector("button").addEventListener("click", () => help.close());
