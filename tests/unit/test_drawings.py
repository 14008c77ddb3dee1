"""Hostile and clumsy drawings: what is cleaned, what is refused, and what the kept bytes can no longer do."""

from __future__ import annotations

import io

import pytest
from lxml import etree
from PIL import Image, PngImagePlugin

from common.access import Invalid, Refused, TooLarge
from saraban.drawings import cleaned
from tests.drawings import SHAPES, png, svg

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '<path d="M0 0h9v9z" onload="alert(1)"/>',
    "handler in capitals": '<path d="M0 0h9v9z" ONCLICK="alert(1)"/>',
    "foreign object": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">x</body></foreignObject>',
    "picture from outside": '<image href="http://192.0.2.1/x.png" width="9" height="9"/>',
    "picture inside": '<image href="data:image/png;base64,AAAA" width="9" height="9"/>',
    "use of another file": '<use xlink:href="other.svg#x"/>',
    "use bomb": '<g id="a"><path d="M0 0h9"/></g><use xlink:href="#a"/>',
    "link": '<a href="http://192.0.2.1/"><path d="M0 0h9v9z"/></a>',
    "gradient of another file": '<linearGradient xlink:href="http://192.0.2.1/g.svg#g"/>',
    "fill from outside": '<path d="M0 0h9v9z" fill="url(http://192.0.2.1/f)"/>',
    "style that imports": "<style>@import 'http://192.0.2.1/x.css';</style>",
    "style with an escape": r"<style>p{background:u\72l(http://192.0.2.1/)}</style>",
    "style attribute": "<path d='M0 0h9v9z' style='fill:url(file:///etc/passwd)'/>",
    "animation": '<path d="M0 0h9v9z"><animate attributeName="d" to="M0 0"/></path>',
    "text": "<text>ครุฑ</text>",
    "picture set": '<path d="M0 0h9v9z" style="fill:image-set(\'//192.0.2.1/x\' 1x)"/>',
    "another function": '<path d="M0 0h9v9z" style="fill:src(\'x\')"/>',
    "address of no protocol": '<path d="M0 0h9v9z" fill="url( //192.0.2.1/x )"/>',
    "second address": '<path d="M0 0h9v9z" fill="url(#a) url(x.svg)"/>',
    "letter by its number": '<path d="M0 0h9v9z" fill="ur&#x6c;(x.svg)"/>',
    "style in a data section": "<style><![CDATA[p{fill:url(x.svg)}]]></style>",
    "script by another prefix": '<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>',
    "entity": '<path d="&x;"/>',
    "mask of itself": '<mask id="m"><path d="M0 0h9v9z" mask="url(#m)"/></mask>',
    "clip path of itself": '<clipPath id="c"><g style="clip-path:url(#c)"><path d="M0 0h9v9z"/></g></clipPath>',
    "endless coordinates": '<path d="M-1e308 0L1e308 9z"/>',
    "infinite width": '<rect width="1e999" height="9"/>',
    "no number": '<circle cx="nan" cy="5" r="5"/>',
    "infinity": '<g transform="matrix(inf 0 0 1 0 0)"><path d="M0 0h9v9z"/></g>',
    "endless dashes": '<path d="M0 0h99" stroke="#000" stroke-dasharray="0.0000001"/>',
    "huge stroke": '<path d="M0 0h9" stroke="#000" stroke-width="1e300"/>',
    "set": '<set attributeName="href" to="javascript:alert(1)"/>',
}


@pytest.mark.parametrize("inside", HOSTILE.values(), ids=HOSTILE)
def test_what_could_act_or_fetch_is_refused(inside: str) -> None:
    with pytest.raises(Invalid):
        cleaned(svg(SHAPES + inside))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY x "y">]>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg SYSTEM "a.dtd"><!DOCTYPE svg [ ]>',
        '<?xml-stylesheet href="http://192.0.2.1/x.css"?>',
    ],
)
def test_declarations_are_refused_before_anything_is_parsed(head: str) -> None:
    with pytest.raises(Invalid, match="เอนทิตี"):
        cleaned(head.encode() + svg())


def test_what_editors_leave_is_left_out_and_the_drawing_stays() -> None:
    drawing = (
        b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/x" width="210mm" height="240mm"'
        b' inkscape:version="1"><metadata><x/></metadata><inkscape:page/><style>.a{fill:#231F20}</style>'
        b'<defs><clipPath id="c"><rect width="9" height="9"/></clipPath></defs>'
        b'<g clip-path="url(#c)" data-name="x"><path class="a" d="M0 0h9v9z"/></g><!-- by somebody --></svg>'
    )
    kept, form = cleaned(drawing)
    root = etree.fromstring(kept)
    assert form == "SVG" and root.get("viewBox") == "0 0 210 240" and root.get("width") is None
    names = [etree.QName(one).localname for one in root.iter()]
    assert names == ["svg", "style", "defs", "clipPath", "rect", "g", "path"]
    assert b"inkscape" not in kept and b"somebody" not in kept and b"data-name" not in kept
    assert cleaned(kept)[0] == kept  # cleaning again changes nothing


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (svg().replace(b'viewBox="0 0 100 110"', b""), "viewBox"),
        (svg().replace(b"0 0 100 110", b"0 0 x 110"), "viewBox"),
        (svg().replace(b"0 0 100 110", b"0 0 900 110"), "สัดส่วน"),
        (svg().replace(b"0 0 100 110", b"0 0 -100 -110"), "viewBox"),
        (svg().replace(b"0 0 100 110", b"0 0 1e308 1.1e308"), "ตัวเลข"),
        (svg().replace(b"0 0 100 110", b"0 0 nan nan"), "ตัวเลข"),
        (svg().replace(b"0 0 100 110", b"0 0 1e-300 1e-300"), "viewBox"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><path></svg>", "เสียหาย"),
        (b"<html><svg></svg></html>", "ไม่ใช่ภาพ SVG"),
        (svg().decode().encode("utf-16"), "SVG หรือ PNG"),
        (b"\xff" + svg(), "UTF-8"),
        (b"%PDF-1.7", "SVG หรือ PNG"),
        (png(form="JPEG"), "SVG หรือ PNG"),
        (png(560, 599), "600"),
        (png(3000, 620), "สัดส่วน"),
        (png(blank=True), "ว่างเปล่า"),
        (png()[:300], "เสียหาย"),
        (b"\x89PNG\r\n\x1a\n<svg>", "เสียหาย"),
    ],
)
def test_what_is_no_garuda_is_refused_with_the_reason(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        cleaned(content)


def test_too_much_is_refused() -> None:
    with pytest.raises(TooLarge):
        cleaned(svg("<g/>" * 5001))
    with pytest.raises(TooLarge):
        cleaned(svg() + b" " * (2 * 1024 * 1024))
    with pytest.raises(Refused):
        cleaned(svg("<g>" * 400 + "</g>" * 400))


def test_a_picture_is_written_anew_without_what_rode_along() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "ตำแหน่งที่ถ่าย")
    out = io.BytesIO()
    Image.open(io.BytesIO(png())).save(out, "PNG", pnginfo=info)
    kept, form = cleaned(out.getvalue() + b"<script>alert(1)</script>")
    with Image.open(io.BytesIO(kept)) as image:
        assert (form, image.size, image.mode, image.info.get("Comment")) == ("PNG", (560, 620), "RGBA", None)
    assert b"script" not in kept
