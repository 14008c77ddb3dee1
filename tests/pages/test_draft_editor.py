"""The editor in a real browser: what is typed and pasted, saving by itself, a crash, and two windows at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as project
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from draft.models import Draft
from saraban.models import Letter
from tests.drafting import content_of, in_review, url, written
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
Open = Callable[..., BrowserContext]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sit_down(browser: Browser, live_server: LiveServer, world: World) -> Open:
    """Opens a browser window of a signed-in person."""

    def open_for(username: str, viewport: dict[str, int] = DESK, **options: Any) -> BrowserContext:
        context = browser.new_context(viewport=viewport, locale="th-TH", base_url=live_server.url, **options)  # type: ignore[arg-type]
        session = world.client(username).cookies[project.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": project.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return context

    return open_for


def stored(letter: Letter) -> str:
    return Draft.objects.get(letter=letter).body


def wait_until(page: Page, true: Callable[[], bool], seconds: float = 8) -> None:
    """Wait for something in the database, while the browser goes on."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        page.wait_for_timeout(50)


def sheet(page: Page) -> Any:
    return page.locator("#body-sheet")


def saved_html(page: Page) -> str:
    return str(page.locator("textarea[name=body]").input_value())


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


PASTED = """<html><body><p class=MsoNormal style='margin:0'><span style='font-size:16pt'>จาก <b>เวิร์ด</b></span><o:p></o:p></p>
<p><span style="font-weight:700">หนา</span><span style="font-weight:400">บาง</span></p><ul><li>หนึ่ง</li><li><p>สอง</p></li></ul>
<table><tr><td colspan=2 onclick="alert(1)"><p>ช่อง</p><p>สอง</p></td></tr></table>
<script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">ลิงก์</a></body></html>"""
PASTE = """html => { const data = new DataTransfer(); data.setData("text/html", html); data.setData("text/plain", "x");
const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
document.getElementById("body-sheet").dispatchEvent(event); }"""


def test_what_is_typed_and_pasted_is_clean_and_undone_exactly(world: World, sit_down: Open) -> None:
    letter = written(world.actor("clerk"), body="")
    page = sit_down("clerk").new_page()
    page.goto(url("edit", letter.pk))
    sheet(page).click()
    keys = page.keyboard
    keys.type("ย่อหน้าแรก ")
    keys.press("Control+b")
    keys.type("หนา")
    keys.press("Control+b")
    keys.press("Enter")
    keys.type("สอง")
    keys.press("Shift+Enter")
    keys.type("บรรทัด")
    keys.press("Enter")
    press(page, "รายการเลขข้อ")
    keys.type("ข้อหนึ่ง")
    keys.press("Enter")
    keys.type("ข้อสอง")
    keys.press("Enter")
    keys.press("Enter")
    keys.type("หลังรายการ")
    before = "<p>ย่อหน้าแรก <b>หนา</b></p><p>สอง<br>บรรทัด</p><ol><li>ข้อหนึ่ง</li><li>ข้อสอง</li></ol><p>หลังรายการ</p>"
    assert saved_html(page) == before
    press(page, "แทรกตาราง")
    keys.type("ก")
    press(page, "เพิ่มแถว")
    press(page, "เพิ่มคอลัมน์")
    assert saved_html(page).count("<tr>") == 3 and saved_html(page).count("<td>") == 12
    press(page, "ลบคอลัมน์นี้")
    assert saved_html(page).count("<td>") == 9
    keys.press("Control+z")
    assert saved_html(page).count("<td>") == 12
    press(page, "ทำซ้ำ")
    assert saved_html(page).count("<td>") == 9
    press(page, "ลบตาราง")
    assert saved_html(page) == before
    page.evaluate(PASTE, PASTED)
    pasted = saved_html(page).removeprefix(before)
    assert pasted == (
        "<p>จาก <b>เวิร์ด</b></p><p><b>หนา</b>บาง</p><ul><li>หนึ่ง</li><li>สอง</li></ul>"
        '<table><tbody><tr><td colspan="2">ช่อง<br>สอง</td></tr></tbody></table><p>ลิงก์</p>'
    )
    keys.press("Control+z")
    assert saved_html(page) == before
    sheet(page).press("Control+a")
    keys.press("Delete")
    keys.type("เริ่มใหม่")
    assert saved_html(page) == "<p>เริ่มใหม่</p>"
    wait_until(page, lambda: stored(letter) == "<p>เริ่มใหม่</p>")


