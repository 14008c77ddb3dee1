"""The matrix of the in-tray, of notices, the desk and a person's own account."""

from __future__ import annotations

from typing import Any

from tests.matrix.cast import (
    ADMINS,
    ANONYMOUS,
    AT_THE_SIGNER,
    AUTHOR,
    ENDED,
    EVERYBODY,
    READERS,
    REGISTERING,
    SIGNER,
    WITH_POST,
    WITHOUT_POST,
    Names,
)
from tests.matrix.probe import ABSENT, ELSEWHERE, REFUSED, TO_SIGN_IN, Row
from tests.matrix.stage import Stage

OPENED: Names = frozenset({"intray_routingstep", "audit_auditevent"})  # whoever was asked has opened it
ASKED: Names = frozenset({"permsec"})
TOLD: Names = frozenset({"deputy1"})
ROUTER: Names = frozenset({"ministry-registrar"})
ALL_COME: Names = EVERYBODY | {ANONYMOUS, ENDED}
THE_PROVINCES: Names = frozenset({"province-admin", "central-admin"})
OUTSIDERS = EVERYBODY - ADMINS
WATCHING = REGISTERING | {"office-head", "division-head"}  # and those who head a unit


def act(verb: str, step: str = "", **more: Any) -> Any:
    """What the panel posts."""

    def post(stage: Stage) -> dict[str, Any]:
        values = {name: stage.made.get(v, v) if isinstance(v, str) else v for name, v in more.items()}
        return {"verb": verb, "sure": "1", **values} | ({"step": stage[step]} if step else {})

    return post


def to_division(stage: Stage) -> list[str]:
    return [f"u{stage['ministry.unit']}"]


def sent_on(verb: str, step: str = "") -> Any:
    """The same with the ministry's division chosen."""
    return lambda stage: (
        act(verb, step, text="เพื่อโปรดดำเนินการ")(stage) | {"to": to_division(stage), "purpose": "ACTION"}
    )


READ = READERS["received"]
TRAY = [
    Row("intray:list", ok=WITH_POST, refused=WITHOUT_POST),
    Row("intray:panel", "received", ok=READ, leaves=OPENED),
    Row("intray:panel", "proposed", ok=READERS["proposed"], leaves=OPENED),
    Row("intray:panel", "secret", ok=READERS["secret"]),
    Row("intray:targets", "received", ok=READ),
    Row("intray:endorsements", "received", ok=READ),
    Row("intray:endorsements", "sent", ok=READERS["sent"]),
    Row("intray:act", "received", ok=READ, get=False, acts=ASKED, data=act("note", "received.step", text="รับทราบ")),
    Row("intray:act", "received", ok=READ, get=False, acts=ASKED, data=act("approve", "received.step", text="อนุมัติ")),
    Row(
        "intray:act",
        "received",
        ok=READ,
        get=False,
        acts=ASKED,
        data=act("disapprove", "received.step", reason="ไม่ชอบด้วยระเบียบ"),
    ),
    Row("intray:act", "received", ok=READ, get=False, acts=ASKED, data=sent_on("instruct", "received.step")),
    Row("intray:act", "received", ok=READ, get=False, acts=ASKED, data=sent_on("forward", "received.step")),
    Row("intray:act", "received", ok=READ, get=False, acts=TOLD, data=act("acknowledge", "received.copy")),
    Row(
        "intray:act", "received", ok=READ, get=False, acts=ASKED, data=act("return", "received.step", reason="ส่งผิดหน่วย")
    ),
    Row("intray:act", "received", ok=READ, get=False, acts=ASKED, data=act("close", "received.step", reason="เสร็จแล้ว")),
    Row("intray:act", "received", ok=READ, get=False, acts=ROUTER, data=sent_on("start")),
    Row("intray:act", "received", ok=READ, get=False, data=act("close_letter", reason="เสร็จแล้ว")),  # others still work
    Row("intray:act", "received", ok=READ, get=False, data=act("take", "received.step")),
    Row("intray:act", "received", ok=READ, get=False, data=act("release", "received.step")),
    Row(
        "intray:act",
        "proposed",
        ok=READERS["proposed"],
        get=False,
        acts=SIGNER,
        data=act("return", "proposed.step", reason="แก้ไข"),
    ),
    Row(
        "intray:act",
        "proposed",
        ok=READERS["proposed"],
        get=False,
        acts=frozenset({"secretary"}),
        data=act("prepare", "proposed.step", text="ลงนามแล้ว"),
    ),
    Row("intray:recall_step", ("received", "received.step"), ok=READ, get=False, acts=ROUTER, data={}, settled=True),
    Row("intray:recall_step", ("received", "received.copy"), ok=READ, get=False, acts=ROUTER, data={}, settled=True),
    Row("intray:recall_step", ("received", "proposed.step"), get=False, data={}),
    Row(
        "intray:reopen",
        "closed",
        ok=READERS["closed"],
        acts=ROUTER | {"ministry-clerk"},
        data={"reason": "ผู้ขอแจ้งว่ายังไม่ได้รับข้อมูล"},
    ),
    Row("intray:recall_proposal", "proposed", ok=READERS["proposed"], acts=AUTHOR, data={}, settled=True),
    Row("intray:late", ok=EVERYBODY),
    Row("intray:bottleneck", ok=WATCHING, refused=EVERYBODY - WATCHING),
    Row("intray:followup", ok=WITH_POST, refused=WITHOUT_POST),
    *(
        Row("intray:followup_export", form, ok=WITH_POST, refused=WITHOUT_POST, leaves=frozenset({"audit_auditevent"}))
        for form in ("csv", "xlsx")
    ),
    Row("intray:chase", ok=EVERYBODY, get=False, acts=ROUTER, data=lambda s: {"step": [s["received.step"]]}),
    Row("intray:sign_folder", ok=WITH_POST, refused=WITHOUT_POST, leaves=OPENED),
    Row("intray:sign_choose", ok=EVERYBODY, get=False, data=lambda s: {"verb": "choose", "letter": s["proposed"]}),
    Row("intray:sign", "proposed", ok=READERS["proposed"]),
    Row(
        "intray:sign_confirm",
        ok=EVERYBODY,
        query=lambda s: {"step": s["proposed.step"]},
        acts=SIGNER,
        data=lambda s: {"step": [s["proposed.step"]], "confirmation": "ยืนยันลงนาม"},
    ),
]

