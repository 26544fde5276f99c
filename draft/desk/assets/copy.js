// A button with data-copy copies the text of the element that it names; a link
// with data-copy-from copies what its address answers with.

const said = document.getElementById("said");

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // The browser may forbid it; the old way below still can work.
    }
  }
  return copyBySelecting(text);
}

// Selecting works on plain http to another host, where there is no clipboard API.
function copyBySelecting(text) {
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function answer(button, text) {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  button.textContent = text;
  said.textContent = text;
  setTimeout(() => {
    button.textContent = label;
    said.textContent = "";
  }, 2000);
}

async function textOf(source) {
  if (source.dataset.copy) return document.getElementById(source.dataset.copy).textContent;
  const response = await fetch(source.href);
  if (!response.ok) throw new Error(response.statusText);
  return response.text();
}

async function copyFrom(source) {
  let done = false;
  try {
    done = await copy(await textOf(source));
  } catch {
    // The button says that it could not be copied.
  }
  answer(source, done ? source.dataset.copied : source.dataset.failed);
  source.focus();
}

// reveal shows the buttons that work only with this script.
export function reveal(root = document) {
  for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const source = event.target.closest("button[data-copy], a[data-copy-from]");
  if (!source || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  copyFrom(source);
});

reveal();
