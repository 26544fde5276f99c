// Text that is selected in the evidence or in the ticket is offered to be masked; a
// mask of personal data is offered to be revealed where the settings allow it.

const forms = [...document.querySelectorAll("form[data-mask]")];
const said = document.getElementById("said");

const offer = document.createElement("button");
offer.type = "button";
offer.className = "offer primary";
offer.hidden = true;
document.body.append(offer);

function chosen() {
  const selection = document.getSelection();
  const text = selection.toString().trim();
  if (forms.length === 0 || selection.isCollapsed || text.length < 4 || text.length > 2000) return "";
  const node = selection.anchorNode;
  const element = node instanceof Element ? node : node?.parentElement;
  return element?.closest(".ticket, .evidence, .failure, .whole") ? text : "";
}

function show() {
  const text = chosen();
  offer.hidden = text === "";
  if (offer.hidden) return;
  const box = document.getSelection().getRangeAt(0).getBoundingClientRect();
  offer.textContent = forms[0].dataset.offer;
  offer.style.left = `${Math.max(8, Math.min(box.left + window.scrollX, document.documentElement.clientWidth - offer.offsetWidth - 8))}px`;
  offer.style.top = `${box.bottom + window.scrollY + 6}px`;
}

document.addEventListener("selectionchange", show);

// What was selected must outlive the press of the button.
offer.addEventListener("mousedown", (event) => event.preventDefault());

offer.addEventListener("click", () => {
  const form = forms[0];
  form.elements.value.value = chosen();
  offer.hidden = true;
  for (let around = form.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  form.scrollIntoView({ block: "center" });
  form.elements.kind.focus();
  form.elements.kind.select();
});

const label = document.body.dataset.reveal;

// Secrets, and what people masked, are behind no mask.
const kinds = (document.body.dataset.revealKinds ?? "").split(" ");

function maskIn(element) {
  const found = element.textContent.match(/<([a-z_]{2,20}):[a-z2-7]{8}>/);
  return found && kinds.includes(found[1]) ? found[0] : "";
}

async function reveal(button, place, mask) {
  // The page must not be replaced under the answer.
  button.dataset.busy = "yes";
  try {
    const response = await fetch("/api/v1/reveal", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ failure: place.closest("[data-failure]").dataset.failure, mask }),
    });
    if (!response.ok) throw new Error(response.statusText);
    const { value } = await response.json();
    const shown = document.createElement("span");
    shown.className = "revealed";
    shown.textContent = value;
    button.replaceWith(shown);
  } catch {
    said.textContent = document.body.dataset.revealFailed;
    button.textContent = document.body.dataset.revealFailed;
    delete button.dataset.busy;
  }
}

function offerReveal(root = document) {
  if (!label) return;
  for (const place of root.querySelectorAll("[data-failure] .leaf, [data-failure] .fields td, [data-failure] pre .mask")) {
    const mask = maskIn(place);
    if (!mask || place.dataset.revealable) continue;
    place.dataset.revealable = "yes";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet reveal";
    button.textContent = label;
    button.setAttribute("aria-label", `${label} ${mask}`);
    button.addEventListener("click", () => reveal(button, place, mask));
    if (place.matches(".mask")) place.after(button);
    else place.append(" ", button);
  }
}

new MutationObserver(() => offerReveal()).observe(document.querySelector("main"), { childList: true, subtree: true });
offerReveal();
