// The self-test of the setup: from the press on, the proxy tells by the calls that
// pass whether their app trusts the authority.

const button = document.querySelector("[data-trust]");
const said = document.querySelector("[data-trust-said]");

let since;

function say(key, good, ...values) {
  let text = button.dataset[key];
  for (const value of values) text = text.replace("%s", value);
  said.textContent = text;
  said.className = `verdict ${good === undefined ? "" : good ? "good" : "warned"}`;
}

async function look() {
  if (!since) return;
  const response = await fetch(`/api/v1/trust?since=${encodeURIComponent(since)}`);
  if (!response.ok) return;
  const now = await response.json();
  if (now.refused) say("no", false, now.refused.host, now.refused.cause);
  else if (now.read) say("yes", true, now.read.host);
  else if (now.calls > 0) say("plain", undefined);
}

if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    since = new Date().toISOString();
    say("wait", undefined);
  });
  document.addEventListener("desk:pulse", look);
}
