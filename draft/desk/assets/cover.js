// Covers parts of a picture with boxes. They are drawn into the picture itself, so
// that nothing of what was under them is left in the file.

const ink = "#000";

// openEditor shows the editor and returns the picture with its boxes, or undefined.
export async function openEditor(dialog, address) {
  const response = await fetch(address);
  const picture = await createImageBitmap(await response.blob());
  const canvas = dialog.querySelector("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  const boxes = [];
  const draw = (extra) => {
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    context.fillStyle = ink;
    for (const box of extra ? [...boxes, extra] : boxes) context.fillRect(...box);
  };
  draw();
  const stop = new AbortController();
  follow(canvas, boxes, draw, stop.signal);
  keys(canvas, boxes, draw, stop.signal);
  dialog.showModal();
  const saved = await answered(dialog, boxes, draw, stop.signal);
  stop.abort();
  dialog.close();
  if (!saved || boxes.length === 0) return undefined;
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function answered(dialog, boxes, draw, signal) {
  return new Promise((done) => {
    dialog.querySelector("[data-save]").addEventListener("click", () => done(true), { signal });
    dialog.querySelector("[data-cancel]").addEventListener("click", () => done(false), { signal });
    dialog.addEventListener("cancel", () => done(false), { signal });
    dialog.querySelector("[data-undo]").addEventListener(
      "click",
      () => {
        boxes.pop();
        draw();
      },
      { signal },
    );
  });
}

// follow draws a box between where the pointer went down and where it is.
function follow(canvas, boxes, draw, signal) {
  let from;
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [((event.clientX - frame.left) * canvas.width) / frame.width, ((event.clientY - frame.top) * canvas.height) / frame.height];
  };
  const box = (event) => {
    const to = place(event);
    return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])].map(Math.round);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    from = place(event);
  }, { signal });
  canvas.addEventListener("pointermove", (event) => from && draw(box(event)), { signal });
  canvas.addEventListener("pointerup", (event) => {
    if (!from) return;
    const drawn = box(event);
    if (drawn[2] > 2 && drawn[3] > 2) boxes.push(drawn);
    from = undefined;
    draw();
  }, { signal });
}

// keys make a box without a pointer: Enter begins one in the middle, arrows move
// it, and with Shift make it larger or smaller.
function keys(canvas, boxes, draw, signal) {
  canvas.addEventListener("keydown", (event) => {
    const step = Math.max(4, Math.round(canvas.width / 60));
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "Enter") {
      boxes.push([canvas.width * 0.4, canvas.height * 0.45, canvas.width * 0.2, canvas.height * 0.1].map(Math.round));
    } else if (moves[event.key] && boxes.length > 0) {
      const [x, y] = moves[event.key];
      const last = boxes[boxes.length - 1];
      const at = event.shiftKey ? 2 : 0;
      last[at] += x;
      last[at + 1] += y;
    } else return;
    event.preventDefault();
    draw();
  }, { signal });
}
