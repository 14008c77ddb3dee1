"""The body of a letter: the last gate for its HTML, and its digits."""

from __future__ import annotations

import re

import nh3
from lxml import html as lxml_html

from common.thai import thai_digits

TAGS = {"p", "ol", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "b", "strong", "i", "em", "u", "br"}
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}
MAX_SPAN = 40
_ADDRESS = re.compile(r"([\w.+-]+@[A-Za-z0-9.-]+|https?://[!-~]+)", re.ASCII)


def printable_body(body_html: str, *, digits: bool, headings: bool = False) -> str:
    """`body_html` reduced to the elements a letter may hold; with Thai digits in its text if `digits`.

    `headings`: paragraphs that are bold from end to end stand as headings (ระเบียบวาระ of minutes).
    """
    clean = nh3.clean(body_html, tags=TAGS, attributes=ATTRIBUTES, strip_comments=True)
    if not clean.strip():
        return ""
    root = lxml_html.fragment_fromstring(clean, create_parent="div")
    for element in root.iter():
        _set_attributes(element)
        if headings and element.tag == "p" and _is_bold(element):
            element.set("class", "agenda")
        if digits:
            element.text = _thai(element.text) if element.text else element.text
            element.tail = _thai(element.tail) if element.tail else element.tail
    return str(lxml_html.tostring(root, encoding="unicode"))


def _thai(text: str) -> str:
    """Thai digits everywhere but in e-mail and web addresses, which would lead nowhere with them."""
    return "".join(part if at % 2 else thai_digits(part) for at, part in enumerate(_ADDRESS.split(text)))


def _is_bold(paragraph: lxml_html.HtmlElement) -> bool:
    bold = [child for child in paragraph if child.tag in ("b", "strong")]
    loose = (paragraph.text or "") + "".join(child.tail or "" for child in paragraph)
    return bool(bold) and len(bold) == len(paragraph) and not loose.strip()


def _set_attributes(element: lxml_html.HtmlElement) -> None:
    """Spans within reason; the first number of a list as a counter, which is what print understands."""
    for name in ("colspan", "rowspan"):
        span = element.get(name)
        if span is not None:
            element.set(name, str(min(int(span), MAX_SPAN)) if span.isdecimal() else "1")
    start = element.attrib.pop("start", None)
    if start is not None and start.isdecimal():
        element.set("style", f"counter-reset: item {min(int(start), 9999) - 1}")
