// The desk: rows are dragged by their number; Alt and the arrow keys move the row that has the focus.
const desk = document.getElementById("desk");
let held = null;

const rows = () => [...desk.querySelectorAll("ol.desk > .desk-row")];

function mark() { for (const row of rows()) row.draggable = true; }

function post(ids) {
  const values = new URLSearchParams();
  for (const id of ids) values.append("step", id);
  const token = desk.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  window.htmx?.ajax("POST", desk.querySelector("[data-desk]").dataset.orderUrl, {
    target: "#desk", swap: "innerHTML", values: { step: ids }, headers: { "X-CSRFToken": token },
  });
}

desk.addEventListener("dragstart", (event) => {
  held = event.target.closest?.("ol.desk > .desk-row") ?? null;
  held?.classList.add("dragged");
  if (held) event.dataTransfer.effectAllowed = "move";
});
desk.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("ol.desk > .desk-row");
  if (!held || !over) return;
  event.preventDefault();
  for (const row of rows()) row.classList.toggle("over", row === over && row !== held);
});
desk.addEventListener("drop", (event) => {
  const over = event.target.closest?.("ol.desk > .desk-row");
  if (!held || !over || over === held) return;
  event.preventDefault();
  over.before(held);
  post(rows().map((row) => row.dataset.step));
});
desk.addEventListener("dragend", () => {
  for (const row of rows()) row.classList.remove("dragged", "over");
  held = null;
});

desk.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest("ol.desk > .desk-row");
  const button = row?.querySelector(`[name=verb][value=${event.key === "ArrowUp" ? "up" : "down"}]`);
  if (!button) return;
  event.preventDefault();
  sessionStorage.setItem("desk-focus", row.dataset.step);
  button.click();
});

document.addEventListener("htmx:afterSwap", () => {
  mark();
  const wanted = sessionStorage.getItem("desk-focus");
  sessionStorage.removeItem("desk-focus");
  if (wanted) desk.querySelector(`[data-step="${CSS.escape(wanted)}"] a[data-row]`)?.focus();
});
mark();
