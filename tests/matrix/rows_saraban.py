"""The matrix of e-Saraban: letters and their files, the registry's work, registers, finding."""

from __future__ import annotations

from tests.matrix.cast import (
    AUTHOR,
    EVERYBODY,
    MINISTRY,
    PROVINCE,
    READERS,
    REGISTERING,
    REGISTRARS,
    Names,
)
from tests.matrix.probe import ABSENT, Row
from tests.matrix.stage import Stage

OPENED: Names = frozenset({"saraban_delivery", "audit_auditevent"})  # its registry has opened what arrived
CENTRAL: Names = frozenset({"province-registrar"})
STATED = {"reason": "ออกเลขผิดแฟ้ม"}


def files(name: str) -> list[Row]:
    """Every way to the bytes of one staged letter."""
    readers, enclosure = READERS[name], f"{name}.enclosure"
    return [
        Row("saraban:letter_print", name, ok=readers),
        Row("saraban:page_image", (name, 1), ok=readers),
        Row("saraban:document", name, ok=readers),
        Row("saraban:enclosure", (name, enclosure), ok=readers),
        Row("saraban:enclosure_page", (name, enclosure, 1), ok=readers),
    ]


LETTERS = [
    Row("saraban:letter", "draft", ok=READERS["draft"]),
    Row("saraban:letter", "review", ok=READERS["review"]),
    Row("saraban:letter", "proposed", ok=READERS["proposed"]),
    Row("saraban:letter", "signed", ok=READERS["signed"]),
    Row("saraban:letter", "numbered", ok=READERS["numbered"]),
    Row("saraban:letter", "sent", ok=READERS["sent"], leaves=OPENED),
    Row("saraban:letter", "received", ok=READERS["received"]),
    Row("saraban:letter", "arrived", ok=READERS["arrived"], leaves=OPENED),
    Row("saraban:letter", "secret", ok=READERS["secret"]),
    *files("proposed"),
    *files("numbered"),
    *files("sent"),
    *files("received"),
    *files("arrived"),
    # Each agency has its own letter over the same bytes: an enclosure opens under its own letter only.
    Row("saraban:enclosure", ("sent", "received.enclosure")),
    Row("saraban:enclosure", ("received", "sent.enclosure")),
    Row("saraban:enclosure_page", ("received", "sent.enclosure", 1)),
    Row("saraban:page_image", ("secret", 1), ok=READERS["secret"]),
    Row("saraban:document", "secret", ok=READERS["secret"]),
    Row("saraban:letter_print", "secret", ok=READERS["secret"]),
    Row("saraban:page_image", ("draft", 1)),  # no paper before it is proposed
    Row("saraban:document", "draft"),
]


RECEIVING = [
    Row("saraban:incoming", ok=EVERYBODY),
    Row("saraban:outgoing", ok=EVERYBODY),
    Row(
        "saraban:receive",
        "sent.inside",
        ok=frozenset({"stat-clerk"}),
        acts=frozenset({"stat-clerk"}),
        data={},
        form=True,
    ),
    Row(
        "saraban:receive",
        "sent.afar",
        ok=frozenset({"local-registrar"}),
        acts=frozenset({"local-registrar"}),
        data={},
        form=True,
    ),
    Row("saraban:receive", "sent.outside", ok=frozenset({"ministry-registrar"})),  # registered: leads to its number
    Row("saraban:received", "received.entry", ok=frozenset({"ministry-registrar"})),
    Row(
        "saraban:send_back",
        "sent.afar",
        ok=frozenset({"local-registrar"}),
        acts=frozenset({"local-registrar"}),
        data=STATED,
        form=True,
    ),
    Row(
        "saraban:send_back",
        "sent.inside",
        ok=frozenset({"stat-clerk"}),
        acts=frozenset({"stat-clerk"}),
        data=STATED,
        form=True,
    ),
    Row(
        "saraban:receive_many",
        ok=EVERYBODY,
        query=lambda stage: {"d": stage["sent.afar"]},
        acts=frozenset({"local-registrar"}),
        data=lambda stage: {"d": [stage["sent.afar"]]},
        form=True,
    ),
    Row("saraban:received_many", ok=EVERYBODY),
    Row(
        "saraban:receive_paper",
        ok=REGISTERING,
        refused=EVERYBODY - REGISTERING,
        acts=CENTRAL,
        data=lambda stage: {
            "folder": stage["pte-receive"],
            "sender": "กรมการปกครอง",
            "addressee": "ผู้ว่าราชการจังหวัด",
            "subject": "ขอเชิญประชุม",
        },
        form=True,
    ),
]


