// Tables of the body editor: made, and rows and columns added and removed around the cell the cursor is in.

/** The cell of `sheet` that holds the cursor, if any. */
export function cellAt(sheet) {
  const node = getSelection().anchorNode;
  const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const cell = element?.closest?.("td, th");
  return cell && sheet.contains(cell) ? cell : null;
}

function emptyCell(like) {
  const cell = document.createElement(like?.tagName === "TH" ? "th" : "td");
  cell.append(document.createElement("br"));
  return cell;
}

function goTo(cell) {
  const chosen = getSelection();
  chosen.selectAllChildren(cell);
  chosen.collapseToStart();
}

/** Moves the cursor to the next cell of its table (or the one before); false at the end, so that Tab leaves the sheet there. */
export function nextCell(sheet, back) {
  const cell = cellAt(sheet);
  const cells = cell ? [...cell.closest("table").querySelectorAll("td, th")] : [];
  const next = cells[cells.indexOf(cell) + (back ? -1 : 1)];
  if (next) goTo(next);
  return Boolean(next);
}

/** A place to write before the first and after the last table of `sheet`, and in every empty cell. */
export function makeRoom(sheet) {
  for (const cell of sheet.querySelectorAll("td:empty, th:empty")) cell.append(document.createElement("br"));
  for (const [edge, put] of [[sheet.firstElementChild, "before"], [sheet.lastElementChild, "after"]]) {
    if (edge?.tagName !== "TABLE") continue;
    const paragraph = document.createElement("p");
    paragraph.append(document.createElement("br"));
    edge[put](paragraph);
  }
}

/** Two rows of three cells after the block that holds the cursor, and a paragraph after them. */
export function insertTable(sheet) {
  const node = getSelection().anchorNode;
  let block = node && sheet.contains(node) ? node : sheet.lastChild;
  while (block && block.parentNode !== sheet) block = block.parentNode;
  const table = document.createElement("table");
  const body = table.createTBody();
  for (let row = 0; row < 2; row += 1) {
    const line = body.insertRow();
    for (let column = 0; column < 3; column += 1) line.append(emptyCell());
  }
  if (block) block.after(table); else sheet.append(table);
  if (block?.tagName === "P" && !block.textContent.trim()) block.remove();
  makeRoom(sheet);
  goTo(table.rows[0].cells[0]);
  return true;
}

export function addRow(cell) {
  if (!cell) return undefined;
  const row = cell.parentElement;
  const fresh = document.createElement("tr");
  for (const one of row.cells) for (let at = 0; at < one.colSpan; at += 1) fresh.append(emptyCell());
  row.after(fresh);
  goTo(fresh.cells[0]);
  return true;
}

export function addColumn(cell) {
  if (!cell) return undefined;
  const at = cell.cellIndex;
  for (const row of cell.closest("table").rows) {
    const beside = row.cells[Math.min(at, row.cells.length - 1)];
    if (beside) beside.after(emptyCell(beside)); else row.append(emptyCell());
  }
  goTo(cell.nextElementSibling);
  return true;
}

export function removeRow(cell) {
  if (!cell) return undefined;
  const table = cell.closest("table");
  if (table.rows.length === 1) return removeTable(cell);
  const row = cell.parentElement;
  const next = row.nextElementSibling ?? row.previousElementSibling ?? table.rows[0];
  row.remove();
  if (next.cells?.[0]) goTo(next.cells[0]);
  return true;
}

export function removeColumn(cell) {
  if (!cell) return undefined;
  const table = cell.closest("table");
  const at = cell.cellIndex;
  const row = cell.parentElement;
  if ([...table.rows].every((one) => one.cells.length <= 1)) return removeTable(cell);
  for (const one of [...table.rows]) one.cells[at]?.remove();
  for (const one of [...table.rows]) if (!one.cells.length) one.remove();
  const next = row.cells[Math.min(at, row.cells.length - 1)];
  if (next) goTo(next);
  return true;
}

export function removeTable(cell) {
  if (!cell) return undefined;
  const table = cell.closest("table");
  const paragraph = document.createElement("p");
  paragraph.append(document.createElement("br"));
  table.replaceWith(paragraph);
  goTo(paragraph);
  return true;
}
