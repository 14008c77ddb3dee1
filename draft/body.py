"""The body of a letter while it is written: cleaned HTML, and the plain text that stands for it without JavaScript.

Plain text: a blank line between paragraphs; lines beginning `1.` or `-` are lists; lines between `|` are table rows.
A block whose plain text did not change keeps its HTML, so bold words survive an edit of another paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import TypeAlias

import nh3
from lxml import html as lxml_html

from common.access import TooLarge
from common.thai import arabic_digits
from saraban.sheets.body import ATTRIBUTES, TAGS

MAX_LENGTH = 300_000
_NUMBERED = re.compile(r"^([0-9๐-๙]{1,4})[.)]\s+(.*)$")
_BULLET = re.compile(r"^[-–•]\s+(.*)$")
_ROW = re.compile(r"^\|(.*)\|$")
_BLANK = re.compile(r"[ \t\u00a0\u200b\r\f\v]+")
_SAME_AS = {"strong": "b", "em": "i"}
_BLOCKS = {"p", "ol", "ul", "table"}
_FOREIGN = {"div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "center", "pre"}
Element: TypeAlias = lxml_html.HtmlElement


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, one item of a list (`number` in an ordered one) or a table; `html` is its own element."""

    kind: str
    text: str
    html: str
    number: int = 0

    @property
    def line(self) -> str:
        """The block as it stands in plain text."""
        if self.kind == "ol":
            return f"{self.number}. {self.text}"
        return f"- {self.text}" if self.kind == "ul" else self.text


def clean(source: str) -> str:
    """`source` reduced to what a letter may hold, every block an element of its own. Raises `TooLarge`."""
    if len(source) > MAX_LENGTH:
        raise TooLarge(f"เนื้อความยาวเกิน {MAX_LENGTH:,} ตัวอักษร โปรดแยกส่วนที่ยาวเป็นสิ่งที่ส่งมาด้วย")
    safe = nh3.clean(source, tags=TAGS | _FOREIGN, attributes=ATTRIBUTES, strip_comments=True)
    if not safe.strip():
        return ""
    root = lxml_html.fragment_fromstring(safe, create_parent="div")
    for element in root.iter(*_SAME_AS):
        element.tag = _SAME_AS[element.tag]
    for item in [one for one in root.iter("li") if _is_empty(one)]:
        item.drop_tree()
    made = "".join(_block_html(element) for element in _top_blocks(root) if not _is_empty(element))
    return nh3.clean(made, tags=TAGS, attributes=ATTRIBUTES, strip_comments=True)


def to_text(body: str) -> str:
    """The cleaned `body` as plain text."""
    parts: list[str] = []
    for kind, group in groupby(blocks(body), key=lambda block: block.kind):
        lines = [block.line for block in group]
        parts += ["\n".join(lines)] if kind in ("ol", "ul") else lines
    return "\n\n".join(parts)


def from_text(text: str, before: str = "") -> str:
    """Plain text as HTML; blocks unchanged since `before` (cleaned HTML) keep their own. Raises `TooLarge`."""
    text = text.replace("\r\n", "\n")
    if text.strip() == to_text(before).strip():
        return before
    kept = {block.line: block for block in reversed(blocks(before))}
    kept = {block.text: block for block in kept.values() if block.kind in ("ol", "ul")} | kept
    made = [_known(block, kept) for block in _read(text)]
    out: list[str] = []
    for kind, group in groupby(made, key=lambda block: block.kind):
        items = list(group)
        inner = "".join(block.html for block in items)
        if kind in ("ol", "ul"):
            start = f' start="{items[0].number}"' if kind == "ol" and items[0].number > 1 else ""
            inner = f"<{kind}{start}>{inner}</{kind}>"
        out.append(inner)
    return clean("".join(out))


def blocks(body: str) -> list[Block]:
    """The blocks of a cleaned body, in order; each item of a list by itself."""
    if not body.strip():
        return []
    found: list[Block] = []
    for element in lxml_html.fragment_fromstring(body, create_parent="div"):
        if element.tag in ("ol", "ul"):
            first = int(element.get("start") or 1) if (element.get("start") or "1").isdecimal() else 1
            items = [item for item in element if item.tag == "li"]
            found += [
                Block(str(element.tag), _text(item), _block_html(item), first + at) for at, item in enumerate(items)
            ]
        else:
            text = _rows(element) if element.tag == "table" else _text(element)
            found.append(Block(str(element.tag), text, _block_html(element)))
    return found


def plain(body: str) -> str:
    """All words of the body run together, as comments are anchored in it: text nodes in order, nothing between."""
    return "".join(text_nodes(body))


