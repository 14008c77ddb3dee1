"""One letter through two agencies: drafted, reviewed, signed on a phone, numbered, sent, registered, endorsed, assigned,
answered and closed – by seven people, each at a browser of their own."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.journeys.person import PASSWORD, Person

pytestmark = pytest.mark.xdist_group("journey")
MEETING = f"ครั้งที่ {time.time_ns() % 10**9}"
SUBJECT = f"ขอเชิญประชุมคณะกรรมการขับเคลื่อนการใช้งานระบบสารบรรณอิเล็กทรอนิกส์ {MEETING}"
ANSWER = f"ตอบรับการเข้าร่วมประชุมคณะกรรมการขับเคลื่อนการใช้งานระบบสารบรรณอิเล็กทรอนิกส์ {MEETING}"


def test_a_letter_goes_to_the_ministry_and_is_answered(cast: dict[str, Person], tmp_path: Path) -> None:
    draft = clerk_drafts(cast["clerk"], tmp_path)
    superior_passes(cast["office-head"], draft)
    signs_on_the_phone(cast["governor@phone"], SUBJECT)
    number = is_numbered_and_sent(cast["province-registrar"], SUBJECT)
    assert number.startswith("ปท 0017/")
    arrived = ministry_registers(cast["ministry-registrar"], number)
    permanent_secretary_assigns(cast["permsec"])
    division_answers(cast["division-head"], arrived)
    signs_on_the_phone(cast["permsec@phone"], ANSWER)
    answer_number = is_numbered_and_sent(cast["ministry-registrar"], ANSWER)
    assert answer_number.startswith("ดศ ")
    province_closes(cast["province-registrar"], answer_number, number)
    division_closes(cast["division-head"], arrived)


def clerk_drafts(clerk: Person, tmp_path: Path) -> str:
    """Write the letter, add an enclosure and the addressee, submit; gives the draft's address."""
    enclosure = tmp_path / "ระเบียบวาระ.txt"
    enclosure.write_text("ระเบียบวาระการประชุม", encoding="utf-8")
    clerk.go("/draft/new/")
    clerk.press("เริ่มร่าง")
    draft = re.sub(r"[?#].*", "", clerk.page.url)
    clerk.page.fill("[name=subject]", SUBJECT)
    clerk.page.fill("[name=addressee]", "ปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม")
    clerk.page.click("[role=textbox]")
    clerk.page.keyboard.type("ด้วยจังหวัดปทุมธานีกำหนดจัดประชุมคณะกรรมการ เพื่อติดตามผลการใช้งานระบบสารบรรณ")
    clerk.page.keyboard.press("Enter")
    clerk.page.keyboard.type("จึงเรียนมาเพื่อโปรดพิจารณาเข้าร่วมประชุมตามวันและเวลาดังกล่าว")
    clerk.choose("reviewers", "หัวหน้าสำนักงานจังหวัดปทุมธานี")
    clerk.choose("signers", "ผู้ว่าราชการจังหวัดปทุมธานี –")
    clerk.choose("folder", "(ทะเบียนส่ง) จังหวัดปทุมธานี")
    clerk.page.set_input_files("input[name=files]", str(enclosure))
    clerk.sees("ระเบียบวาระ")
    clerk.press("เลือกจากทำเนียบหน่วยงาน")
    clerk.page.locator("label", has_text="สำนักงานปลัดกระทรวงดิจิทัล").locator("input[name=units]").check()
    clerk.press("ใช้หน่วยงานที่เลือก")
    clerk.sees("บันทึกแล้ว")
    clerk.press("ตรวจทานและส่ง")
    clerk.press("ส่งตรวจ")
    clerk.sees("อยู่ระหว่างตรวจร่าง")
    return draft


def superior_passes(superior: Person, draft: str) -> None:
    """Find the draft in the list, comment, and pass it on to the signer."""
    superior.go("/draft/?tab=review")
    superior.open(SUBJECT)
    superior.page.fill("textarea[name=text]", "ตรวจแล้ว ข้อความครบถ้วน")
    superior.press("บันทึกความเห็น")
    superior.sees("ตรวจแล้ว ข้อความครบถ้วน")
    superior.press("ตรวจผ่าน")
    superior.press("ตรวจผ่าน")
    superior.sees("เสนอลงนาม")


