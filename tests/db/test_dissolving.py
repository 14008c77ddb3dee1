"""A unit is dissolved: its registers are closed or go to the successor, and nothing under way is lost."""

from __future__ import annotations

import pytest

from audit.models import AuditEvent
from common.access import Invalid, Refused
from org.actions import create_unit, dissolve_unit
from org.models import Unit
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.folders import create_folder, grant_right, update_folder
from saraban.actions.numbers import issue_number
from saraban.models import FolderRight, NumberSeries, RegisterEntry, RegisterFolder
from tests import registry
from tests.story import bare_signed
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(world: World) -> Unit:
    """A unit without posts, under the province's office."""
    by = world.actor("province-admin")
    return create_unit(by=by, agency=world.agency("PTE"), parent=world.unit("PTE", "office"), name="กลุ่มงานทดลอง")


def register_of(world: World, unit: Unit, name: str = "ทะเบียนส่งทดลอง") -> RegisterFolder:
    """A sending register of `unit` from which the clerk's unit takes numbers."""
    by = world.actor("province-admin")
    group = world.folder("pte-send").group
    folder = create_folder(by=by, owner_unit=unit, group=group, kind="SEND", name=name)
    for right in ("take_number", "read_own_unit"):
        grant_right(by=by, folder=folder, rights_group=world.group("PTE", "unit:general"), right=right)
    return folder


def last_line(folder: RegisterFolder) -> AuditEvent:
    line = AuditEvent.objects.filter(subject_type="saraban.registerfolder", subject_id=folder.pk).latest("id")
    assert isinstance(line, AuditEvent)
    return line


def test_without_a_successor_the_registers_close(world: World, unit: Unit) -> None:
    folder, by = register_of(world, unit), world.actor("province-admin")
    dissolve_unit(by=by, unit=unit)
    folder.refresh_from_db()
    assert folder.closed_at == by.at and folder.owner_unit == unit
    line = last_line(folder)
    assert line.verb == "folder.close" and "เพราะยุบ กลุ่มงานทดลอง" in line.label
    assert folder.history.first().history_user == by.user


def test_a_successor_goes_on_with_the_registers_and_their_numbers(world: World, unit: Unit) -> None:
    folder, by = register_of(world, unit), world.actor("province-admin")
    registrar, general = world.actor("clerk"), world.unit("PTE", "general")
    first = issue_number(by=registrar, letter_id=bare_signed(world.actor("clerk"), folder).pk)
    rights = set(FolderRight.objects.filter(content_object=folder).values_list("group", "permission"))
    dissolve_unit(by=by, unit=unit, successor=general)
    folder.refresh_from_db()
    assert folder.owner_unit == general and folder.closed_at is None
    assert last_line(folder).label.startswith("โอนแฟ้มทะเบียนจาก กลุ่มงานทดลอง ไปยัง")
    assert set(FolderRight.objects.filter(content_object=folder).values_list("group", "permission")) == rights
    second = issue_number(by=registrar, letter_id=bare_signed(world.actor("clerk"), folder).pk)
    assert (first.seq, second.seq) == (1, 2)
    assert NumberSeries.objects.filter(folder=folder).count() == 1
    assert RegisterEntry.objects.filter(folder=folder).count() == 2


def test_a_register_of_the_same_name_gets_its_origin_added(world: World, unit: Unit) -> None:
    general = world.unit("PTE", "general")
    mine, theirs = register_of(world, unit, "ทะเบียนส่ง"), register_of(world, general, "ทะเบียนส่ง")
    dissolve_unit(by=world.actor("province-admin"), unit=unit, successor=general)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.name, theirs.name) == ("ทะเบียนส่ง (รับช่วงจาก กลุ่มงานทดลอง)", "ทะเบียนส่ง")


def test_a_letter_that_waits_for_its_number_keeps_the_unit_or_goes_along(world: World, unit: Unit) -> None:
    folder, by = register_of(world, unit), world.actor("province-admin")
    bare_signed(world.actor("clerk"), folder)
    with pytest.raises(Refused, match="ต้องออกเลขให้เสร็จก่อน"):
        dissolve_unit(by=by, unit=unit)
    unit.refresh_from_db()
    folder.refresh_from_db()
    assert unit.dissolved_at is None and folder.closed_at is None
    dissolve_unit(by=by, unit=unit, successor=world.unit("PTE", "general"))


def test_what_is_on_its_way_to_the_unit_is_registered_first(world: World, unit: Unit) -> None:
    letter = registry.numbered(world)
    dispatch(by=world.actor("province-registrar"), letter_id=letter.pk, to=[Addressee(unit)])
    for successor in (None, world.unit("PTE", "general")):
        with pytest.raises(Refused, match="ยังไม่ได้ลงรับ 1 เรื่อง"):
            dissolve_unit(by=world.actor("province-admin"), unit=unit, successor=successor)


def test_who_may_take_over(world: World, unit: Unit) -> None:
    by = world.actor("province-admin")
    for other in (unit, world.unit("MDES", "central")):
        with pytest.raises(Invalid, match="หน่วยที่รับช่วง"):
            dissolve_unit(by=by, unit=unit, successor=other)
    dissolve_unit(by=by, unit=unit)
    with pytest.raises(Refused, match="ยุบเลิกแล้ว"):
        update_folder(by=by, folder=world.folder("pte-send"), owner_unit=Unit.objects.get(pk=unit.pk))


def test_the_page_says_what_becomes_of_the_registers_and_does_it(world: World, unit: Unit) -> None:
    folder, general = register_of(world, unit), world.unit("PTE", "general")
    client, url = world.client("province-admin"), f"/admin/org/unit/{unit.pk}/dissolve/"
    page = client.get(url).content.decode()
    assert "แฟ้มทะเบียนที่เปิดอยู่ 1 แฟ้ม" in page and "หน่วยที่รับช่วง" in page
    assert client.post(url, {"successor": general.pk}).status_code == 302
    folder.refresh_from_db()
    unit.refresh_from_db()
    assert folder.owner_unit == general and unit.dissolved_at is not None


def test_the_page_shows_a_refusal(world: World, unit: Unit) -> None:
    bare_signed(world.actor("clerk"), register_of(world, unit))
    answer = world.client("province-admin").post(f"/admin/org/unit/{unit.pk}/dissolve/", {})
    assert answer.status_code == 200 and "ต้องออกเลขให้เสร็จก่อน" in answer.content.decode()