def text_nodes(body: str) -> list[str]:
    """The text nodes of a body in document order."""
    if not body.strip():
        return []
    return [str(text) for text in lxml_html.fragment_fromstring(body, create_parent="div").itertext()]


def _top_blocks(root: Element) -> Iterator[Element]:
    """The children of `root` as blocks: loose words and loose inline elements are gathered into paragraphs."""
    loose = _paragraph(root.text)
    for child in list(root):
        tail, child.tail = child.tail, None
        if child.tag in _BLOCKS:
            yield from (loose, child)
            loose = _paragraph(tail)
        elif child.tag == "br" and not _BLANK.sub("", (tail or "")):
            continue
        elif child.tag in _FOREIGN and child.find(".//*") is not None:
            yield from (loose, *_top_blocks(child))
            loose = _paragraph(tail)
        elif child.tag in _FOREIGN or child.tag in ("li", "thead", "tbody", "tr", "td", "th"):
            yield loose
            child.tag = "p"
            yield child
            loose = _paragraph(tail)
        else:
            loose.append(child)
            child.tail = tail
    yield loose


def _paragraph(text: str | None) -> Element:
    element: Element = lxml_html.Element("p")
    element.text = text
    return element


def _is_empty(element: Element) -> bool:
    return element.tag not in ("table",) and not _BLANK.sub("", "".join(element.itertext())).strip()


def _block_html(element: Element) -> str:
    tail, element.tail = element.tail, None
    out = str(lxml_html.tostring(element, encoding="unicode")).strip()
    element.tail = tail
    return out


def _text(element: Element) -> str:
    """The words of one block; `br` is a new line, a list inside an item goes on indented lines."""
    out = [element.text or ""]
    for child in element:
        if child.tag == "br":
            out.append("\n")
        elif child.tag in ("ol", "ul"):
            items = [item for item in child if item.tag == "li"]
            marks = [f"{at}. " if child.tag == "ol" else "- " for at in range(1, len(items) + 1)]
            out += [f"\n   {mark}{_text(item)}" for mark, item in zip(marks, items, strict=True)]
        else:
            out.append(("\n" if child.tag == "p" and "".join(out).strip() else "") + _text(child))
        out.append(child.tail or "")
    lines = "".join(out).split("\n")
    return "\n".join(
        ("   " if line.startswith("   ") and at else "") + _BLANK.sub(" ", line).strip()
        for at, line in enumerate(lines)
    ).strip()


def _rows(table: Element) -> str:
    rows = ([_text(cell).replace("\n", " ") for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr"))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _read(text: str) -> Iterator[Block]:
    """The blocks a plain text describes."""
    for part in re.split(r"\n[ \t]*\n", text):
        lines = [line.rstrip() for line in part.split("\n") if line.strip()]
        gathered: list[Block] = []
        for line in lines:
            gathered = _with_line(gathered, line)
        yield from (_finished(block) for block in gathered)


def _with_line(gathered: list[Block], line: str) -> list[Block]:
    numbered, bullet = _NUMBERED.match(line), _BULLET.match(line)
    last = gathered[-1] if gathered else None
    if numbered:
        return [*gathered, Block("ol", numbered[2], "", int(arabic_digits(numbered[1])))]
    if bullet:
        return [*gathered, Block("ul", bullet[1], "")]
    kind = "table" if _ROW.match(line.strip()) else "p"
    joins = last is not None and (
        kind == last.kind or (kind == "p" and line.startswith("   ") and last.kind in ("ol", "ul"))
    )
    if joins and last is not None:
        return [
            *gathered[:-1],
            Block(last.kind, f"{last.text}\n{line if kind == 'p' else line.strip()}", "", last.number),
        ]
    return [*gathered, Block(kind, line.strip(), "")]


def _finished(block: Block) -> Block:
    if block.kind == "table":
        rows = (_ROW.match(line.strip()) for line in block.text.split("\n"))
        cells = "".join(
            f"<tr>{''.join(f'<td>{escape(c.strip())}</td>' for c in row[1].split('|'))}</tr>" for row in rows if row
        )
        return Block("table", block.text, f"<table><tbody>{cells}</tbody></table>")
    inner = "<br>".join(escape(line.strip()) for line in block.text.split("\n"))
    tag = "p" if block.kind == "p" else "li"
    return Block(block.kind, block.text, f"<{tag}>{inner}</{tag}>", block.number)


def _known(block: Block, kept: dict[str, Block]) -> Block:
    """`block` with the HTML it had before, when its words did not change."""
    old = kept.get(block.line) or kept.get(block.text)
    if old is None or (old.kind != block.kind and old.line != block.line):
        return block
    return Block(old.kind, old.text, old.html, block.number or old.number)
