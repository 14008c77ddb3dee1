"""The admin's pages over HTTP: what stands outside the subtree is not there, and every write is an action."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from org.models import Appointment, GroupMember, Holiday, Position, Unit, User
from saraban import models as saraban_models
from tests.world import ROLES, World

pytestmark = pytest.mark.django_db
ADMINS = {"province-admin", "ministry-admin", "central-admin"}


def text(client: Client, url: str) -> str:
    return unescape(client.get(url).content.decode())


def filled(client: Client, url: str) -> dict[str, object]:
    """What the browser would send back from the change form at `url`, untouched."""
    form = client.get(url).context["adminform"].form
    return {field.name: field.value() for field in form if field.value() not in (None, False)}


def test_letters_are_nowhere_in_the_admin() -> None:
    shown = {model.__name__ for model in admin.site._registry}
    assert shown == {
        *("Agency", "Unit", "Position", "Appointment", "User", "RightsGroup", "Holiday"),
        *("FolderGroup", "RegisterFolder", "GarudaDrawing", "SalutationRow", "DelegationScope"),
    }
    assert not shown & {
        "Letter",
        "LetterParty",
        "Delivery",
        "RegisterEntry",
        "LetterSheet",
        "Enclosure",
        "NumberSeries",
    }
    assert saraban_models.Letter not in admin.site._registry


@pytest.mark.parametrize("who", ROLES)
def test_who_enters(world: World, who: str) -> None:
    assert world.client(who).get("/admin/").status_code == (200 if who in ADMINS else 403)


def test_strangers_are_led_to_our_sign_in(client: Client) -> None:
    for url in ("/admin/", "/admin/org/unit/", "/admin/login/"):
        answer = client.get(url)
        assert answer.status_code == 302 and answer["Location"].startswith(reverse("accounts:sign_in")), url


def test_signing_out_of_the_admin_is_signing_out(world: World) -> None:
    client = world.client("province-admin")
    assert client.get("/admin/logout/").status_code == 403
    assert client.post("/admin/logout/").status_code == 302
    assert client.get("/admin/").status_code == 302


def test_the_admin_is_only_open_in_the_administering_capacity(world: World) -> None:
    """The same person in another post of his is no admin there."""
    from org.actions import appoint

    central = world.actor("central-admin")
    appoint(
        by=central, user=world.user("province-admin"), position=world.post("PTE", "stat-clerk"), starts_at=central.at
    )
    assert world.client("province-admin", "stat-clerk").get("/admin/").status_code == 403
    assert world.client("province-admin", "admin").get("/admin/").status_code == 200


def foreign(world: World) -> list[str]:
    """Pages of rows of the ministry, as an admin of the province would type their addresses."""
    unit, post = world.unit("MDES", "central").pk, world.post("MDES", "registrar").pk
    user, folder = world.user("ministry-registrar").pk, world.folder("mdes-send")
    group, held = world.group("MDES", "custom:central-registry").pk, world.appointment("ministry-registrar")
    assert held is not None
    return [
        *(f"/admin/org/unit/{unit}/{page}/" for page in ("change", "history", "move", "dissolve")),
        *(f"/admin/org/position/{post}/{page}/" for page in ("change", "history", "holders", "abolish")),
        f"/admin/org/position/{post}/holders/{held.pk}/end/",
        *(f"/admin/org/user/{user}/{page}/" for page in ("change", "history", "posts", "password", "close", "open")),
        *(f"/admin/org/rightsgroup/{group}/{page}/" for page in ("change", "history", "members")),
        f"/admin/saraban/foldergroup/{folder.group_id}/change/",
        *(
            f"/admin/saraban/registerfolder/{folder.pk}/{page}/"
            for page in ("change", "history", "rights", "close", "reopen")
        ),
        f"/admin/org/agency/{folder.agency_id}/change/",
    ]


def test_addresses_of_another_agency_lead_nowhere(world: World) -> None:
    client = world.client("province-admin")
    for url in foreign(world):
        assert client.get(url).status_code in (403, 404), url
        assert client.post(url, {"password": "ยาวพอสมควร-1234", "confirmed": "1"}).status_code in (403, 404), url


def test_lists_and_choices_name_nothing_of_another_agency(world: World) -> None:
    """Also in filters, in every choice of a form, and when searched for."""
    client = world.client("province-admin")
    unit, post = world.unit("PTE", "office").pk, world.post("PTE", "clerk").pk
    pages = [
        *(f"/admin/org/{name}/" for name in ("unit", "position", "appointment", "user", "rightsgroup", "holiday")),
        *(f"/admin/org/{name}/?q=กอง" for name in ("unit", "position", "appointment", "user", "rightsgroup")),
        *(f"/admin/org/{name}/add/" for name in ("unit", "position", "user", "rightsgroup", "holiday")),
        *(f"/admin/saraban/{name}/" for name in ("foldergroup", "registerfolder", "registerfolder/rights")),
        *(
            "/admin/saraban/registerfolder/add/",
            f"/admin/org/unit/{unit}/move/",
            f"/admin/org/position/{post}/holders/",
        ),
    ]
    for url in pages:
        page = text(client, url)
        for name in ("กองงานดิจิทัลจังหวัด", "ดวงใจ", "สป.ดศ.", "ปราจีนบุรี"):
            assert name not in page, f"{url} shows {name}"


def test_a_foreign_row_cannot_be_slipped_into_a_form(world: World) -> None:
    client = world.client("province-admin")
    theirs = world.unit("MDES", "central").pk
    sent = client.post("/admin/org/unit/add/", {"parent": theirs, "name": "สาขา", "position_order": 0})
    assert sent.status_code == 200 and not Unit.objects.filter(name="สาขา").exists()
    unit = world.unit("PTE", "statistics").pk
    client.post(f"/admin/org/unit/{unit}/move/", {"to": theirs})
    assert Unit.objects.get(pk=unit).parent == world.unit("PTE", "province")
    post = f"/admin/org/position/{world.post('PTE', 'clerk').pk}/holders/"
    stranger = world.user("ministry-clerk").pk
    client.post(
        post, {"user": stranger, "capacity": "ACTING", "starts_at": "1/1/2569", "clearance": 0, "own_title": "ก"}
    )
    assert not Appointment.objects.filter(user=stranger, position=world.post("PTE", "clerk")).exists()


def test_a_unit_moves_by_choosing_confirming_and_undoing(world: World) -> None:
    client, unit = world.client("province-admin"), world.unit("PTE", "statistics")
    url, office = f"/admin/org/unit/{unit.pk}/move/", world.unit("PTE", "office").pk
    choices = text(client, url)
    assert f'value="{office}"' in choices and f'<option value="{unit.pk}"' not in choices
    assert "ยืนยันย้าย" in text(client, f"{url}?to={office}")
    assert Unit.objects.get(pk=unit.pk).parent == world.unit("PTE", "province")
    done = client.post(url, {"to": office}, follow=True).content.decode()
    assert "ไปอยู่ใต้ สำนักงานจังหวัดปทุมธานี แล้ว" in done and "ย้อนการย้ายครั้งล่าสุด" in done
    assert Unit.objects.get(pk=unit.pk).parent_id == office
    client.post(f"{url}undo/")
    assert Unit.objects.get(pk=unit.pk).parent == world.unit("PTE", "province")
    history = text(client, f"/admin/org/unit/{unit.pk}/history/")
    assert "ย้อนการย้าย" in history and "นายปกรณ์ ระบบดี" in history and "จัดตั้งหน่วยงาน" in history


def test_saving_a_form_is_the_action_with_its_history(world: World) -> None:
    client, unit = world.client("province-admin"), world.unit("PTE", "statistics")
    url = f"/admin/org/unit/{unit.pk}/change/"
    assert client.post(url, filled(client, url) | {"phone": "0 2581 9999"}).status_code == 302
    row = unit.history.first()
    assert (row.phone, row.history_change_reason) == ("0 2581 9999", "แก้ไขข้อมูลหน่วยงาน")
    assert row.history_user == world.user("province-admin")
    assert not LogEntry.objects.exists()


def test_a_refusal_stands_on_the_form_with_what_was_typed(world: World) -> None:
    """The action refuses: the page comes back with its sentence, and the typed words are still there."""
    client, post = world.client("province-admin"), world.post("PTE", "governor")
    url = f"/admin/org/position/{post.pk}/holders/"
    facts = {"user": world.user("vice1").pk, "capacity": "SUBSTANTIVE", "starts_at": "1/1/2569", "clearance": 2}
    page = client.post(url, facts | {"ends_at": "30/9/2570"}).content.decode()
    assert "ต้องอ้างคำสั่งแต่งตั้ง" in page and 'value="30/9/2570"' in page
    page = client.post(url, facts | {"order_ref": "คำสั่ง 5/2569"}).content.decode()
    assert "นายเอกพงษ์ ศิริวัฒน์ เป็นเจ้าของตำแหน่งนี้อยู่" in unescape(page)
    new = {"parent": world.unit("PTE", "province").pk, "name": "สำนักงานจังหวัดปทุมธานี", "position_order": 3}
    page = client.post("/admin/org/unit/add/", new).content.decode()
    assert "อยู่แล้ว" in page and 'value="สำนักงานจังหวัดปทุมธานี"' in page


def test_appointing_and_ending_by_pages(world: World) -> None:
    client, post = world.client("province-admin"), world.post("PTE", "vice2")
    url = f"/admin/org/position/{post.pk}/holders/"
    facts = {
        "user": world.user("vice1").pk,
        "capacity": "ACTING",
        "starts_at": "๑/๑๐/๒๕๗๙",
        "ends_at": "30 กันยายน 2580",
        "order_ref": "คำสั่งจังหวัด ที่ 8/2569",
    }
    assert client.post(url, facts | {"clearance": 0}).status_code == 302
    row = Appointment.objects.get(user=world.user("vice1"), position=post)
    assert row.own_title == "รองผู้ว่าราชการจังหวัดปทุมธานี"
    assert row.ends_at is not None and row.ends_at.isoformat() == "2037-09-30T17:00:00+00:00"  # through the whole day
    assert "30 ก.ย. 2580" not in text(client, url) and "ที่จะมีผล" in text(client, url)
    assert client.post(f"{url}{row.pk}/end/").status_code == 302
    assert not Appointment.objects.filter(pk=row.pk).exists()


def test_accounts_by_pages(world: World) -> None:
    client, unit = world.client("province-admin"), world.unit("PTE", "audit")
    facts = {"username": "new-person", "prefix": "นาย", "first_name": "มาใหม่", "home_unit": unit.pk}
    weak = client.post("/admin/org/user/add/", facts | {"password": "123456789012"}).content.decode()
    assert "ตัวเลขล้วน" in weak
    assert client.post("/admin/org/user/add/", facts | {"password": "กระดาษ-สีฟ้า-71"}).status_code == 302
    user = User.objects.get(username="new-person")
    assert user.password_temporary and user.agency == unit.agency and user.check_password("กระดาษ-สีฟ้า-71")
    assert not (user.is_staff or user.is_superuser or user.platform_role)
    assert client.post(f"/admin/org/user/{user.pk}/close/").status_code == 302
    assert not User.objects.get(pk=user.pk).is_active


def test_flags_and_roles_cannot_be_sent_with_a_form(world: World) -> None:
    client, user = world.client("province-admin"), world.user("clerk")
    url = f"/admin/org/user/{user.pk}/change/"
    evil = {"is_superuser": "on", "is_staff": "on", "platform_role": "CENTRAL", "username": "other", "agency": "2"}
    assert client.post(url, filled(client, url) | evil | {"phone": "1"}).status_code == 302
    user = world.user("clerk")
    assert (user.phone, user.is_superuser, user.is_staff, user.platform_role) == ("1", False, False, "")
    new = {
        "username": "boss",
        "first_name": "ก",
        "home_unit": world.unit("PTE", "audit").pk,
        "platform_role": "CENTRAL",
    }
    client.post("/admin/org/user/add/", new)
    assert User.objects.get(username="boss").platform_role == ""


def test_group_members_by_pages(world: World) -> None:
    client, group = world.client("province-admin"), world.group("PTE", "custom:auditors")
    url = f"/admin/org/rightsgroup/{group.pk}/members/"
    facts = {"position": world.post("PTE", "stat-clerk").pk, "starts_at": "1/10/2568"}
    assert "ต้องอ้างคำสั่ง" in client.post(url, facts).content.decode()
    assert client.post(url, facts | {"order_ref": "คำสั่ง 8/2568", "ends_at": "30/9/2580"}).status_code == 302
    member = GroupMember.objects.get(rights_group=group, position=world.post("PTE", "stat-clerk"))
    assert client.post(f"{url}{member.pk}/end/").status_code == 302
    member.refresh_from_db()
    assert member.ends_at is not None and "ที่พ้นแล้ว" in text(client, url)


def test_nothing_is_deleted_reverted_or_done_in_bulk(world: World) -> None:
    client, unit = world.client("province-admin"), world.unit("PTE", "statistics")
    for name, pk in (("unit", unit.pk), ("position", 1), ("user", 1), ("rightsgroup", 1)):
        assert client.post(f"/admin/org/{name}/{pk}/delete/", {"post": "yes"}).status_code == 404
    assert (
        client.post(f"/admin/saraban/registerfolder/{world.folder('pte-send').pk}/delete/", {"post": "yes"}).status_code
        == 404
    )
    old = unit.history.first()
    assert client.post(f"/admin/org/unit/{unit.pk}/history/{old.history_id}/").status_code == 404
    bulk = {"action": "delete_selected", "_selected_action": [world.post("PTE", "clerk").pk]}
    client.post("/admin/org/position/", bulk)
    assert Position.objects.filter(pk=world.post("PTE", "clerk").pk).exists()


def test_what_is_over_is_shown_and_cannot_be_changed(world: World) -> None:
    """A closed folder and an abolished post: their facts in words, the reason, and no form."""
    from org.actions import abolish_position, create_position
    from saraban.actions.folders import close_folder

    by, client = world.actor("province-admin"), world.client("province-admin")
    post = create_position(by=by, unit=world.unit("PTE", "audit"), title="ตำแหน่งทดลอง", heads_subtree=True)
    abolish_position(by=by, position=post)
    close_folder(by=by, folder=world.folder("pte-office-order"))
    folder = world.folder("pte-office-order").pk
    for url, words in (
        (f"/admin/org/position/{post.pk}/change/", "ตำแหน่งนี้ยุบเลิกแล้ว"),
        (f"/admin/saraban/registerfolder/{folder}/change/", "แฟ้มนี้ปิดแล้ว"),
    ):
        page = text(client, url)
        assert words in page and "True" not in page and 'name="_save"' not in page
        assert client.post(url, {"name": "อื่น"}).status_code == 403


def test_holidays_of_all_belong_to_the_central_admin(world: World) -> None:
    client, central = world.client("province-admin"), world.client("central-admin")
    day = Holiday.objects.filter(agency=None).order_by("-day").first()
    assert day is not None
    assert client.post(f"/admin/org/holiday/{day.pk}/delete/", {"post": "yes"}).status_code == 403
    own = {"day": "24/11/2579", "name": "วันสถาปนาจังหวัด", "agency": world.agency("PTE").pk}
    assert client.post("/admin/org/holiday/add/", own).status_code == 302
    assert Holiday.objects.get(name="วันสถาปนาจังหวัด").day.isoformat() == "2036-11-24"
    assert "ผู้ดูแลระบบกลาง" in client.post("/admin/org/holiday/add/", own | {"agency": ""}).content.decode()
    assert central.post(f"/admin/org/holiday/{day.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Holiday.objects.filter(pk=day.pk).exists()


def test_the_central_admin_opens_an_agency_by_pages(world: World) -> None:
    client = world.client("central-admin")
    facts = {
        "name": "กรมทดลอง",
        "kind": "MINISTRY",
        "code": "ทล",
        "roman": "TEST",
        "memo_circle": "กรมทดลอง",
        "hue": 40,
    }
    assert client.post("/admin/org/agency/add/", facts).status_code == 302
    agency = world.agency("TEST")
    top = {"agency": agency.pk, "name": "กรมทดลอง", "position_order": 0}
    assert client.post("/admin/org/unit/add/", top).status_code == 302
    unit = Unit.objects.get(agency=agency)
    post = {"unit": unit.pk, "title": "ผู้ดูแล", "rank": 1, "administers": unit.pk}
    assert client.post("/admin/org/position/add/", post).status_code == 302
    assert Position.objects.get(unit=unit).administers == unit
    for url in ("/admin/saraban/registerfolder/", "/admin/saraban/foldergroup/", "/admin/org/rightsgroup/"):
        assert client.get(url).status_code == 403, url


def test_lists_cost_the_same_however_long_they_are(world: World, django_assert_max_num_queries: object) -> None:
    client = world.client("province-admin")
    for url in (
        "/admin/org/unit/",
        "/admin/org/position/",
        "/admin/org/user/",
        "/admin/saraban/registerfolder/rights/",
    ):
        with django_assert_max_num_queries(40):  # type: ignore[operator]
            client.get(url)


def test_a_form_asks_for_its_row_once(world: World) -> None:
    """Django asks for every button whether the row may be seen; the scope is looked up once per request."""
    unit = world.actor("clerk").unit
    client = world.client("province-admin")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/admin/org/unit/{unit.pk}/change/").status_code == 200
    scoped = [query["sql"] for query in asked if query["sql"].startswith("SELECT 1 ") and '"org_unit"' in query["sql"]]
    assert len(scoped) == 1, "\n".join(scoped)
    assert len(asked) <= 26
