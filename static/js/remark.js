// Words chosen in a draft become the quote of a comment or of a suggestion: buttons appear beside them.
const paper = document.querySelector("[data-remarkable]");
const forms = [
  { form: document.getElementById("remark"), label: "ให้ความเห็นที่ข้อความนี้", next: "text" },
  { form: document.getElementById("suggest"), label: "เสนอข้อความแทน", next: "words" },
].filter((one) => one.form);

/** The text of a range without the numbers of other remarks. */
function wordsOf(range) {
  const piece = range.cloneContents();
  for (const number of piece.querySelectorAll("sup")) number.remove();
  return piece.textContent;
}

if (paper && forms.length) {
  const panel = document.createElement("div");
  panel.className = "remark-here";
  panel.hidden = true;
  let chosen = null;

  /** Carries the chosen words into a form and goes there. */
  function quote({ form, next }) {
    const before = document.createRange();
    before.setStart(paper, 0);
    before.setEnd(chosen.startContainer, chosen.startOffset);
    const words = wordsOf(chosen).replace(/\s+/g, " ").trim().slice(0, 500);
    form.elements.quote.value = words;
    form.elements.before.value = wordsOf(before).slice(-60);
    if (next === "words" && !form.elements.words.value) form.elements.words.value = words;
    const fold = form.closest("details");
    if (fold) fold.open = true;
    panel.hidden = true;
    form.elements[next].focus();
    form.scrollIntoView({ block: "center" });
  }

  for (const one of forms) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = one.next === "text" ? "btn go small" : "btn small";
    button.textContent = one.label;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => quote(one));
    panel.append(button);
  }
  document.body.append(panel);

  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    chosen = range && !range.collapsed && paper.contains(range.commonAncestorContainer) && wordsOf(range).trim() ? range.cloneRange() : null;
    panel.hidden = !chosen;
    if (!chosen) return;
    const box = range.getBoundingClientRect();
    panel.style.insetBlockStart = `${Math.min(innerHeight - 60, box.bottom + 8)}px`;
    panel.style.insetInlineStart = `${Math.max(8, Math.min(innerWidth - 340, box.left))}px`;
  });
}
