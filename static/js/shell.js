// The shell: CSRF for htmx, the foldable rail, menus that close, and sentences for what went wrong on the way.
const root = document.documentElement;
const toasts = document.getElementById("toasts");

/** Shows one sentence in the corner and reads it out. */
function say(sentence) {
  if (!toasts || !sentence) return;
  const note = document.createElement("div");
  note.className = "note bad";
  const words = document.createElement("div");
  words.textContent = sentence;
  note.append(words);
  toasts.replaceChildren(note);
  setTimeout(() => note.remove(), 12000);
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});
// A refusal in plain text is a sentence for the corner, never a fragment for the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/plain")) {
    event.detail.shouldSwap = false;
    event.detail.isError = true;
  }
});
document.addEventListener("htmx:sendError", () => say(toasts?.dataset.offline));
document.addEventListener("htmx:timeout", () => say(toasts?.dataset.offline));
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText = "" } = event.detail.xhr;
  const type = event.detail.xhr.getResponseHeader?.("Content-Type") ?? "";
  if (status === 401 || status === 419) say(toasts?.dataset.signedOut);
  else if (type.startsWith("text/plain") && responseText.length < 400) say(responseText);
  else say(toasts?.dataset.failed);
});

const fold = document.getElementById("rail-fold");
if (fold) {
  const tell = () => fold.setAttribute("aria-expanded", String(!document.body.classList.contains("rail-narrow")));
  fold.hidden = false;
  tell();
  fold.addEventListener("click", () => {
    const narrow = document.body.classList.toggle("rail-narrow");
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `rail=${narrow ? "narrow" : "wide"}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    tell();
  });
}

// <details> menus close when the work goes on elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.capacity[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.capacity[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

root.classList.add("scripted");
