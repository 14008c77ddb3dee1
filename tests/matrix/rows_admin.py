"""The matrix of the admin pages: each object of three subtrees, seen by the admins of each and by everybody else.

`statistics` lies in the subtree of both the province's admin and the statistics office's own; `general` in the
province's only; `ministry` in the ministry's. The central admin looks after structure and people everywhere, and
has no part in folders, groups and rights, which open letters. Whoever administers nothing is refused at the door.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from common.thai import local_date
from org.actions.calendar import proposed_holidays
from tests.drawings import SOME_SVG
from tests.matrix.cast import ADMINS, EVERYBODY, STAT_ADMIN, UNIT_ADMINS, VISITORS, Names
from tests.matrix.probe import TO_SIGN_IN, Row
from tests.matrix.stage import Stage

OUTSIDERS = EVERYBODY - ADMINS


class SentAgain(SimpleUploadedFile):
    """A file that is sent by one visitor after the other."""

    def read(self, *size: int) -> bytes:
        self.seek(0)
        return bytes(super().read(*size))


def a_day_to_fill(stage: Stage) -> dict[str, Any]:
    """A public holiday of this year that the calendar does not hold yet."""
    year = local_date(timezone.now()).year
    day = next(one.day for one in proposed_holidays(year) if not one.known)
    return {"year": str(year + 543), "day": [day.isoformat()]}


CENTRAL: Names = frozenset({"central-admin"})
PROVINCE: Names = frozenset({"province-admin"})
MINISTRY: Names = frozenset({"ministry-admin"})
RIGHTS = {"statistics": PROVINCE | {STAT_ADMIN}, "general": PROVINCE, "ministry": MINISTRY}
STRUCTURE = {place: keepers | CENTRAL for place, keepers in RIGHTS.items()}
OF_THE_AGENCY = {"statistics": PROVINCE | {STAT_ADMIN}, "ministry": MINISTRY}


def page(url: str, *on: str | int, ok: Names = ADMINS, **more: Any) -> Row:
    """A page for `ok`; the other admins are refused with everybody else."""
    return Row(url, on, ok=ok, refused=EVERYBODY - ok, **more)


def everywhere(keepers: dict[str, Names], url: str, *what: str, data: Any = None, **more: Any) -> list[Row]:
    """One row per subtree: its keepers act, admins of other subtrees find nothing (404), others are refused (tried once)."""
    return [
        Row(
            url,
            tuple(f"{place}.{one}" for one in what),
            ok=ok,
            refused=OUTSIDERS,
            acts=ok if data is not None else frozenset(),
            data=data,
            form=bool(data),
            before=frozenset(VISITORS) if place == "statistics" else ADMINS,
            **more,
        )
        for place, ok in keepers.items()
    ]


def inside(place: str = "statistics", **values: Any) -> Any:
    """Values with staged ids in them: `unit="unit"` is the place's unit."""

    def post(stage: Stage) -> dict[str, Any]:
        return {name: stage.made.get(f"{place}.{one}", one) for name, one in values.items()}

    return post


DOOR = [
    page("admin:index"),
    page("admin:app_list", "org"),
    page("admin:app_list", "saraban"),
    Row("admin:login", ok=EVERYBODY),
    Row("admin:logout", refused=EVERYBODY, acts=ADMINS, data={}, done=TO_SIGN_IN, writes=False),
]

AGENCIES = [
    page("admin:org_agency_changelist", ok=CENTRAL),
    page("admin:org_agency_add", ok=CENTRAL),
    Row(
        "admin:org_agency_change",
        "statistics.agency",
        ok=CENTRAL,
        refused=OUTSIDERS,
        acts=CENTRAL,
        data={"short_name": "ปทุมธานี"},
        form=True,
    ),
    Row("admin:org_agency_history", "statistics.agency", ok=CENTRAL, refused=OUTSIDERS),
    page("admin:org_holiday_changelist"),
    page("admin:org_holiday_add", acts=CENTRAL, data={"day": "2/1/2570", "name": "วันหยุดพิเศษ"}, form=True),
    Row(
        "admin:org_holiday_fill",
        ok=CENTRAL,
        refused=EVERYBODY - CENTRAL,
        acts=CENTRAL,
        data=a_day_to_fill,
    ),
    page("admin:org_holiday_change", "holiday", acts=CENTRAL, data={"name": "วันหยุดราชการ"}, form=True),
    page("admin:org_holiday_delete", "holiday", ok=CENTRAL, acts=CENTRAL, data={"post": "yes"}, settled=True),
]

TOP = CENTRAL | PROVINCE | MINISTRY
PAIR = {"opening": "เรียนเชิญ", "closing": "ด้วยความนับถือ", "addressee": "แขกของทางราชการ", "order": "100"}
SALUTATIONS = [
    page("admin:draft_salutationrow_changelist"),
    page("admin:draft_salutationrow_add", ok=TOP, acts=TOP, data=PAIR, form=True),
    page("admin:draft_salutationrow_change", "salutation", acts=CENTRAL, data={"envelope": "ส่ง"}, form=True),
    page("admin:draft_salutationrow_history", "salutation"),
    page(
        "admin:draft_salutationrow_retire", "salutation", ok=CENTRAL, acts=CENTRAL, data={"post": "yes"}, settled=True
    ),
    page("admin:draft_salutationrow_restore", "retired", ok=CENTRAL, acts=CENTRAL, data={"post": "yes"}, settled=True),
]

