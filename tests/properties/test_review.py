"""The review under any order of verbs: one live group, nobody decides twice, proposed only when every turn has passed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.access import Refused
from common.thai import BANGKOK
from draft.actions.review import pass_review, recall, return_draft, submit
from draft.actions.substitutes import call_due_substitutes, call_substitute
from draft.models import Draft, Review, ReviewState
from draft.permissions import live_group, may_edit
from draft.plan import Reviewer
from org.actor import Actor
from saraban.models import Letter, LetterStatus
from tests.drafting import rewrite, written
from tests.sizes import sized
from tests.world import World

KEYS = ("office-head", "vice1", "stat-clerk", "governor")
DECIDED = (ReviewState.PASSED, ReviewState.RETURNED)

plans = st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=3)
verbs = st.tuples(
    st.sampled_from(
        ["pass", "pass", "pass", "pass", "return", "recall", "submit", "submit", "substitute", "deadline", "edit"]
    ),
    st.integers(0, len(KEYS) - 1),
)


@pytest.fixture
def people(world: World) -> dict[str, Any]:
    """Who acts, and the posts they hold."""
    acting = {key: world.actor(key) for key in (*KEYS, "clerk")}
    posts = {key: world.post("PTE", key) for key in KEYS}
    return {"acting": acting, "posts": posts}


class Table:
    """One draft on the table: plays the verbs, remembers who decided, and says what must always hold."""

    def __init__(self, people: dict[str, Any], shape: list[tuple[int, bool]]) -> None:
        self.clerk: Actor = people["acting"]["clerk"]
        spare = list(KEYS[len(shape) :])
        rows = []
        for key, (group, with_substitute) in zip(KEYS, shape, strict=False):
            substitute = people["posts"][spare.pop()].pk if with_substitute and spare else None
            rows.append(Reviewer(people["posts"][key].pk, group, "1", substitute))
        self.actors = [people["acting"][key] for key in KEYS]
        self.letter = written(self.clerk, reviewers=tuple(rows))

    def play(self, verb: str, which: int) -> None:
        """One verb by one person; refused as often as not, and then nothing has changed."""
        by = self.actors[which % len(self.actors)]
        before = self.state()
        try:
            with transaction.atomic():
                self._do(verb, by)
        except (Refused, Letter.DoesNotExist):
            assert self.state() == before, verb

    def _do(self, verb: str, by: Actor) -> None:
        pk = self.letter.pk
        if verb == "submit":
            submit(by=self.clerk, letter_id=pk)
        elif verb == "pass":
            pass_review(by=by, letter_id=pk)
        elif verb == "return":
            return_draft(by=by, letter_id=pk, reason="แก้คำผิด")
        elif verb == "recall":
            recall(by=self.clerk, letter_id=pk)
        elif verb == "edit":
            rewrite(by, self.letter, subject=f"แก้โดย {by.user.pk}")
        elif verb == "substitute":
            review = Review.objects.filter(letter=pk, state=ReviewState.WAITING).exclude(substitute=None).first()
            if review is not None:
                call_substitute(by=self.clerk, letter_id=pk, review_id=review.pk)
        else:
            at = timezone.now() + timedelta(days=3)
            while at.astimezone(BANGKOK).weekday() > 4 or not 9 <= at.astimezone(BANGKOK).hour < 16:
                at += timedelta(hours=1)
            call_due_substitutes(at=at)
            assert call_due_substitutes(at=at) == 0  # a second run calls nobody

    def state(self) -> list[Any]:
        """Everything the review has written."""
        rows = Review.objects.filter(letter=self.letter).order_by("id").values_list("id", "state", "done_by", "round")
        return [*rows, Letter.objects.get(pk=self.letter.pk).status, Draft.objects.get(letter=self.letter).round]

    def check(self) -> None:
        """What holds after every verb."""
        letter = Letter.objects.get(pk=self.letter.pk)
        draft = Draft.objects.get(letter=letter)
        rows = list(Review.objects.filter(letter=letter).select_related("stands_for"))
        waiting = [row for row in rows if row.state == ReviewState.WAITING]
        now = [row for row in rows if row.round == draft.round]
        assert len({(row.round, row.group) for row in waiting}) <= 1, "one live group"
        assert bool(waiting) == (letter.status == LetterStatus.REVIEW)
        if letter.status != LetterStatus.REVIEW:
            assert not [row for row in rows if row.state == ReviewState.PLANNED], "nobody is still to follow"
        for (round_, turn), count in Counter(
            (row.round, row.stands_for_id or row.pk) for row in rows if row.state in DECIDED
        ).items():
            assert count == 1, (round_, turn, "one decision a turn")
        posts = Counter((row.round, row.position_id) for row in rows)
        assert max(posts.values(), default=1) == 1, "a post is asked once a round"
        for row in waiting:
            earlier = [one for one in now if one.group < row.group and one.stands_for_id is None]
            assert all(self._passed(one, now) for one in earlier), "groups in their order"
        if letter.status == LetterStatus.PROPOSED:
            turns = [row for row in now if row.stands_for_id is None]
            assert turns and all(self._passed(one, now) for one in turns), "proposed when all have passed"
        live = live_group(letter)
        if live.parallel:
            assert not any(may_edit(actor, letter) for actor in [*self.actors, self.clerk]), "nobody edits together"
        here = {stay.position_id for stay in letter.stays.filter(until=None)}
        if letter.status == LetterStatus.REVIEW:
            assert here == {row.position_id for row in waiting}, "it lies where it is waited for"

    @staticmethod
    def _passed(turn: Review, rows: list[Review]) -> bool:
        return any(row.state == ReviewState.PASSED and (row.stands_for_id or row.pk) == turn.pk for row in rows)


@settings(max_examples=sized(25, long=150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=plans, story=st.lists(verbs, min_size=1, max_size=sized(14, long=30)))
@pytest.mark.django_db
def test_any_order_of_verbs_keeps_the_review_in_order(
    people: dict[str, Any], shape: list[tuple[int, bool]], story: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        table = Table(people, shape)
        table.play("submit", 0)
        table.check()
        for verb, which in story:
            table.play(verb, which)
            table.check()
        transaction.set_rollback(True)
