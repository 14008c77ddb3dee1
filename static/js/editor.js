// [data-editor]: turns the plain text area of a letter's body into a sheet to write on. What the text area holds is always
// clean HTML of the few elements a letter may have (p, ol, ul, li, table, b, i, u, br); the server cleans it again.
import { fromText, serialise } from "./editor-html.js";
import { addColumn, addRow, cellAt, insertTable, makeRoom, nextCell, removeColumn, removeRow, removeTable } from "./editor-table.js";
import { History } from "./editor-history.js";

const BLANK = "<p><br></p>";

class Editor {
  constructor(box) {
    this.box = box;
    this.area = box.querySelector("textarea");
    this.tools = box.querySelector("[role=toolbar]");
    this.buttons = [...this.tools.querySelectorAll("[data-command]")];
    this.sheet = this.makeSheet();
    this.history = new History(this.sheet);
    this.load(box.querySelector("template[data-html]")?.innerHTML ?? fromText(this.area.value));
    this.listen();
    this.tools.hidden = false;
    this.rove(this.buttons[0]);
  }

  makeSheet() {
    const sheet = document.createElement("div");
    const field = this.box.closest(".field");
    const label = field.querySelector("label");
    sheet.id = `${this.area.id}-sheet`;
    sheet.className = "editor-page";
    sheet.contentEditable = "true";
    sheet.spellcheck = false;
    sheet.dataset.placeholder = this.box.dataset.placeholder;
    sheet.setAttribute("role", "textbox");
    sheet.setAttribute("aria-multiline", "true");
    sheet.setAttribute("aria-label", label.textContent);
    sheet.setAttribute("aria-describedby", this.area.getAttribute("aria-describedby") ?? "");
    this.tools.setAttribute("aria-controls", sheet.id);
    label.addEventListener("click", (event) => { event.preventDefault(); sheet.focus(); });
    this.area.hidden = true;
    this.area.after(sheet);
    this.box.querySelector("[name=body_format]").value = "html";
    for (const hint of field.querySelectorAll("[data-plain-hint]")) hint.hidden = true;
    for (const hint of field.querySelectorAll("[data-rich-hint]")) hint.hidden = false;
    return sheet;
  }

  /** Puts `html` (clean) on the sheet and into the text area, without telling anybody. */
  load(html) {
    this.sheet.innerHTML = html || BLANK;
    makeRoom(this.sheet);
    this.area.value = serialise(this.sheet);
    this.blank();
  }

