// [data-phrases="id of a text area"]: choosing a phrase puts it into the text at the cursor. Alt+P opens the kept ones with
// a search; arrows walk, Enter or the blank key inserts, Escape goes back to the text. Without script the radio buttons are sent.
const radios = "[data-phrases] input[type=radio]";
const shown = (element) => element.offsetParent !== null;

/** The place to write that a box of phrases serves: the editor's sheet where there is one. */
const written = (box) => document.getElementById(`${box.dataset.phrases}-sheet`) ?? document.getElementById(box.dataset.phrases);

function dress(root) {
  for (const one of root.querySelectorAll("[data-phrases]:not([data-dressed])")) {
    one.dataset.dressed = "";
    for (const part of one.querySelectorAll(".phrase-find, [data-key]")) part.hidden = false;
    for (const part of one.querySelectorAll("[data-plain-insert], [data-plain-none]")) part.hidden = true;
  }
}
dress(document);
document.addEventListener("htmx:afterSettle", () => dress(document));

function insert(radio) {
  const box = radio.closest("[data-phrases]");
  const area = document.getElementById(box.dataset.phrases);
  const text = radio.dataset.text ?? radio.value;
  radio.checked = false;
  if (!area || !text) return;
  if (area.hidden) {
    area.dispatchEvent(new CustomEvent("editor:insert", { detail: text }));
  } else {
    const gap = area.selectionStart && !/\s$/.test(area.value.slice(0, area.selectionStart)) ? " " : "";
    area.setRangeText(gap + text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (radio.dataset.used && token) fetch(radio.dataset.used, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
}

document.addEventListener("change", (event) => { if (event.target.matches?.(radios)) insert(event.target); });

/** Only the phrases that hold every typed word. */
function narrow(fold, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const group of fold.querySelectorAll(".phrase-group")) {
    let here = 0;
    for (const label of group.querySelectorAll(".phrase")) {
      const text = `${label.textContent} ${label.querySelector("input").dataset.text ?? ""}`.toLowerCase();
      label.hidden = !words.every((word) => text.includes(word));
      here += label.hidden ? 0 : 1;
    }
    group.hidden = !here;
    left += here;
  }
  const none = fold.querySelector("[data-phrase-none]");
  if (none) none.hidden = left > 0;
}
document.addEventListener("input", (event) => { if (event.target.matches?.("[data-phrase-find]")) narrow(event.target.closest("[data-phrase-fold]"), event.target.value); });

function back(fold) {
  fold.open = false;
  written(fold.closest("[data-phrases]"))?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const target = event.target;
  if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyP") {
    const boxes = [...document.querySelectorAll("[data-phrases]")].filter(shown);
    const box = boxes.find((one) => written(one) === target) ?? boxes[0];
    const fold = box?.querySelector("[data-phrase-fold]");
    if (!fold) return;
    event.preventDefault();
    fold.open = true;
    fold.querySelector("[data-phrase-find]")?.focus({ preventScroll: true });
    fold.scrollIntoView({ block: "center" });
    return;
  }
  const fold = target.closest?.("[data-phrase-fold]");
  if (event.key === "Escape" && fold?.open) { event.preventDefault(); back(fold); return; }
  if (target.matches?.("[data-phrase-find]")) {
    const choices = [...fold.querySelectorAll(".phrase-group input[type=radio]")].filter((one) => shown(one.closest(".phrase")));
    if (event.key === "Enter") { event.preventDefault(); if (choices[0]) { insert(choices[0]); fold.open = false; } }
    else if (event.key === "ArrowDown" && choices[0]) { event.preventDefault(); choices[0].focus(); }
    return;
  }
  if (!target.matches?.(radios)) return;
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step) {
    const row = [...target.closest("[data-phrases]").querySelectorAll("input[type=radio]")].filter((one) => shown(one.closest(".phrase")));
    event.preventDefault(); // walking alone inserts nothing
    row[(row.indexOf(target) + step + row.length) % row.length].focus();
  } else if (event.key === "Enter") {
    event.preventDefault();
    insert(target);
  }
});

// Without script a chosen phrase may stand for the words, so the page itself demands none.
for (const area of document.querySelectorAll("textarea[data-required]")) area.required = true;
