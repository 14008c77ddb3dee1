"""Fills a database once by COPY: an agency of 300 units, its registers, and as many letters as asked for.

`scripts/bench seed --letters 1000000`. The other benches call `seeded()`; a database that is full stays as it is.
The shape is a province: one shared send register every unit takes numbers from, one central receive register, a
receive register per unit, letters that travel to one or two other units, and trays with old and open steps.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from benches.ground import last_line, open_database

UNITS, POSTS = 300, 4
START = datetime(2016, 1, 4, 2, 0, tzinfo=UTC)
ACTORS = ("clerk", "registrar", "few_old", "newcomer", "dissolved")
FEW_OLD_UNIT, NEW_UNIT, DISSOLVED_UNIT = UNITS - 1, UNITS - 2, UNITS - 3
SUBJECTS = (
    "ขอเชิญประชุมคณะกรรมการขับเคลื่อนการใช้งานระบบสารบรรณอิเล็กทรอนิกส์",
    "ขออนุมัติเดินทางไปราชการเพื่อติดตามผลการดำเนินงาน",
    "รายงานผลการใช้จ่ายงบประมาณรายจ่ายประจำปี ไตรมาสที่ ๒",
    "ขอความอนุเคราะห์ข้อมูลสถิติจังหวัดเพื่อจัดทำแผนพัฒนา",
    "แจ้งเวียนแนวทางการปฏิบัติงานในช่วงวันหยุดราชการ",
)


def seeded(letters: int) -> str:
    """The name of a database with `letters` letters, filled now if it was not; Django stands on it afterwards."""
    name = f"bench_{letters}"
    open_database(name)
    from saraban.models import Letter

    if not Letter.objects.exists():
        _fill(letters)
    return name


def _fill(letters: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic():
        structure = _structure()
    with connection.cursor() as cursor:
        tables = ("letter", "registerentry", "letterparty", "stay")
        big = [*(f"saraban_{table}" for table in tables), "audit_auditevent", "intray_routingstep"]
        with _bare(cursor, big):
            for table, columns, rows in _tables(structure, letters):
                _copy(cursor, table, columns, rows)
        for table in big:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) FROM {table}")
        cursor.execute(
            "UPDATE saraban_numberseries s SET last = (SELECT max(seq) FROM saraban_registerentry e WHERE e.series_id = s.id) "
            "WHERE EXISTS (SELECT 1 FROM saraban_registerentry e WHERE e.series_id = s.id)"
        )
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _bare(cursor: Any, tables: list[str]) -> Iterator[None]:
    """Without foreign keys and plain indexes while rows pour in; both are built, and every key checked, afterwards."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
        (tables,),
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid "
        "WHERE i.indrelid = ANY(%s::regclass[]) AND c.oid IS NULL",
        (tables,),
    )
    indexes = cursor.fetchall()
    for table, name, _definition in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _copy(cursor: Any, table: str, columns: str, rows: Iterable[str]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        batch: list[str] = []
        for row in rows:
            batch.append(row)
            if len(batch) == 5000:
                copy.write("".join(batch))
                batch.clear()
        copy.write("".join(batch))


def _structure() -> dict[str, Any]:
    """The agency, its units, posts, holders, folders and rights, by the models."""
    from django.contrib.auth.models import Group, Permission
    from django.utils import timezone

    from org.models import Agency, Appointment, Position, RightsGroup, Unit, User
    from saraban.models import FolderGroup, FolderRight, NumberSeries, RegisterFolder

    agency = Agency.objects.create(name="จังหวัดตัวอย่าง", kind="PROVINCE", code="ตย", roman="BEN", memo_circle="ตัวอย่าง")
    root = Unit.objects.create(agency=agency, name="ศาลากลาง", code="0000")
    units = Unit.objects.bulk_create(
        Unit(agency=agency, parent=root, name=f"หน่วยงานที่ {n}", code=f"{n:04d}") for n in range(1, UNITS + 1)
    )
    agency.registry_unit = units[1]
    agency.save()
    posts = Position.objects.bulk_create(
        Position(unit=unit, title=f"ตำแหน่งที่ {n}", rank=n, heads_subtree=n == 0) for unit in units for n in range(POSTS)
    )
    users = User.objects.bulk_create(
        User(username=f"u{n}", first_name=f"ผู้ใช้{n}", last_name="ตัวอย่าง", agency=agency, password="!")
        for n in range(len(posts))
    )
    now = timezone.now()
    Appointment.objects.bulk_create(
        Appointment(user=user, position=post, starts_at=START) for user, post in zip(users, posts, strict=True)
    )
    group = FolderGroup.objects.create(agency=agency, name="แฟ้มจังหวัด")
    send = RegisterFolder.objects.create(
        agency=agency, group=group, owner_unit=units[1], kind="SEND", name="ทะเบียนส่งจังหวัด"
    )
    central = RegisterFolder.objects.create(
        agency=agency, group=group, owner_unit=units[1], kind="RECEIVE", name="ทะเบียนรับจังหวัด"
    )
    receive = RegisterFolder.objects.bulk_create(
        RegisterFolder(agency=agency, group=group, owner_unit=unit, kind="RECEIVE", name="ทะเบียนรับ") for unit in units
    )
    rights = {p.codename: p for p in Permission.objects.filter(content_type__model="registerfolder")}

    def rights_group(name: str, kind: str, unit: Unit) -> Group:
        made = Group.objects.create(name=f"bench {name}")
        RightsGroup.objects.create(group=made, agency=agency, name=name, kind=kind, unit=unit)
        return made

    everyone = rights_group("ทุกหน่วย", "SUBTREE", root)
    registry = rights_group("สารบรรณกลาง", "UNIT", units[1])
    grants = [(everyone, send, "take_number"), (everyone, send, "read_own_unit")]
    grants += [
        (registry, folder, right)
        for folder in (send, central)
        for right in ("read_all", "take_number", "void_entry", "register_incoming")
    ]
    for unit, folder in zip(units, receive, strict=True):
        own = registry if unit is units[1] else rights_group(unit.name, "UNIT", unit)
        grants += [(own, folder, "register_incoming"), (own, folder, "read_own_unit")]
    FolderRight.objects.bulk_create(
        FolderRight(group=who, content_object=folder, permission=rights[right]) for who, folder, right in grants
    )
    series = NumberSeries.objects.bulk_create(
        NumberSeries(folder=folder, year=2569) for folder in (send, central, *receive)
    )
    Unit.objects.filter(pk=units[DISSOLVED_UNIT].pk).update(dissolved_at=now)
    return {
        "agency": agency.pk,
        "units": [unit.pk for unit in units],
        "posts": [post.pk for post in posts],
        "users": [user.pk for user in users],
        "send": send.pk,
        "central": central.pk,
        "receive": [folder.pk for folder in receive],
        "series": {one.folder_id: one.pk for one in series},
    }


class Shape:
    """Where letter `n` came from and went to; the same for every table."""

    def __init__(self, letters: int) -> None:
        self.letters = letters

    def owner(self, n: int) -> int:
        """Index of the owning unit. The special units own a few of the oldest letters, as many at every size."""
        if n < 30:
            return FEW_OLD_UNIT
        if n < 3000 and n % 40 == 0:
            return DISSOLVED_UNIT
        return (n * 7919) % (UNITS - 3)

    def target(self, n: int) -> int:
        return (n * 104729 + 17) % (UNITS - 3)

    def post(self, n: int, unit: int) -> int:
        return unit * POSTS + n % POSTS

    def moment(self, n: int) -> datetime:
        return START + timedelta(days=3900 * n / self.letters)

    def open(self, n: int) -> bool:
        """The newest letters are still under way."""
        return n > self.letters - UNITS * 40


def _tables(s: dict[str, Any], letters: int) -> Iterator[tuple[str, str, Iterable[str]]]:
    """(table, columns, rows as COPY text) for each table in turn."""
    shape = Shape(letters)
    unit, post, user = s["units"], s["posts"], s["users"]
    dice = random.Random(1)
    urgency = [dice.choice((0, 0, 0, 0, 1, 2, 3)) for _ in range(1000)]

    def letter_rows() -> Iterator[str]:
        for n in range(letters):
            at, own = shape.moment(n), shape.owner(n)
            status = "IN_PROGRESS" if shape.open(n) else "CLOSED"
            subject = f"{SUBJECTS[n % 5]} ครั้งที่ {n}"
            author = shape.post(n, own)
            yield (
                f"{n + 1}\t{s['agency']}\tMEMO\tf\tf\t{urgency[n % 1000]}\t0\t{subject}\tหน่วยงานที่ {own + 1}\t"
                f"หน่วยงานที่ {shape.target(n) + 1}\t[]\tตย {own:04d}/{n + 1}\t{at:%Y-%m-%d}\t{unit[own]}\t{user[author]}\t"
                f"{post[author]}\t{s['send']}\tTYPED\t{status}\tt\t{at.isoformat()}\t{at.isoformat()}\n"
            )

    yield (
        "saraban_letter",
        "id,agency_id,kind,circular,incoming,urgency,secrecy,subject,sender,addressee,to_units,number,letter_date,"
        "owner_unit_id,author_id,author_position_id,folder_id,sign_class,status,sealed,created_at,changed_at",
        letter_rows(),
    )

    def entry_rows() -> Iterator[str]:
        for n in range(letters):
            at, own, goal = shape.moment(n), shape.owner(n), shape.target(n)
            who = shape.post(n, own)
            tail = f"{at.isoformat()}\t{at:%Y-%m-%d}"
            by = f"0\t\t\t{user[who]}\t{post[who]}\t\n"
            yield f"{s['send']}\t{s['series'][s['send']]}\t{n + 1}\t{n + 1}\t0\tตย {own:04d}/{n + 1}\t{tail}\t{unit[own]}\t{by}"
            if n % 2:
                folder = s["receive"][goal]
                yield f"{folder}\t{s['series'][folder]}\t{n + 1}\t{n // 2 + 1}\t0\t{n // 2 + 1}\t{tail}\t{unit[goal]}\t{by}"

    yield (
        "saraban_registerentry",
        "folder_id,series_id,letter_id,seq,insert_no,number,entered_at,entered_on,owner_unit_id,secrecy,action_taken,"
        "remark,registrar_id,registrar_position_id,void_reason",
        entry_rows(),
    )

    def party_rows() -> Iterator[str]:
        for n in range(letters):
            own, goal = shape.owner(n), shape.target(n)
            yield f"{n + 1}\t\\N\t{post[shape.post(n, own)]}\tAUTHOR\t0\n"
            yield f"{n + 1}\t{unit[goal]}\t\\N\tDELIVERY\t0\n"
            yield f"{n + 1}\t\\N\t{post[shape.post(n // 7, goal)]}\tROUTING\t0\n"

    yield "saraban_letterparty", "letter_id,unit_id,position_id,because,secrecy", party_rows()

    def stay_rows() -> Iterator[str]:
        for n in range(letters):
            at, goal = shape.moment(n), shape.target(n)
            until = "\\N" if shape.open(n) else (at + timedelta(days=2)).isoformat()
            yield f"{n + 1}\t{unit[shape.owner(n)]}\t\\N\t{at.isoformat()}\t{at.isoformat()}\n"
            yield f"{n + 1}\t{unit[goal]}\t{post[shape.post(n // 7, goal)]}\t{at.isoformat()}\t{until}\n"

    yield "saraban_stay", "letter_id,unit_id,position_id,since,until", stay_rows()

    def audit_rows() -> Iterator[str]:
        verbs = (("letter.open", "เริ่มร่างหนังสือ"), ("letter.number", "ออกเลข"), ("letter.dispatch", "ส่งออก"))
        for n in range(letters):
            at, who = shape.moment(n).isoformat(), shape.post(n, shape.owner(n))
            for verb, label in verbs:
                yield (
                    f"{at}\t{verb}\t{label}\t{user[who]}\t{post[who]}\t{unit[shape.owner(n)]}\t{s['agency']}\tผู้ใช้{who}\t"
                    f"ตำแหน่ง\tsaraban.letter\t{n + 1}\t{n + 1}\t{{}}\n"
                )

    yield (
        "audit_auditevent",
        "at,verb,label,user_id,position_id,unit_id,agency_id,person,capacity,subject_type,subject_id,letter_id,detail",
        audit_rows(),
    )

    def step_rows() -> Iterator[str]:
        for n in range(letters):
            at, goal = shape.moment(n).isoformat(), shape.target(n)
            who, to = shape.post(n, shape.owner(n)), shape.post(n // 7, goal)
            state = "NEW" if shape.open(n) else "DONE"
            done = "\\N" if shape.open(n) else at
            yield (f"{n + 1}\t{post[to]}\t{unit[goal]}\tACTION\t{state}\t0\t\t{user[who]}\t{post[who]}\t{at}\t{done}\n")

    yield (
        "intray_routingstep",
        'letter_id,to_position_id,to_unit_id,purpose,state,"order",note,sent_by_id,sent_from_id,sent_at,done_at',
        step_rows(),
    )


def actor_user(which: str) -> str:
    """The username of a bench actor."""
    unit = {"clerk": 7, "registrar": 1, "few_old": FEW_OLD_UNIT, "newcomer": NEW_UNIT, "dissolved": DISSOLVED_UNIT}[
        which
    ]
    return f"u{unit * POSTS + (2 if which == 'clerk' else 1)}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=1_000_000)
    letters = parser.parse_args().letters
    began = time.perf_counter()
    name = seeded(letters)
    last_line({"bench": "seed", "database": name, "letters": letters, "seconds": round(time.perf_counter() - began, 1)})


if __name__ == "__main__":
    main()