def addressees(stage: Stage) -> dict[str, object]:
    """The last page of ส่งหนังสือ: to the governor's office."""
    return {"step": "send", "to": [stage.world.unit("PTE", "governor").pk]}


SENDING = [
    Row("saraban:number", "signed", ok=READERS["signed"], acts=REGISTRARS, data={}, form=True),
    Row("saraban:number", "numbered", ok=READERS["numbered"]),
    Row("saraban:number", "draft", ok=AUTHOR, data={}),  # the page says why not
    Row("saraban:numbered", "numbered", ok=READERS["numbered"]),
    Row("saraban:seal", "numbered", ok=READERS["numbered"]),
    Row("saraban:seal_retry", "numbered", ok=READERS["numbered"], get=False, acts=REGISTRARS, data={}, writes=False),
    Row("saraban:dispatch", "numbered", ok=READERS["numbered"], acts=REGISTRARS, data=addressees),
    Row("saraban:dispatch", "received", ok=READERS["received"], data=addressees),
    Row("saraban:recall", "sent.afar", ok=READERS["sent"], acts=REGISTRARS, data={}, form=True),
    Row("saraban:recall", "sent.inside", ok=READERS["sent"], acts=REGISTRARS, data={}, form=True),
    Row("saraban:recall", "sent.outside", ok=READERS["sent"], data={}),  # registered there: too late for everybody
    Row(
        "saraban:void",
        "numbered.entry",
        ok=AUTHOR | CENTRAL | {"office-head", "auditor"},
        acts=CENTRAL,
        data=STATED,
        form=True,
    ),
    Row("saraban:void", "sent.entry", ok=AUTHOR | CENTRAL | {"office-head", "auditor"}, data=STATED),
    Row("saraban:void", "received.entry", ok=frozenset({"ministry-registrar"}), data=STATED),
    Row(
        "saraban:void",
        "secret.entry",
        ok=frozenset({"secret-registrar"}),
        acts=frozenset({"secret-registrar"}),
        data=STATED,
    ),
]

REGISTERS = [
    Row("saraban:registers", ok=EVERYBODY),
    Row("saraban:register", "pte-send", ok=PROVINCE),
    Row("saraban:register", "mdes-receive", ok=MINISTRY),
    Row("saraban:register", "secret-send", ok=frozenset({"secret-registrar"})),
    Row("saraban:register_print", "pte-send", ok=PROVINCE),
    Row("saraban:register_print", "secret-send", ok=frozenset({"secret-registrar"})),
    Row("saraban:register_export", ("pte-send", "xlsx"), ok=PROVINCE, leaves=frozenset({"audit_auditevent"})),
    Row("saraban:register_export", ("mdes-receive", "csv"), ok=MINISTRY, leaves=frozenset({"audit_auditevent"})),
    Row("saraban:register_export", ("pte-send", "exe"), otherwise=ABSENT),
    Row(
        "saraban:entry_edit",
        "numbered.entry",
        ok=AUTHOR | CENTRAL | {"office-head"},
        refused=frozenset({"auditor"}),
        acts=AUTHOR | CENTRAL | {"office-head"},
        data={"action_taken": "ส่งกลุ่มงานอำนวยการ"},
        form=True,
    ),
    Row(
        "saraban:entry_edit",
        "received.entry",
        ok=frozenset({"ministry-registrar"}),
        acts=frozenset({"ministry-registrar"}),
        data={"remark": "ต้นฉบับตามมา"},
        form=True,
    ),
    Row("saraban:all", ok=EVERYBODY),
    Row("saraban:search", ok=EVERYBODY, query={"q": "รายงานผล"}),
]

ROWS = [*LETTERS, *RECEIVING, *SENDING, *REGISTERS]
