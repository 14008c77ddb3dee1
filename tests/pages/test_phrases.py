"""ข้อความที่ใช้บ่อย: whose they are, how they are kept, and how they come into what is written."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.access import Invalid, Refused
from draft.models import Draft
from intray.models import Endorsement
from org import actions as org
from org.actor import Actor
from saraban.actions import phrases as keeping
from saraban.actions.phrases import add_phrase, change_phrase, count_use, remove_phrase, shift_phrase, spell_out
from saraban.models import Phrase, PhrasePlace
from saraban.selectors_phrases import kept_phrases, offers
from tests.drafting import content_of, in_review, revision_of, written
from tests.tray import routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db
PLACE = PhrasePlace.ENDORSE


def titles(actor: Actor, place: PhrasePlace = PLACE) -> tuple[list[str], list[str]]:
    found = offers(actor, place)
    return [one.title for one in found.own], [one.title for one in found.shared]


def test_own_phrases_are_mine_alone_and_the_units_are_everybodys_in_it(world: World) -> None:
    clerk, stranger, admin = world.actor("clerk"), world.actor("stat-clerk"), world.actor("province-admin")
    post = org.create_position(by=admin, unit=clerk.unit, title="นักจัดการงานทั่วไปอีกตำแหน่ง")
    held = org.appoint(by=admin, user=world.user("province-registrar"), position=post)
    colleague = Actor(held.user, held, timezone.now())
    add_phrase(by=clerk, place=PLACE, title="ของฉัน", text="เพื่อโปรดทราบและเก็บเรื่อง")
    shared = add_phrase(by=clerk, place=PLACE, title="ของกลุ่มงาน", text="เสนอผู้ว่าราชการจังหวัด", shared=True)
    assert titles(clerk) == (["ของฉัน"], ["ของกลุ่มงาน"]) and titles(stranger) == ([], [])
    assert titles(colleague) == ([], ["ของกลุ่มงาน"]) and shared.added_by == clerk.user
    assert titles(world.actor("province-registrar")) == ([], [])  # in another capacity
    change_phrase(by=colleague, phrase_id=shared.pk, place=PLACE, title="ของกลุ่มงาน", text="เสนอผู้ว่าราชการจังหวัด")
    with pytest.raises(Phrase.DoesNotExist):
        remove_phrase(by=stranger, phrase_id=shared.pk)
    with pytest.raises(Refused):
        add_phrase(by=world.actor("central-admin"), place=PLACE, title="", text="x", shared=True)
    assert add_phrase(by=world.actor("central-admin"), place=PLACE, title="", text="ทราบ").unit is None


def test_order_search_and_use(world: World) -> None:
    by = world.actor("clerk")
    first, second, third = (add_phrase(by=by, place=PLACE, title="", text=text) for text in ("หนึ่ง ก", "สอง ก", "สาม"))
    shift_phrase(by=by, phrase_id=third.pk, up=True)
    shift_phrase(by=by, phrase_id=first.pk, up=True)  # already on top
    assert titles(by)[0] == ["หนึ่ง ก", "สาม", "สอง ก"]
    assert list(kept_phrases(by, text="ก สอง")) == [second]
    count_use(by=by, phrase_id=second.pk)
    assert spell_out(by=by, value=f"#{second.pk}") == "สอง ก"
    count_use(by=world.actor("stat-clerk"), phrase_id=second.pk)
    second.refresh_from_db()
    assert second.uses == 2
    assert spell_out(by=world.actor("stat-clerk"), value=f"#{second.pk}") == ""
    assert spell_out(by=by, value="ทราบ") == "ทราบ" and spell_out(by=by, value="#x") == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"text": " \u200b\n "}, "โปรดกรอกข้อความ"),
        ({"text": "ก" * 2001}, "ยาวเกิน 2000"),
        ({"text": "ก", "title": "ก" * 81}, "ชื่อยาวเกิน 80"),
        ({"text": "ก", "place": "NOWHERE"}, "ใช้ข้อความนี้ที่ใด"),
    ],
)
def test_what_cannot_be_kept_is_said_in_one_sentence(world: World, words: dict[str, str], sentence: str) -> None:
    values = {"place": str(PLACE), "title": "", "text": "ก"} | words
    with pytest.raises(Invalid, match=sentence):
        add_phrase(by=world.actor("clerk"), place=values["place"], title=values["title"], text=values["text"])


def test_two_of_one_name_and_too_many_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    by = world.actor("clerk")
    kept = add_phrase(by=by, place=PLACE, title="ซ้ำ", text="ก")
    with pytest.raises(Invalid, match="ชื่อนี้อยู่แล้ว"):
        add_phrase(by=by, place=PLACE, title="ซ้ำ", text="ข")
    add_phrase(by=by, place=PhrasePlace.BODY, title="ซ้ำ", text="ข")
    with pytest.raises(Invalid, match="ชื่อนี้อยู่แล้ว"):
        change_phrase(by=by, phrase_id=kept.pk, place=PhrasePlace.BODY, title="ซ้ำ", text="ก")
    monkeypatch.setattr(keeping, "MOST", 2)
    with pytest.raises(Refused, match="ไม่เกิน 2"):
        add_phrase(by=by, place=PLACE, title="", text="ค")
    with pytest.raises(IntegrityError), transaction.atomic():
        Phrase.objects.create(place=PLACE, title="ไม่มีเจ้าของ", text="ก", added_by=by.user)


def form_key(client: Client, url: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(url).content.decode())
    assert found is not None
    return found[1]


def test_the_pages_keep_change_move_and_remove(world: World) -> None:
    client, url = world.client("clerk"), reverse("saraban:phrases")
    assert "เพิ่มข้อความแรก" in client.get(url).content.decode()
    new = reverse("saraban:phrase_new")
    bad = client.post(new, {"once": form_key(client, new), "place": "ENDORSE", "title": "ชื่อ", "text": " \u200b "})
    assert bad.status_code == 422 and 'value="ชื่อ"' in bad.content.decode()
    once = form_key(client, new)
    data = {"once": once, "place": "ENDORSE", "title": "<b>ชื่อ</b>", "text": "บรรทัดหนึ่ง\nบรรทัดสอง 😀", "shared": "on"}
    assert client.post(new, data).status_code == 302
    assert client.post(new, data | {"title": "อีกชื่อ"}).status_code == 422  # sent twice
    kept = Phrase.objects.get()
    page = client.get(url).content.decode()
    assert kept.unit_id and "&lt;b&gt;ชื่อ&lt;/b&gt;" in page and world.user("clerk").full_name in page
    one = reverse("saraban:phrase", args=[kept.pk])
    assert world.client("stat-clerk").get(one).status_code == 404
    changed = {"once": form_key(client, one), "place": "RETURN", "title": "ใหม่", "text": "แก้ไขแล้ว"}
    assert client.post(one, changed).status_code == 302
    kept.refresh_from_db()
    assert (kept.place, kept.title, kept.text) == ("RETURN", "ใหม่", "แก้ไขแล้ว")
    assert client.post(reverse("saraban:phrase_used", args=[kept.pk])).status_code == 204
    assert client.post(reverse("saraban:phrase_up", args=[kept.pk])).status_code == 302
    assert "ใช้แล้ว 1 ครั้ง" in client.get(f"{url}?place=RETURN&q=แก้ไข").content.decode()
    assert client.post(reverse("saraban:phrase_remove", args=[kept.pk])).status_code == 302
    assert not Phrase.objects.exists()


def test_without_scripts_a_phrase_is_inserted_into_the_body_on_the_server(world: World) -> None:
    by, client = world.actor("clerk"), world.client("clerk")
    letter = written(by)
    kept = add_phrase(by=by, place=PhrasePlace.BODY, title="ปิดท้าย", text="ย่อหน้าหนึ่ง <i>\n\n1. ข้อหนึ่ง")
    url = reverse("draft:edit", args=[letter.pk])
    page = client.get(url).content.decode()
    assert "ปิดท้าย" in page and f'value="#{kept.pk}"' in page
    data = {"subject": "เรื่องที่เพิ่งพิมพ์", "revision": revision_of(letter), "then": "phrase", "phrase": f"#{kept.pk}"}
    assert client.post(url, data).status_code == 302
    content = content_of(letter)
    assert content.subject == "เรื่องที่เพิ่งพิมพ์"
    assert content.body.endswith("<p>ย่อหน้าหนึ่ง &lt;i&gt;</p><ol><li>ข้อหนึ่ง</li></ol>")
    before = Draft.objects.get(letter=letter).revision
    none = client.post(url, data | {"revision": before, "phrase": ""}, follow=True)
    assert "ยังไม่ได้เลือกข้อความ" in none.content.decode()
    kept.refresh_from_db()
    assert kept.uses == 1


def test_a_reviewer_returns_with_a_kept_phrase(world: World) -> None:
    letter = in_review(world)
    head, client = world.actor("office-head"), world.client("office-head")
    kept = add_phrase(by=head, place=PhrasePlace.RETURN, title="แนบ", text="โปรดแนบบันทึกเดิม")
    url = reverse("draft:return", args=[letter.pk])
    page = client.get(url).content.decode()
    assert "โปรดแก้ไขตามความเห็นในร่าง" in page and f'value="#{kept.pk}"' in page
    data = {"once": form_key(client, url), "phrase": f"#{kept.pk}", "note": "และลงวันที่"}
    assert client.post(url, data).status_code == 302
    letter.refresh_from_db()
    assert letter.status == "RETURNED"
    assert "โปรดแนบบันทึกเดิม และลงวันที่" in client.get(reverse("draft:review", args=[letter.pk])).content.decode()


def test_the_tray_offers_kept_phrases_and_writes_them(world: World) -> None:
    head, client = world.actor("office-head"), world.client("office-head")
    kept = add_phrase(by=head, place=PLACE, title="มอบกลุ่มงาน", text="มอบกลุ่มงานอำนวยการดำเนินการและรายงานผล")
    add_phrase(by=world.actor("stat-clerk"), place=PLACE, title="ของผู้อื่น", text="ข้อความของผู้อื่น")
    [step] = routed(world, to_post(world.post("PTE", "office-head")))
    page = client.get(reverse("intray:panel", args=[step.letter_id])).content.decode()
    assert "มอบกลุ่มงาน" in page and f'value="#{kept.pk}"' in page and "ของผู้อื่น" not in page
    data = {"verb": "note", "step": step.pk, "phrase": f"#{kept.pk}", "text": "ภายในวันศุกร์"}
    assert client.post(reverse("intray:act", args=[step.letter_id]), data).status_code == 302
    written_there = Endorsement.objects.filter(letter_id=step.letter_id).latest("pk")
    assert written_there.text == "มอบกลุ่มงานอำนวยการดำเนินการและรายงานผล ภายในวันศุกร์"
    kept.refresh_from_db()
    assert kept.uses == 1
    asked = client.post(reverse("intray:act", args=[step.letter_id]), {"verb": "return", "step": step.pk})
    assert "เหตุผลที่ตีกลับ" in asked.content.decode() and "โปรดแนบเอกสารประกอบให้ครบถ้วน" in asked.content.decode()
