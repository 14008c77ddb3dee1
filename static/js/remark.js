// Words chosen in a draft become the quote of a comment: a button appears beside them.
const paper = document.querySelector("[data-remarkable]");
const form = document.getElementById("remark");

/** The text of a range without the numbers of other comments. */
function wordsOf(range) {
  const piece = range.cloneContents();
  for (const number of piece.querySelectorAll("sup")) number.remove();
  return piece.textContent;
}

if (paper && form) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn go small remark-here";
  button.textContent = "ให้ความเห็นที่ข้อความนี้";
  button.hidden = true;
  document.body.append(button);
  let chosen = null;

  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    chosen = range && !range.collapsed && paper.contains(range.commonAncestorContainer) && wordsOf(range).trim() ? range.cloneRange() : null;
    button.hidden = !chosen;
    if (!chosen) return;
    const box = range.getBoundingClientRect();
    button.style.insetBlockStart = `${Math.min(innerHeight - 60, box.bottom + 8)}px`;
    button.style.insetInlineStart = `${Math.max(8, Math.min(innerWidth - 220, box.left))}px`;
  });
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const before = document.createRange();
    before.setStart(paper, 0);
    before.setEnd(chosen.startContainer, chosen.startOffset);
    form.elements.quote.value = wordsOf(chosen).replace(/\s+/g, " ").trim().slice(0, 500);
    form.elements.before.value = wordsOf(before).slice(-60);
    button.hidden = true;
    form.elements.text.focus();
    form.scrollIntoView({ block: "center" });
  });
}
