// A button with data-copy copies the text of the element that it names.

const said = document.getElementById("said");

async function copy(source) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(source.textContent);
      return true;
    } catch {
      // The browser may forbid it; the old way below still can work.
    }
  }
  return copyBySelecting(source.textContent);
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

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(document.getElementById(button.dataset.copy));
    answer(button, done ? button.dataset.copied : button.dataset.failed);
    button.focus();
  });
}
