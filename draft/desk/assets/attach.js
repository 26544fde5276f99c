// Attachments: what is pasted, dropped or chosen goes to the desk one by one; the
// screen can be recorded, or a still of it taken; parts of a picture can be covered
// before it leaves.

import { openEditor } from "./cover.js";

const box = document.querySelector("[data-attach]");
const most = 10 * 60 * 1000;

function say(text) {
  box.querySelector("[data-said]").textContent = text;
}

// sendable turns pictures that the desk does not know into one that it does.
async function sendable(file) {
  const known = ["image/png", "image/jpeg", "image/gif"];
  if (!file.type.startsWith("image/") || known.includes(file.type)) return file;
  const picture = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

export async function upload(file, name) {
  say(box.dataset.labelBusy);
  try {
    const response = await fetch(`${box.dataset.attach}?name=${encodeURIComponent(name)}&actor=desk`, { method: "POST", body: await sendable(file) });
    const answer = await response.json();
    if (!response.ok) {
      say(`${answer.error}. ${answer.hint}`);
      return false;
    }
    say("");
    return true;
  } catch {
    say(box.dataset.labelFailed);
    return false;
  }
}

async function uploadAll(files) {
  for (const [i, file] of [...files].entries()) {
    if (!(await upload(file, file.name || `print-${Date.now()}-${i}.png`))) return;
  }
  refresh();
}

// refresh shows the page again; a stream that is open would do it too, but later.
function refresh() {
  document.dispatchEvent(new CustomEvent("desk:refresh"));
}

function paste(event) {
  if (event.target.closest("input, textarea") && event.clipboardData.types.includes("text/plain")) return;
  const files = [...event.clipboardData.files];
  if (files.length === 0) return;
  event.preventDefault();
  uploadAll(files);
}

function watchDrops() {
  const drop = box.querySelector("[data-drop]");
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    uploadAll(event.dataTransfer.files);
  });
  const input = drop.querySelector("input");
  drop.querySelector("[data-send]").hidden = true;
  input.addEventListener("change", async () => {
    await uploadAll(input.files);
    input.value = "";
  });
}

// still takes one picture of what the person chooses to share.
async function still() {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
  try {
    const video = document.createElement("video");
    video.srcObject = stream;
    video.muted = true;
    await video.play();
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (await upload(blob, `print-${stamp()}.png`)) refresh();
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

function stamp() {
  return new Date().toISOString().slice(0, 19).replaceAll(":", "").replace("T", "-");
}

let recorder;

async function record(button) {
  if (recorder) {
    recorder.stop();
    return;
  }
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 15 } });
  const pieces = [];
  recorder = new MediaRecorder(stream, { mimeType: "video/webm", videoBitsPerSecond: 1_500_000 });
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  recorder.addEventListener("stop", async () => {
    recorder = undefined;
    clearTimeout(limit);
    for (const track of stream.getTracks()) track.stop();
    button.textContent = button.dataset.start;
    button.classList.remove("recording");
    if (await upload(new Blob(pieces, { type: "video/webm" }), `video-${stamp()}.webm`)) refresh();
  });
  const limit = setTimeout(() => recorder?.stop(), most);
  stream.getVideoTracks()[0].addEventListener("ended", () => recorder?.stop());
  recorder.start(1000);
  button.textContent = button.dataset.stop;
  button.classList.add("recording");
}

// tried runs something that the person may refuse in a window of the browser.
function tried(action) {
  action().catch(() => say(""));
}

export function reveal() {
  for (const button of box.querySelectorAll("[data-cover]")) button.hidden = false;
}

if (box) {
  document.addEventListener("paste", paste);
  watchDrops();
  reveal();
  document.addEventListener("desk:merged", reveal);
  if (navigator.mediaDevices?.getDisplayMedia) {
    const stillButton = box.querySelector("[data-still]");
    const recordButton = box.querySelector("[data-record]");
    stillButton.hidden = false;
    recordButton.hidden = !window.MediaRecorder;
    stillButton.addEventListener("click", () => tried(still));
    recordButton.addEventListener("click", () => tried(() => record(recordButton)));
  }
  box.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-cover]");
    if (!button) return;
    const picture = await openEditor(box.querySelector("[data-editor]"), button.dataset.cover);
    if (!picture || !(await upload(picture, button.dataset.name))) return;
    try {
      await fetch(`${box.dataset.attach}/${button.dataset.id}`, { method: "DELETE" });
    } catch {
      // The picture without boxes is still listed, and can be removed there.
    }
    refresh();
  });
}
