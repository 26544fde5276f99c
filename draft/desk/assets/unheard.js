// Says that nothing is heard of the desk any more, so that nobody takes an old page for
// the present.

const line = document.querySelector("[data-unheard]");
// So long the stream may be away, as it is when the desk starts again.
const goneAfter = 5000;
let timer;

document.addEventListener("desk:stream", ({ detail }) => {
  if (detail === "off") {
    timer ??= setTimeout(() => (line.hidden = false), goneAfter);
    return;
  }
  clearTimeout(timer);
  timer = undefined;
  line.hidden = true;
});
