// The form of a draft saves itself, a moment after the last key. The answer is the
// page as it is then: what somebody else changed meanwhile comes into the fields that
// nobody touches here, and where both wrote, both texts are shown.

import { post, tell } from "./post.js";

const form = document.querySelector("[data-autosave]");
const status = document.querySelector("[data-saved]");
const notice = document.querySelector("[data-notice]");
const calmFor = 700;

let timer;
let saving = false;
let again = false;

function fields() {
  return [...form.elements].filter((field) => field.id.startsWith("edit-"));
}

function label(field) {
  return form.querySelector(`label[for="${field.id}"]`).textContent;
}

function dirty(field) {
  return field.value !== field.dataset.base && !conflictOf(field);
}

function conflictOf(field) {
  return field.parentElement.querySelector(".conflict");
}

function say(text) {
  status.textContent = text;
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, calmFor);
}

async function save() {
  if (saving) {
    again = true;
    return;
  }
  const changed = fields().filter(dirty);
  if (changed.length === 0) return;
  saving = true;
  say(status.dataset.saving);
  const sent = new Map(changed.map((field) => [field, field.value]));
  const body = new URLSearchParams({ version: form.elements.version.value });
  for (const [field, value] of sent) body.set(field.name, value);
  answered(await post(form.action, body), sent);
  saving = false;
  if (again) {
    again = false;
    save();
  }
}

function answered({ page, conflict, why }, sent) {
  if (conflict) {
    // Somebody was faster. Fields that only we changed go again, with the new version.
    again = true;
    say("");
    put(page);
    return;
  }
  if (why) {
    // Nothing is lost: the text is still here, and goes with the next change, or when
    // the desk is back.
    say(`${status.dataset.failed}: ${why}`);
    return;
  }
  for (const [field, value] of sent) field.dataset.base = value;
  say(`${status.dataset.done} ${new Date().toLocaleTimeString(document.documentElement.lang)}`);
  put(page);
}

// put shows a page that was read: its regions, and its fields through merged.
function put(page) {
  document.dispatchEvent(new CustomEvent("desk:page", { detail: page }));
}

function merged(page) {
  const fresh = page.querySelector("[data-autosave]");
  if (!fresh) return;
  form.elements.version.value = fresh.elements.version.value;
  const told = new Map();
  for (const field of fields()) {
    const other = fresh.querySelector(`#${field.id}`);
    if (!other || other.value === field.dataset.base) continue;
    const by = other.dataset.by;
    if (field.value === other.value) {
      field.dataset.base = other.value;
    } else if (field.value === field.dataset.base) {
      field.value = other.value;
      field.dataset.base = other.value;
      if (by) told.set(by, [...(told.get(by) ?? []), label(field)]);
    } else if (by) {
      conflict(field, other.value, by);
    } else {
      field.dataset.base = other.value;
    }
  }
  for (const [by, names] of told) notice.textContent = notice.dataset.text.replace("%s", by).replace("%s", names.join(", "));
}

function text(field, value) {
  return field.tagName === "SELECT" ? [...field.options].find((option) => option.value === value)?.textContent ?? value : value;
}

function conflict(field, theirs, by) {
  conflictOf(field)?.remove();
  field.dataset.base = theirs;
  const box = form.querySelector("[data-conflict]").content.firstElementChild.cloneNode(true);
  const who = box.querySelector("[data-who]");
  who.textContent = who.dataset.text.replace("%s", by || form.dataset.somebody);
  box.querySelector("[data-theirs]").textContent = text(field, theirs);
  box.querySelector("[data-keep]").addEventListener("click", () => settle(field, box, field.value));
  box.querySelector("[data-take]").addEventListener("click", () => settle(field, box, theirs));
  field.after(box);
  notice.textContent = notice.dataset.text.replace("%s", by).replace("%s", label(field));
}

function settle(field, box, value) {
  box.remove();
  field.value = value;
  field.focus();
  save();
}

if (form) {
  for (const field of fields()) field.dataset.base = field.value;
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    save();
  });
  document.addEventListener("desk:merged", (event) => merged(event.detail));
  window.addEventListener("beforeunload", (event) => {
    if (fields().some((field) => field.value !== field.dataset.base)) event.preventDefault();
  });
  document.addEventListener("desk:stream", ({ detail }) => {
    if (detail === "on") save();
  });
}

// Forms with data-stay are sent without leaving the page.
document.addEventListener("submit", async (event) => {
  const stay = event.target.closest("form[data-stay]");
  if (!stay) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(stay, event.submitter));
  const { page, why } = await post(stay.action, body);
  if (why && page) {
    document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    return;
  }
  tell(stay, why);
  if (why) return;
  for (const field of stay.querySelectorAll("textarea, input:not([type=hidden])")) field.value = field.defaultValue;
  event.submitter?.blur();
  put(page);
});

// A jump from the checklist opens what the place is in, and puts the focus there.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-jump]");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  for (let around = target.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
});
