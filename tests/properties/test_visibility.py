"""Visibility is the rule: the query of single letters, the newest-first list and a plain reading of the rule agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from org.actor import Actor
from saraban.actions.letters import reserve_letter
from saraban.models import Letter, LetterParty, NumberSeries, RegisterEntry
from saraban.models.reach import Reach, forget_reach, newest_ids, reach_of
from tests.sizes import sized
from tests.world import World

ACTORS = [
    ("clerk", None),
    ("stat-clerk", None),
    ("province-registrar", None),
    ("secret-registrar", None),
    ("governor", None),
    ("office-head", None),
    ("auditor", None),
    ("ministry-registrar", None),
    ("central-admin", None),
    ("superuser", None),
]
FOLDERS = ["pte-send", "pte-receive", "pte-secret-send", "mdes-send"]
PARTIES = ["none", "unit", "position", "user"]
Because = LetterParty.Because
BECAUSE = (Because.DELIVERY, Because.READER)


@dataclass
class Plan:
    """A letter to be made: its secrecy, its entries (folder, owner's unit) and parties (who, until)."""

    secrecy: int
    signed_in: str | None
    entries: list[tuple[str, int]] = field(default_factory=list)
    parties: list[tuple[str, int, int]] = field(default_factory=list)


plans = st.builds(
    Plan,
    secrecy=st.sampled_from([0, 0, 0, 1, 2, 3]),
    signed_in=st.sampled_from([None, None, *FOLDERS]),
    entries=st.lists(st.tuples(st.sampled_from(FOLDERS), st.integers(0, 4)), max_size=2),
    parties=st.lists(st.tuples(st.sampled_from(PARTIES), st.integers(0, 9), st.sampled_from([-1, 0, 1])), max_size=2),
)


@pytest.fixture
def stage(world: World) -> dict[str, Any]:
    """The actors, folders, units, posts and users the plans index."""
    actors = [world.actor(name, post) for name, post in ACTORS]
    placed = [actor for actor in actors if actor.appointment]
    return {
        "actors": actors,
        "folders": {key: world.folder(key) for key in FOLDERS},
        "units": [actor.unit for actor in placed[:5]],
        "positions": [actor.position for actor in placed],
        "users": [actor.user for actor in actors],
    }


def make(plan: Plan, stage: dict[str, Any], n: int) -> Letter:
    """The letter of a plan, written straight into the tables: it need not have a likely history."""
    actor: Actor = stage["actors"][0]
    folder = stage["folders"][plan.signed_in] if plan.signed_in else None
    owner = folder.owner_unit if folder else actor.unit
    letter = Letter.objects.create(
        agency_id=owner.agency_id,
        kind="MEMO",
        owner_unit=owner,
        **(reserve_letter() if plan.secrecy else {}),
        secrecy=plan.secrecy,
        folder=folder,
        status="SIGNED" if folder else "CLOSED",
    )
    for m, (key, unit) in enumerate(plan.entries):
        entry_folder = stage["folders"][key]
        series, _ = NumberSeries.objects.get_or_create(folder=entry_folder, year=2400)
        RegisterEntry.objects.create(
            folder=entry_folder,
            series=series,
            letter=letter,
            seq=n * 10 + m + 1,
            number="1",
            entered_at=actor.at,
            entered_on=actor.at.date(),
            owner_unit=stage["units"][unit],
            secrecy=plan.secrecy,
            registrar=actor.user,
            registrar_position=actor.position,
        )
    for m, (who, index, days) in enumerate(plan.parties):
        if who == "none":
            continue
        rows = stage[{"unit": "units", "position": "positions", "user": "users"}[who]]
        LetterParty.objects.create(
            letter=letter,
            because=BECAUSE[m],
            until=None if days == 0 else timezone.now() + timedelta(days=days),
            secrecy=plan.secrecy,
            **{who: rows[index % len(rows)]},
        )
    return letter


def rule(plan: Plan, stage: dict[str, Any], reach: Reach) -> bool:
    """The rule as the house states it, read plainly."""
    read_all, own = reach.folders("read_all"), reach.folders("read_own_unit")
    secret_registrar = reach.folders("secret_register")
    named = unit_party = False
    for m, (who, index, days) in enumerate(plan.parties):
        if who == "none" or days < 0:
            continue
        rows = stage[{"unit": "units", "position": "positions", "user": "users"}[who]]
        pk = rows[index % len(rows)].pk
        named |= (who == "position" and pk == reach.position_id) or (who == "user" and pk == reach.user_id)
        unit_party |= who == "unit" and pk in reach.unit_ids
        unit_party |= who == "unit" and BECAUSE[m] == Because.DELIVERY and pk in reach.registry_unit_ids
    entries = [(stage["folders"][key].pk, stage["units"][unit].pk) for key, unit in plan.entries]
    waits_in = stage["folders"][plan.signed_in].pk if plan.signed_in else None
    if plan.secrecy == 0:
        by_folder = any(f in read_all or (f in own and u in reach.unit_ids) for f, u in entries) or waits_in in read_all
        if plan.signed_in:
            owner = stage["folders"][plan.signed_in].owner_unit_id
            by_folder |= owner in reach.unit_ids and waits_in in (own | reach.folders("take_number"))
        return named or unit_party or by_folder
    registers = any(f in secret_registrar for f, _ in entries) or waits_in in secret_registrar
    return plan.secrecy <= reach.clearance and (named or registers)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(plans, min_size=1, max_size=sized(5, long=25)))
def test_who_sees_what_is_the_rule(stage: dict[str, Any], made: list[Plan]) -> None:
    with transaction.atomic():
        letters = [make(plan, stage, n) for n, plan in enumerate(made)]
        ids = {letter.pk for letter in letters}
        for actor in stage["actors"]:
            forget_reach(actor)
            reach = reach_of(actor)
            expected = {letter.pk for letter, plan in zip(letters, made, strict=True) if rule(plan, stage, reach)}
            asked = set(Letter.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
            listed = ids & set(newest_ids(reach, limit=1000))
            assert asked == expected, actor
            assert listed == expected, actor
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_paging_by_cursor_meets_every_letter_once(stage: dict[str, Any]) -> None:
    plan = Plan(0, None, [("pte-send", 0), ("pte-receive", 0)], [("position", 2, 0), ("unit", 0, 0)])
    made = {make(plan, stage, n).pk for n in range(23)}
    registrar = reach_of(stage["actors"][2])
    met: list[int] = []
    before = None
    while page := newest_ids(registrar, before=before, limit=4):
        met += page
        before = page[-1]
    assert len(met) == len(set(met))
    assert made <= set(met)
    assert met == sorted(met, reverse=True)
