"""The look without a database: components rendered from plain values.

Journeys run axe in a browser on whole pages; here stands what a browser does not tell: that nothing needs inline code
(content security policy), that refusals can be reached, that text is escaped.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

import pytest
from django import forms
from django.conf import settings as project
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from lxml import html
from pytest_django import Settings

from common.rows import ListRow, PageImage, RegisterRow, Share, Stamp, Step, Tag
from common.templatetags.ui import hue

ROOT = Path(project.BASE_DIR)
TEMPLATES = [p for p in (ROOT / "templates").rglob("*.html") if p.parent.name != "pdf"]
NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
NASTY = "<script>alert(1)</script> & “เครื่องหมาย”"


@pytest.fixture(autouse=True)
def plain_static(settings: Settings) -> None:
    """Addresses of static files without a manifest."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def tree(source: str, **context: Any) -> Any:
    """The element tree of a template's text rendered with `context`."""
    return html.fromstring(f"<div>{Template('{% load ui thai %}' + source).render(Context(context))}</div>")


def page(name: str, **context: Any) -> Any:
    """The element tree of a template file."""
    return html.fromstring(render_to_string(name, context))


def shell(**changes: Any) -> Thing:
    """A frame as the context processor hands it over."""
    item = Thing(key="intray", label="แฟ้มเสนอ", url="/tray/", icon="inbox", count=12, current=True)
    post = Thing(id=1, title="หัวหน้าสำนักงานจังหวัด", sub="รักษาราชการแทน รองผู้ว่าฯ", active=True)
    values = {
        "agency": Thing(name="จังหวัดปทุมธานี", code="ปท", hue=200, emblem_url=None), "unit_name": "สำนักงานจังหวัด",
        "person": Thing(name="นายสมชาย ใจดี", initials="สช"), "capacity": post,
        "capacities": [post, Thing(id=2, title="หัวหน้าสำนักงานจังหวัด", sub="", active=False)],
        "menu": [("", [item]), ("สำนักงาน", [item])], "bottom": [item] * 5, "notices_count": 7, "notices_url": "/n/",
        "search_url": "/s/", "help_url": "/h/", "switch_url": "/c/", "sign_out_url": "/o/",
        "account_links": [("ข้อมูลของฉัน", "/me/", "user-round")],
    }  # fmt: skip
    return Thing(**(values | changes))


# -- the content security policy ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_no_template_needs_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"<style\b", text), "inline style sheet"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline event handler"
    assert not re.search(r"hx-on|hx-vals\s*=\s*[\"']js:|javascript:", text), "code in an attribute"
    assert all(" src=" in tag for tag in re.findall(r"<script\b[^>]*>", text)), "inline script"


# -- the frame ----------------------------------------------------------------------------------------------------


def test_frame_has_landmarks_one_heading_and_a_way_past_the_menu() -> None:
    root = page("base.html", shell=shell(), page_title="แฟ้มเสนอ")
    assert root.get("lang") == "th"
    assert root.get("data-hue") == "200"
    assert root.xpath("//body/a[1]/@href") == ["#main"]
    assert root.xpath("count(//h1)") == 1
    assert root.xpath("count(//main[@id='main'])") == 1
    assert root.xpath("//title/text()") == ["แฟ้มเสนอ · e-Office"]
    names = root.xpath("//nav/@aria-label | //aside/@aria-label")
    assert len(names) == len(set(names)), "landmarks of one kind need names of their own"


def test_frame_switches_capacity_and_signs_out_by_post() -> None:
    root = page("base.html", shell=shell())
    assert {
        form.get("action"): form.get("method") for form in root.xpath("//form[@action='/c/' or @action='/o/']")
    } == {
        "/c/": "post",
        "/o/": "post",
    }
    assert root.xpath("//form[@action='/c/']//button/@value") == ["1", "2"]


@pytest.mark.parametrize(
    "frame",
    [shell(agency=None, capacity=None, capacities=[], unit_name="", menu=[]), shell(search_url="", help_url="")],
    ids=["a platform role without a post", "a house without search"],
)
def test_frame_stands_with_parts_missing(frame: Thing) -> None:
    root = page("base.html", shell=frame, page_title="โต๊ะทำงาน")
    assert root.xpath("//aside[@id='rail']//b/text()")
    assert "None" not in root.text_content()


