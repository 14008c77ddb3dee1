"""Thirty letters wait: the secretary lays the desk, the executive signs them all on a phone with one passphrase."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.person import PASSWORD, Person

pytestmark = pytest.mark.xdist_group("journey")
LETTERS = 30
SUBJECT = f"ขอความอนุเคราะห์ข้อมูลชุดที่ {time.time_ns() % 10**9} ฉบับที่"
READY = "เห็นชอบตามเสนอ ลงนามแล้ว"


def test_the_secretary_prepares_and_the_executive_signs_thirty_on_a_phone(
    cast: dict[str, Person], inside: Callable[..., Any]
) -> None:
    inside("proposed", LETTERS, "governor", "CERTIFICATE", SUBJECT)
    last = f"{SUBJECT} {LETTERS}"
    the_desk_is_laid(cast["secretary"], last)
    governor = cast["governor@phone"]
    reads_in_that_order(governor, last)
    turns_by_a_swipe(governor)
    chooses_all(governor)
    signs_once(governor)


def the_desk_is_laid(secretary: Person, last: str) -> None:
    """The last letter goes on top; another is set aside for a moment and comes back; words are prepared."""
    page = secretary.page
    secretary.go("/intray/desk/")
    row = page.locator(".desk-row", has_text=re.compile(rf"{re.escape(last)}(?!\d)")).first
    row.locator("button[value=top]").click()
    expect(page.locator(".desk-row").first).to_contain_text(last)
    second = page.locator("ol.desk > .desk-row").nth(1)
    second.locator("summary").click()
    second.locator("button[value=aside]").click()
    page.locator("#aside button[value=back]").click()
    expect(page.locator("#aside")).to_have_count(0)
    secretary.look()
    secretary.open(last)
    page.fill("textarea[name=text]", READY)
    secretary.press("เก็บข้อความที่เตรียม")
    secretary.sees(READY)


def reads_in_that_order(governor: Person, last: str) -> None:
    governor.go("/intray/sign/")
    governor.sees(last)
    governor.sees(f"เรื่องที่ 1 จาก {LETTERS}")
    assert governor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"


def turns_by_a_swipe(governor: Person) -> None:
    """A finger to the left turns to the next letter, to the right back."""
    for far, place in ((-160, 2), (160, 1)):
        governor.page.evaluate(
            """far => {
              const pages = document.querySelector(".folder-pages");
              const at = (x) => new Touch({ identifier: 1, target: pages, clientX: x, clientY: 300 });
              pages.dispatchEvent(new TouchEvent("touchstart", { touches: [at(200)], changedTouches: [at(200)], bubbles: true }));
              pages.dispatchEvent(new TouchEvent("touchend", { touches: [], changedTouches: [at(200 + far)], bubbles: true }));
            }""",
            far,
        )
        governor.sees(f"เรื่องที่ {place} จาก {LETTERS}")


def chooses_all(governor: Person) -> None:
    """One thumb: each press puts the letter among those to sign and turns to the next; the last leads to the signing."""
    page = governor.page
    for place in range(1, LETTERS + 1):
        governor.sees(f"เรื่องที่ {place} จาก {LETTERS}")
        page.evaluate("window.left = false")
        governor.find("ลงนามเรื่องนี้", inside="body").click()
        page.wait_for_function("window.left === undefined")
    governor.look()


def signs_once(governor: Person) -> None:
    page = governor.page
    page.fill("input[name=passphrase]", PASSWORD)
    governor.press(f"ลงนาม {LETTERS} เรื่อง")
    governor.waits_for(f"ลงนามแล้ว {LETTERS} จาก {LETTERS} เรื่อง")
    governor.go("/intray/?tab=sign")
    assert page.get_by_text(SUBJECT).count() == 0
