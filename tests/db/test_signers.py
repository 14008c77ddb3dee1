"""Who signs which kind of letter: the table, its setting, and that it is asked at the signature."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from intray import actions
from intray.models import RoutingStep
from intray.permissions import may_sign
from saraban.models import LetterKind
from saraban.sheets.kinds import KINDS
from saraban.sheets.signers import WHO_SIGNS, Signers, demand_signing_posts, may_sign_kind, who_signs
from tests.standing import on_behalf
from tests.tray import only_step, proposed
from tests.world import World

pytestmark = pytest.mark.django_db
WORDS = "ยืนยันลงนาม"


def test_every_kind_says_who_signs_it() -> None:
    assert set(WHO_SIGNS) == set(KINDS) == set(LetterKind.values)


@pytest.mark.parametrize("kind", LetterKind.values)
def test_the_table_is_asked_at_the_signature(world: World, kind: str) -> None:
    """The governor signs all, the head of a group what heads sign, a clerk records and papers inside."""
    may = {post: bool(may_sign_kind(world.post("PTE", post), kind)) for post in ("governor", "general-head", "clerk")}
    wanted = who_signs(kind)
    assert may == {"governor": True, "general-head": wanted is not Signers.OUTWARD, "clerk": wanted is Signers.ANY}
    clerk = world.actor("clerk")
    letter = proposed(world, clerk, by="general-head", kind=kind)
    verdict = may_sign(clerk, only_step(letter))
    assert bool(verdict) == may["clerk"], verdict.reason
    if not verdict:
        assert KINDS[kind].title in verdict.reason and wanted.value in verdict.reason


def test_an_agency_may_say_otherwise(world: World, settings: Any) -> None:
    settings.SIGNING_POSTS = {"CERTIFICATE": "ANY", "OTHER": "OUTWARD"}
    assert may_sign_kind(world.post("PTE", "clerk"), "CERTIFICATE")
    assert not may_sign_kind(world.post("PTE", "general-head"), "OTHER")
    from django.core.exceptions import ImproperlyConfigured

    for wrong in ({"LETTER": "ANY"}, {"ORDER": "EVERYBODY"}):
        with pytest.raises(ImproperlyConfigured):
            demand_signing_posts(wrong)


def test_nobody_steps_aside_unseen(world: World) -> None:
    """The trail says in which capacity a thing was done, by the words of the moment."""
    vice = on_behalf(world, "vice1", "governor")
    letter = proposed(world, world.actor("governor"))
    actions.sign_typed(by=vice, step_id=only_step(letter).pk, confirmation=WORDS)
    from saraban.trail import trail_of

    signed = next(step for step in trail_of(letter, timezone.now()).steps if step.who == vice.user.full_name)
    assert signed.acting == "ในฐานะรองผู้ว่าราชการจังหวัดปทุมธานี ปฏิบัติราชการแทน ผู้ว่าราชการจังหวัดปทุมธานี"
    assert RoutingStep.objects.get(letter=letter).signed_as == vice.appointment