UNITS = [
    page("admin:org_unit_changelist"),
    page(
        "admin:org_unit_add",
        acts=STRUCTURE["statistics"],
        data=inside(parent="unit", agency="agency", name="ฝ่ายวิชาการสถิติ", position_order="5"),
    ),
    *everywhere(STRUCTURE, "admin:org_unit_change", "unit", data={"phone": "0 2000 0000"}),
    *everywhere(STRUCTURE, "admin:org_unit_history", "unit"),
    *everywhere(STRUCTURE, "admin:org_unit_move", "unit"),
    *everywhere(STRUCTURE, "admin:org_unit_undo_move", "unit"),
    *everywhere(STRUCTURE, "admin:org_unit_dissolve", "unit"),
]

GROUPS = [
    page("admin:org_rightsgroup_changelist", ok=UNIT_ADMINS),
    page(
        "admin:org_rightsgroup_add",
        ok=UNIT_ADMINS,
        acts=RIGHTS["statistics"],
        data=inside(unit="unit", name="คณะทำงานข้อมูล"),
    ),
    *everywhere(RIGHTS, "admin:org_rightsgroup_change", "group", data={"name": "กลุ่มที่เปลี่ยนชื่อ"}),
    *everywhere(RIGHTS, "admin:org_rightsgroup_history", "group"),
    *everywhere(RIGHTS, "admin:org_rightsgroup_members", "group"),
    *everywhere(RIGHTS, "admin:org_rightsgroup_end", "group", "member", data={}, settled=True),
]

POSTS = [
    page("admin:org_position_changelist"),
    page(
        "admin:org_position_add",
        acts=STRUCTURE["statistics"],
        data=inside(unit="unit", title="นักวิชาการสถิติชำนาญการ", rank="20"),
    ),
    *everywhere(STRUCTURE, "admin:org_position_change", "post", data={"short_title": "ชื่อย่อใหม่"}),
    *everywhere(STRUCTURE, "admin:org_position_history", "post"),
    *everywhere(STRUCTURE, "admin:org_position_holders", "post"),
    *everywhere(STRUCTURE, "admin:org_position_end", "post", "holding", data={"reason": "ย้าย"}, settled=True),
    *everywhere(STRUCTURE, "admin:org_position_abolish", "post"),
    page("admin:org_appointment_changelist"),
]

PEOPLE = [
    page("admin:org_user_changelist"),
    page(
        "admin:org_user_add",
        acts=STRUCTURE["statistics"],
        data=inside(home_unit="unit", username="newcomer", first_name="มาใหม่", last_name="ใจดี"),
    ),
    *everywhere(STRUCTURE, "admin:org_user_change", "user", data={"phone": "08 0000 9999"}),
    *everywhere(STRUCTURE, "admin:org_user_history", "user"),
    *everywhere(STRUCTURE, "admin:org_user_posts", "user"),
    *everywhere(STRUCTURE, "admin:org_user_password", "user", data={"password": "ช้างม้าวัวควายพัง42"}),
    *everywhere(STRUCTURE, "admin:org_user_close", "user", data={}, settled=True),
    *everywhere(STRUCTURE, "admin:org_user_open", "user"),
]

FOLDERS = [
    page("admin:saraban_foldergroup_changelist", ok=UNIT_ADMINS),
    page("admin:saraban_foldergroup_add", ok=UNIT_ADMINS, acts=UNIT_ADMINS, data={"name": "กลุ่มแฟ้มใหม่", "order": "9"}),
    *everywhere(OF_THE_AGENCY, "admin:saraban_foldergroup_change", "folders", data={"name": "ชื่อกลุ่มใหม่"}),
    *everywhere(OF_THE_AGENCY, "admin:saraban_foldergroup_history", "folders"),
    page("admin:saraban_registerfolder_changelist", ok=UNIT_ADMINS),
    page(
        "admin:saraban_registerfolder_add",
        ok=UNIT_ADMINS,
        acts=RIGHTS["statistics"],
        data=inside(
            group="folders",
            owner_unit="unit",
            kind="SEND",
            name="(ทะเบียนส่ง) ฝ่ายวิชาการ",
            reset="CALENDAR",
            start_number="1",
            order="9",
        ),
    ),
    *everywhere(RIGHTS, "admin:saraban_registerfolder_change", "folder", data={"note": "หมายเหตุใหม่"}),
    *everywhere(RIGHTS, "admin:saraban_registerfolder_history", "folder"),
    page("admin:saraban_registerfolder_overview", ok=UNIT_ADMINS),
    page("admin:saraban_registerfolder_example", ok=UNIT_ADMINS),
    *everywhere(RIGHTS, "admin:saraban_registerfolder_rights", "folder"),
    *everywhere(RIGHTS, "admin:saraban_registerfolder_close", "folder", data={}, settled=True),
    *everywhere(RIGHTS, "admin:saraban_registerfolder_reopen", "folder"),
]

GARUDA = [
    page("admin:saraban_garudadrawing_changelist", ok=CENTRAL),
    page(
        "admin:saraban_garudadrawing_add",
        ok=CENTRAL,
        acts=CENTRAL,
        data=lambda stage: {"upload": SentAgain("ครุฑ.svg", SOME_SVG)},
    ),
    page("admin:saraban_garudadrawing_change", "garuda", ok=CENTRAL, acts=CENTRAL, data={}, settled=True),
    page("admin:saraban_garudadrawing_proof", "garuda", ok=CENTRAL),
    page("admin:saraban_garudadrawing_again", "garuda", ok=CENTRAL, acts=CENTRAL, data={}, settled=True),
]

ROWS = [*DOOR, *AGENCIES, *SALUTATIONS, *UNITS, *GROUPS, *POSTS, *PEOPLE, *FOLDERS, *GARUDA]
