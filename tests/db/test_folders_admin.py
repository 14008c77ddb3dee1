"""Register folders and the rights on them: who opens, changes and hands out, and what an admin cannot give himself."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from org.actions import appoint
from org.actor import Actor
from saraban.actions.folders import (
    RightChange,
    change_rights,
    close_folder,
    create_folder,
    grant_right,
    reopen_folder,
    revoke_right,
    update_folder,
)
from saraban.forms_folders import from_thai, in_thai
from saraban.models import (
    FolderRight,
    Letter,
    LetterKind,
    LetterStatus,
    NumberSeries,
    RegisterEntry,
    RegisterFolder,
)
from saraban.models.reach import reach_of
from saraban.selectors_folders import default_format, number_example, rights_matrix, rights_overview
from tests.world import ROLES, World

pytestmark = pytest.mark.django_db


def rights_page(folder: RegisterFolder) -> str:
    return f"/admin/saraban/registerfolder/{folder.pk}/rights/"


def ticked(world: World, who: str, folder: RegisterFolder) -> list[str]:
    rows = rights_matrix(folder, world.actor(who))
    return [f"{row.rights_group.pk}:{cell.right}" for row in rows for cell in row.cells if cell.held]


# -- what the annex promises -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "takes", "reads_all"),
    [
        ("clerk", True, False),
        ("stat-clerk", True, False),
        ("province-registrar", True, True),
        ("auditor", True, True),
        ("governor", True, False),
        ("ministry-clerk", False, False),
        ("central-admin", False, False),
        ("superuser", False, False),
    ],
)
def test_the_provincial_send_register(world: World, who: str, takes: bool, reads_all: bool) -> None:
    """Every unit takes numbers and reads its own; the registrar and the auditor by order read all (annex ง)."""
    reach, folder = reach_of(world.actor(who)), world.folder("pte-send")
    assert reach.may("take_number", folder.pk) == takes
    assert reach.may("read_own_unit", folder.pk) == takes
    assert reach.may("read_all", folder.pk) == reads_all


def test_only_registries_register_what_arrives(world: World) -> None:
    """`register_incoming` shows what waits for a unit, so being in the province is not enough."""
    folder = world.folder("pte-receive")
    assert [who for who in ROLES if reach_of(world.actor(who)).may("register_incoming", folder.pk)] == [
        "province-registrar"
    ]


def test_secret_registers_belong_to_their_registrar_alone(world: World) -> None:
    for key in ("pte-secret-send", "pte-secret-receive"):
        folder = world.folder(key)
        assert [
            who for who in ROLES if any(folder.pk in ids for ids in reach_of(world.actor(who)).rights.values())
        ] == ["secret-registrar"]
    assert world.actor("secret-registrar").clearance == 2


def test_the_secretary_registers_for_the_governor(world: World) -> None:
    assert reach_of(world.actor("secretary")).may("register_incoming", world.folder("pte-governor-receive").pk)


@pytest.mark.parametrize(
    ("key", "unit", "example"),
    [
        ("pte-send", ("PTE", "general"), "ปท 0017/123"),
        ("pte-send", ("PTE", "statistics"), "ปท 0013/123"),
        ("mdes-send", ("MDES", "provincial"), "ดศ 0210/123"),
        ("pcpao-send", ("PCPAO", "secretariat"), "ปจ 51021/123"),
        ("pte-receive", ("PTE", "hall"), "123"),
        ("pte-secret-send", ("PTE", "hall"), "ปท 0017/ล 123"),
        ("mdes-secret-send", ("MDES", "central"), "ดศ 0201/ลับ 123"),
        ("pte-emergency", ("PTE", "hall"), "ปท 0017/ฉ 123"),
    ],
)
def test_how_the_demo_writes_numbers(world: World, key: str, unit: tuple[str, str], example: str) -> None:
    assert number_example(world.folder(key), unit=world.unit(*unit)) == example


# -- opening and changing --------------------------------------------------------------------------


def test_a_new_folder_takes_the_usual_format_of_its_kind(world: World) -> None:
    by = world.actor("province-admin")
    folder = create_folder(
        by=by,
        owner_unit=world.unit("PTE", "audit"),
        group=world.folder("pte-send").group,
        kind="ORDER",
        name="(คำสั่ง) ตรวจสอบ",
    )
    assert folder.number_format == default_format("ORDER") == "{seq}/{year}"
    assert AuditEvent.objects.filter(verb="folder.create", subject_id=folder.pk, user=by.user).count() == 1
    assert folder.history.get().history_user == by.user


@pytest.mark.parametrize("pattern", ["{code} {unit}/", "{seq}{seq}", "{seq} {nobody}", "{seq", ""])
def test_a_bad_format_is_refused(world: World, pattern: str) -> None:
    with pytest.raises(Invalid, match="รูปแบบเลข"):
        update_folder(by=world.actor("province-admin"), folder=world.folder("pte-send"), number_format=pattern)


def issued(world: World, folder: RegisterFolder) -> RegisterEntry:
    """A number of `folder`, as the numbering action would have written it."""
    registrar = world.actor("province-registrar")
    letter = Letter.objects.create(
        agency=folder.agency, kind=LetterKind.EXTERNAL, subject="เรื่องเดิม", owner_unit=registrar.unit, folder=folder
    )
    series = NumberSeries.objects.create(folder=folder, year=2569, last=7)
    return RegisterEntry.objects.create(
        folder=folder,
        series=series,
        letter=letter,
        seq=7,
        number="ปท 0017/7",
        entered_at=registrar.at,
        entered_on=registrar.at.date(),
        owner_unit=registrar.unit,
        registrar=registrar.user,
        registrar_position=registrar.position,
    )


def test_a_new_format_leaves_issued_numbers_alone(world: World) -> None:
    folder, by = world.folder("pte-send"), world.actor("province-admin")
    entry = issued(world, folder)
    update_folder(by=by, folder=folder, number_format="{code} {unit}/{seq:03}")
    entry.refresh_from_db()
    assert entry.number == "ปท 0017/7"
    assert number_example(world.folder("pte-send"), unit=world.unit("PTE", "hall"), seq=8) == "ปท 0017/008"
    for fields in ({"start_number": 500}, {"reset": "FISCAL"}):
        with pytest.raises(Invalid, match="ออกเลขแล้ว"):
            update_folder(by=by, folder=folder, **fields)


def test_a_folder_with_signed_letters_waiting_stays_open(world: World) -> None:
    folder, by = world.folder("pte-send"), world.actor("province-admin")
    letter = issued(world, folder).letter
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.SIGNED)
    with pytest.raises(Refused, match="รอออกเลขจากแฟ้มนี้ 1 เรื่อง"):
        close_folder(by=by, folder=folder)
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.DRAFT)
    close_folder(by=by, folder=folder)
    with pytest.raises(Conflict, match="ปิดอยู่แล้ว"):
        close_folder(by=by, folder=folder)
    with pytest.raises(Refused, match="ปิดแล้ว"):
        grant_right(by=by, folder=folder, rights_group=world.group("PTE", "unit:audit"), right="read_own_unit")
    assert reopen_folder(by=by, folder=folder).closed_at is None


# -- handing out -----------------------------------------------------------------------------------


def test_a_right_is_given_and_taken_once_and_leaves_a_line(world: World) -> None:
    by, folder, group = world.actor("province-admin"), world.folder("pte-send"), world.group("PTE", "unit:audit")
    assert grant_right(by=by, folder=folder, rights_group=group, right="void_entry")
    assert not grant_right(by=by, folder=folder, rights_group=group, right="void_entry")
    assert reach_of(world.actor("auditor")).may("void_entry", folder.pk)
    assert revoke_right(by=by, folder=folder, rights_group=group, right="void_entry")
    lines = AuditEvent.objects.filter(
        subject_type="saraban.registerfolder", subject_id=folder.pk, detail__right="void_entry"
    )
    assert list(lines.filter(detail__rights_group=group.pk).order_by("id").values_list("verb", flat=True)) == [
        "folder.grant",
        "folder.revoke",
    ]


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("pte-send", "register_incoming"),
        ("pte-receive", "take_number"),
        ("pte-send", "secret_register"),
        ("pte-secret-send", "read_all"),
        ("pte-secret-receive", "read_own_unit"),
    ],
)
def test_a_right_that_means_nothing_on_a_register_is_refused(world: World, key: str, right: str) -> None:
    with pytest.raises(Refused, match="ใช้กับ"):
        grant_right(
            by=world.actor("province-admin"),
            folder=world.folder(key),
            rights_group=world.group("PTE", "unit:audit"),
            right=right,
        )


def test_an_admin_does_not_open_registers_to_himself(world: World) -> None:
    """The whole register and the secret one are given only by somebody who does not gain by it."""
    by = world.actor("province-admin")
    for who in ("unit:operations", "subtree:operations", "subtree:province"):
        with pytest.raises(Refused, match="ท่านอยู่ในกลุ่ม"):
            grant_right(by=by, folder=world.folder("pte-send"), rights_group=world.group("PTE", who), right="read_all")
        with pytest.raises(Refused, match="ท่านอยู่ในกลุ่ม"):
            grant_right(
                by=by,
                folder=world.folder("pte-secret-send"),
                rights_group=world.group("PTE", who),
                right="secret_register",
                order_ref="คำสั่ง 1/2569",
            )


def test_a_secret_registrar_needs_a_written_order(world: World) -> None:
    by, folder, group = world.actor("province-admin"), world.folder("pte-secret-send"), world.group("PTE", "unit:audit")
    with pytest.raises(Refused, match="ต้องมีคำสั่งแต่งตั้ง"):
        grant_right(by=by, folder=folder, rights_group=group, right="secret_register")
    grant_right(by=by, folder=folder, rights_group=group, right="secret_register", order_ref="คำสั่ง 77/2569")
    line = AuditEvent.objects.filter(subject_id=folder.pk, verb="folder.grant", detail__rights_group=group.pk).get()
    assert line.detail["order_ref"] == "คำสั่ง 77/2569"
    # The right alone opens nothing: the post's own clearance is asked as well, and that needs an order of its own.
    assert world.actor("auditor").clearance == 0


@pytest.mark.parametrize("who", ["ministry-admin", "central-admin", "clerk", "superuser", "secretary"])
def test_strangers_hand_out_nothing(world: World, who: str) -> None:
    group = world.group("PTE", "unit:audit")
    with pytest.raises(Refused):
        grant_right(by=world.actor(who), folder=world.folder("pte-send"), rights_group=group, right="read_own_unit")
    with pytest.raises(Refused):
        update_folder(by=world.actor(who), folder=world.folder("pte-send"), name="ของเรา")


def test_rights_stay_inside_the_agency(world: World) -> None:
    with pytest.raises(Refused, match="ส่วนราชการเดียวกับแฟ้ม"):
        grant_right(
            by=world.actor("province-admin"),
            folder=world.folder("pte-send"),
            rights_group=world.group("MDES", "unit:central"),
            right="read_own_unit",
        )


def test_all_changes_of_a_form_or_none(world: World) -> None:
    by, folder, group = world.actor("province-admin"), world.folder("pte-send"), world.group("PTE", "unit:audit")
    before = FolderRight.objects.count()
    changes = [
        RightChange(group, "void_entry", True),
        RightChange(world.group("PTE", "unit:operations"), "read_all", True),
    ]
    with pytest.raises(Refused):
        change_rights(by=by, folder=folder, changes=changes)
    assert FolderRight.objects.count() == before


def test_who_looks_after_one_folder_gets_that_folder_only(world: World) -> None:
    """`manage_folder` lets a registrar change this folder without being a unit admin, and not pass the right on."""
    by, folder = world.actor("province-admin"), world.folder("pte-statistics-send")
    assert world.client("stat-clerk").get("/admin/").status_code == 403
    registry = world.group("PTE", "custom:statistics-registry")
    grant_right(by=by, folder=folder, rights_group=registry, right="manage_folder")
    keeper, client = world.actor("stat-clerk"), world.client("stat-clerk")
    assert client.get("/admin/").status_code == 200
    assert client.get(rights_page(folder)).status_code == 200
    for closed in (
        rights_page(world.folder("pte-send")),
        "/admin/org/user/1/change/",
        "/admin/saraban/registerfolder/add/",
    ):
        assert client.get(closed).status_code in (403, 404), closed
    update_folder(by=keeper, folder=folder, number_format="{code} {unit}/{seq:03}")
    own = world.group("PTE", "unit:statistics")
    grant_right(by=keeper, folder=folder, rights_group=own, right="void_entry")
    with pytest.raises(Refused):
        grant_right(by=keeper, folder=folder, rights_group=own, right="manage_folder")
    with pytest.raises(Refused):
        update_folder(by=keeper, folder=folder, owner_unit=world.unit("PTE", "hall"))


# -- the pages -------------------------------------------------------------------------------------


def test_the_matrix_shows_every_group_that_holds_a_right(world: World) -> None:
    for key in ("pte-send", "pte-secret-send", "pte-hall-receive"):
        folder = world.folder(key)
        shown = {
            row.rights_group.group_id for row in rights_matrix(folder, world.actor("province-admin")) if row.holds_any
        }
        assert shown == set(FolderRight.objects.filter(content_object=folder).values_list("group_id", flat=True))


def test_the_overview_names_who_holds_what(world: World) -> None:
    folders = RegisterFolder.objects.filter(pk=world.folder("pte-send").pk)
    overview = {folder.name: dict(who) for folder, who in rights_overview(folders)}
    assert overview["(ทะเบียนส่ง) จังหวัดปทุมธานี"]["จังหวัดปทุมธานี และหน่วยในสังกัด"] == ["ออกเลขจากแฟ้ม", "อ่านหนังสือของหน่วยตนเอง"]


def test_the_rights_page_asks_before_it_writes(world: World) -> None:
    client, folder = world.client("province-admin"), world.folder("pte-send")
    audit = world.group("PTE", "unit:audit")
    boxes = [*ticked(world, "province-admin", folder), f"{audit.pk}:void_entry"]
    asked = client.post(rights_page(folder), {"right": boxes})
    assert "ให้สิทธิ์ <strong>ยกเลิกเลข</strong> แก่กลุ่ม" in asked.content.decode()
    assert not FolderRight.objects.filter(content_object=folder, group=audit.group).exists()
    done = client.post(rights_page(folder), {"right": boxes, "confirmed": "1"}, follow=True)
    assert "บันทึกสิทธิ์ 1 รายการแล้ว" in done.content.decode()
    assert FolderRight.objects.filter(content_object=folder, group=audit.group).count() == 1


def test_a_refusal_comes_back_on_the_page_with_the_ticks(world: World) -> None:
    client, folder = world.client("province-admin"), world.folder("pte-secret-send")
    group = world.group("PTE", "unit:audit")
    boxes = [*ticked(world, "province-admin", folder), f"{group.pk}:secret_register"]
    page = client.post(rights_page(folder), {"right": boxes, "confirmed": "1"}).content.decode()
    assert "ต้องมีคำสั่งแต่งตั้ง" in page
    assert f'value="{group.pk}:secret_register" checked' in page


def test_a_forged_box_is_refused(world: World) -> None:
    client, folder = world.client("province-admin"), world.folder("pte-send")
    foreign = world.group("MDES", "unit:central")
    boxes = [*ticked(world, "province-admin", folder), f"{foreign.pk}:read_all"]
    assert client.post(rights_page(folder), {"right": boxes, "confirmed": "1"}).status_code == 403
    assert client.post(rights_page(folder), {"right": ["x:read_all"], "confirmed": "1"}).status_code == 200
    assert not FolderRight.objects.filter(content_object=folder, group=foreign.group).exists()


def test_the_format_is_typed_with_thai_names(world: World) -> None:
    assert in_thai("{code} {unit}/{seq:03}") == "{รหัส} {เลขหน่วย}/{ลำดับ:03}"
    assert from_thai(in_thai("{seq}/{year}")) == "{seq}/{year}"
    client, folder = world.client("province-admin"), world.folder("pte-send")
    url = f"/admin/saraban/registerfolder/{folder.pk}/change/"
    form = client.get(url).context["adminform"].form
    typed = {name: field.value() for name, field in ((f.name, f) for f in form) if field.value() not in (None, False)}
    assert typed["number_format"] == "{รหัส} {เลขหน่วย}/{ลำดับ}"
    wrong = client.post(url, typed | {"number_format": "{รหัส} {เลขหน่วย}"})
    assert "รูปแบบเลขต้องมี {ลำดับ} หนึ่งแห่ง" in wrong.content.decode()
    assert client.post(url, typed | {"number_format": "{รหัส} {เลขหน่วย}/{ลำดับ:04}"}).status_code == 302
    assert world.folder("pte-send").number_format == "{code} {unit}/{seq:04}"


def test_the_live_example_follows_what_is_typed(world: World) -> None:
    client: Client = world.client("province-admin")
    url = "/admin/saraban/registerfolder/example/"
    unit = world.unit("PTE", "statistics").pk
    page = client.get(url, {"number_format": "{รหัส} {เลขหน่วย}/{ลำดับ:05}", "owner_unit": unit})
    assert page.content.decode().strip() == "เลขจะออกเป็น ปท 0013/00123"
    assert "ต้องมี {ลำดับ}" in client.get(url, {"number_format": "{ปี}"}).content.decode()


def test_an_admin_in_a_second_post_hands_out_only_as_admin(world: World) -> None:
    """Rights belong to the capacity: the same person acting as a clerk is no admin."""
    central = world.actor("central-admin")
    row = appoint(
        by=central, user=world.user("province-admin"), position=world.post("PTE", "stat-clerk"), starts_at=central.at
    )
    as_clerk = Actor(world.user("province-admin"), row)
    with pytest.raises(Refused):
        grant_right(
            by=as_clerk,
            folder=world.folder("pte-send"),
            rights_group=world.group("PTE", "unit:audit"),
            right="read_own_unit",
        )