def test_a_change_reaches_the_server_while_typing_goes_on_and_on_leaving_at_once(world: World, sit_down: Open) -> None:
    letter = written(world.actor("clerk"), body="<p>เดิม</p>")
    page = sit_down("clerk").new_page()
    page.goto(url("edit", letter.pk))
    sheet(page).press("Control+End")
    for _ in range(50):  # never a pause of a second: the longest wait counts, not only the quiet
        page.keyboard.type("ก")
        page.wait_for_timeout(150)
        if "ก" in stored(letter):
            break
    else:
        pytest.fail("nothing was saved while the writer went on typing")
    expect(page.locator("[data-save-state]")).to_contain_text("บันทึกแล้ว")
    page.keyboard.type("ก่อนปิด")
    page.goto("about:blank")
    wait_until(page, lambda: "ก่อนปิด" in stored(letter))


def test_what_never_reached_the_server_is_offered_on_reopening(world: World, sit_down: Open) -> None:
    letter = written(world.actor("clerk"), body="<p>เดิม</p>")
    context, down = sit_down("clerk"), [True]
    context.route("**/autosave/", lambda route: route.abort() if down else route.continue_())
    page = context.new_page()
    page.goto(url("edit", letter.pk))
    page.fill("[name=addressee]", "ผู้รับที่ยังไม่ได้บันทึก")
    sheet(page).press("Control+End")
    page.keyboard.type("ข้อความที่ยังไม่ถึง")
    expect(page.locator("[data-save-state]")).to_contain_text("ขาดการเชื่อมต่อ")
    with pytest.raises(PlaywrightError):
        page.goto("chrome://crash")
    down.clear()
    again = context.new_page()
    again.goto(url("edit", letter.pk))
    offer = again.locator("[data-rescued]")
    expect(offer).to_be_visible()
    assert "ข้อความที่ยังไม่ถึง" not in stored(letter)
    offer.get_by_role("button", name="นำกลับมา").click()
    wait_until(again, lambda: "ข้อความที่ยังไม่ถึง" in stored(letter))
    assert content_of(letter).addressee == "ผู้รับที่ยังไม่ได้บันทึก"
    expect(again.locator("[data-save-state]")).to_contain_text("บันทึกแล้ว")
    again.reload()
    expect(again.locator("[data-rescued]")).to_be_hidden()


def test_two_windows_never_overwrite_one_another(world: World, sit_down: Open) -> None:
    letter = written(world.actor("clerk"), body="<p>เดิม</p>")
    context = sit_down("clerk")
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(url("edit", letter.pk))
    sheet(first).press("Control+End")
    first.keyboard.type(" หน้าต่างแรก")
    wait_until(first, lambda: "หน้าต่างแรก" in stored(letter))
    sheet(second).press("Control+End")
    second.keyboard.type(" หน้าต่างสอง")
    expect(second.locator("[data-conflict]")).to_be_visible()
    second.wait_for_timeout(1500)
    assert "หน้าต่างสอง" not in stored(letter)
    second.get_by_role("button", name="ดูทั้งสองข้อความ").click()
    expect(second.get_by_role("heading", name="เลือกข้อความที่จะใช้")).to_be_visible()
    assert Axe().run(second).violations_count == 0
    sheet_of_both = second.locator("[contenteditable]")
    sheet_of_both.press("Control+End")
    second.keyboard.type(" รวมแล้ว")
    second.get_by_role("button", name="บันทึกข้อความที่เลือก").click()
    wait_until(second, lambda: stored(letter) == "<p>เดิม หน้าต่างสอง รวมแล้ว</p>")
    expect(second.locator("[data-rescued]")).to_be_hidden()


