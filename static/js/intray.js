// The tray's panel: the picker says who is chosen.
document.addEventListener("change", (event) => {
  if (event.target.matches?.(".targets [name=to]")) tell(event.target.closest(".picker"));
});

// On a phone the panel lies under the pages: a link leads there until it is in sight.
const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) for (const link of document.querySelectorAll("[data-jump]")) link.hidden = entry.isIntersecting || entry.boundingClientRect.top < 0;
}, { rootMargin: "0px 0px -96px" });
const look = () => document.querySelectorAll("#asked-title").forEach((title) => watch.observe(title));
look();
document.addEventListener("htmx:afterSettle", look);

/** Writes the chosen names beside the picker's heading. */
function tell(picker) {
  const shown = picker?.querySelector("[data-count-picked]");
  if (!shown) return;
  const names = [...picker.querySelectorAll(".targets [name=to]:checked")].map((box) => box.closest("label").querySelector("b").textContent);
  shown.textContent = names.length > 2 ? `${names.slice(0, 2).join(", ")} +${names.length - 2}` : names.join(", ");
}

// Enter in the search narrows the list; it never sends the letter.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("[data-picker-find]") && globalThis.htmx) {
    event.preventDefault();
    globalThis.htmx.trigger(event.target, "search");
  }
});
