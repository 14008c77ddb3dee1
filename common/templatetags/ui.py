"""Component tags of the look: icons, tags, buttons, fields, and parts with slots. docs/guide/look.md shows each in use."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from common.rows import PageImage, Share, Stamp, Tag

register = template.Library()

HUES = (0, 20, 40, 85, 130, 160, 180, 200, 222, 250, 280, 325)
DEFAULT_HUE = 222
URGENCY = {1: Tag("ด่วน", "amber"), 2: Tag("ด่วนมาก", "warm"), 3: Tag("ด่วนที่สุด", "hot")}
SECRECY = {1: "ลับ", 2: "ลับมาก", 3: "ลับที่สุด"}
_SLOTS = "_ui_slots"


@register.filter
def hue(degrees: object) -> int:
    """The nearest of the twelve brand hues of tokens.css to an agency's hue in degrees; the default when there is none."""
    try:
        wanted = int(str(degrees)) % 360
    except ValueError:
        return DEFAULT_HUE
    return min(HUES, key=lambda one: min(abs(one - wanted), 360 - abs(one - wanted)))


@lru_cache(maxsize=512)
def _svg(name: str, css: str, label: str) -> SafeString:
    attrs = {"class": f"icon {css}".strip(), "focusable": "false"}
    attrs |= {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return SafeString(lucide(name, size=20, **attrs))


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """The Lucide icon `name`, hidden from screen readers unless it has a `label`. Raises IconDoesNotExist."""
    return _svg(str(name), str(css), str(label))


@register.simple_tag
def tag(text: object, kind: str = "", icon: str = "") -> SafeString:
    """A label with a word: `{% tag "ตรวจครบ" "good" "check" %}`."""
    return format_html('<span class="tag {}">{}{}</span>', kind, _svg(icon, "", "") if icon else "", text)


@register.simple_tag
def tags(items: Iterable[Tag]) -> SafeString:
    """Several labels from `common.rows.Tag` values."""
    return format_html_join(" ", '<span class="tag {}">{}</span>', ((one.kind, one.text) for one in items))


@register.simple_tag
def urgency(rank: int | None) -> SafeString | str:
    """The label of ชั้นความเร็ว for a rank 0–3; nothing for an ordinary letter."""
    found = URGENCY.get(int(rank or 0))
    return format_html('<span class="tag {}">{}</span>', found.kind, found.text) if found else ""


@register.simple_tag
def secrecy(rank: int | None) -> SafeString | str:
    """The label of ชั้นความลับ for a rank 0–3; nothing for an open letter."""
    name = SECRECY.get(int(rank or 0))
    return format_html('<span class="tag secret">{}{}</span>', _svg("lock", "", ""), name) if name else ""


@register.filter
def secrecy_name(rank: int | None) -> str:
    """`ลับ`, `ลับมาก`, `ลับที่สุด`, or nothing."""
    return SECRECY.get(int(rank or 0), "")


@register.simple_tag
def button(
    label: str,
    url: str = "",
    *,
    kind: str = "",
    icon: str = "",
    reason: object = "",
    name: str = "",
    value: str = "",
    form: str = "",
    action: str = "",
    below: bool = False,
    busy: str = "",
) -> SafeString:
    """A button (`submit`), or a link when `url` is given.

    `kind`: go, warn, danger, quiet, with small, big, fill. `reason` is the sentence of a rule that refuses: the button
    then stays reachable by keyboard and touch but does nothing and shows the sentence. `busy` is the label while sending.
    """
    inner = format_html("{}{}", _svg(icon, "", "") if icon else "", label)
    if reason:
        mark = f"why-{secrets.token_hex(4)}"
        return format_html(
            '<span class="reason{}"><button type="button" class="btn {}" aria-disabled="true" aria-describedby="{}">{}</button>'
            '<span role="tooltip" id="{}">{}</span></span>',
            " below" if below else "",
            kind,
            mark,
            inner,
            mark,
            reason,
        )
    if url:
        return format_html('<a class="btn {}" href="{}">{}</a>', kind, url, inner)
    pairs = {"name": name, "value": value if name else "", "form": form, "formaction": action, "data-busy": busy}
    attrs = format_html_join("", ' {}="{}"', ((key, text) for key, text in pairs.items() if text))
    return format_html('<button type="submit" class="btn {}"{}>{}</button>', kind, attrs, inner)


@register.simple_tag
def crumbs(*pairs: str) -> SafeString:
    """The way here: `{% crumbs "แฟ้มเสนอ" url "ดศ 0201/1" %}`. Labels and addresses in turn; the last label is this page."""
    trail = [(pairs[i], pairs[i + 1]) for i in range(0, len(pairs) - 1, 2)]
    here = pairs[-1] if len(pairs) % 2 else ""
    items = [
        format_html(
            '<li{}><a href="{}">{}</a>{}</li>',
            mark_safe(' class="back"') if (label, url) == trail[-1] else "",
            url,
            label,
            _svg("chevron-right", "small", ""),
        )
        for label, url in trail
    ]
    if here:
        items.append(format_html('<li><span aria-current="page">{}</span></li>', here))
    return format_html('<nav class="crumbs" aria-label="ทางมาหน้านี้"><ol>{}</ol></nav>', mark_safe("".join(items)))  # noqa: S308


@register.simple_tag
def column_label(columns: Sequence[tuple[str, str, str]], at: int) -> str:
    """The label of a matrix column, for the hidden name of each box in it."""
    return columns[at][1]


@register.inclusion_tag("_ui/field.html")
def field(bound: BoundField, css: str = "") -> dict[str, object]:
    """A form field with label, hint, error and required mark. `css`: span, w-short, w-half, grow."""
    return {"field": bound, "css": css}


@register.inclusion_tag("_ui/stay_strip.html")
def stay_strip(shares: Iterable[Share]) -> dict[str, object]:
    """Days per unit as one strip (an SVG of 1000 units, no inline style) and its key."""
    shares = list(shares)
    total = sum(one.weight for one in shares) or 1
    bars: list[dict[str, object]] = []
    x = 0.0
    for one in shares:
        width = 1000 * one.weight / total
        bars.append({"x": round(x, 1), "width": round(max(width - 4, 3), 1), "share": one})
        x += width
    return {"bars": bars}


@register.inclusion_tag("_ui/sheet.html")
def sheet(page: PageImage, of: int = 1, what: str = "", secrecy: int = 0) -> dict[str, object]:
    """One page image with its overlays (receive stamps, place of signature, secrecy marks), drawn in millimetres."""
    boxes = [{"stamp": one, "lines": _stamp_lines(one)} for one in page.stamps]
    return {
        "page": page, "of": of, "what": what, "boxes": boxes, "secrecy": SECRECY.get(int(secrecy or 0), ""),
        "middle": page.paper_width / 2, "foot": page.paper_height - 6,
    }  # fmt: skip


def _stamp_lines(stamp: Stamp) -> list[dict[str, object]]:
    step = stamp.height / (len(stamp.lines) + 0.35)
    inset = stamp.width / 2 if stamp.kind == "place" else 3
    return [
        {"x": round(stamp.x + inset, 2), "y": round(stamp.y + step * (at + 0.9), 2), "text": text}
        for at, text in enumerate(stamp.lines)
    ]


class PartNode(Node):
    """Renders `_ui/<name>.html` with the arguments, the text between as `body`, and named pieces as `slots.<name>`."""

    def __init__(self, name: FilterExpression, arguments: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.name = name
        self.arguments = arguments
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        slots: dict[str, SafeString] = {}
        with context.push(**{_SLOTS: slots}):
            body = self.nodelist.render(context)
        values: dict[str, Any] = {name: value.resolve(context) for name, value in self.arguments.items()}
        values |= {"body": body, "slots": slots}
        values |= {name: context[name] for name in ("request", "csrf_token", "shell") if name in context}
        if context.template is None:
            raise TemplateSyntaxError("part needs a template engine")
        part = context.template.engine.get_template(f"_ui/{self.name.resolve(context)}.html")
        return part.render(context.new(values))


class SlotNode(Node):
    """A named piece of the part around it."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        if _SLOTS not in context:
            raise TemplateSyntaxError(f"slot {self.name} stands outside a part")
        context[_SLOTS][self.name] = self.nodelist.render(context)
        return SafeString("")


@register.tag("part")
def part(parser: Parser, token: Token) -> PartNode:
    """`{% part "card" title="…" %} … {% slot "actions" %}…{% endslot %} … {% endpart %}`."""
    bits = token.split_contents()[1:]
    if not bits:
        raise TemplateSyntaxError("part wants the name of a component")
    rest = bits[1:]
    arguments = token_kwargs(rest, parser)
    if rest:
        raise TemplateSyntaxError(f"part takes name=value arguments, not {rest[0]!r}")
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(parser.compile_filter(bits[0]), arguments, nodelist)


@register.tag("slot")
def slot(parser: Parser, token: Token) -> SlotNode:
    """A named piece inside `{% part %}`."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError("slot wants one name")
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(bits[1].strip("\"'"), nodelist)
