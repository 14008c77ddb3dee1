"""Document types in the browser: every shipped one filled and previewed, the pages of their keepers, bad input."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from common.thai import arabic_digits, canonical
from draft.inputs import InputType, TemplateInput, inputs_of
from draft.models import Draft, FilledTemplate, TemplateVersion
from draft.selectors.paper import preview_pdf, sheet_of
from draft.shipped_types import shipped_types
from saraban.models import Letter
from tests.drafting import content_of, url
from tests.pdf.papers import poppler_text
from tests.world import World

pytestmark = pytest.mark.django_db
KEYS = [row["key"] for row in shipped_types()]


def said(world: World, one: TemplateInput) -> tuple[Any, list[str]]:
    """Something to type into an input, and words that must then stand on paper."""
    if one.type == InputType.DATE:
        return "29/2/2571", ["29 กุมภาพันธ์ 2571"]
    if one.type == InputType.NUMBER:
        return "๑๒", ["12"]
    if one.type == InputType.MONEY:
        return "12,500.50", ["12,500.50 บาท (หนึ่งหมื่นสองพันห้าร้อยบาทห้าสิบสตางค์)"]
    if one.type == InputType.CHOICE:
        return one.options[-1], [one.options[-1]]
    if one.type == InputType.YES_NO:
        return "on", [one.answers[0]]
    if one.type == InputType.PERSON:
        return str(world.post("PTE", "governor").pk), ["ผู้ว่าราชการจังหวัดปทุมธานี"]
    if one.type == InputType.TABLE:
        return [[f"แถว{row}ช่อง{at}ก" for at in range(len(one.options))] for row in (1, 2)], [
            one.options[0][:8],
            "แถว2ช่อง0ก",
        ]
    if one.type == InputType.LINES:
        return "น้ำท่วมขังข้อแรก\nที่ปรึกษาข้อสอง", ["น้ำท่วมขังข้อแรก", "ที่ปรึกษาข้อสอง"]
    return "ก้าวหน้ายิ่งขึ้น", ["ก้าวหน้ายิ่งขึ้น"]


def typed(world: World, version: TemplateVersion) -> tuple[dict[str, Any], list[str]]:
    """What the page of a version posts without scripts, and the words to be found on paper."""
    values: dict[str, Any] = {"version": version.pk}
    words: list[str] = []
    for at, one in enumerate(inputs_of(version.inputs)):
        value, found = said(world, one)
        words += found
        if isinstance(value, list):
            values[f"in-{at}-rows"] = len(value) + 1
            values |= {f"in-{at}-{row}-{col}": cell for row, line in enumerate(value) for col, cell in enumerate(line)}
        else:
            values[f"in-{at}"] = value
    return values, words


def published(key: str) -> TemplateVersion:
    return TemplateVersion.objects.select_related("type").get(type__key=key, type__agency=None, status="PUBLISHED")


def squeezed(text: str) -> str:
    """Words as they can be compared: one order of marks, Arabic digits, nothing between."""
    return re.sub(r"\s+", "", arabic_digits(canonical(text)))


def fill_url(version: TemplateVersion) -> str:
    return reverse("draft:fill", args=[version.type_id])


@pytest.mark.parametrize("key", KEYS)
def test_a_shipped_type_is_filled_and_its_paper_holds_what_was_typed(world: World, key: str) -> None:
    client, version = world.client("clerk"), published(key)
    page = client.get(fill_url(version)).content.decode()
    for one in inputs_of(version.inputs):
        assert one.shown in page
    values, words = typed(world, version)
    answer = client.post(fill_url(version), values)
    assert answer.status_code == 302, re.findall(r'class="error-text".*?</ul>', answer.content.decode(), re.S)
    letter = Letter.objects.latest("id")
    assert answer.headers["Location"] == url("edit", letter.pk) and letter.kind == version.type.kind
    edit = client.get(url("edit", letter.pk)).content.decode()
    assert version.type.name in edit and "แก้ค่าที่กรอก" in edit
    content = content_of(letter)
    assert content.subject and "{" not in content.subject + content.body + content.addressee
    assert content.folder is not None and content.signers
    text = squeezed(poppler_text(preview_pdf(letter, sheet_of(letter, content, world.actor("clerk").at))))
    for word in words:
        assert squeezed(word) in text, word
    assert client.get(url("preview", letter.pk)).status_code == 200


def test_a_chosen_type_leads_to_its_form_and_a_kind_does_not(world: World) -> None:
    client, leave = world.client("clerk"), published("leave")
    page = client.get(url("new")).content.decode()
    assert f'value="type-{leave.type_id}"' in page and "แม่แบบ: งานบุคคล" in page
    assert client.post(url("new"), {"kind": f"type-{leave.type_id}"}).headers["Location"] == fill_url(leave)
    assert (
        client.post(url("new"), {"kind": f"type-{leave.type_id}", "secrecy": "1"})
        .headers["Location"]
        .endswith("?secrecy=1")
    )
    for nonsense in ("type-", "type-x", "type-99999999999999999999"):
        assert client.post(url("new"), {"kind": nonsense}).status_code == 422
    assert client.get(reverse("draft:fill", args=[999_999_999])).status_code == 404


def test_each_wrong_field_says_why_and_keeps_what_was_typed(world: World) -> None:
    client, version = world.client("clerk"), published("official-trip")
    values, _ = typed(world, version)
    names = {one.name: at for at, one in enumerate(inputs_of(version.inputs))}
    values |= {
        f"in-{names['วันไป']}": "29/2/2570", f"in-{names['ค่าใช้จ่าย']}": "ประมาณพันบาท", f"in-{names['สถานที่']}": "กรุงเทพฯ 😀",
        f"in-{names['พาหนะ']}": "ช้าง", f"in-{names['เรียนถึง']}": "\u200b",
    }  # fmt: skip
    answer = client.post(fill_url(version), values)
    page = answer.content.decode()
    assert answer.status_code == 422 and not FilledTemplate.objects.exists()
    for said in ("ไม่มีวันที่ 29/2/2570", "กรอกเป็นตัวเลข", "พิมพ์บนหนังสือไม่ได้", "ไม่อยู่ในตัวเลือก", "โปรดกรอกเรียน"):
        assert said in page, said
    assert "29/2/2570" in page and "ประมาณพันบาท" in page and "แถว2ช่อง1ก" in page
    assert "error-summary" in page


def test_a_table_gets_more_rows_without_scripts_and_loses_nothing(world: World) -> None:
    client, version = world.client("clerk"), published("request-supplies")
    values, _ = typed(world, version)
    at = next(at for at, one in enumerate(inputs_of(version.inputs)) if one.type == InputType.TABLE)
    before = client.get(fill_url(version)).content.decode().count(f'name="in-{at}-')
    page = client.post(fill_url(version), {**values, "do": f"add-in-{at}"}).content.decode()
    assert page.count(f'name="in-{at}-') > before and "แถว2ช่อง1ก" in page and "error-text" not in page
    assert not FilledTemplate.objects.exists()


def test_the_same_form_makes_one_letter(world: World) -> None:
    client, version = world.client("clerk"), published("tell-outcome")
    values = typed(world, version)[0] | {"once": "8b6f6c1e-0f7e-4a3e-9f5a-1d2f3a4b5c6d"}
    assert client.post(fill_url(version), values).status_code == 302
    again = client.post(fill_url(version), values)
    assert again.status_code == 409 and "ส่งไปแล้ว" in again.content.decode()
    assert FilledTemplate.objects.count() == 1


def test_a_version_retired_while_the_form_was_open_keeps_the_words(world: World) -> None:
    client, version = world.client("clerk"), published("tell-outcome")
    values = typed(world, version)[0]
    central = world.client("central-admin")
    assert central.post(reverse("draft:type_next", args=[version.type_id])).status_code == 302
    begun = TemplateVersion.objects.get(type=version.type_id, status="DRAFT")
    assert central.post(reverse("draft:template_publish", args=[begun.pk])).status_code == 302
    answer = client.post(fill_url(version), values)
    page = answer.content.decode()
    assert answer.status_code == 409 and "เลิกใช้ไปแล้วระหว่างที่ท่านกรอก" in page and "ก้าวหน้ายิ่งขึ้น" in page
    assert "มีรุ่นที่ 2 ใช้แทนแล้ว" in page
    assert client.post(fill_url(version), {**values, "version": begun.pk}).status_code == 302
    letter = Letter.objects.latest("id")
    retired = central.post(reverse("draft:type_retire", args=[version.type_id]), {"reason": "รวมกับแบบอื่น"})
    assert retired.status_code == 302
    edit = client.get(url("edit", letter.pk)).content.decode()
    assert "เลิกใช้แล้ว" in edit and "แก้ไขและส่งต่อได้ตามปกติ" in edit
    assert "เลิกใช้แล้ว" in client.get(fill_url(version)).content.decode()


def test_the_author_changes_what_he_typed_and_is_asked_about_changes_by_hand(world: World) -> None:
    client, version = world.client("clerk"), published("tell-outcome")
    values, _ = typed(world, version)
    client.post(fill_url(version), values)
    letter = Letter.objects.latest("id")
    page = client.get(url("inputs", letter.pk)).content.decode()
    assert "ก้าวหน้ายิ่งขึ้น" in page and "แก้ด้วยมือ" not in page
    Draft.objects.filter(letter=letter).update(revision=7)
    changed = {**values, "in-1": "โครงการใหม่", "revision": 7}
    assert client.post(url("inputs", letter.pk), {**changed, "revision": 3}).status_code == 409
    assert client.post(url("inputs", letter.pk), changed).headers["Location"] == url("edit", letter.pk)
    assert "โครงการใหม่" in content_of(letter).subject
    client.post(url("edit", letter.pk), {"subject": "แก้เอง", "revision": 8, "body": "เขียนเองทั้งหมด", "then": ""})
    revision = Draft.objects.get(letter=letter).revision
    answer = client.post(url("inputs", letter.pk), {**changed, "revision": revision})
    page = answer.content.decode()
    assert answer.status_code == 409 and "แก้ด้วยมือไว้แล้วในเรื่อง" in page and "โครงการใหม่" in page
    assert content_of(letter).subject == "แก้เอง"
    assert client.post(url("inputs", letter.pk), {**changed, "revision": revision, "sure": "yes"}).status_code == 302
    assert "โครงการใหม่" in content_of(letter).subject


def editing(**more: Any) -> dict[str, Any]:
    """The page of a version with two inputs, as it is posted without scripts."""
    return {
        "revision": 1, "subject": "ขอยืม{ของ}", "body": "ขอยืม{ของ}\n\n{เหตุผล}", "body_format": "plain", "inputs": "4",
        "i0-name": "ของ", "i0-type": "LINE", "i0-required": "on", "i1-name": "เหตุผล", "i1-type": "LINES", "do": "save",
    } | more  # fmt: skip


def test_a_clerk_makes_a_template_without_scripts_and_his_head_publishes_it(world: World) -> None:
    client, unit = world.client("clerk"), world.actor("clerk").unit
    new = reverse("draft:type_new")
    empty = client.post(new, {"kind": "MEMO", "owner": unit.pk})
    assert empty.status_code == 422 and "error-summary" in empty.content.decode()
    page_url = client.post(new, {"name": "ขอยืมอุปกรณ์", "kind": "MEMO", "owner": unit.pk}).headers["Location"]
    version = TemplateVersion.objects.latest("id")
    assert "ข้อที่ต้องดูก่อนเผยแพร่" in client.get(page_url).content.decode()
    assert client.post(page_url, editing(do="down-0")).status_code == 302
    version.refresh_from_db()
    assert [one["name"] for one in version.inputs] == ["เหตุผล", "ของ"] and version.inputs[1]["required"]
    assert "{เหตุผล}" in version.body
    stale = client.post(page_url, editing(subject="ข้อความจากหน้าเก่า"))
    assert stale.status_code == 409 and "ข้อความจากหน้าเก่า" in stale.content.decode()
    client.post(page_url, editing(revision=2, do="remove-0", for_unit=unit.pk))
    version.refresh_from_db()
    assert [one["name"] for one in version.inputs] == ["เหตุผล"]
    refused = world.client("office-head").post(reverse("draft:template_publish", args=[version.pk]))
    assert refused.status_code == 422 and "ไม่มีช่องชื่อ “ของ”" in refused.content.decode()
    answer = client.post(page_url, editing(revision=3, do="preview", for_unit=unit.pk))
    preview = client.get(answer.headers["Location"])
    image = re.search(r'src="(/draft/types/version/[^"]+\.png)"', preview.content.decode())
    assert image is not None and client.get(image[1]).content.startswith(b"\x89PNG")
    assert client.post(reverse("draft:template_publish", args=[version.pk])).status_code == 403
    assert world.client("office-head").post(reverse("draft:template_publish", args=[version.pk])).status_code == 302
    assert "ขอยืมอุปกรณ์" in client.get(url("new")).content.decode()
    assert client.post(page_url, editing(revision=4)).status_code == 403
    assert world.client("ministry-clerk").get(page_url).status_code == 404


def test_too_much_and_too_odd_for_a_template_is_cut_or_refused_with_its_words(world: World) -> None:
    client, unit = world.client("clerk"), world.actor("clerk").unit
    page_url = client.post(reverse("draft:type_new"), {"name": "ทดสอบ", "kind": "NOTE", "owner": unit.pk}).headers[
        "Location"
    ]
    answer = client.post(page_url, editing(body="ก" * 300_001))
    assert answer.status_code == 413 and "ยาวเกิน" in answer.content.decode()
    client.post(
        page_url,
        editing(**{"i0-name": "{" + "ข" * 99 + "}", "i0-type": "WRONG", "i0-options": "ก\n" * 99, "folder": "x"}),
    )
    kept = TemplateVersion.objects.latest("id").inputs[0]
    assert kept["name"] == "ข" * 60 and kept["type"] == "LINE" and len(kept["options"]) <= 60
    client.post(page_url, editing(revision=2, body="<script>alert(1)</script><p onclick=x>ดี</p>", body_format="html"))
    assert TemplateVersion.objects.latest("id").body == "<p>ดี</p>"


def test_an_agency_copies_a_shared_type_for_its_own_words(world: World) -> None:
    client, leave, unit = world.client("clerk"), published("leave"), world.actor("clerk").unit
    page = client.get(reverse("draft:type_new") + f"?like={leave.pk}").content.decode()
    assert "เริ่มจากสำเนาของ ใบลา" in page
    client.post(
        reverse("draft:type_new") + f"?like={leave.pk}", {"name": "ใบลาของกลุ่ม", "kind": "NOTE", "owner": unit.pk}
    )
    made = TemplateVersion.objects.latest("id")
    assert made.inputs == leave.inputs and made.type.agency == unit.agency and made.status == "DRAFT"


def test_how_far_the_agency_is_shows_on_pages_and_in_files(world: World) -> None:
    admin, leave = world.client("province-admin"), published("leave")
    mode_url = reverse("draft:type_mode", args=[leave.type_id])
    wrong = admin.post(mode_url, {"mode": "PILOT", "since": "31/2/2569", "reason": ""})
    assert wrong.status_code == 422 and "error-summary" in wrong.content.decode()
    dated = admin.post(mode_url, {"mode": "PILOT", "since": "31/2/2569", "reason": "นำร่อง"}).content.decode()
    assert "ไม่มีวันที่ 31/2/2569" in dated and "นำร่อง</textarea>" in dated
    assert admin.post(mode_url, {"mode": "PILOT", "since": "1/10/2569", "reason": "คำสั่งที่ 9/2569"}).status_code == 302
    page = world.client("clerk").get(reverse("draft:type", args=[leave.type_id])).content.decode()
    assert "คำสั่งที่ 9/2569" in page and "สารบรรณ (ไม่ผ่าน)" in page
    assert "ใบลา" in world.client("clerk").get(reverse("draft:types"), {"mode": "PILOT"}).content.decode()
    client = world.client("clerk")
    client.post(fill_url(leave), typed(world, leave)[0])
    assert "1<span" in client.get(reverse("draft:rollout")).content.decode()
    text = b"".join(client.get(reverse("draft:rollout_export", args=["csv"]))).decode("utf-8-sig")
    line = next(row for row in text.splitlines() if row.startswith("ใบลา,"))
    assert ",ไม่ผ่าน,นำร่อง," in line and line.split(",")[18] == "1"
    assert b"".join(client.get(reverse("draft:rollout_export", args=["xlsx"]))).startswith(b"PK")
    assert client.get(reverse("draft:rollout_export", args=["pdf"])).status_code == 404
    chosen = world.client("central-admin").get(reverse("draft:rollout"), {"agency": world.agency("PTE").pk})
    assert "จังหวัดปทุมธานี" in chosen.content.decode() and "1<span" in chosen.content.decode()


def test_lists_of_types_ask_the_same_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client("clerk")
    for name in ("types", "rollout", "new"):
        client.get(reverse(f"draft:{name}"))
        with django_assert_max_num_queries(20):
            client.get(reverse(f"draft:{name}"))
