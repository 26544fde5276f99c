// Links and forms with data-swap stay on the page: only their panel is replaced,
// by the panel of the same name in the page that they lead to.

async function swap(panel, address) {
  panel.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(response.statusText);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(`[data-panel="${panel.dataset.panel}"]`);
    if (!fresh) throw new Error("no panel");
    const focused = panel.querySelector("[data-swap]:focus, [data-swap] :focus");
    const label = focused?.id || focused?.textContent;
    panel.replaceWith(fresh);
    restore(fresh, label);
  } catch {
    location.assign(address);
  }
}

// restore puts the focus back where it was: on the control of the same name.
function restore(panel, label) {
  if (!label) return;
  const next = [...panel.querySelectorAll("a, input, button")].find((e) => e.id === label || e.textContent === label);
  next?.focus();
  panel.querySelector("mark")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  swap(link.closest("[data-panel]"), link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-swap]");
  if (!form) return;
  event.preventDefault();
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form)).toString();
  swap(form.closest("[data-panel]"), address);
});