def test_stranger_gets_the_page_without_the_frame() -> None:
    root = page("base.html", page_title="ข่าว")
    assert not root.xpath("//*[@id='rail'] | //nav[@class='bottom'] | //form")
    assert root.xpath("count(//h1)") == 1


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "409", "413", "422", "429", "500"])
def test_error_page_stands_alone(status: str) -> None:
    root = page(f"{status}.html")
    assert root.xpath("count(//h1)") == 1
    assert root.xpath("//main//p")
    assert root.xpath("//main//a/@href") == ["/"]
    assert status[:3] in root.xpath("//*[@class='error-code']")[0].text_content()


def test_error_page_says_the_sentence_of_the_refusal() -> None:
    assert "มีผู้บันทึกก่อน" in page("409.html", sentence="มีผู้บันทึกก่อน").text_content()


# -- tags ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "given"), [(222, 222), (222, "221"), (0, 355), (325, 330), (222, None), (222, "น้ำเงิน"), (0, 360)]
)
def test_hue_is_snapped_to_the_nearest_of_twelve(wanted: int, given: object) -> None:
    assert hue(given) == wanted


def test_refused_button_stays_reachable_says_why_and_sends_nothing() -> None:
    root = tree('<form method="post">{% button "ลงนาม" kind="go" reason=why %}</form>', why="ท่านไม่มีอำนาจลงนามเรื่องนี้")
    button = root.xpath("//button")[0]
    assert button.get("type") == "button"
    assert button.get("aria-disabled") == "true"
    assert button.get("disabled") is None, "a disabled button cannot be reached by keyboard"
    assert root.xpath(f"//*[@role='tooltip' and @id='{button.get('aria-describedby')}']/text()") == [
        "ท่านไม่มีอำนาจลงนามเรื่องนี้"
    ]


def test_two_refused_buttons_have_their_own_sentences() -> None:
    root = tree('{% button "ก" reason="หนึ่ง" %}{% button "ก" reason="หนึ่ง" %}')
    ids = root.xpath("//*[@role='tooltip']/@id")
    assert len(set(ids)) == 2


def test_refused_link_is_no_link() -> None:
    assert not tree('{% button "ตีกลับ" "/back/" reason="เปิดอ่านแล้ว" %}').xpath("//a")


def test_allowed_button_submits_or_leads() -> None:
    root = tree('{% button "ส่ง" name="do" value="send" busy="กำลังส่ง" reason="" %}{% button "เปิด" "/x/" icon="inbox" %}')
    assert dict(root.xpath("//button")[0].attrib) == {
        "type": "submit",
        "class": "btn ",
        "name": "do",
        "value": "send",
        "data-busy": "กำลังส่ง",
    }
    assert root.xpath("//a/@href") == ["/x/"]
    assert root.xpath("//a/*[name()='svg']/@aria-hidden") == ["true"]


def test_ordinary_letters_carry_no_urgency_or_secrecy() -> None:
    assert not tree("{% urgency 0 %}{% secrecy 0 %}{% urgency None %}").xpath("//span")
    assert tree("{% urgency 3 %}{% secrecy 2 %}").text_content().split() == ["ด่วนที่สุด", "ลับมาก"]


def test_crumbs_lead_back_and_name_this_page() -> None:
    root = tree('{% crumbs "งานสารบรรณ" "/s/" "ทะเบียนรับ" "/s/r/" name %}', name=NASTY)
    assert root.xpath("//li/a/@href") == ["/s/", "/s/r/"]
    assert root.xpath("//li[@class='back']/a/text()") == ["ทะเบียนรับ"]
    assert root.xpath("//*[@aria-current='page']/text()") == [NASTY]


