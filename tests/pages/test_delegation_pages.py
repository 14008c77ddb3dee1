"""The pages of delegations: one's own, ending, handing on, the admin's; the letter's money; a capacity that ends meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from draft.content import Content
from draft.models import Draft
from draft.selectors.readiness import problems
from intray.models import Endorsement
from org.actor import Actor
from org.models import Appointment
from saraban.models import DelegationScope, Letter
from tests.drafting import content_of, form_of, rewrite, written
from tests.signing_in import at as clock_at
from tests.standing import acts_for, handed_on, on_behalf
from tests.tray import only_step, proposed, routed, to_post
from tests.world import World

pytestmark = pytest.mark.django_db
MINE = reverse("saraban:delegations")
HAND_ON = reverse("saraban:delegation_hand_on")


def words(answer: Any) -> str:
    """The page's words, tags and runs of spaces gone."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def client_of(world: World, actor: Actor) -> Client:
    """A client in exactly this capacity."""
    client = world.client(actor.user.username)
    session = client.session
    assert actor.appointment is not None
    session[sessions.APPOINTMENT] = actor.appointment.pk
    session.save()
    return client


def end_url(actor: Actor) -> str:
    assert actor.appointment is not None
    return reverse("saraban:delegation_end", args=[actor.appointment.pk])


# -- one's own page ----------------------------------------------------------------------------------------


