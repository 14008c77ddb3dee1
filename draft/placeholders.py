"""Words between braces in a template, replaced by what was typed. Nothing here executes, and everything typed is escaped.

A paragraph, an item or a table row whose words in braces all turn out empty is left out. An input of several lines that
stands alone in its paragraph or item makes one of each line; a table stands alone in its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import TypeAlias

from lxml import html as lxml_html

from draft import body as bodies

PLACE = re.compile(r"\{([^{}<>\n]{1,60})\}")
_LINE = "\u2028"  # stands for a line break until the text is HTML again; nothing typed holds it
Element: TypeAlias = lxml_html.HtmlElement
Rows: TypeAlias = list[list[str]]


def names_in(text: str) -> list[str]:
    """The names between braces, each once, in order."""
    return list(dict.fromkeys(name.strip() for name in PLACE.findall(text)))


def loose_braces(text: str) -> bool:
    """Whether a brace stands without its partner, or inside formatting that cuts a name in two."""
    rest = PLACE.sub("", text)
    return "{" in rest or "}" in rest


def fill_text(text: str, words: Mapping[str, str]) -> str:
    """Plain text with its words filled in; a name nobody knows stays as it is. Lines left without any words fall out."""
    kept = []
    for line in text.split("\n"):
        names = names_in(line)
        if names and all(not words.get(name, "…").strip() for name in names):
            continue
        kept.append(PLACE.sub(lambda found: words.get(found[1].strip(), found[0]), line))
    return "\n".join(kept)


def fill_body(body: str, words: Mapping[str, str], tables: Mapping[str, tuple[tuple[str, ...], Rows]]) -> str:
    """The body with its words and tables (headings, rows) filled in, cleaned. Raises `TooLarge`."""
    if not body.strip():
        return ""
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    for element in [one for one in root.iter("p", "li", "tr") if names_in(str(one.text_content()))]:
        _fill(element, words, tables)
    for holder in [one for one in root.iter("ol", "ul", "table", "tbody", "thead") if not len(one)]:
        holder.drop_tree()
    inner = "".join(str(lxml_html.tostring(child, encoding="unicode")) for child in root)
    return bodies.clean(inner.replace(_LINE, "<br>"))


def _fill(element: Element, words: Mapping[str, str], tables: Mapping[str, tuple[tuple[str, ...], Rows]]) -> None:
    text = str(element.text_content())
    names = names_in(text)
    if not names:
        return  # filled already, as part of the row it stands in
    if element.tag == "p" and len(names) == 1 and names[0] in tables and not PLACE.sub("", text).strip():
        _replace(element, [_table(*tables[names[0]])] if tables[names[0]][1] else [])
        return
    if all(not words.get(name, "…").strip() for name in names):
        _replace(element, [])
        return
    alone = words.get(names[0], "") if len(names) == 1 and not PLACE.sub("", text).strip() else ""
    if "\n" in alone and element.tag in ("p", "li"):
        _replace(element, [_one_line(element, line) for line in alone.split("\n")])
        return
    for node in element.iter():
        node.text = _with_words(node.text, words)
        if node is not element:
            node.tail = _with_words(node.tail, words)


def _with_words(text: str | None, words: Mapping[str, str]) -> str | None:
    if not text:
        return text
    return PLACE.sub(lambda found: words.get(found[1].strip(), found[0]).replace("\n", _LINE), text)


def _one_line(element: Element, line: str) -> Element:
    """The paragraph or item again, holding one line in the same formatting."""
    copy = deepcopy(element)
    copy.tail = None
    for node in copy.iter():
        node.text = PLACE.sub(lambda _: line, node.text) if node.text else node.text
        if node is not copy and node.tail:
            node.tail = PLACE.sub(lambda _: line, node.tail)
    return copy


def _replace(element: Element, others: list[Element]) -> None:
    parent = element.getparent()
    assert parent is not None
    for other in others:
        element.addprevious(other)
    tail, element.tail = element.tail, None
    parent.remove(element)
    if tail and tail.strip() and others:
        others[-1].tail = tail


def _table(headings: tuple[str, ...], rows: Rows) -> Element:
    table: Element = lxml_html.Element("table")
    head = lxml_html.Element("tr")
    for heading in headings:
        cell = lxml_html.Element("th")
        cell.text = heading
        head.append(cell)
    thead, tbody = lxml_html.Element("thead"), lxml_html.Element("tbody")
    thead.append(head)
    for row in rows:
        line = lxml_html.Element("tr")
        for words in row:
            cell = lxml_html.Element("td")
            cell.text = words.replace("\n", _LINE)
            line.append(cell)
        tbody.append(line)
    if headings:
        table.append(thead)
    table.append(tbody)
    return table
