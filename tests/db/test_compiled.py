"""A statement compiled once gives what the ORM gives: columns, joins, locks, and what is not there."""

from __future__ import annotations

import pytest
from django.db import connection, models, transaction
from django.db.transaction import TransactionManagementError

from common.compiled import ByKey
from intray.models import RoutingStep
from saraban.models import Letter, RegisterFolder
from saraban.models.reach import may_read
from tests.tray import only_step, proposed
from tests.world import World

pytestmark = pytest.mark.django_db


def columns(row: models.Model | None) -> dict[str, object]:
    return {} if row is None else {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}


def test_it_reads_what_the_orm_reads(world: World, django_assert_num_queries: object) -> None:
    step = only_step(proposed(world, world.actor("governor")))
    rows = RoutingStep.objects.select_related("letter__folder", "to_position__unit__agency", "job")
    once = ByKey(lambda: rows)
    for _ in range(2):  # the second time without compiling
        ours, theirs = once.get(step.pk), rows.get(pk=step.pk)
        assert columns(ours) == columns(theirs)
        with django_assert_num_queries(0):  # type: ignore[operator]
            assert columns(ours.letter) == columns(theirs.letter)
            assert columns(ours.letter.folder) == columns(theirs.letter.folder)
            assert ours.to_position is not None
            assert ours.to_position.unit.agency.pk == theirs.letter.agency_id
            assert ours.job is None


def test_what_is_not_there_is_not_found(world: World) -> None:
    letters = ByKey(lambda: Letter.objects.select_related("agency"))
    assert letters.find(0) is None
    with pytest.raises(Letter.DoesNotExist):
        letters.get(0)


def test_columns_left_out_come_when_they_are_asked_for(world: World) -> None:
    folder = world.folder("pte-send")
    few = ByKey(lambda: RegisterFolder.objects.select_related("agency").only("name", "agency__code"))
    found = few.get(folder.pk)
    assert "kind" in found.get_deferred_fields()
    assert (found.kind, found.agency.name) == (folder.kind, folder.agency.name)


@pytest.mark.django_db(transaction=True)
def test_a_lock_wants_a_transaction_and_locks(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    locked = ByKey(lambda: Letter.objects.select_for_update(of=("self",)).select_related("folder"))
    with transaction.atomic():
        assert locked.get(letter.pk).folder == letter.folder
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE mode = 'RowShareLock' AND pid = pg_backend_pid()")
            assert cursor.fetchone()[0]
    with pytest.raises(TransactionManagementError):
        locked.get(letter.pk)


def test_the_short_way_of_may_read_agrees_with_the_rule(world: World) -> None:
    letter = proposed(world, world.actor("governor"))
    people = [
        world.actor(name) for name in ("governor", "secretary", "clerk", "vice1", "province-registrar", "auditor")
    ]
    people += [world.actor(name) for name in ("permsec", "local-clerk", "central-admin", "superuser")]
    for one in people:
        assert may_read(one, letter) == Letter.objects.visible_to(one).filter(pk=letter.pk).exists(), one.user