def signs_on_the_phone(signer: Person, subject: str) -> None:
    """The signing folder, one thumb: a wrong passphrase first, then the right one, and wait for the signature."""
    page = signer.page
    signer.go("/intray/?tab=sign")
    signer.waits_for(subject)
    letter = re.search(r"/(\d+)/", page.get_by_role("link", name=subject).first.get_attribute("href") or "")
    assert letter, page.url
    signer.go(f"/intray/sign/?letter={letter[1]}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    signer.press("ลงนามเรื่องนี้", inside="body")
    if not page.locator("input[name=passphrase]").count():  # others wait as well: the folder turned to the next
        signer.press("ไปลงนามที่เลือก 1 เรื่อง", inside="body")
    page.fill("input[name=passphrase]", "ไม่ใช่รหัสนี้")
    signer.press("ลงนาม")
    signer.sees("รหัสผ่านของใบรับรองไม่ถูกต้อง")
    page.fill("input[name=passphrase]", PASSWORD)
    signer.press("ลงนาม")
    signer.waits_for("ลงนามแล้ว รอออกเลข")


def is_numbered_and_sent(registrar: Person, subject: str) -> str:
    """Number, wait for the seal, send to the addressee the drafter named; gives the number."""
    page = registrar.page
    registrar.go("/saraban/registry/outgoing/")
    registrar.waits_for(subject)
    registrar.open(subject)
    registrar.press("ออกเลข")
    registrar.press("ออกเลข")
    number = re.search(r"ออกเลขแล้ว (\S+ \S+)", page.title())
    assert number, page.title()
    registrar.waits_for("เลือกผู้รับและส่ง")
    registrar.press("เลือกผู้รับและส่ง")
    registrar.press("ตรวจรายชื่อก่อนส่ง")
    registrar.press("ส่งหนังสือ")
    registrar.sees("เรียบร้อยแล้ว")
    registrar.waits_for("ถึงปลายทาง")
    return number[1]


def ministry_registers(registrar: Person, number: str) -> str:
    """Open what arrived, register it, lay it before the permanent secretary; gives the letter's address."""
    page = registrar.page
    registrar.go("/saraban/registry/")
    registrar.waits_for(number)
    registrar.open(SUBJECT)
    registrar.follow(page.locator("main a:visible", has_text="ลงรับที่").first)
    registrar.press("ลงรับ")
    registrar.sees("เลขรับ")
    registrar.press("เปิดหนังสือและเสนอต่อ")
    letter = re.sub(r"[?#].*", "", page.url)
    lay_before(registrar, "ปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม", "เรียน ปลัดกระทรวง เพื่อโปรดพิจารณา", "CONSIDER", "start")
    return letter


def lay_before(person: Person, who: str, text: str, purpose: str, verb: str) -> None:
    """Write an endorsement, pick one receiver by searching, and send it on from the letter's panel."""
    page = person.page
    page.locator("textarea[name=text]").fill(text)
    if not page.locator("input[name=find]").is_visible():
        page.locator("summary", has_text="เลือกผู้รับ").click()
    page.fill("input[name=find]", who)
    begins = re.compile(rf"^\s*{re.escape(who)}")
    row = page.locator("label:has(input[name=to])").filter(has_text=begins).first
    row.wait_for()
    row.locator("input[name=to]").check()
    page.locator(f"input[name=purpose][value={purpose}]").check()
    person.follow(page.locator(f"button[value={verb}]"))
    person.sees("ส่งถึง")


def permanent_secretary_assigns(secretary: Person) -> None:
    """Find it in the tray, read it, order and assign it to the division."""
    secretary.go("/intray/")
    secretary.waits_for(SUBJECT)
    secretary.open(SUBJECT)
    lay_before(secretary, "ผู้อำนวยการกองงานดิจิทัลจังหวัด", "มอบกองงานดิจิทัลจังหวัดดำเนินการและร่างหนังสือตอบ", "ACTION", "instruct")


def division_answers(head: Person, letter: str) -> None:
    """Answer from the letter's page: reference and addressee are filled in; propose to the permanent secretary."""
    page = head.page
    head.go("/intray/")
    head.waits_for(SUBJECT)
    head.go(letter)
    head.sees("มอบกองงานดิจิทัลจังหวัดดำเนินการ")
    head.press("ร่างหนังสือตอบ")
    if "/answer/" in page.url:
        head.press("เริ่มร่าง")
    page.fill("[name=subject]", ANSWER)
    page.click("[role=textbox]")
    page.keyboard.type("ตามที่จังหวัดปทุมธานีเชิญประชุม นั้น สำนักงานปลัดกระทรวงยินดีเข้าร่วมประชุม")
    head.choose("signers", "ปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม –")
    head.choose("folder", "(ทะเบียนส่ง) สำนักงานปลัดกระทรวง")
    head.sees("บันทึกแล้ว")
    head.press("ตรวจทานและส่ง")
    head.press("เสนอลงนาม")
    head.sees("เสนอลงนาม")


def province_closes(registrar: Person, answer_number: str, number: str) -> None:
    """The answer comes back, names the letter it answers, is registered and closed."""
    page = registrar.page
    registrar.go("/saraban/registry/")
    registrar.waits_for(answer_number)
    registrar.open(ANSWER)
    registrar.follow(page.locator("main a:visible", has_text="ลงรับที่").first)
    registrar.press("ลงรับ")
    registrar.press("เปิดหนังสือและเสนอต่อ")
    registrar.sees(number)
    page.locator("textarea[name=text]").fill("ทราบ แจ้งผู้เกี่ยวข้องแล้ว")
    registrar.follow(page.locator("button[value=close_letter]"))
    registrar.sees("จบงาน")


def division_closes(head: Person, letter: str) -> None:
    """The division has answered: its step is done and the letter's time-line tells the whole way."""
    head.go(letter)
    head.sees("ลงรับเลขที่")
    head.page.locator("textarea[name=text]").fill("ตอบจังหวัดแล้ว")
    head.follow(head.page.locator("button[value=close]"))
    head.sees("จบงาน")
