// Suggests what may be written at the cursor of a filter, and says meanwhile what
// the filter finds. It is a combobox with a list (WAI-ARIA Authoring Practices 1.2).

const input = document.querySelector("[data-filter]");
const list = document.getElementById("q-options");
const said = document.getElementById("q-said");

let options = [];
let chosen = -1;
let timer;
let asked = 0;

function open() {
  return !list.hidden;
}

function close() {
  list.hidden = true;
  chosen = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function show(completions) {
  // An answer that comes late must not take away what is chosen already.
  const before = chosen >= 0 ? options[chosen].insert : undefined;
  options = completions;
  list.replaceChildren(
    ...options.map((option, i) => {
      const item = document.createElement("span");
      item.id = `q-option-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = option.insert;
      return item;
    }),
  );
  if (options.length === 0 || document.activeElement !== input) return close();
  list.hidden = false;
  chosen = -1;
  input.setAttribute("aria-expanded", "true");
  const again = options.findIndex((option) => option.insert === before);
  if (again >= 0) choose(again);
}

function choose(i) {
  chosen = (i + options.length) % options.length;
  [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === chosen)));
  list.children[chosen].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", `q-option-${chosen}`);
}

// Places are counted in characters, of which JavaScript's strings may need two units.
function place(units) {
  return [...input.value.slice(0, units)].length;
}

function take(i) {
  const { insert, start, end } = options[i];
  const characters = [...input.value];
  const before = characters.slice(0, start).join("") + insert;
  const space = insert.endsWith(":") || end < characters.length ? "" : " ";
  input.value = before + space + characters.slice(end).join("");
  const at = (before + space).length;
  input.setSelectionRange(at, at);
  close();
  later(0);
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

async function ask() {
  const mine = ++asked;
  const query = new URLSearchParams({ for: input.form.dataset.list, q: input.value, cursor: place(input.selectionStart) });
  try {
    const response = await fetch(`/api/v1/filter?${query}`);
    if (!response.ok || mine !== asked) return;
    const answer = await response.json();
    if (mine !== asked) return;
    explain(answer);
    show(answer.completions);
  } catch {
    close();
  }
}

function explain(answer) {
  if (!answer.error) {
    input.removeAttribute("aria-invalid");
    said.textContent = answer.explanation;
    return;
  }
  // Half a word is no mistake yet: only what was sent is marked as wrong.
  said.textContent = [answer.error.error, answer.error.hint].filter(Boolean).join(". ");
}

if (input && list) {
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => later(120));
  input.addEventListener("focus", () => later(0));
  input.addEventListener("blur", () => {
    asked++;
    clearTimeout(timer);
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (open()) event.preventDefault();
      else input.blur();
      return close();
    }
    if (!open()) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Tab" && chosen >= 0) take(chosen);
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else return;
    event.preventDefault();
  });
  // A press would take the focus away, and with it the list.
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item) take([...list.children].indexOf(item));
  });
}
