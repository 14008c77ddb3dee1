// From any DOM (typed, pasted from a word processor, dropped) to the clean HTML of a letter's body.
const DROPPED = new Set(["SCRIPT", "STYLE", "META", "LINK", "TITLE", "TEMPLATE", "NOSCRIPT", "OBJECT", "IFRAME", "SVG", "svg", "MATH", "math", "HEAD", "BUTTON", "SELECT", "TEXTAREA", "INPUT"]);
const BLOCKS = new Set(["P", "DIV", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "BLOCKQUOTE", "PRE", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "ASIDE", "DL", "DT", "DD", "FIGURE", "CENTER", "ADDRESS", "FORM", "TR", "TD", "TH", "TBODY", "THEAD", "CAPTION"]);
const MARKS = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u" };
const HOLDERS = "ol, ul, table, p, div, li, h1, h2, h3, h4, h5, h6, blockquote, section, article, dl, figure, center";

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const tidy = (html) => html.replace(/[ \t\n\r\u00a0\u200b\ufeff]+/g, " ").replace(/^(?: |<br>)+|(?: |<br>)+$/g, "");
const said = (html) => html.replace(/<[^>]*>/g, "").trim() !== "";

/** The marks an element asks for, by its name or its style attribute (read as text: the content policy parses none). */
function marksOf(element) {
  const marks = new Set();
  const style = (element.getAttribute("style") ?? "").toLowerCase();
  const weight = /font-weight:\s*(\w+)/.exec(style)?.[1] ?? "";
  if (MARKS[element.tagName]) marks.add(MARKS[element.tagName]);
  if (weight === "bold" || Number(weight) >= 600) marks.add("b");
  else if (weight) marks.delete("b");
  if (/font-style:\s*italic/.test(style)) marks.add("i");
  if (/text-decoration[^;]*underline/.test(style)) marks.add("u");
  return marks;
}

/** The inline HTML of a node; blocks inside become lines. */
function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return escape(node.data);
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName)) return "";
  if (node.tagName === "BR") return "<br>";
  let html = [...node.childNodes].map(inline).join("");
  if (said(html)) for (const mark of marksOf(node)) html = `<${mark}>${html}</${mark}>`;
  return BLOCKS.has(node.tagName) && said(html) ? `<br>${html}<br>` : html;
}

function item(element) {
  let words = "";
  let nested = "";
  for (const child of element.childNodes) {
    if (child.tagName === "OL" || child.tagName === "UL") nested += list(child);
    else words += inline(child);
  }
  words = tidy(words.replace(/(<br>){2,}/g, "<br>"));
  return words || nested ? `<li>${words}${nested}</li>` : "";
}

/** The items of a list. A list that stands straight inside a list (as browsers indent) belongs to the item before it. */
function itemsOf(element) {
  const items = [];
  for (const child of element.childNodes) {
    const nested = child.tagName === "OL" || child.tagName === "UL";
    if (nested && items.length) items.push(items.pop().replace(/<\/li>$/, `${list(child)}</li>`));
    else if (nested) items.push(...itemsOf(child));
    else if (child.tagName === "LI") items.push(item(child));
    else if (said(inline(child))) items.push(`<li>${tidy(inline(child))}</li>`);
  }
  return items.filter(Boolean);
}

function list(element) {
  const tag = element.tagName.toLowerCase();
  const start = tag === "ol" && element.start > 1 && element.start < 10000 ? ` start="${element.start}"` : "";
  const items = itemsOf(element).join("");
  return items ? `<${tag}${start}>${items}</${tag}>` : "";
}

function span(cell, name) {
  const count = Math.min(Number.parseInt(cell.getAttribute(name), 10) || 1, 40);
  return count > 1 ? ` ${name}="${count}"` : "";
}

function cell(element) {
  const tag = element.tagName.toLowerCase();
  const words = tidy([...element.childNodes].map(inline).join("").replace(/(<br>){2,}/g, "<br>"));
  return `<${tag}${span(element, "colspan")}${span(element, "rowspan")}>${words}</${tag}>`;
}

function table(element) {
  const rows = [...element.rows].filter((row) => row.closest("table") === element && row.cells.length);
  return rows.length ? `<table><tbody>${rows.map((row) => `<tr>${[...row.cells].map(cell).join("")}</tr>`).join("")}</tbody></table>` : "";
}

/** The body of `root` as clean HTML. Empty paragraphs are left out: the paper sets its own distances. */
export function serialise(root) {
  let out = "";
  let loose = "";
  const flush = () => {
    const words = tidy(loose);
    if (said(words)) out += `<p>${words}</p>`;
    loose = "";
  };
  for (const node of root.childNodes) {
    const name = node.tagName;
    if (name === "OL" || name === "UL") { flush(); out += list(node); }
    else if (name === "TABLE") { flush(); out += table(node); }
    else if (node.nodeType === Node.ELEMENT_NODE && !DROPPED.has(name) && (BLOCKS.has(name) || node.querySelector(HOLDERS))) {
      flush();
      if (node.querySelector(HOLDERS)) out += serialise(node);
      else { loose = inline(node).replace(/^<br>|<br>$/g, ""); flush(); }
    } else loose += inline(node);
  }
  flush();
  return out;
}

/** Plain text as paragraphs, one to a line. */
export function fromText(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => `<p>${escape(line)}</p>`).join("");
}
