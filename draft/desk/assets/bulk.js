// Ticks of the list: how many there are, all at once, none.

const bulk = document.getElementById("bulk");

function boxes() {
  return [...document.querySelectorAll("[data-rows] .pick input")];
}

function count() {
  const label = document.querySelector("[data-picked]");
  if (!label) return;
  const all = boxes();
  const n = all.filter((box) => box.checked).length;
  label.textContent = n === 0 ? "" : n === 1 ? label.dataset.single : label.dataset.several.replace("%d", n);
  const whole = document.querySelector("[data-all]");
  if (whole) {
    whole.hidden = false;
    whole.checked = n > 0 && n === all.length;
    whole.indeterminate = n > 0 && n < all.length;
  }
  const none = document.querySelector("[data-none]");
  if (none) none.hidden = false;
}

function tick(on) {
  for (const box of boxes()) box.checked = on;
  count();
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) tick(event.target.checked);
  else if (event.target.closest(".pick")) count();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-none]")) tick(false);
});
// Enter in the field of tags means the tags, not the first button.
bulk?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.id !== "bulk-tag") return;
  event.preventDefault();
  bulk.requestSubmit(bulk.querySelector('[value="tag"]'));
});
for (const event of ["desk:merged", "desk:replaced"]) document.addEventListener(event, count);

count();