def test_part_keeps_body_and_slots_apart_and_does_not_leak_the_page() -> None:
    root = tree(
        '{% part "card" title="นอก" %}ก{% if yes %}{% slot "actions" %}ข{% endslot %}{% endif %}'
        '{% part "card" %}ค{% slot "foot" %}ง{% endslot %}{% endpart %}{% endpart %}',
        yes=True,
        icon="inbox",
    )
    outer, inner = root.xpath("//section")
    assert outer.xpath("div[@class='card-head']")[0].text_content() == "นอกข"
    assert not inner.xpath(".//h2"), "the outer title is not the inner one's"
    assert inner.xpath("div[@class='card-foot']/text()") == ["ง"]
    assert not outer.xpath("div[@class='card-foot']")


@pytest.mark.parametrize(
    "source", ["{% slot 'x' %}{% endslot %}", "{% part %}{% endpart %}", "{% part 'card' 'x' %}{% endpart %}"]
)
def test_part_written_wrong_is_refused_at_once(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        tree(source)


# -- lists and pages ----------------------------------------------------------------------------------------------


def row(**changes: Any) -> ListRow:
    """A letter in a tray."""
    values: dict[str, Any] = {
        "key": "7",
        "url": "/l/7/",
        "number": "ดศ 0201/ว 1184",
        "subject": NASTY,
        "second": "ก → ข",
        "date": NOON.date(),
    }
    return ListRow(**(values | changes))


def test_letter_list_escapes_marks_and_stays_a_table() -> None:
    rows = [
        row(
            unread=True,
            urgency=3,
            tags=(Tag(NASTY, "good"),),
            due="เกิน 2 วัน",
            due_state="late",
            stay="6 วัน",
            stay_late=True,
        ),
        row(secrecy=1),
    ]
    root = tree('{% include "_ui/letter_list.html" with select="letters" %}', rows=rows)
    assert not root.xpath("//script")
    assert root.xpath("//tbody/tr/@class") == ["u3 new", "u0 secret-row"]
    assert [len(line.xpath("*[@role='cell']")) for line in root.xpath("//tbody/tr")] == [
        root.xpath("count(//thead//th)")
    ] * 2
    assert root.xpath("//a[@data-row]/@title") == [NASTY, NASTY], "a cut subject can be read whole"
    assert "ยังไม่อ่าน" in root.xpath("//a[@data-row]")[0].text_content(), "bold alone tells nothing to a screen reader"
    assert "ด่วนที่สุด" in root.text_content(), "colour never speaks alone"
    assert "ลับ" in root.text_content()
    assert root.xpath("//tbody//input/@value") == ["7", "7"]
    assert all(box.getparent().text_content().strip() for box in root.xpath("//input")), "every box has a name"


def test_letter_without_number_or_deadline_says_so() -> None:
    text = tree('{% include "_ui/letter_list.html" %}', rows=[row(number="", date=None)]).text_content()
    assert "ยังไม่ออกเลข" in text
    assert "None" not in text


@pytest.mark.parametrize(("kind", "form"), [("รับ", "๑๓"), ("ส่ง", "๑๔")])
def test_register_prints_the_columns_of_its_form_in_thai_digits(kind: str, form: str) -> None:
    line = RegisterRow(
        "2451", NOON.date(), "ปท 0013/452", NOON.date(), "ก", "ข", "ขอ 3 คัน", remark="ลงรับซ้ำกับ 2390", voided=True
    )
    root = tree('{% include "_ui/register_sheet.html" %}', rows=[line], kind=kind, day=NOON.date(), folder_name="แฟ้ม")
    headings = [f"เลขทะเบียน{kind}", "ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ"]
    assert root.xpath("//thead//th/text()") == headings
    assert (
        tree('{% include "_ui/register.html" %}', rows=[line], kind=kind, caption="ก").xpath("//thead//th/text()")
        == headings
    )
    cells = [cell.text_content() for cell in root.xpath("//tbody//td")]
    assert cells[:3] == ["๒๔๕๑", "ปท ๐๐๑๓/๔๕๒", "๒๐ พ.ย. ๒๕๖๙"]
    assert cells[5] == "ขอ 3 คัน", "typed text keeps its digits"
    assert cells[7] == "ยกเลิก ลงรับซ้ำกับ ๒๓๙๐"
    assert root.xpath("//tbody/tr/@class") == ["voided"]
    assert f"แบบที่ {form}" in root.text_content()
    assert "วันที่ ๒๐ พฤศจิกายน ๒๕๖๙" in root.text_content()


def test_register_shows_a_voided_number_struck_with_its_reason() -> None:
    line = RegisterRow("9", NOON.date(), "ก 1/9", None, "", "", "เรื่อง", remark="พิมพ์ผิด", voided=True)
    root = tree('{% include "_ui/register.html" %}', rows=[line], kind="ส่ง", caption="ทะเบียน")
    assert root.xpath("//tbody/tr/@class") == ["voided"]
    assert "ยกเลิกเลข พิมพ์ผิด" in root.text_content()


def test_time_line_marks_where_the_letter_is_now() -> None:
    steps = [
        Step("สารบรรณ", "ลงรับ", NOON, stay="20 นาที"),
        Step("ผู้ว่าฯ", "พิจารณา", acting="รักษาราชการแทน", note=NASTY, state="now"),
    ]
    root = tree('{% include "_ui/timeline.html" %}', steps=steps)
    assert root.xpath("//li[@aria-current='step']//b/text()") == ["ผู้ว่าฯ"]
    assert root.xpath("//blockquote/text()") == [NASTY]
    assert root.xpath("//time/@datetime")[0].startswith("2026-11-20T19:00")


def test_strip_shares_its_width_by_time_and_repeats_it_in_words() -> None:
    shares = [Share("สารบรรณ", "1 วัน", 1440), Share("กองคลัง", "3 วัน", 4320, "over"), Share("ผู้ว่าฯ", "เดี๋ยวนี้", 0, "now")]
    root = tree("{% stay_strip shares %}", shares=shares)
    widths = [float(bar.get("width")) for bar in root.xpath("//*[name()='rect']")]
    assert widths == pytest.approx([246, 746, 3], abs=0.1)
    assert "นานเกินกำหนด" in root.text_content()
    assert tree("{% stay_strip none %}", none=[]).xpath("count(//li)") == 0


def test_stamps_stand_in_millimetres_with_their_lines_inside_the_box() -> None:
    stamp = Stamp(("จังหวัดปทุมธานี", "เลขรับ ๒๔๕๑", "วันที่ ๒๐ พ.ย. ๒๕๖๙", "เวลา ๐๙.๔๒ น."), x=155, y=8)
    image = PageImage(2, "/p/2", "/t/2", 1190, 1684, (stamp,))
    root = tree('{% sheet page of=3 what="หนังสือ" secrecy=1 %}', page=image)
    assert root.xpath("//img/@alt") == ["หนังสือ หน้า 2 จาก 3"]
    overlay = root.xpath("//*[name()='svg']")[0]
    assert overlay.get("viewbox") == "0 0 210.0 297.0"
    lines = [float(line.get("y")) for line in overlay.xpath(".//*[name()='g']/*[name()='text']")]
    assert len(lines) == 4
    assert 8 < min(lines) < max(lines) < 33
    marks = overlay.xpath("*[@class='secret-mark']/text()")
    assert marks == ["ลับ", "ลับ"], "the class stands at the top and the bottom of every page"


def test_viewer_waits_when_the_pages_are_not_ready() -> None:
    root = tree('{% include "_ui/viewer.html" %}', pages=[], what="หนังสือ")
    assert "กำลังเตรียมภาพ" in root.text_content()


@pytest.mark.parametrize("finished", [False, True])
def test_progress_asks_again_only_while_work_goes_on(finished: bool) -> None:
    job = Thing(label="ลงนาม", done=3, total=6, failed=1, finished=finished, state="ลงนามแล้ว 2 เรื่อง")
    root = tree('{% include "_ui/progress.html" with poll_url="/poll/" page_url="/here/" %}', job=job)
    assert bool(root.xpath("//*[@hx-get]")) is not finished
    assert bool(root.xpath("//a[@href='/here/']")) is not finished, "without a script there is a link to look again"
    assert "ไม่สำเร็จ 1 เรื่อง" in root.text_content()


def test_empty_paging_shows_nothing() -> None:
    assert not tree('{% include "_ui/paging.html" %}').xpath("//nav")
    assert tree('{% include "_ui/paging.html" with older_url="/o/" %}').xpath("//a/@rel") == ["next"]


# -- forms --------------------------------------------------------------------------------------------------------


class LetterForm(forms.Form):
    """A field of every shape."""

    subject = forms.CharField(label="เรื่อง", help_text="ย่อให้สั้น")
    urgency = forms.ChoiceField(label="ชั้นความเร็ว", widget=forms.RadioSelect, choices=[("0", "ปกติ"), ("1", "ด่วน")])
    due = forms.CharField(label="กำหนดตอบ", required=False)
    sure = forms.BooleanField(label="ตรวจแล้ว", help_text="จำเป็นก่อนเสนอ")
    key = forms.CharField(widget=forms.HiddenInput)


def test_every_reference_of_a_form_with_errors_leads_somewhere() -> None:
    form = LetterForm({"due": NASTY})
    root = tree('{% include "_ui/error_summary.html" %}{% include "_ui/form_fields.html" %}', form=form)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    for names in root.xpath("//@aria-describedby"):
        assert set(names.split()) <= set(ids)
    assert set(root.xpath("//label/@for")) <= set(ids)
    targets = root.xpath("//*[@data-error-summary]//a/@href")
    assert len(targets) == 3
    assert {link[1:] for link in targets} <= set(ids)
    assert root.xpath("//input[@name='subject']/@aria-invalid") == ["true"]
    assert root.xpath("//fieldset/legend")


def test_valid_form_has_no_summary() -> None:
    form = LetterForm({"subject": "ก", "urgency": "0", "sure": "on", "key": "k"})
    assert not tree('{% include "_ui/error_summary.html" %}', form=form).xpath("//section")


def test_drop_zone_is_a_plain_input_for_many_files() -> None:
    box = tree('{% include "_ui/drop.html" with name="enclosures" upload_url="/up/" %}').xpath("//input")[0]
    assert (box.get("type"), box.get("name"), box.get("multiple")) == ("file", "enclosures", "multiple")


def test_editor_without_script_is_a_text_area_and_its_tools_stay_hidden() -> None:
    class BodyForm(forms.Form):
        body = forms.CharField(label="เนื้อความ", widget=forms.Textarea)

    root = tree('{% include "_ui/editor.html" with field=form.body save_url="/save/" %}', form=BodyForm())
    assert root.xpath("//*[@data-editor]/textarea/@name") == ["body"]
    assert root.xpath("//*[@role='toolbar']/@hidden")
    assert all(button.get("aria-label") for button in root.xpath("//*[@role='toolbar']/button"))


def test_confirmation_posts_and_offers_a_way_back() -> None:
    root = tree('{% part "confirm" label="ยกเลิกเลขนี้" kind="danger" cancel_url="/b/" url="/void/" %}{% endpart %}')
    assert [(form.get("method"), form.get("action")) for form in root.xpath("//form")] == [("post", "/void/")]
    assert root.xpath("//form//a/@href") == ["/b/"]


def test_tree_and_matrix_give_every_control_a_name() -> None:
    leaf = Thing(name="กลุ่มงาน", code="0017.1", url="/u/2/", meta="", here=True, children=[])
    top = Thing(name="สำนักงาน", code="0017", url="/u/1/", meta="3 ตำแหน่ง", here=False, open=True, children=[leaf])
    rows = [Thing(name="สารบรรณกลาง", sub="", cells=[("g", "1", True, ""), ("g", "2", False, "ได้จากกลุ่มอื่นแล้ว")])]
    root = tree(
        '{% include "_ui/tree.html" %}{% include "_ui/matrix.html" with caption="สิทธิ" %}',
        nodes=[top], columns=[("a", "ออกเลข", ""), ("b", "ลงรับ", "")], rows=rows,
    )  # fmt: skip
    assert root.xpath("//details//a/@href") == ["/u/2/"]
    assert all((link.get("aria-label") or link.text_content()).strip() for link in root.xpath("//a"))
    assert [label.text_content().strip() for label in root.xpath("//td/label")] == [
        "สารบรรณกลาง: ออกเลข",
        "สารบรรณกลาง: ลงรับ (ได้จากกลุ่มอื่นแล้ว)",
    ]
    assert root.xpath("//input[@disabled]/@value") == ["2"]
