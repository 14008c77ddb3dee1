// e-Saraban: j and k go to the next and the previous letter, the print button prints, the picker narrows and counts.
const off = () => { try { return localStorage.getItem("shortcuts-off") === "1"; } catch { return false; } };
const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], dialog[open], [role=toolbar]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing || off() || typing(event.target)) return;
  const way = { KeyJ: "next", KeyK: "prev" }[event.code];
  const link = way && document.querySelector(`.bar a[rel="${way}"]`);
  if (!link || document.querySelector("[data-list] [data-row]")) return;
  event.preventDefault();
  link.click();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const images = [...document.querySelectorAll(".sheets img")];
    for (const image of images) image.loading = "eager";
    await Promise.allSettled(images.map((image) => image.decode()));
    print();
  });
}

const picker = document.querySelector("[data-picker]");
if (picker) {
  const shown = picker.querySelector("[data-count-of]");
  const count = () => {
    const picked = picker.querySelectorAll(`input[name="${shown.dataset.countOf}"]:checked`).length;
    shown.hidden = !picked;
    shown.textContent = `${shown.dataset.words} ${picked}`;
  };
  picker.addEventListener("change", count);
  count();
  for (const find of picker.querySelectorAll("[data-narrow]")) {
    const rows = [...document.querySelectorAll(`#${find.dataset.narrow} .picker > li`)];
    find.parentElement.hidden = false;
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    find.addEventListener("input", () => {
      const wanted = find.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.dataset.words.toLowerCase().includes(wanted) && !row.querySelector("input:checked");
    });
  }
}
