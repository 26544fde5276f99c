// Changes are sent from the page that they are made on. What was not taken is said
// there, beside what somebody wrote, which stays.

// post sends fields and gives the page that answers, or why there is none.
export async function post(address, body) {
  let response;
  let text;
  try {
    response = await fetch(address, { method: "POST", body });
    text = await response.text();
  } catch {
    return { why: document.body.dataset.unreached };
  }
  // Who is not known any more is led to the login, and that page is well.
  if (response.redirected && new URL(response.url).pathname === "/login") return { why: document.body.dataset.out };
  const page = new DOMParser().parseFromString(text, "text/html");
  if (response.ok) return { page };
  const words = ["main h1", "main .line"].map((place) => page.querySelector(place)?.textContent);
  return { page, conflict: response.status === 409, why: words.filter(Boolean).join(": ") || response.statusText };
}

// tell says in a form why it was not taken, or takes back what was said.
export function tell(form, why) {
  form.querySelector("[data-why]")?.remove();
  if (!why) return;
  const line = document.createElement("p");
  line.className = "bad";
  line.dataset.why = "";
  line.setAttribute("role", "alert");
  line.textContent = why;
  form.append(line);
}
