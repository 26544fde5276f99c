// Tells of trouble with storing, and that it is over, on every open page: the numbers
// that come with each pulse say that there is some, and the page says it in words.

let shown = seen();

function seen() {
  const alarm = document.querySelector("[data-trouble]");
  return state(alarm?.dataset.trouble, document.querySelector("[data-aside]"), document.querySelector("[data-behind]"));
}

function state(cause, aside, behind) {
  return `${cause ?? ""} ${Boolean(aside)} ${Boolean(behind)}`;
}

document.addEventListener("desk:pulse", ({ detail }) => {
  const now = state(detail.trouble?.cause, detail.aside, detail.unindexed);
  if (now === shown) return;
  shown = now;
  document.dispatchEvent(new CustomEvent("desk:refresh"));
});

document.addEventListener("desk:merged", () => (shown = seen()));
