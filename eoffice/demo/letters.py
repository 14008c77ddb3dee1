"""Sample letters in every tray and register, so that whoever signs in finds work. Not part of `demo.load`: tests count rows.

Each letter of fixtures/demo/letters/*.toml is one transaction that ends with a line of the trail naming its key: loading
again adds only what is missing, and a loader that is killed leaves no half letter. Numbers, receipts and signatures carry
the time at which they were really made; only deadlines and the dates on papers from outside lie in the past.

`scripts/run` does not wait for them: `begin` puts one message, and the worker makes letter after letter beside its work.
"""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from audit.actions import record
from audit.models import AuditEvent
from common.access import Refused
from eoffice.demo.platform import FIXTURES, central_admin
from outbox.actions import put
from saraban.models import Letter

if TYPE_CHECKING:
    from eoffice.demo.cast import Cast

log = logging.getLogger(__name__)
MARK = TOPIC = "demo.letter"
_ONE_LOADER = "SELECT pg_advisory_xact_lock(hashtext('eoffice.demo.letters'))"


def rows() -> list[dict[str, Any]]:
    """All sample letters in the order they are made: file by file, and in each from top to bottom."""
    found: list[dict[str, Any]] = []
    for path in sorted((FIXTURES / "demo" / "letters").glob("*.toml")):
        found += tomllib.loads(path.read_text(encoding="utf-8"))["letters"]
    return found


def load(say: Callable[[str], object]) -> int:
    """Make the letters that are not there yet, now; gives how many."""
    from eoffice.demo.cast import Cast

    cast = Cast()
    made = sum(make(row, cast) for row in rows())
    if made:
        say(f"เพิ่มหนังสือตัวอย่าง {made} ฉบับ")
    return made


def begin(say: Callable[[str], object]) -> None:
    """Have the worker make the letters that are not there yet, one message after the other. Again changes nothing."""
    known, wanted = known_letters(), [row["key"] for row in rows()]
    missing = [key for key in wanted if key not in known]
    if not missing:
        return
    run = hashlib.sha256(" ".join([*wanted, str(len(known))]).encode()).hexdigest()[:16]
    with transaction.atomic():
        put(TOPIC, f"{run}:0", {"run": run, "at": 0})
    say(f"หนังสือตัวอย่าง {len(missing)} ฉบับจะทยอยเข้าแฟ้มในนาทีแรก")


def next_one(payload: dict[str, Any]) -> None:
    """Outbox handler of `demo.letter`: make the letter at this place in the list, and have the next one made."""
    from eoffice.demo.cast import Cast

    wanted, at, run = rows(), payload["at"], payload["run"]
    if at < len(wanted):
        make(wanted[at], Cast())
    if at + 1 < len(wanted):
        put(TOPIC, f"{run}:{at + 1}", {"run": run, "at": at + 1})


def make(row: dict[str, Any], cast: Cast) -> bool:
    """Make one letter with all its story, or nothing; False when it is there or what it needs is not (logged)."""
    from eoffice.demo.stories import Story

    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_ONE_LOADER)
            known = known_letters()
            if row["key"] in known:
                return False
            letter = Letter.objects.get(pk=Story(row, cast, known).tell())
            by, key = central_admin(), row["key"]
            record(by=by, verb=MARK, label=f"หนังสือตัวอย่าง {key}", subject=letter, detail={"key": key})
            return True
    except (Refused, LookupError) as error:
        log.warning("sample letter %s was not made (%s)", row["key"], error)
        return False


def known_letters() -> dict[str, int]:
    """The letters made so far: key → id of the letter it began with."""
    marks = AuditEvent.objects.filter(agency=None, verb=MARK, subject_type=Letter._meta.label_lower)
    return {detail["key"]: subject for detail, subject in marks.values_list("detail", "subject_id")}
