"""The matrix of document types: their pages, their templates, letters made from them, and how far an agency is.

`type.own` belongs to the clerk's group and is used there alone; `type.shared` is the platform's. A group's template is
written by whoever holds a post in it, by the heads above it and by the admin of the province; the heads and the admin
publish it. What is the platform's is the central admin's.
"""

from __future__ import annotations

from typing import Any

from draft.models import Draft
from tests.matrix.cast import AUTHOR, PROVINCE, WITH_POST, Names
from tests.matrix.probe import Row
from tests.matrix.stage import Stage

CENTRAL: Names = frozenset({"central-admin"})
SUPERUSER: Names = frozenset({"superuser"})
SEES = WITH_POST | CENTRAL
RULES: Names = frozenset({"office-head", "province-admin"})  # the head above the clerk's group, and its admin
WRITES = RULES | AUTHOR
AGENCY_ADMINS: Names = frozenset({"province-admin", "ministry-admin"})
USES = AUTHOR  # of the clerk's group
OWN, SHARED = "type.own", "type.shared"
FILLED = {"in-0": "กล้องวงจรปิด"}


def leave_form(stage: Stage) -> dict[str, Any]:
    """The leave form as a page without scripts posts it."""
    texts = {"in-0": "หัวหน้าสำนักงานจังหวัด", "in-1": "ลาพักผ่อน", "in-2": "นายกมล ใจดี", "in-3": "เจ้าหน้าที่", "in-4": "สำนักงาน"}
    more = {
        "in-5": "พักผ่อนประจำปี",
        "in-6": "1/12/2569",
        "in-7": "2/12/2569",
        "in-8": "2",
        "in-12": "บ้าน",
        "in-13": "0 2000 0000",
    }
    return {"version": stage["type.shared.version"], **texts, **more}


def own_form(stage: Stage) -> dict[str, Any]:
    return {"version": stage["type.own.published"], **FILLED}


def written(stage: Stage) -> dict[str, Any]:
    return {
        "subject": "ขอยืม{ของ}",
        "body": "เรื่องใหม่ {ของ}",
        "revision": 2,
        "inputs": 1,
        "i0-name": "ของ",
        "i0-type": "LINE",
    }


def owner(stage: Stage) -> dict[str, Any]:
    unit = stage.world.actor("clerk").unit.pk
    return {"name": "แบบขอใช้ห้องเก็บของ", "kind": "MEMO", "owner": unit, "passes_draft": "on"}


def again(stage: Stage) -> dict[str, Any]:
    return {**FILLED, "revision": Draft.objects.get(letter=int(stage["draft"])).revision, "sure": "yes"}


LISTS = [
    Row("draft:types", ok=SEES, refused=SUPERUSER),
    Row("draft:types", ok=SEES, refused=SUPERUSER, query={"q": "ลา", "whose": "platform", "retired": "1"}),
    Row("draft:type_new", ok=SEES, refused=SUPERUSER, acts=WRITES, data=owner),
    Row("draft:type", SHARED, ok=SEES),
    Row("draft:type", OWN, ok=PROVINCE),
    Row("draft:type_change", SHARED, ok=SEES, acts=CENTRAL, data={"name": "ใบลาของข้าราชการ"}),
    Row("draft:type_change", OWN, ok=PROVINCE, acts=WRITES, data={"name": "ขอยืมของ"}),
    Row("draft:type_next", OWN, ok=PROVINCE, get=False, acts=WRITES, data={}, settled=True, writes=False),
    Row("draft:type_next", SHARED, ok=SEES, get=False, acts=CENTRAL, data={}, settled=True),
    Row("draft:type_retire", OWN, ok=PROVINCE, acts=RULES, data={"reason": "ไม่ใช้แล้ว"}),
    Row("draft:type_retire", SHARED, ok=SEES, acts=CENTRAL, data={"reason": "ไม่ใช้แล้ว"}),
]

TEMPLATES = [
    Row("draft:template", "type.own.begun", ok=PROVINCE, acts=WRITES, data=written),
    Row("draft:template", "type.own.published", ok=PROVINCE, data=written),
    Row("draft:template", "type.shared.version", ok=SEES),
    Row("draft:template_preview", "type.own.begun", ok=PROVINCE),
    Row("draft:template_preview", "type.shared.version", ok=SEES),
    Row("draft:template_image", ("type.own.begun", "type.own.paper", 1), ok=AUTHOR),
    Row("draft:template_publish", "type.own.begun", ok=PROVINCE, acts=RULES, data={}, settled=True),
    Row("draft:template_publish", "type.shared.version", ok=SEES, data={}),
    Row("draft:template_discard", "type.own.begun", ok=PROVINCE, acts=WRITES, data={}, settled=True),
    Row("draft:template_take_up", "type.own.retired", ok=PROVINCE, acts=RULES, data={}, settled=True),
]

FILLING = [
    Row("draft:fill", SHARED, ok=SEES, acts=WITH_POST, data=leave_form),
    Row("draft:fill", OWN, ok=PROVINCE, acts=USES, data=own_form),
    Row("draft:inputs", "draft", ok=AUTHOR, acts=AUTHOR, data=again),
    Row("draft:inputs", "review"),  # was not made from a template
]

ROLLOUT = [
    Row("draft:rollout", ok=SEES, refused=SUPERUSER),
    Row("draft:rollout_export", "csv", ok=SEES, refused=SUPERUSER, leaves=frozenset({"audit_auditevent"})),
    Row("draft:type_mode", SHARED, ok=SEES, acts=AGENCY_ADMINS,
        data={"mode": "PILOT", "since": "1/12/2569", "reason": "คำสั่งที่ 1/2569"}),
    Row("draft:type_mode", OWN, ok=PROVINCE, acts=frozenset({"province-admin"}),
        data={"mode": "PILOT", "since": "1/12/2569", "reason": "คำสั่งที่ 1/2569"}),
]  # fmt: skip

ROWS = [*LISTS, *TEMPLATES, *FILLING, *ROLLOUT]