NOTICES = [
    Row("notifications:list", ok=EVERYBODY),
    Row("notifications:open", "notice", ok=AT_THE_SIGNER, leaves=frozenset({"notifications_notification"})),
    Row("notifications:read_all", ok=EVERYBODY, get=False, acts=EVERYBODY, data={}, writes=False, settled=True),
]

ACCOUNT = [
    Row("desk", ok=EVERYBODY),
    Row("help", ok=EVERYBODY),
    Row(
        "healthz", public=True, otherwise="503", before=frozenset({ANONYMOUS, "clerk"})
    ),  # no worker runs beside the tests
    Row("accounts:sign_in", public=True, ok=ALL_COME),
    Row(
        "accounts:sign_out", public=True, get=False, ok=ALL_COME, acts=ALL_COME, data={}, done=TO_SIGN_IN, writes=False
    ),
    Row("accounts:locked", public=True, otherwise=TO_SIGN_IN),  # nobody is locked out
    Row("accounts:privacy", ok=EVERYBODY, acts=EVERYBODY, data={}, writes=False, settled=True),
    Row("accounts:profile", ok=EVERYBODY),
    Row("accounts:password_change", ok=EVERYBODY, data={"present": "ไม่ใช่รหัสผ่านนี้", "new_password": "สี่สิบสองคำถาม"}),
    Row("accounts:switch_capacity", ok=EVERYBODY, get=False, data=lambda s: {"capacity": s["statistics.holding"]}),
    Row("accounts:thaid_start", public=True, ok=EVERYBODY, otherwise=ELSEWHERE),  # strangers are led to ThaiD
    Row("accounts:thaid_callback", public=True, otherwise="400"),  # nobody set out from here: says so
    Row("accounts:invitation", "invitation", public=True, ok=ALL_COME),
    Row("accounts:invitation", "no-such-token", public=True, otherwise=ABSENT),
]

PEOPLE = [
    Row("accounts:people", ok=ADMINS, otherwise=REFUSED),
    *(
        row
        for place, keepers in (
            ("statistics", ADMINS - {"ministry-admin"}),
            ("general", THE_PROVINCES),
            ("ministry", frozenset({"ministry-admin", "central-admin"})),
        )
        for row in (
            Row("accounts:person", f"{place}.user", ok=keepers, refused=OUTSIDERS),
            Row(
                "accounts:invite",
                f"{place}.user",
                ok=keepers,
                refused=OUTSIDERS,
                get=False,
                acts=keepers,
                data={"citizen_number": "9000000055551"},
            ),
        )
    ),
    Row(
        "accounts:invite_again",
        "statistics.user",
        ok=ADMINS - {"ministry-admin"},
        refused=OUTSIDERS,
        get=False,
        acts=ADMINS - {"ministry-admin"},
        data={},
        settled=True,
    ),
    Row(
        "accounts:revoke",
        "statistics.user",
        ok=ADMINS - {"ministry-admin"},
        refused=OUTSIDERS,
        get=False,
        acts=ADMINS - {"ministry-admin"},
        data={},
        settled=True,
    ),
]

ROWS = [*TRAY, *NOTICES, *ACCOUNT, *PEOPLE]