  listen() {
    document.execCommand("defaultParagraphSeparator", false, "p");
    document.execCommand("styleWithCSS", false, false);
    this.sheet.addEventListener("beforeinput", (event) => this.before(event));
    this.sheet.addEventListener("input", () => this.changed());
    this.sheet.addEventListener("keydown", (event) => this.key(event));
    this.sheet.addEventListener("paste", (event) => this.paste(event, event.clipboardData));
    this.sheet.addEventListener("drop", (event) => this.drop(event));
    document.addEventListener("selectionchange", () => this.pressed());
    this.area.addEventListener("editor:load", () => { this.history.remember(true); this.load(this.area.value); });
    this.area.addEventListener("editor:insert", (event) => this.insert(event.detail));
    this.tools.addEventListener("mousedown", (event) => event.preventDefault());
    this.tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-command]");
      if (button) this.command(button.dataset.command);
    });
    this.tools.addEventListener("keydown", (event) => this.walk(event));
  }

  before(event) {
    if (event.inputType === "historyUndo" || event.inputType === "historyRedo") {
      event.preventDefault();
      this.command(event.inputType === "historyUndo" ? "undo" : "redo");
    } else if (["insertFromPaste", "insertFromDrop"].includes(event.inputType)) {
      event.preventDefault();
    } else {
      this.history.remember(event.inputType !== "insertText" && event.inputType !== "deleteContentBackward");
    }
  }

  key(event) {
    if (event.key === "Tab" && nextCell(this.sheet, event.shiftKey)) { event.preventDefault(); return; }
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const undo = event.code === "KeyZ" && !event.shiftKey;
    const redo = event.code === "KeyY" || (event.code === "KeyZ" && event.shiftKey);
    const inline = { KeyB: "bold", KeyI: "italic", KeyU: "underline" }[event.code];
    if (!undo && !redo && !inline) return;
    event.preventDefault();
    this.command(undo ? "undo" : redo ? "redo" : inline);
  }

  command(name) {
    this.sheet.focus();
    if (name === "undo" || name === "redo") {
      if (this.history[name]()) this.changed();
      return;
    }
    this.history.remember(true);
    const cell = cellAt(this.sheet);
    const made = {
      bold: () => document.execCommand("bold"),
      italic: () => document.execCommand("italic"),
      underline: () => document.execCommand("underline"),
      numbered: () => this.list("insertOrderedList"),
      bulleted: () => this.list("insertUnorderedList"),
      table: () => insertTable(this.sheet),
      "row-add": () => addRow(cell),
      "column-add": () => addColumn(cell),
      "row-remove": () => removeRow(cell),
      "column-remove": () => removeColumn(cell),
      "table-remove": () => removeTable(cell),
    }[name]?.();
    if (made !== undefined) this.changed();
    this.pressed();
  }

  /** Browsers leave a list inside the paragraph it was made from: lift it out. */
  list(command) {
    const made = document.execCommand(command);
    for (const list of this.sheet.querySelectorAll("p > ol, p > ul")) {
      const paragraph = list.parentElement;
      paragraph.after(list);
      if (!paragraph.textContent.trim()) paragraph.remove();
    }
    return made;
  }

  paste(event, data) {
    event.preventDefault();
    const html = data.getData("text/html");
    const plain = data.getData("text/plain").replace(/\r\n?/g, "\n");
    if (!html && !plain) return;
    this.history.remember(true);
    let clean = html ? serialise(new DOMParser().parseFromString(html, "text/html").body) : fromText(plain);
    const single = /^<p>((?:(?!<\/p>).)*)<\/p>$/s.exec(clean);
    if (single || cellAt(this.sheet)) clean = (single ? single[1] : clean.replace(/<\/(p|li|td|th)>(?=.)/g, "<br>").replace(/<(?!\/?(b|i|u|br)>)[^>]*>/g, ""));
    document.execCommand("insertHTML", false, clean);
    this.changed();
  }

  /** Plain text where the cursor last stood on the sheet, or at its end. */
  insert(text) {
    this.sheet.focus();
    const chosen = getSelection();
    chosen.removeAllRanges();
    if (this.range && this.sheet.contains(this.range.commonAncestorContainer)) {
      chosen.addRange(this.range);
    } else {
      chosen.selectAllChildren(this.sheet);
      chosen.collapseToEnd();
    }
    this.history.remember(true);
    const clean = fromText(text);
    const single = /^<p>((?:(?!<\/p>).)*)<\/p>$/s.exec(clean);
    document.execCommand("insertHTML", false, single || cellAt(this.sheet) ? (single ? single[1] : clean.replace(/<\/(p|li)>(?=.)/g, "<br>").replace(/<(?!\/?br>)[^>]*>/g, "")) : clean);
    this.changed();
  }

  drop(event) {
    event.preventDefault();
    if (!event.dataTransfer.types.some((type) => type.startsWith("text/"))) return;
    const place = document.caretRangeFromPoint?.(event.clientX, event.clientY);
    if (place) { const chosen = getSelection(); chosen.removeAllRanges(); chosen.addRange(place); }
    this.paste(event, event.dataTransfer);
  }

  /** Words at the root go into a paragraph, an emptied sheet gets one back; then the text area follows. */
  changed() {
    if (!this.sheet.firstChild) {
      this.sheet.innerHTML = BLANK;
      getSelection().collapse(this.sheet.firstChild, 0);
    } else if ([...this.sheet.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) {
      const { anchorNode, anchorOffset } = getSelection();
      document.execCommand("formatBlock", false, "p");
      if (anchorNode?.isConnected) getSelection().collapse(anchorNode, anchorOffset);
    }
    this.area.value = serialise(this.sheet);
    this.blank();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  blank() {
    this.sheet.classList.toggle("blank", !this.sheet.textContent.trim() && !this.sheet.querySelector("table, li"));
  }

  pressed() {
    const chosen = getSelection();
    if (!chosen.anchorNode || !this.sheet.contains(chosen.anchorNode)) return;
    this.range = chosen.getRangeAt(0).cloneRange();
    const states = { bold: "bold", italic: "italic", underline: "underline", numbered: "insertOrderedList", bulleted: "insertUnorderedList" };
    for (const button of this.buttons) {
      const state = states[button.dataset.command];
      if (state) button.setAttribute("aria-pressed", String(document.queryCommandState(state)));
    }
    for (const tools of this.tools.querySelectorAll("[data-table-tools]")) tools.hidden = !cellAt(this.sheet);
  }

  /** One stop for Tab; arrows move inside the toolbar. */
  walk(event) {
    const seen = this.buttons.filter((button) => button.offsetParent);
    const at = seen.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: seen.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = seen[(to + seen.length) % seen.length];
    this.rove(next);
    next.focus();
  }

  rove(here) {
    for (const button of this.buttons) button.tabIndex = button === here ? 0 : -1;
  }
}

for (const box of document.querySelectorAll("[data-editor]")) new Editor(box);
