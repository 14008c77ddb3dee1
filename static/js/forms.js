// Forms: the error summary takes focus, a form is sent once, unsaved writing is not lost by a slip, tooltips close with Escape.
document.querySelector("[data-error-summary]")?.focus();
document.addEventListener("htmx:afterSwap", (event) => event.detail.elt.querySelector?.("[data-error-summary]")?.focus());

// A summary link to a field puts the cursor into it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-error-summary] a[href^='#']");
  const box = link && document.getElementById(link.hash.slice(1));
  if (!box) return;
  event.preventDefault();
  const control = box.matches("input, select, textarea") ? box : box.querySelector("input, select, textarea");
  (control ?? box).focus();
  box.scrollIntoView({ block: "center" });
});

// What the browser itself finds wrong it says in its own language: it is given the Thai words.
document.addEventListener("invalid", ({ target }) => {
  const { validity: wrong } = target;
  const choice = target.matches("select, [type=radio], [type=checkbox], [type=file]");
  target.setCustomValidity(
    wrong.valueMissing ? (choice ? "โปรดเลือก" : "โปรดกรอกช่องนี้")
      : wrong.typeMismatch || wrong.patternMismatch || wrong.badInput ? "รูปแบบไม่ถูกต้อง"
        : wrong.tooLong ? `ยาวเกิน ${target.maxLength} ตัวอักษร` : wrong.tooShort ? `ต้องมีอย่างน้อย ${target.minLength} ตัวอักษร`
          : wrong.valid ? "" : target.validationMessage,
  );
}, true);
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("button, input[type=submit]")?.form;
  for (const control of form?.elements ?? []) control.setCustomValidity("");
}, true);

const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sent.has(form)) { event.preventDefault(); return; }
  form.removeAttribute("data-dirty");
  if (form.hasAttribute("hx-post") || form.target === "_blank" || form.method === "dialog") return;
  sent.add(form);
  const button = event.submitter;
  if (button?.dataset.busy) { button.dataset.label = button.textContent; button.lastChild.textContent = button.dataset.busy; }
  form.setAttribute("aria-busy", "true");
  setTimeout(() => { sent.delete(form); form.removeAttribute("aria-busy"); }, 20000);
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    sent.delete(form);
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("[data-label]")) button.lastChild.textContent = button.dataset.label;
  }
});

document.addEventListener("input", (event) => event.target.closest?.("form[data-guard]")?.setAttribute("data-dirty", ""));
addEventListener("beforeunload", (event) => { if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault(); });

// Stock phrases: <button type=button data-phrase="ทราบ" data-into="id of the textarea">.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-phrase]");
  const box = button && document.getElementById(button.dataset.into);
  if (!box) return;
  const gap = box.value && !/\s$/.test(box.value) ? " " : "";
  box.setRangeText(gap + button.dataset.phrase, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});

// A tooltip opened by focus or touch goes away with Escape and comes back on the next visit.
document.addEventListener("keydown", (event) => { if (event.key === "Escape") document.activeElement?.closest?.(".reason")?.classList.add("shut"); });
document.addEventListener("focusout", (event) => event.target.closest?.(".reason")?.classList.remove("shut"));