def test_the_holder_sees_orders_scopes_and_ends_one_after_confirming(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", kinds=("MEMO",), limit=500_000, may_subdelegate=True)
    head = handed_on(vice, world, "office-head", kinds=("MEMO",), limit=1000)
    governor = world.client("governor")
    page = words(governor.get(MINE))
    for said in (vice.user.full_name, "มีผลอยู่", "คำสั่งจังหวัดปทุมธานี ที่ 77/2569", "วงเงินไม่เกิน 500,000 บาท", "มอบอำนาจช่วงจาก"):
        assert said in page
    asked = governor.get(end_url(vice))
    assert head.user.full_name in words(asked)  # what goes with it is said before
    once = re.search(r'name="once" value="([^"]+)"', asked.content.decode())
    assert once is not None
    sent = {"once": once[1], "reason": "กลับมาปฏิบัติราชการ"}
    assert governor.post(end_url(vice), sent).status_code == 302
    assert "พ้นจากการปฏิบัติราชการแทนแล้ว" in words(governor.get(MINE))
    assert vice.appointment is not None
    assert not Appointment.objects.current(timezone.now()).filter(pk=vice.appointment.pk).exists()
    again = governor.post(end_url(vice), sent)
    assert again.status_code in (403, 409) and "สิ้นสุดไปแล้ว" in words(again) + "ส่งไปแล้ว"


def test_a_stranger_finds_nothing_and_the_delegate_is_told_why_not(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor")
    for who in ("clerk", "office-head", "permsec"):
        assert world.client(who).get(end_url(vice)).status_code == 404
        assert world.client(who).post(end_url(vice), {"once": uuid4()}).status_code == 404
    own = client_of(world, vice)
    assert "ให้ตนเองพ้นหน้าที่ไม่ได้" in words(own.get(end_url(vice)))
    assert own.post(end_url(vice), {"once": uuid4()}).status_code == 403
    assert world.client("central-admin").get(MINE).status_code == 403
    assert own.get(reverse("saraban:delegation_end", args=[10**9])).status_code == 404


def test_handing_on_offers_no_more_than_one_has_and_keeps_what_was_typed(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", kinds=("MEMO", "ORDER"), limit=500_000, may_subdelegate=True)
    client = client_of(world, vice)
    page = client.get(HAND_ON).content.decode()
    assert 'value="MEMO"' in page and 'value="EXTERNAL"' not in page
    sent = {
        "once": str(uuid4()), "user": world.user("office-head").pk, "order_ref": "คำสั่งช่วง ที่ 5/2569", "starts_at": "",
        "kinds": ["MEMO"], "amount_limit": "๙๐๐,๐๐๐", "scope": "เฉพาะงานจัดซื้อ 🙂",
    }  # fmt: skip
    missing = client.post(HAND_ON, sent)
    assert missing.status_code == 422
    begins = timezone.localtime()
    sent["starts_at"] = f"{begins.day}/{begins.month}/{begins.year + 543} {begins:%H.%M}"
    with clock_at(timezone.now() + timedelta(minutes=2)):
        beyond = client.post(HAND_ON, sent)
    assert beyond.status_code == 422
    assert "ท่านได้รับมอบไม่เกิน 500,000 บาท" in words(beyond)
    assert "เฉพาะงานจัดซื้อ 🙂" in beyond.content.decode() and "๙๐๐,๐๐๐" in beyond.content.decode()
    for wrong, sentence in (("-5", "ตัวเลขบาท"), ("หกแสน", "ตัวเลขบาท"), ("1e9", "ตัวเลขบาท"), ("9" * 20, "มากเกิน")):
        answer = client.post(HAND_ON, sent | {"amount_limit": wrong})
        assert answer.status_code == 422 and sentence in words(answer)
    for user in ("abc", world.user("permsec").pk, world.user("vice1").pk, 10**12):
        assert client.post(HAND_ON, sent | {"amount_limit": "100", "user": user}).status_code == 422
    good = sent | {"amount_limit": "1,000.50"}
    with clock_at(timezone.now() + timedelta(minutes=2)):
        assert client.post(HAND_ON, good).status_code == 302
        assert client.post(HAND_ON, good).status_code == 409  # pressed twice
    [scope] = DelegationScope.objects.filter(appointment__parent=vice.appointment)
    assert str(scope.amount_limit) == "1000.50"


def test_whoever_may_not_hand_on_is_told_so(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor")
    answer = client_of(world, vice).get(HAND_ON)
    assert answer.status_code == 403 and "มิได้ให้มอบอำนาจช่วง" in words(answer)
    assert "มิได้ให้มอบอำนาจช่วง" in words(client_of(world, vice).get(MINE))
    assert world.client("governor").get(HAND_ON).status_code == 403


# -- the admin's pages --------------------------------------------------------------------------------------


def test_a_unit_admin_enters_a_delegation_from_the_post(world: World) -> None:
    admin, post = world.client("province-admin"), world.post("PTE", "governor")
    holders = reverse("admin:org_position_holders", args=[post.pk])
    new = reverse("admin:saraban_delegationscope_new", args=[post.pk])
    assert new in admin.get(holders).content.decode()
    assert 'value="ON_BEHALF"' not in admin.get(holders).content.decode()  # it needs a scope
    once = str(uuid4())
    sent = {
        "once": once, "user": world.user("vice1").pk, "order_ref": "", "starts_at": "1/10/2569", "ends_at": "30/9/2570",
        "kinds": ["ORDER"], "amount_limit": "500,000", "folders": [world.folder("pte-order").pk], "may_subdelegate": "on",
    }  # fmt: skip
    missing = admin.post(new, sent)
    assert missing.status_code == 200 and not DelegationScope.objects.filter(appointment__position=post).exists()
    foreign = admin.post(new, sent | {"order_ref": "คำสั่ง 1/2569", "folders": [world.folder("mdes-send").pk]})
    assert foreign.status_code == 200 and not DelegationScope.objects.filter(appointment__position=post).exists()
    assert admin.post(new, sent | {"order_ref": "คำสั่ง 1/2569"}).status_code == 302
    [scope] = DelegationScope.objects.filter(appointment__position=post)
    assert scope.kinds == ["ORDER"] and scope.appointment.may_subdelegate
    assert [folder.pk for folder in scope.folders.all()] == [world.folder("pte-order").pk]
    listed = words(admin.get(reverse("admin:saraban_delegationscope_changelist")))
    assert "500,000 บาท" in listed and scope.appointment.user.full_name in listed
    assert "500,000 บาท" not in words(
        world.client("ministry-admin").get(reverse("admin:saraban_delegationscope_changelist"))
    )


def test_the_posts_page_warns_of_clashes(world: World) -> None:
    acts_for(world, "vice1", "governor")
    acts_for(world, "vice3", "governor")
    page = words(
        world.client("province-admin").get(
            reverse("admin:org_position_holders", args=[world.post("PTE", "governor").pk])
        )
    )
    assert "มีผู้ทำหน้าที่แทนพร้อมกันสองคน" in page
    assert "มีผู้ทำหน้าที่แทนพร้อมกันสองคน" in words(world.client("governor").get(MINE))


# -- the money of a letter, and the warning when the signer is chosen -----------------------------------------


def test_money_is_typed_in_the_draft_kept_as_typed_and_shown_on_the_letter(world: World) -> None:
    letter = written(world.actor("clerk"), kind="MEMO", signers=(world.post("PTE", "governor").pk,))
    client, url = world.client("clerk"), reverse("draft:edit", args=[letter.pk])
    assert client.post(url, form_of(letter, amount="๑,๒๕๐,๐๐๐.๕๐ บาท")).status_code == 302
    letter.refresh_from_db()
    assert str(letter.amount) == "1250000.50"
    assert "1,250,000.50 บาท" in words(client.get(reverse("saraban:letter", args=[letter.pk])))
    assert client.post(url, form_of(letter, amount="สองแสน")).status_code == 302
    letter.refresh_from_db()
    assert (
        letter.amount is None and content_of(letter).amount == "สองแสน"
    )  # nothing typed is lost, nothing wrong is kept
    found = problems(letter, content_of(letter), world.actor("clerk").at)
    assert [one.field for one in found if "ตัวเลขบาท" in one.sentence] == ["amount"]


def test_a_scope_that_does_not_cover_the_letter_is_warned_of_when_the_signer_is_chosen(world: World) -> None:
    on_behalf(world, "vice1", "governor", kinds=("ORDER",))
    on_behalf(world, "vice3", "governor", kinds=("MEMO",), limit=100_000)
    letter = written(world.actor("clerk"), kind="MEMO", signers=(world.post("PTE", "governor").pk,), amount="5,000,000")
    page = words(world.client("clerk").get(reverse("draft:edit", args=[letter.pk])))
    assert "แต่มิได้รับมอบชนิดหนังสือ" in page and "แต่มิได้รับมอบวงเงิน 5,000,000 บาท" in page
    rewrite(world.actor("clerk"), letter, amount="")
    page = words(world.client("clerk").get(reverse("draft:submit", args=[letter.pk])))
    assert "ในวงเงินไม่เกิน 100,000 บาท หากเรื่องนี้มีวงเงินโปรดกรอกวงเงิน" in page


def test_a_post_whose_only_delegate_may_not_sign_the_letter_is_no_signer(world: World) -> None:
    held = world.appointment("governor")
    assert held is not None
    on_behalf(world, "vice1", "governor", kinds=("ORDER",))
    Appointment.objects.filter(pk=held.pk).update(ends_at=timezone.now())
    letter = written(world.actor("clerk"), kind="MEMO", signers=(world.post("PTE", "governor").pk,))
    found = problems(letter, Content.of(Draft.objects.get(letter=letter)), timezone.now())
    assert [one.sentence for one in found if one.field == "signers"] == [
        "ตำแหน่งผู้ว่าราชการจังหวัดปทุมธานีมีเพียงผู้ปฏิบัติราชการแทนซึ่งมิได้รับมอบเรื่องนี้ โปรดเลือกตำแหน่งอื่น"
    ]


def test_only_posts_that_sign_the_kind_are_offered_and_reviewers_are_anybody(world: World) -> None:
    letter = written(world.actor("clerk"), kind="EXTERNAL")
    page = world.client("clerk").get(reverse("draft:edit", args=[letter.pk])).content.decode()
    signers = page[page.index('id="signers"') :]
    signers = signers[: signers.index("</fieldset>")]
    assert f'value="{world.post("PTE", "governor").pk}"' in signers
    assert f'value="{world.post("PTE", "general-head").pk}"' not in signers
    assert page.count(f'value="{world.post("PTE", "general-head").pk}"') >= 1  # a reviewer may be anybody


# -- seen by everybody ---------------------------------------------------------------------------------------


def test_the_letter_page_says_who_stands_in_where_it_lies(world: World) -> None:
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    vice = acts_for(world, "vice1", "governor")
    line = f"วันนี้รักษาราชการแทนโดย {vice.user.full_name} ถึงวันที่"
    registrar = world.client("province-registrar")
    assert line in words(registrar.get(reverse("saraban:letter", args=[step.letter_id])))
    assert line in words(registrar.get(reverse("intray:panel", args=[step.letter_id])))
    assert line in words(registrar.get(reverse("intray:followup")))


def test_the_signers_page_says_by_which_order_he_signs(world: World) -> None:
    vice = on_behalf(world, "vice1", "governor", kinds=("MEMO",), limit=10)
    letter = proposed(world, world.actor("governor"))
    confirm = f"{reverse('intray:sign_confirm')}?step={only_step(letter).pk}"
    page = words(client_of(world, vice).get(confirm))
    assert "ลงนามแทนผู้ว่าราชการจังหวัดปทุมธานี ตามคำสั่งจังหวัดปทุมธานี ที่ 77/2569" in page
    outside = proposed(world, world.actor("governor"), kind="ORDER")
    page = words(client_of(world, vice).get(f"{reverse('intray:sign_confirm')}?step={only_step(outside).pk}"))
    assert "มิได้มอบอำนาจในชนิดหนังสือ “คำสั่ง”" in page and "ให้เสนอผู้ว่าราชการจังหวัดปทุมธานี" in page


# -- a capacity that ends while a page is open ------------------------------------------------------------------


def test_what_is_sent_after_the_period_does_nothing_and_gives_the_words_back(world: World) -> None:
    acting = acts_for(world, "vice1", "governor")
    [step] = routed(world, to_post(world.post("PTE", "governor")))
    client = client_of(world, acting)
    assert client.get(reverse("intray:panel", args=[step.letter_id])).status_code == 200
    assert acting.appointment is not None
    Appointment.objects.filter(pk=acting.appointment.pk).update(ends_at=timezone.now())
    act = reverse("intray:act", args=[step.letter_id])
    sent = {
        "step": step.pk,
        "once": str(uuid4()),
        "verb": "note",
        "text": "เห็นควรอนุมัติ ตามที่เสนอ",
        "passphrase": "ความลับ มาก",
    }
    answer = client.post(act, sent)
    page = words(answer)
    assert answer.status_code == 409
    assert "ฐานะรองผู้ว่าราชการจังหวัดปทุมธานี รักษาราชการแทน ผู้ว่าราชการจังหวัดปทุมธานีสิ้นสุด" in page
    assert "เห็นควรอนุมัติ ตามที่เสนอ" in page and "ความลับ" not in page
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert client.post(act, sent).status_code == 409  # back and again: still not in another capacity
    assert not Endorsement.objects.filter(letter=step.letter_id, by=acting.user).exists()
    part = client.post(act, sent, headers={"HX-Request": "true"})
    assert part.status_code == 409 and part.headers["Content-Type"].startswith("text/plain")
    assert "ฐานะที่ใช้อยู่สิ้นสุดแล้ว" in words(client.get("/"))
    assert client.post(reverse("intray:sign_choose"), {}).status_code != 409  # a new page, a capacity that stands


def test_a_draft_being_written_when_the_period_ends_is_not_taken_over_by_another_post(world: World) -> None:
    acting = acts_for(world, "clerk", "general-head")
    letter = written(acting, kind="MEMO", subject="เดิม")
    assert acting.appointment is not None
    client = client_of(world, acting)
    Appointment.objects.filter(pk=acting.appointment.pk).update(ends_at=timezone.now())
    answer = client.post(reverse("draft:edit", args=[letter.pk]), form_of(letter, subject="เรื่องที่เพิ่งพิมพ์ใหม่"))
    assert answer.status_code == 409 and "เรื่องที่เพิ่งพิมพ์ใหม่" in words(answer)
    assert Letter.objects.get(pk=letter.pk).subject == "เดิม"
    quiet = client.post(
        reverse("draft:autosave", args=[letter.pk]),
        form_of(letter, subject="อีกครั้ง"),
        headers={"Sec-Fetch-Dest": "empty"},
    )
    assert quiet.status_code == 409 and "สิ้นสุด" in quiet.content.decode()
    assert (
        client.post(reverse("accounts:switch_capacity"), {"capacity": "x"}).status_code == 302
    )  # one's own pages go on