def test_files_are_dropped_many_at_once_and_words_become_a_comment(world: World, sit_down: Open) -> None:
    letter = in_review(world, "office-head")
    page = sit_down("office-head").new_page()
    page.goto(url("edit", letter.pk))
    files = [{"name": f"เอกสาร {n}.txt", "mimeType": "text/plain", "buffer": b"%d" % n} for n in range(1, 6)]
    page.set_input_files("input[name=files]", files)  # type: ignore[arg-type]
    expect(page.locator(".enclosure")).to_have_count(5)
    assert letter.enclosures.count() == 5
    page.goto(url("review", letter.pk))
    page.locator("[data-remarkable] p").first.dblclick()
    page.get_by_role("button", name="ให้ความเห็นที่ข้อความนี้").click()
    assert page.locator("#quote").input_value() in page.locator("[data-remarkable]").inner_text()
    page.keyboard.type("ความเห็นที่คำนี้")
    page.get_by_role("button", name="บันทึกความเห็น").click()
    expect(page.locator("mark")).to_have_count(1)
    expect(page.locator(".comment")).to_contain_text("ความเห็นที่คำนี้")


def test_files_dropped_together_keep_the_order_in_which_they_were_picked(world: World, sit_down: Open) -> None:
    """The first file's request is held back until all others have arrived."""
    letter = written(world.actor("clerk"))
    page = sit_down("clerk").new_page()
    page.goto(url("edit", letter.pk))
    held: list[Route] = []
    page.route(f"**{url('attach', letter.pk)}", lambda route: route.continue_() if held else held.append(route))
    names = [f"เอกสาร {n}" for n in range(1, 6)]
    files = [{"name": f"{name}.txt", "mimeType": "text/plain", "buffer": name.encode()} for name in names]
    page.set_input_files("input[name=files]", files)  # type: ignore[arg-type]
    wait_until(page, lambda: letter.enclosures.count() == 4)
    held[0].continue_()
    expect(page.locator(".enclosure")).to_have_count(5)
    assert [row.title for row in letter.enclosures.all()] == names
    page.reload()
    page.set_input_files("input[name=files]", FilePayload(name="ท้ายสุด.txt", mimeType="text/plain", buffer=b"x"))
    expect(page.locator(".enclosure")).to_have_count(6)
    assert [row.title for row in letter.enclosures.all()] == [*names, "ท้ายสุด"]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_are_accessible_and_fit(world: World, sit_down: Open, viewport: dict[str, int]) -> None:
    letter, reviewed = written(world.actor("clerk")), in_review(world, "office-head")
    context = sit_down("clerk", viewport)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    of_a_draft = ("edit", "submit", "versions", "compare", "references", "addressees", "preview", "convert", "discard")
    addresses = [url("list"), url("new"), *(url(name, letter.pk) for name in of_a_draft)]
    for address in [*addresses, url("review", reviewed.pk), url("recall", reviewed.pk)]:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert not complaints


def test_without_scripts_everything_is_there(world: World, sit_down: Open) -> None:
    letter = written(world.actor("clerk"))
    page = sit_down("clerk", java_script_enabled=False).new_page()
    page.goto(url("edit", letter.pk))
    page.fill("textarea[name=body]", "พิมพ์เอง\n\n1. หนึ่ง\n2. สอง")
    page.get_by_role("button", name="บันทึก", exact=True).last.click()
    assert stored(letter) == "<p>พิมพ์เอง</p><ol><li>หนึ่ง</li><li>สอง</li></ol>"
    page.set_input_files("input[name=files]", FilePayload(name="ก.txt", mimeType="text/plain", buffer=b"x"))
    page.get_by_role("button", name="แนบไฟล์ที่เลือก").click()
    assert letter.enclosures.count() == 1
    page.get_by_role("button", name="ตรวจทานและส่ง").click()
    page.get_by_role("button", name="เสนอลงนาม", exact=True).click()
    expect(page.get_by_text("เสนอลงนามแล้ว").first).to_be_visible()


