"""Comments at a place in the text: the quoted words and what stands before them find the place again after edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from lxml import html as lxml_html

from draft.body import plain

MOST_QUOTE, MOST_BEFORE = 500, 80
CALLED = {"comment": "ความเห็น", "suggestion": "ข้อความที่เสนอแทน"}


_BLOCKS = {"p", "li", "td", "th", "div"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a comment or a suggestion stands: offsets into the body's words run together, and its number on the page."""

    start: int
    end: int
    number: int
    kind: str = "comment"


def locate(body: str, quote: str, before: str) -> tuple[int, int] | None:
    """The place of `quote` in the body, the one after `before` if it stands there more than once; None when gone.

    Blanks and line breaks do not count, so text copied from the page or set anew is found.
    """
    found = places(body, quote, before)
    return found[0] if found else None


def places(body: str, quote: str, before: str) -> list[tuple[int, int]]:
    """Every place of `quote` that may be meant: those after `before`, or all of them when it stands after none."""
    at, squeezed = _words(body)
    wanted, lead = _squeeze(quote), _squeeze(before)
    if not wanted:
        return []
    after = [here + len(lead) for here in _occurrences(squeezed, lead + wanted)] if lead else []
    return [(at[here], at[here + len(wanted) - 1] + 1) for here in after or _occurrences(squeezed, wanted)]


@lru_cache(maxsize=2)
def _words(body: str) -> tuple[list[int], str]:
    """The words of a body without blanks, and where each letter stands; a page asks for many places of one body."""
    text = plain(body)
    at = [here for here, letter in enumerate(text) if not _is_blank(letter)]
    return at, "".join(text[here] for here in at)


def _occurrences(text: str, wanted: str) -> list[int]:
    found, here = [], text.find(wanted)
    while here >= 0:
        found.append(here)
        here = text.find(wanted, here + 1)
    return found


def put_words(body: str, start: int, end: int, words: str) -> str | None:
    """The cleaned `body` with `words` instead of what stands from `start` to `end`, in the form of the first of them.

    None when the place reaches from one paragraph, item or cell into another.
    """
    root = lxml_html.fragment_fromstring(body, create_parent="div")
    offset, home, rest = 0, None, words
    for holder, is_tail in _texts(root):
        text = (holder.tail if is_tail else holder.text) or ""
        first, last = max(start - offset, 0), min(end - offset, len(text))
        offset += len(text)
        if first >= last:
            continue
        block = _block_of(holder, is_tail)
        if home is not None and block is not home:
            return None
        home = block
        made = text[:first] + rest + text[last:]
        rest = ""
        if is_tail:
            holder.tail = made
        else:
            holder.text = made
    return "".join(str(lxml_html.tostring(child, encoding="unicode")) for child in root)


def words_before(body: str, start: int) -> str:
    """What stands before a place, as much as is kept with a remark."""
    return plain(body)[:start][-MOST_BEFORE:]


def _block_of(holder: lxml_html.HtmlElement, is_tail: bool) -> lxml_html.HtmlElement:
    element = holder.getparent() if is_tail else holder
    while element.tag not in _BLOCKS and element.getparent() is not None:
        element = element.getparent()
    return element


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
    return "".join(letter for letter in text if not _is_blank(letter))


def _is_blank(letter: str) -> bool:
    return letter.isspace() or letter == "\u200b"


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
                element.append(_number(one))
        made.append(element)
    _put(holder, is_tail, first, made)


def _number(one: Mark) -> lxml_html.HtmlElement:
    sup = lxml_html.Element("sup")
    name = f"{one.kind}-{one.number}"
    link = lxml_html.Element("a", href=f"#{name}", id=f"at-{name}")
    link.set("aria-label", f"{CALLED[one.kind]}ที่ {one.number}")
    link.text = f"{'' if one.kind == 'comment' else '✎'}{one.number}"
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
