"""Two people at once on one draft."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from common.access import Refused
from draft.actions.review import pass_review, submit
from draft.actions.working import Page, Stale
from draft.actions.writing import save
from draft.models import Draft, Review
from outbox.models import OutboxMessage
from tests.drafting import content_of, in_review, revision_of, written
from tests.racing import at_once
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_saves_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    letter = written(world.actor("clerk"))
    before, base = content_of(letter), revision_of(letter)
    results = at_once(
        *(
            partial(
                save,
                by=world.actor("clerk"),
                letter_id=letter.pk,
                content=replace(before, subject=f"จากหน้าต่าง {page}"),
                page=Page(base, page, 1),
            )
            for page in ("ก", "ข")
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["Draft", "Stale"]
    [won] = [one for one in results if isinstance(one, Draft)]
    [lost] = [one for one in results if isinstance(one, Stale)]
    assert content_of(letter).subject == won.fields["subject"] and lost.draft.pk == letter.pk


def test_a_reviewer_passes_once_however_often_it_is_pressed(world: World) -> None:
    letter = in_review(world, "office-head")
    results = at_once(*(partial(pass_review, by=world.actor("office-head"), letter_id=letter.pk) for _ in range(3)))
    assert sum(not isinstance(one, Exception) for one in results) == 1
    assert all(isinstance(one, Refused) for one in results if isinstance(one, Exception)), results
    assert OutboxMessage.objects.filter(topic="letter.proposed").count() == 1


def test_a_draft_is_submitted_once(world: World) -> None:
    letter = written(world.actor("clerk"), reviewers=(world.post("PTE", "office-head").pk,))
    results = at_once(*(partial(submit, by=world.actor("clerk"), letter_id=letter.pk) for _ in range(2)))
    assert sum(not isinstance(one, Exception) for one in results) == 1, results
    assert Review.objects.filter(letter=letter).count() == 1
