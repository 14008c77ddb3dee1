"""The matrix of delegations: the page of one's own, ending and handing on, and the admin's pages."""

from __future__ import annotations

from typing import Any

from tests.matrix.cast import ADMINS, EVERYBODY, WITH_POST, WITHOUT_POST
from tests.matrix.probe import Row
from tests.matrix.rows_admin import CENTRAL, MINISTRY, PROVINCE, STRUCTURE, everywhere
from tests.matrix.stage import Stage

PRINCIPAL = frozenset({"permsec"})


def to_the_head(stage: Stage) -> dict[str, Any]:
    """The clerk's powers to the head of the same office, for memos up to an amount."""
    return {
        "user": stage.world.user("stat-head").pk,
        "order_ref": "คำสั่งจังหวัด ที่ 44/2569",
        "starts_at": "1/10/2569",
        "kinds": ["MEMO"],
        "amount_limit": "๕๐,๐๐๐",
    }


ROWS = [
    Row("saraban:delegations", ok=WITH_POST, refused=WITHOUT_POST),
    Row("saraban:delegation_end", "delegation", ok=PRINCIPAL, acts=PRINCIPAL, data={"reason": "กลับมาปฏิบัติราชการ"}),
    Row("saraban:delegation_hand_on", refused=EVERYBODY, data={"order_ref": "คำสั่ง 1/2569"}),
    Row("admin:saraban_delegationscope_changelist", ok=ADMINS, refused=EVERYBODY - ADMINS),
    *everywhere(STRUCTURE, "admin:saraban_delegationscope_new", "post"),
    Row(
        "admin:saraban_delegationscope_new",
        "statistics.post",
        ok=STRUCTURE["statistics"],
        refused=EVERYBODY - ADMINS,
        acts=PROVINCE | CENTRAL | STRUCTURE["statistics"],
        data=to_the_head,
        before=frozenset({"clerk", "governor", "superuser"}) | MINISTRY | STRUCTURE["statistics"],
    ),
]
