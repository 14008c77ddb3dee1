"""Promises of the style sheets: short, whole, fetching nothing, and readable in every agency's hue (WCAG 2.2 AA)."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from common.templatetags.ui import HUES

ROOT = Path(__file__).resolve().parents[2]
CSS = sorted((ROOT / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", CSS, ids=lambda p: p.name)
def test_style_sheet_is_short_and_names_only_known_tokens_and_files(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 400
    defined = {name for sheet in CSS for name in re.findall(r"(--[a-z0-9-]+)\s*:", sheet.read_text(encoding="utf-8"))}
    assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= defined
    assert "letter-spacing: 0" in text or "letter-spacing" not in text.replace("letter-spacing: inherit", "")
    for address in re.findall(r'url\("([^"]+)"\)', text):
        assert address.startswith("../fonts/") or (path.parent / address).resolve().is_file()
    assert "http" not in text, "nothing is fetched from elsewhere"
    assert text.count("{") == text.count("}")


def luminance(lightness: float, chroma: float, degrees: float) -> tuple[float, list[float]]:
    """WCAG relative luminance and linear RGB of an OKLCH colour (CSS Color 4)."""
    a, b = chroma * math.cos(math.radians(degrees)), chroma * math.sin(math.radians(degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = [
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    ]
    inside = [min(1.0, max(0.0, part)) for part in rgb]
    return 0.2126 * inside[0] + 0.7152 * inside[1] + 0.0722 * inside[2], rgb


def contrast(one: float, other: float) -> float:
    """WCAG contrast ratio of two luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def hex_luminance(code: str) -> float:
    """WCAG relative luminance of #rrggbb or #rgb."""
    digits = code[1:] if len(code) == 7 else "".join(c * 2 for c in code[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("degrees", HUES)
def test_every_agency_hue_keeps_its_contrast(degrees: int) -> None:
    found = re.search(rf'\[data-hue="{degrees}"\] {{ --h: (\d+); --c: ([.\d]+) }}', TOKENS)
    assert found, "tokens.css and the filter `hue` name the same hues"
    angle, chroma = float(found[1]), float(found[2])

    def token(name: str) -> float:
        rule = re.search(
            rf"--{name}: oklch\(([\d.]+)% (?:var\(--c\)|calc\(var\(--c\) \* ([.\d]+)\)) var\(--h\)\)", TOKENS
        )
        assert rule, name
        light, rgb = luminance(float(rule[1]) / 100, chroma * float(rule[2] or 1), angle)
        assert all(-0.002 < part < 1.002 for part in rgb), f"{name} is outside what screens show"
        return light

    white = 1.0
    assert contrast(white, token("brand")) >= 7
    assert contrast(token("brand-soft"), token("brand")) >= 4.5
    assert contrast(token("brand-soft"), token("brand-strong")) >= 7
    assert contrast(white, token("brand-ink")) >= 12
    assert contrast(token("rail-soft"), token("brand-ink")) >= 4.5


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"), ("ink-2", "ground"), ("ink-3", "ground"), ("ink-3", "paper-2"), ("ink-2", "line-2"), ("ink-3", "line-2"),
        ("hot", "hot-soft"), ("warm", "warm-soft"), ("amber", "amber-soft"), ("good", "good-soft"),
        ("secret-ink", "secret"), ("hot", "ground"),
    ],
)  # fmt: skip
def test_plain_colours_read_on_their_grounds(text: str, ground: str) -> None:
    values = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", TOKENS))
    assert contrast(hex_luminance(values[text]), hex_luminance(values[ground])) >= 4.5


def test_edges_of_controls_can_be_seen() -> None:
    values = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", TOKENS))
    assert contrast(hex_luminance(values["control"]), 1.0) >= 3