def test_writing_goes_on_around_a_table_and_tab_walks_through_its_cells(world: World, sit_down: Open) -> None:
    letter = written(world.actor("clerk"), body="<table><tbody><tr><td>ก</td><td></td></tr></tbody></table>")
    page = sit_down("clerk").new_page()
    page.goto(url("edit", letter.pk))
    sheet(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("จึงเรียนมา")
    page.keyboard.press("Control+Home")
    page.keyboard.type("ดังนี้")
    sheet(page).locator("td").first.click()
    page.keyboard.press("Tab")
    page.keyboard.type("ข")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("ที่")
    cells = "<tr><td>ที่ก</td><td>ข</td></tr>"
    assert saved_html(page) == f"<p>ดังนี้</p><table><tbody>{cells}</tbody></table><p>จึงเรียนมา</p>"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(sheet(page)).not_to_be_focused()


def test_the_browsers_own_complaint_is_thai_and_goes_away(world: World, sit_down: Open) -> None:
    letter = in_review(world, "office-head")
    page = sit_down("office-head").new_page()
    page.goto(url("return", letter.pk))
    send = page.get_by_role("button", name="ตีกลับให้แก้ไข", exact=True)
    send.click()
    assert page.locator("#note").evaluate("note => note.validationMessage") == "โปรดกรอกช่องนี้"
    page.fill("#note", "โปรดแก้คำผิด")
    send.click()
    expect(page.get_by_text("ตีกลับแล้ว").first).to_be_visible()


def test_people_of_a_meeting_are_rows_that_are_typed_pasted_and_kept(world: World, sit_down: Open) -> None:
    letter = written(world.actor("clerk"), kind="MINUTES", present="นายสมชาย ใจดี | ผู้ว่าราชการจังหวัด | ประธาน")
    page = sit_down("clerk").new_page()
    page.goto(url("edit", letter.pk))
    rows = page.locator("#present ~ .attendees").first.locator("li")
    expect(rows).to_have_count(1)
    rows.first.locator("input").nth(2).press("Enter")
    expect(rows).to_have_count(2)
    page.keyboard.type("นางสาวปัทมา | น้ำทิพย์")  # a bar would be a border between boxes: it becomes a stroke
    page.keyboard.press("Tab")
    page.keyboard.type("เลขานุการ")
    wait_until(page, lambda: "ปัทมา / น้ำทิพย์ | เลขานุการ" in content_of(letter).present)
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "นายหนึ่ง\\tกรรมการ\\tแทน ผอ.\\nนายสอง\\tกรรมการ");
          const box = document.querySelector("#absent ~ .attendees input");
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    wait_until(page, lambda: content_of(letter).absent == "นายหนึ่ง | กรรมการ | แทน ผอ.\nนายสอง | กรรมการ")
    rows.first.get_by_role("button").click()
    wait_until(page, lambda: content_of(letter).present.startswith("นางสาวปัทมา"))
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def test_a_kind_is_found_by_a_word_and_chosen_by_the_keyboard(world: World, sit_down: Open) -> None:
    page = sit_down("clerk", PHONE).new_page()
    page.goto(url("new"))
    page.get_by_label("ค้นชนิดหนังสือ").fill("วาระ")
    expect(page.locator("#kinds .choice:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="รายงานการประชุม")).to_be_checked()
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    press(page, "เริ่มร่าง")
    expect(page.get_by_label("ชื่อคณะที่ประชุม")).to_be_visible()
    assert Letter.objects.latest("id").kind == "MINUTES"
