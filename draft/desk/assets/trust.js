// The self-test of the setup: from the press on, the proxy tells by the calls that
// pass whether their app trusts the authority.

const button = document.querySelector("[data-trust]");
const said = document.querySelector("[data-trust-said]");
const lookEvery = 1000;

let since;
let timer;

function say(key, good, ...values) {
  let text = button.dataset[key];
  for (const value of values) text = text.replace("%s", () => value);
  // What is said again is not read out again.
  if (said.textContent !== text) said.textContent = text;
  said.className = `verdict ${good === undefined ? "" : good ? "good" : "warned"}`;
}

async function ask(method, address) {
  try {
    const response = await fetch(address, { method });
    return response.ok ? await response.json() : undefined;
  } catch {
    // The desk can't be reached; it is asked again.
    return undefined;
  }
}

async function begin() {
  clearInterval(timer);
  since = (await ask("POST", "/api/v1/trust"))?.since;
  if (!since) return say("failed", false);
  say("wait", undefined);
  timer = setInterval(look, lookEvery);
}

async function look() {
  const asked = since;
  const now = await ask("GET", `/api/v1/trust?since=${encodeURIComponent(asked)}`);
  if (!now || since !== asked) return;
  if (now.read && !(now.refused && Date.parse(now.refused.at) > Date.parse(now.read.at))) {
    clearInterval(timer);
    say("yes", true, now.read.host);
  } else if (now.refused) say("no", false, now.refused.host, now.refused.cause);
  else if (now.calls > 0) say("plain", undefined);
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", begin);
}
