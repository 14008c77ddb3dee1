"""Numbers of any history: each series runs from its start without gap or double, in the order of issue (สารบรรณ 2526 ข้อ 31)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from org.actor import Actor
from saraban.actions import numbers
from saraban.models import NumberSeries, RegisterEntry, RegisterFolder
from tests.sizes import sized
from tests.story import bare_signed
from tests.tray import registered
from tests.world import World

FOLDERS = ["pte-send", "pte-certificate", "pte-contract"]


@dataclass(frozen=True)
class Step:
    """One thing that happens at the registry: `what` is number, crash (after the number was taken), void or receive."""

    what: str
    folder: str
    circular: bool
    year: int
    which: int


steps = st.builds(
    Step,
    what=st.sampled_from(["number", "number", "number", "crash", "void", "receive"]),
    folder=st.sampled_from(FOLDERS),
    circular=st.booleans(),
    year=st.integers(2568, 2570),
    which=st.integers(0, 99),
)


@pytest.fixture
def stage(world: World) -> dict[str, Any]:
    """The people and folders the steps name; the counters of the folders as they stand."""
    folders = {key: world.folder(key) for key in [*FOLDERS, "pte-receive"]}
    return {"world": world, "folders": folders, "clerk": world.actor("clerk"), "by": world.actor("province-registrar")}


class Registry:
    """Plays the steps, and keeps what the rule says should stand in the registers."""

    def __init__(self, stage: dict[str, Any]) -> None:
        self.world: World = stage["world"]
        self.clerk: Actor = stage["clerk"]
        self.by: Actor = stage["by"]
        self.folders: dict[str, RegisterFolder] = stage["folders"]
        self.given: dict[tuple[int, int, bool], list[int]] = defaultdict(list)
        self.entries: list[RegisterEntry] = []
        self.voided: set[int] = set()

    def play(self, step: Step) -> None:
        with mock.patch.object(numbers, "series_year", lambda folder, at: step.year):
            getattr(self, step.what)(step)

    def number(self, step: Step) -> None:
        letter = bare_signed(self.clerk, self.folders[step.folder], circular=step.circular)
        self._note(numbers.issue_number(by=self.by, letter_id=letter.pk), step, circular=step.circular)

    def crash(self, step: Step) -> None:
        letter = bare_signed(self.clerk, self.folders[step.folder], circular=step.circular)
        with mock.patch.object(numbers, "record", side_effect=RuntimeError), pytest.raises(RuntimeError):
            numbers.issue_number(by=self.by, letter_id=letter.pk)

    def receive(self, step: Step) -> None:
        letter = registered(self.world)
        entry = RegisterEntry.objects.select_related("folder").get(letter=letter)
        self._note(entry, step, circular=False)

    def void(self, step: Step) -> None:
        standing = [one for one in self.entries if one.pk not in self.voided and not one.folder.is_receiving]
        if standing:
            entry = standing[step.which % len(standing)]
            numbers.void_number(by=self.by, entry_id=entry.pk, reason="ออกเลขผิดแฟ้ม")
            self.voided.add(entry.pk)

    def _note(self, entry: RegisterEntry, step: Step, *, circular: bool) -> None:
        own = circular and entry.folder.circular_own_series
        self.given[entry.folder_id, step.year, own].append(entry.seq)
        self.entries.append(entry)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(steps, min_size=1, max_size=sized(12, long=40)))
def test_every_series_runs_without_gap_or_double(stage: dict[str, Any], history: list[Step]) -> None:
    with transaction.atomic():
        before = {(s.folder_id, s.year, s.circular): s.last for s in NumberSeries.objects.all()}
        registry = Registry(stage)
        for step in history:
            registry.play(step)
        for (folder, year, circular), seqs in registry.given.items():
            series = NumberSeries.objects.get(folder=folder, year=year, circular=circular)
            start = before.get((folder, year, circular), 0) + 1
            assert seqs == list(range(start, start + len(seqs)))
            assert series.last == seqs[-1]
            kept = RegisterEntry.objects.filter(series=series, seq__gte=start).order_by("pk")
            assert list(kept.values_list("seq", flat=True)) == seqs
        struck = RegisterEntry.objects.filter(pk__in=[one.pk for one in registry.entries]).exclude(voided_at=None)
        assert set(struck.values_list("pk", flat=True)) == registry.voided
        times = [one.entered_at for one in registry.entries]
        assert times == sorted(times)
        transaction.set_rollback(True)
