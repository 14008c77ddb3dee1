// Keys by their place on the board (event.code), so they work while the Thai layout is on: / find, j k rows, x pick, ? help.
const STORE = "shortcuts-off";
const dialog = document.getElementById("shortcuts");
const toggle = document.getElementById("shortcuts-on");

const off = () => { try { return localStorage.getItem(STORE) === "1"; } catch { return false; } };
const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], dialog[open], [role=toolbar]");
const seen = (element) => element.offsetParent !== null;

if (toggle) {
  toggle.checked = !off();
  toggle.addEventListener("change", () => { try { localStorage.setItem(STORE, toggle.checked ? "0" : "1"); } catch { /* private windows keep no setting */ } });
}
for (const opener of document.querySelectorAll("[data-open-shortcuts]")) {
  opener.hidden = !dialog;
  opener.addEventListener("click", () => { opener.closest("[popover]")?.hidePopover?.(); dialog?.showModal(); });
}

/** Moves focus `step` rows down or up among the links marked data-row. */
function move(step) {
  const rows = [...document.querySelectorAll("[data-list] [data-row]")].filter(seen);
  if (!rows.length) return;
  const here = document.activeElement?.closest("tr, li");
  const at = rows.findIndex((row) => here?.contains(row));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  next.focus({ preventScroll: true });
  next.closest("tr, li").scrollIntoView({ block: "nearest" });
}

/** The box of the row the focus is in. */
const picked = () => document.activeElement?.closest("tr, li")?.querySelector("[data-pick]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || off() || typing(event.target)) return;
  if (event.code === "Slash" && event.shiftKey) { if (!dialog) return; dialog.showModal(); }
  else if (event.code === "KeyX" && event.shiftKey) { const pick = picked(); if (!pick) return; pick.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true })); }
  else if (event.shiftKey) return;
  else if (event.code === "Slash") { const find = document.getElementById("find"); if (!find || !seen(find)) return; find.focus(); find.select(); }
  else if (event.code === "KeyJ") move(1);
  else if (event.code === "KeyK") move(-1);
  else if (event.code === "KeyX") { const pick = picked(); if (!pick) return; pick.click(); }
  else return;
  event.preventDefault();
});

// Shift and a click (or shift and x) pick all rows between this one and the one picked last.
let last = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-pick]")) return;
  const picks = [...(box.closest("form") ?? document).querySelectorAll("[data-pick]")];
  const [from, to] = [picks.indexOf(last), picks.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const one of picks.slice(from, to + 1)) one.checked = box.checked;
  last = box;
});

// Picking many: the box in the heading picks the page; [data-picked] shows how many; [data-bulk] appears with the first.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches?.("[data-pick], [data-pick-all]")) return;
  const scope = box.closest("form") ?? document;
  const picks = [...scope.querySelectorAll("[data-pick]")];
  if (box.matches("[data-pick-all]")) for (const one of picks) one.checked = box.checked;
  const count = picks.filter((one) => one.checked).length;
  for (const all of scope.querySelectorAll("[data-pick-all]")) { all.checked = count === picks.length; all.indeterminate = count > 0 && count < picks.length; }
  for (const shown of scope.querySelectorAll("[data-picked]")) shown.textContent = count;
});
