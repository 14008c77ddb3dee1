"""The pages of the public link: what strangers see without signing in, and what those who look after it may do."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import reverse

from audit.models import AccessLog
from common.thai import local_date
from files.actions import store_bytes
from saraban.actions.letters import lock
from saraban.actions.links import publish_link, revoke_link, switch_on, usual_last_day
from saraban.models import Enclosure, EnclosureLink, Letter
from tests.drafting import enclose, written
from tests.story import province_memo
from tests.world import World

pytestmark = pytest.mark.django_db
BYTES = "แบบรายงานผลการดำเนินงาน".encode()


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """Each test begins with no request counted against its address."""
    cache.clear()


@pytest.fixture
def link(world: World) -> EnclosureLink:
    """Of a sealed letter with two enclosures, one of them without a file; published."""
    by, letter = world.actor("clerk"), province_memo(world, kind="EXTERNAL", subject="เรื่องที่คนนอกไม่เห็น")
    stored = store_bytes(BYTES, name="แบบ.txt")
    Enclosure.objects.create(letter=letter, title="แบบรายงานผล", original_name="แบบ.txt", file=stored, order=1)
    Enclosure.objects.create(letter=letter, title="ตัวอย่างวัสดุ", quantity="1 กล่อง", order=2)
    with transaction.atomic():
        switch_on(by=by, letter=lock(letter.pk), until=usual_last_day(by.at))
    return publish_link(by=by, letter_id=letter.pk)


def once_in(page: str, act: str) -> str:
    """The key of the form that does `act`."""
    found = re.search(rf'name="once" value="([^"]+)"[^<]*<input type="hidden" name="act" value="{act}"', page)
    assert found is not None
    return found[1]


def test_a_stranger_sees_whose_letter_its_number_and_files_and_nothing_else(link: EnclosureLink) -> None:
    answer = Client().get(reverse("links:page", args=[link.token]))
    page, letter = answer.content.decode(), link.letter
    assert answer.status_code == 200
    for words in (letter.agency.name, letter.number, "แบบรายงานผล", "ตัวอย่างวัสดุ", hashlib.sha256(BYTES).hexdigest()):
        assert words in page
    for words in (letter.subject, letter.sender, letter.addressee, "ร่างหนังสือ", "แฟ้มเสนอ", "ยังไม่เผยแพร่"):
        assert not words or words not in page
    assert answer["Cache-Control"] == "no-store" and "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer" and '<meta name="robots" content="noindex">' in page
    assert "sessionid" not in answer.cookies


def test_a_file_comes_whole_piece_by_piece_and_is_counted(link: EnclosureLink) -> None:
    client, url = Client(), reverse("links:file", args=[link.token, 1])
    answer = client.get(url)
    assert isinstance(answer, StreamingHttpResponse)
    assert b"".join(answer) == BYTES and int(answer["Content-Length"]) == len(BYTES)
    assert answer["Content-Disposition"].startswith("attachment") and answer["Cache-Control"] == "no-store"
    assert client.head(url).status_code == 200
    assert client.get(reverse("links:file", args=[link.token.upper(), 1])).status_code == 200
    link.refresh_from_db()
    assert link.downloads == 2
    assert AccessLog.objects.filter(letter_id=link.letter_id, what="link", user=None).count() == 2
    for order in (0, 2, 3, 10**12):
        assert client.get(f"/e/{link.token}/{order}/").status_code == 404
    assert client.post(url).status_code == 405


def test_unknown_expired_revoked_and_unpublished_are_one_answer(world: World, link: EnclosureLink) -> None:
    client = Client()
    unknown = client.get(reverse("links:page", args=["0" * 26]))
    assert unknown.status_code == 404 and "เปิดใช้ไม่ได้แล้ว" in unknown.content.decode()

    def same(token: str) -> None:
        for name, more in (("links:page", []), ("links:file", [1])):
            answer = client.get(reverse(name, args=[token, *more]))
            assert (answer.status_code, answer.content) == (404, unknown.content)

    for wrong in ("x", "ก" * 26, link.token[:-1], link.token + "0", "%00", "a" * 5000):
        same(wrong)
    EnclosureLink.objects.filter(pk=link.pk).update(published_at=None)
    same(link.token)
    EnclosureLink.objects.filter(pk=link.pk).update(published_at=link.made_at, expires_at=link.made_at)
    same(link.token)
    EnclosureLink.objects.filter(pk=link.pk).update(expires_at=link.expires_at)
    assert client.get(reverse("links:page", args=[link.token])).status_code == 200
    revoke_link(by=world.actor("clerk"), letter_id=link.letter_id, reason="แนบผิดไฟล์")
    same(link.token)
    assert "แนบผิดไฟล์" not in unknown.content.decode()


def test_before_it_is_sent_readers_see_it_coming_and_downloads_do_not_count(world: World, link: EnclosureLink) -> None:
    EnclosureLink.objects.filter(pk=link.pk).update(published_at=None)
    reader, other = world.client("clerk"), world.client("ministry-clerk")
    assert "ยังไม่เผยแพร่" in reader.get(reverse("links:page", args=[link.token])).content.decode()
    assert reader.get(reverse("links:file", args=[link.token, 1])).status_code == 200
    assert other.get(reverse("links:page", args=[link.token])).status_code == 404
    link.refresh_from_db()
    assert link.downloads == 0


@override_settings(LINK_REQUESTS_PER_MINUTE=5, LINK_MISSES_PER_HOUR=3)
def test_one_address_may_not_ask_for_ever(link: EnclosureLink) -> None:
    client, url = Client(REMOTE_ADDR="192.0.2.7"), reverse("links:page", args=[link.token])
    assert [client.get(url).status_code for _ in range(7)] == [200] * 5 + [429] * 2
    assert "ถี่เกินไป" in client.get(url).content.decode()
    assert Client(REMOTE_ADDR="192.0.2.8").get(url).status_code == 200
    guesser = Client(REMOTE_ADDR="192.0.2.9")
    wrong = reverse("links:page", args=["0" * 26])
    assert [guesser.get(wrong).status_code for _ in range(4)] == [404] * 3 + [429]


def test_without_the_cache_it_still_serves(
    link: EnclosureLink, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.exceptions import ConnectionError as Away

    def away(*args: object, **kwargs: object) -> None:
        raise Away("gone")

    monkeypatch.setattr("common.limits.cache.add", away)
    assert Client().get(reverse("links:page", args=[link.token])).status_code == 200


def test_the_author_and_the_registrar_look_after_it_others_do_not_find_it(world: World, link: EnclosureLink) -> None:
    url = reverse("saraban:link", args=[link.letter_id])
    for who in ("clerk", "province-registrar"):
        page = world.client(who).get(url)
        assert page.status_code == 200 and link.token in page.content.decode()
    for who in ("ministry-clerk", "auditor", "central-admin"):
        assert world.client(who).get(url).status_code == 404
    letter_page = world.client("clerk").get(reverse("saraban:letter", args=[link.letter_id])).content.decode()
    assert url in letter_page and "ดาวน์โหลดแล้ว 0 ครั้ง" in letter_page
    assert url not in world.client("auditor").get(reverse("saraban:letter", args=[link.letter_id])).content.decode()


def test_extending_and_revoking_by_form_keep_what_was_typed(world: World, link: EnclosureLink) -> None:
    client, url = world.client("clerk"), reverse("saraban:link", args=[link.letter_id])
    page = client.get(url).content.decode()
    wrong = client.post(url, {"act": "extend", "once": once_in(page, "extend"), "until": "29/2/2570"})
    assert wrong.status_code == 422 and "29/2/2570" in wrong.content.decode()
    passed = client.post(url, {"act": "extend", "once": once_in(page, "extend"), "until": "1/1/2560"})
    assert passed.status_code == 422 and "ผ่านมาแล้ว" in passed.content.decode()
    day = local_date(link.made_at) + timedelta(days=200)
    typed = f"{day.day}/{day.month}/{day.year + 543}"
    key = once_in(page, "extend")
    assert client.post(url, {"act": "extend", "once": key, "until": typed}).status_code == 302
    assert client.post(url, {"act": "extend", "once": key, "until": typed}).status_code == 422  # sent twice
    link.refresh_from_db()
    assert link.last_day == day
    empty = client.post(url, {"act": "revoke", "once": once_in(page, "revoke"), "reason": "\u200b  "})
    assert empty.status_code == 422 and "เหตุผล" in empty.content.decode()
    assert client.post(url, {"act": "revoke", "once": once_in(page, "revoke"), "reason": "แนบผิด 😀"}).status_code == 302
    link.refresh_from_db()
    assert link.revoke_reason == "แนบผิด 😀"
    assert client.post(url, {"act": "nothing"}).status_code == 404
    assert "ยกเลิกแล้ว" in client.get(url).content.decode()


def test_the_author_decides_on_a_page_of_the_draft(world: World) -> None:
    by, client = world.actor("clerk"), world.client("clerk")
    letter = written(by)
    url, edit = reverse("draft:link", args=[letter.pk]), reverse("draft:edit", args=[letter.pk])
    assert "แนบเป็นลิงก์และ QR" in client.get(edit).content.decode()

    def key() -> str:
        found = re.search(r'name="once" value="([^"]+)"', client.get(url).content.decode())
        assert found is not None
        return found[1]

    nothing = client.post(url, {"once": key(), "wanted": "on", "until": ""})
    assert nothing.status_code == 422 and "แนบไฟล์อย่างน้อยหนึ่งไฟล์" in nothing.content.decode()
    enclose(by, letter, "แบบรายงาน.txt")
    both = client.post(url, {"once": key(), "wanted": "on", "personal_data": "on"})
    assert both.status_code == 422 and "ข้อมูลส่วนบุคคล" in both.content.decode()
    assert client.post(url, {"once": key(), "wanted": "on", "until": "31/12/9999"}).status_code == 422
    assert client.post(url, {"once": key(), "wanted": "on", "until": ""}).status_code == 302
    kept = EnclosureLink.objects.get(letter=letter)
    page = client.get(url).content.decode()
    assert kept.token in page and "data:image/svg+xml;base64," in page and " style=" not in page
    assert "ใช้ได้ถึง" in client.get(edit).content.decode()
    saved = client.post(edit, {"subject": "ขอเชิญประชุม", "revision": "9", "then": "link"})
    assert saved.status_code in (302, 409)
    assert world.client("stat-clerk").get(url).status_code == 404


def test_what_is_proposed_prints_the_link_and_a_submitted_draft_needs_a_file(world: World) -> None:
    from draft.actions.links import set_link
    from draft.actions.parts import remove_enclosure
    from draft.selectors.readiness import problems
    from tests.drafting import content_of

    by = world.actor("clerk")
    letter = written(by)
    [row] = enclose(by, letter, "แบบรายงาน.txt")
    set_link(by=by, letter_id=letter.pk, wanted=True, until=None, personal_data=False)
    assert not [one for one in problems(letter, content_of(letter), by.at) if one.field == "enclosures"]
    remove_enclosure(by=by, letter_id=letter.pk, enclosure_id=row.pk)
    letter = Letter.objects.get(pk=letter.pk)
    assert any("ปิดลิงก์" in one.sentence for one in problems(letter, content_of(letter), by.at))
