"""Comments at a place in the text: the quoted words and what stands before them find the place again after edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import html as lxml_html

from draft.body import plain

MOST_QUOTE, MOST_BEFORE = 500, 80


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a comment stands: offsets into the body's words run together, and the comment's number on the page."""

    start: int
    end: int
    number: int


def locate(body: str, quote: str, before: str) -> tuple[int, int] | None:
    """The place of `quote` in the body, the one after `before` if it stands there more than once; None when gone.

    Blanks and line breaks do not count, so text copied from the page or set anew is found.
    """
    text = plain(body)
    places = [at for at, letter in enumerate(text) if not letter.isspace() and letter not in "\u200b\u00a0"]
    squeezed = "".join(text[at] for at in places)
    wanted, lead = _squeeze(quote), _squeeze(before)
    if not wanted:
        return None
    found = squeezed.find(lead + wanted) + len(lead) if lead and lead + wanted in squeezed else squeezed.find(wanted)
    if found < 0:
        return None
    return places[found], places[found + len(wanted) - 1] + 1


def mark(body: str, marks: Sequence[Mark]) -> str:
    """The cleaned `body` with its commented words in `<mark>` and the comment's number as a link after them."""
    if not body.strip() or not marks:
        return body
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    offset = 0
    for holder, is_tail in _texts(root):
        text = (holder.tail if is_tail else holder.text) or ""
        _cut(holder, is_tail, text, offset, marks)
        offset += len(text)
    return "".join(str(lxml_html.tostring(child, encoding="unicode")) for child in root)


def _squeeze(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace() and letter not in "\u200b\u00a0")


def _texts(root: lxml_html.HtmlElement) -> list[tuple[lxml_html.HtmlElement, bool]]:
    """Where text stands, in document order: (element, whether it is the text after it). Taken before the tree changes."""
    found = [(root, False)]
    for child in root:
        found += _texts(child)
        found.append((child, True))
    return found


def _cut(holder: lxml_html.HtmlElement, is_tail: bool, text: str, offset: int, marks: Sequence[Mark]) -> None:
    """Replace one stretch of text by pieces, those inside a mark as elements."""
    inside = [one for one in marks if one.start < offset + len(text) and one.end > offset]
    if not inside or not text:
        return
    edges = {0, len(text)} | {min(max(at - offset, 0), len(text)) for one in inside for at in (one.start, one.end)}
    cuts = sorted(edges)
    first: str | None = None
    made: list[lxml_html.HtmlElement] = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        covering = [one for one in inside if one.start < offset + end and one.end > offset + start]
        if not covering:
            if made:
                made[-1].tail = (made[-1].tail or "") + piece
            else:
                first = (first or "") + piece
            continue
        element = lxml_html.Element("mark")
        element.text = piece
        for one in covering:
            if one.end == offset + end:
                element.append(_number(one.number))
        made.append(element)
    _put(holder, is_tail, first, made)


def _number(number: int) -> lxml_html.HtmlElement:
    sup = lxml_html.Element("sup")
    link = lxml_html.Element("a", href=f"#comment-{number}")
    link.set("aria-label", f"ความเห็นที่ {number}")
    link.text = str(number)
    sup.append(link)
    return sup


def _put(
    holder: lxml_html.HtmlElement, is_tail: bool, first: str | None, made: Sequence[lxml_html.HtmlElement]
) -> None:
    if is_tail:
        parent = holder.getparent()
        holder.tail = first
        at = parent.index(holder) + 1
        for element in reversed(made):
            parent.insert(at, element)
    else:
        holder.text = first
        for element in reversed(made):
            holder.insert(0, element)
