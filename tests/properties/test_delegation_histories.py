"""Whoever stands in for whom, at any time: who may sign is what a plain model of orders says, nobody decides outside his
scope, and the paper names the post whose powers are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from common.access import Refused
from intray.models import RoutingStep, StepPurpose
from intray.permissions import may_sign
from org.actions import appoint
from org.actor import Actor
from org.models import Appointment
from saraban.actions.delegation import delegate, end_delegation, subdelegate
from saraban.actions.letters import move
from saraban.actions.paper import block_for
from saraban.models import Letter
from saraban.permissions_delegation import matter_of
from saraban.selectors_delegation import signing_holders
from tests.sizes import sized
from tests.standing import actor_of
from tests.story import draft
from tests.world import World

PEOPLE = ("vice1", "vice3", "vice4", "office-head")
POSTS = ("governor", "vice2")
KINDS = ("MEMO", "ORDER", "CERTIFICATE")
LIMITS = (None, 0, 100_000, 500_000)
AMOUNTS = (None, 0, 100_000, 100_001, 900_000)


@dataclass(frozen=True)
class Order:
    """What one order says, as the model keeps it. `above` is the order it was handed on from."""

    who: str
    post: str
    full: bool
    begins: datetime
    ends: datetime | None
    kinds: frozenset[str]
    limit: int | None
    further: bool
    above: int | None = None

    def stands(self, at: datetime) -> bool:
        return self.begins <= at and (self.ends is None or at < self.ends)

    def covers(self, kind: str, amount: int | None) -> bool:
        money = self.limit is None or amount is None or amount <= self.limit
        return self.full or ((not self.kinds or kind in self.kinds) and money)


class Delegations(RuleBasedStateMachine):
    """Random orders, ends and letters while the clock goes on; the model beside the tables."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.now = timezone.now()
        self.orders: dict[int, Order] = {}
        self.letters: list[tuple[RoutingStep, str, int | None]] = []
        for post in POSTS:
            rows = Appointment.objects.current(self.now).filter(position=self.world.post("PTE", post))
            for row in rows.exclude(capacity="SECRETARY").select_related("user"):
                self.orders[row.pk] = Order(
                    row.user.username, post, True, row.starts_at, row.ends_at, frozenset(), None, False
                )

    @contextmanager
    def clock(self) -> Iterator[None]:
        with mock.patch("django.utils.timezone.now", return_value=self.now):
            yield

    def admin(self) -> Actor:
        return replace(self.world.actor("province-admin"), at=self.now)

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(who=st.sampled_from(PEOPLE), post=st.sampled_from(POSTS), starts=st.integers(-1, 20), days=st.integers(1, 4))
    def act(self, who: str, post: str, starts: int, days: int) -> None:
        begins = self.now + timedelta(hours=starts)
        ends = begins + timedelta(days=days)
        values: dict[str, Any] = {
            "capacity": "ACTING",
            "starts_at": begins,
            "ends_at": ends,
            "order_ref": "คำสั่ง 1/2569",
        }
        try:
            with transaction.atomic():
                row = appoint(
                    by=self.admin(), user=self.world.user(who), position=self.world.post("PTE", post), **values
                )
        except Refused:
            clashing = [
                one for one in self.orders.values()
                if one.full and (one.who, one.post) == (who, post) and (one.ends is None or one.ends > begins)
                and one.begins < ends
            ]  # fmt: skip
            assert clashing
            return
        self.orders[row.pk] = Order(who, post, True, begins, ends, frozenset(), None, False)

    @rule(
        who=st.sampled_from(PEOPLE), post=st.sampled_from(POSTS), starts=st.integers(-1, 20),
        days=st.one_of(st.none(), st.integers(1, 4)), kinds=st.frozensets(st.sampled_from(KINDS)),
        limit=st.sampled_from(LIMITS), further=st.booleans(),
    )  # fmt: skip
    def delegate(self, who: str, post: str, starts: int, days: int | None, **scope: Any) -> None:
        begins = self.now + timedelta(hours=starts)
        ends = begins + timedelta(days=days) if days else None
        limit = scope["limit"]
        row = delegate(
            by=self.admin(), user=self.world.user(who), position=self.world.post("PTE", post), kinds=tuple(scope["kinds"]),
            amount_limit=None if limit is None else Decimal(limit), may_subdelegate=scope["further"], starts_at=begins,
            ends_at=ends, order_ref="คำสั่ง 2/2569",
        ).appointment  # fmt: skip
        self.orders[row.pk] = Order(who, post, False, begins, ends, scope["kinds"], limit, scope["further"])

    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        kinds=st.frozensets(st.sampled_from(KINDS)),
        limit=st.sampled_from(LIMITS),
    )
    def hand_on(self, data: st.DataObject, who: str, kinds: frozenset[str], limit: int | None) -> None:
        given = [pk for pk, one in self.orders.items() if not one.full]
        if not given:
            return
        pk = data.draw(st.sampled_from(given))
        above = self.orders[pk]
        allowed = (
            above.further and above.above is None and above.stands(self.now) and who != above.who
            and (not above.kinds or (bool(kinds) and kinds <= above.kinds))
            and (above.limit is None or (limit is not None and limit <= above.limit))
        )  # fmt: skip
        by = replace(actor_of(Appointment.objects.get(pk=pk)), at=self.now)
        amount = None if limit is None else Decimal(limit)
        try:
            with transaction.atomic():
                row = subdelegate(
                    by=by, user=self.world.user(who), kinds=tuple(kinds), amount_limit=amount, order_ref="คำสั่ง 3/2569"
                ).appointment
        except Refused as refusal:
            assert not allowed, refusal.sentence
            return
        assert allowed
        self.orders[row.pk] = Order(who, above.post, False, self.now, above.ends, kinds, limit, False, pk)

    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        """The holder of the post ends what stands in for it; what was handed on goes with it."""
        going = [pk for pk, one in self.orders.items() if one.ends is None or one.ends > self.now]
        own = {row.pk for row in Appointment.objects.filter(pk__in=going, capacity="SUBSTANTIVE")}
        able = [pk for pk in going if pk not in own and self.orders[pk].post == "governor"]
        if not able:
            return
        pk = data.draw(st.sampled_from(able))
        row = Appointment.objects.select_related("user", "position__unit", "parent").get(pk=pk)
        if row.starts_at == self.now:
            return
        end_delegation(by=replace(self.world.actor("governor"), at=self.now), appointment=row)
        for key in [pk, *(key for key, one in self.orders.items() if one.above == pk)]:
            one = self.orders[key]
            if one.ends is not None and one.ends <= self.now:
                continue
            if one.begins >= self.now:
                del self.orders[key]
            else:
                self.orders[key] = replace(one, ends=self.now)

    @rule(kind=st.sampled_from(KINDS), amount=st.sampled_from(AMOUNTS), post=st.sampled_from(POSTS))
    def propose(self, kind: str, amount: int | None, post: str) -> None:
        clerk, position = self.world.actor("clerk"), self.world.post("PTE", post)
        letter = draft(
            clerk, self.world.folder("pte-send"), kind=kind, amount=None if amount is None else Decimal(amount)
        )
        move(letter=letter, verb="propose", by=clerk, label="เสนอลงนาม")
        step = RoutingStep.objects.create(
            letter=letter, to_position=position, to_unit=position.unit, purpose=StepPurpose.SIGN, order=1,
            proposal=f"p{letter.pk}", sent_by=clerk.user, sent_from=clerk.position, sent_at=self.now,
        )  # fmt: skip
        self.letters.append((step, kind, amount))

    @invariant()
    def who_may_sign_is_what_the_orders_say(self) -> None:
        for step, kind, amount in getattr(self, "letters", [])[-3:]:
            rows = Appointment.objects.filter(pk__in=self.orders).select_related("user", "position__unit__agency")
            for row in rows:
                order = self.orders[row.pk]
                actor = Actor(row.user, row, self.now)
                wanted = (
                    order.post == ("governor" if step.to_position == self.world.post("PTE", "governor") else "vice2")
                    and order.stands(self.now) and order.covers(kind, amount)
                )  # fmt: skip
                verdict = may_sign(actor, step)
                assert bool(verdict) == wanted, (order, kind, amount, verdict.reason)

    @invariant()
    def what_is_printed_names_the_post_whose_powers_are_used(self) -> None:
        for step, kind, amount in getattr(self, "letters", [])[-1:]:
            assert step.to_position_id is not None
            letter = Letter.objects.get(pk=step.letter_id)
            found = signing_holders([step.to_position_id], matter_of(letter), self.now)
            able = [
                one for pk, one in self.orders.items()
                if one.stands(self.now) and one.covers(kind, amount)
                and self.world.post("PTE", one.post).pk == step.to_position_id
            ]  # fmt: skip
            assert bool(found) == bool(able)
            for row in found.values():
                order = self.orders[row.pk]
                assert order in able
                block = block_for(row, 1)
                assert block.name == row.user.full_name
                assert block.title_lines[-1] == row.position.title == step.to_position.title
                assert (len(block.title_lines) == 2) == row.stands_in
                if any(one.full for one in able):
                    acting = [pk for pk, one in self.orders.items() if one in able and one.full]
                    assert row.pk in acting or not Appointment.objects.filter(pk__in=acting, capacity="ACTING").exists()


@pytest.mark.django_db
def test_who_may_sign_is_what_the_orders_say(world: World) -> None:
    class Here(Delegations):
        """Each run in a savepoint of its own."""

        def __init__(self) -> None:
            self.world = world
            self.savepoint = transaction.savepoint()
            super().__init__()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.savepoint)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=sized(12, long=120), stateful_step_count=sized(14, long=40), deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
