"""Cleaning an uploaded drawing before it stands on every letter: an SVG is rebuilt from what is known to be harmless,
a PNG is decoded and written anew. Nothing is fetched, no entity is expanded, and nothing that could act is kept.
"""

from __future__ import annotations

import io
import re

from lxml import etree
from PIL import Image, UnidentifiedImageError

from common.access import Invalid, TooLarge

MOST_BYTES = 2 * 1024 * 1024
MOST_ELEMENTS = 5_000
MOST_PIXELS = 40_000_000
LEAST_HEIGHT = 600  # pixels: 30 mm at 508 dots per inch
NARROWEST, WIDEST = 0.4, 2.5  # width over height
SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"

_SHAPES = {
    *("svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "style"),
}
_LEFT_OUT = {"metadata", "title", "desc"}
_ATTRIBUTES = {
    *("id", "class", "style", "d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"),
    *("width", "height", "viewBox", "preserveAspectRatio", "transform", "opacity", "color", "display", "visibility"),
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"),
    *(
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "clip-path",
        "clip-rule",
        "mask",
    ),
    *("offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform", "spreadMethod"),
    *("clipPathUnits", "maskUnits", "maskContentUnits", "type"),
}
_DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")
_PLAIN_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*>", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"url\(\s*['\"]?(?!#)|image(?:-set)?\(|src\(|//|@|\\|expression|javascript|data:|https?:|file:", re.IGNORECASE
)
_FIGURE = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_NO_FIGURE = re.compile(r"nan|inf", re.IGNORECASE)
_NAMES = {"id", "class", "style", "fill", "stroke", "color", "stop-color", "type", "clip-path", "mask", "display"}
MOST, LEAST = 1e6, 1e-3  # of a figure; of a dash and of the view box
_CUTTERS = {"mask", "clipPath"}
_CUTS = re.compile(r"\b(?:mask|clip-path)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px|pt|mm|cm|in)?\s*")


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The drawing as it may be kept, and its form (`SVG` or `PNG`). Raises `Invalid` or `TooLarge` with a Thai sentence."""
    if len(content) > MOST_BYTES:
        raise TooLarge("ไฟล์ตราครุฑใหญ่เกิน 2 เมกะไบต์")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content), "PNG"
    if b"<svg" in content[:4096]:
        return _svg(content), "SVG"
    raise Invalid("ใช้ได้เฉพาะไฟล์ SVG หรือ PNG", field="upload")


def _png(content: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            image.verify()  # every chunk whole; after it the image must be opened anew
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise TooLarge("ภาพตราครุฑมีจำนวนจุดภาพมากเกินไป")
            if height < LEAST_HEIGHT:
                raise Invalid(f"ภาพสูง {height} จุด ต้องสูงอย่างน้อย {LEAST_HEIGHT} จุดจึงพิมพ์ได้คมชัด", field="upload")
            _demand_shape(width, height)
            plain = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Invalid("เปิดไฟล์ PNG ไม่ได้ ไฟล์อาจเสียหาย", field="upload") from error
    white = Image.new("RGBA", plain.size, "white")
    low, high = Image.alpha_composite(white, plain).convert("L").getextrema()
    if not isinstance(low, int) or not isinstance(high, int) or high - low < 64:
        raise Invalid("ภาพว่างเปล่าหรือจางเกินไป", field="upload")
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return out.getvalue()


def _demand_shape(width: float, height: float) -> None:
    if not height or not NARROWEST <= width / height <= WIDEST:
        raise Invalid("สัดส่วนของภาพไม่ใช่ตราครุฑ โปรดตัดขอบให้พอดีตัวครุฑ", field="upload")


def _svg(content: bytes) -> bytes:
    """The drawing rebuilt element by element. What editors add is left out; what could act or fetch refuses the file."""
    try:
        text = _PLAIN_DOCTYPE.sub("", _DECLARATION.sub("", content.decode("utf-8-sig")), count=1)
    except UnicodeDecodeError as error:
        raise Invalid("ไฟล์ SVG ต้องเข้ารหัสแบบ UTF-8", field="upload") from error
    if re.search(r"<!DOCTYPE|<!ENTITY|<\?", text, re.IGNORECASE):
        raise Invalid("ไฟล์ SVG มีการประกาศเอนทิตีหรือคำสั่งประมวลผล ซึ่งไม่ปลอดภัย", field="upload")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        source = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Invalid("เปิดไฟล์ SVG ไม่ได้ ไฟล์อาจเสียหาย", field="upload") from error
    if source.tag != f"{{{SVG}}}svg":
        raise Invalid("ไฟล์นี้ไม่ใช่ภาพ SVG", field="upload")
    if sum(1 for _ in source.iter()) > MOST_ELEMENTS:
        raise TooLarge("ภาพ SVG มีส่วนประกอบมากเกินไป โปรดลดรายละเอียด")
    drawing = _rebuilt(source)
    assert drawing is not None  # the root is a shape
    _measure(drawing)
    return etree.tostring(drawing, encoding="utf-8", xml_declaration=True)


def _rebuilt(source: etree._Element, *, inside: bool = False) -> etree._Element | None:
    """A copy of what may stay of `source`; None for what is left out. Raises `Invalid` for what may not be there.

    `inside`: within a mask or clip path, which may not be cut again (one that cuts itself draws nothing, or for ever).
    """
    name = etree.QName(source)
    if name.namespace != SVG or name.localname in _LEFT_OUT:
        return None
    if name.localname not in _SHAPES:
        raise Invalid(f"ภาพ SVG มีส่วน “{name.localname}” ซึ่งใช้กับตราครุฑไม่ได้ โปรดแปลงทั้งภาพเป็นเส้น", field="upload")
    copy = etree.Element(source.tag, nsmap={None: SVG})  # type: ignore[dict-item]
    inside = inside or name.localname in _CUTTERS
    for attribute, value in source.attrib.items():
        if inside and _CUTS.search(f"{attribute!s} {value!s}" if attribute == "style" else f"{attribute!s} "):
            raise Invalid("ภาพ SVG มีการตัดขอบซ้อนอยู่ในการตัดขอบ โปรดแปลงทั้งภาพเป็นเส้น", field="upload")
        _keep_attribute(copy, str(attribute), str(value))
    if name.localname == "style":
        copy.text = _harmless(source.text or "")
    for child in source:
        if isinstance(child.tag, str):
            kept = _rebuilt(child, inside=inside)
            if kept is not None:
                copy.append(kept)
        else:
            raise Invalid("ภาพ SVG มีส่วนที่อ่านไม่ได้", field="upload")
    return copy


def _keep_attribute(copy: etree._Element, name: str, value: str) -> None:
    if name.lower().startswith("on"):
        raise Invalid("ภาพ SVG มีคำสั่งที่ทำงานได้ ซึ่งไม่ปลอดภัย", field="upload")
    if name in (XLINK, "href"):
        if not re.fullmatch(r"#[\w.-]+", value):
            raise Invalid("ภาพ SVG อ้างถึงไฟล์อื่น โปรดฝังทุกส่วนไว้ในไฟล์เดียว", field="upload")
        copy.set("href", value)
    elif name in _ATTRIBUTES:
        if name not in _NAMES:
            _demand_figures(name, value)
        copy.set(name, _harmless(value))


def _demand_figures(name: str, value: str) -> None:
    """Raise `Invalid` for figures that no paper holds: printers and viewers disagree on them, or draw for ever."""
    figures = [float(figure) for figure in _FIGURE.findall(value)]
    tiny = name == "stroke-dasharray" and any(0 < figure < LEAST for figure in figures)
    if tiny or _NO_FIGURE.search(value) or any(figure > MOST for figure in figures):
        raise Invalid("ภาพ SVG มีตัวเลขที่ใหญ่หรือเล็กเกินไป โปรดส่งออกภาพใหม่จากโปรแกรมวาด", field="upload")


def _harmless(words: str) -> str:
    if _OUTSIDE.search(words):
        raise Invalid("ภาพ SVG อ้างถึงไฟล์อื่นหรือมีคำสั่งที่ไม่ปลอดภัย", field="upload")
    return words


def _measure(drawing: etree._Element) -> None:
    """Leave the size to the letter: a view box that says the shape, no width and height of its own."""
    box = [_number(part) for part in re.split(r"[\s,]+", drawing.get("viewBox", "").strip()) if part]
    width, height = _NUMBER.fullmatch(drawing.get("width", "")), _NUMBER.fullmatch(drawing.get("height", ""))
    if len(box) != 4 and width and height:
        box = [0.0, 0.0, float(width[1]), float(height[1])]
    if len(box) != 4:
        raise Invalid("ภาพ SVG ไม่ได้บอกขนาดของภาพ (viewBox)", field="upload")
    if min(box[2], box[3]) < LEAST:
        raise Invalid("ภาพ SVG ไม่ได้บอกขนาดของภาพ (viewBox)", field="upload")
    _demand_shape(box[2], box[3])
    drawing.set("viewBox", " ".join(f"{value:g}" for value in box))
    for name in ("width", "height"):
        if name in drawing.attrib:
            del drawing.attrib[name]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise Invalid("ขนาดของภาพ SVG อ่านไม่ได้ (viewBox)", field="upload") from error
