"""Eight registrars issue numbers at once, through the action and by bare psycopg writing the same rows.

Each registrar's rights are resolved once, as for a bulk issue; every number asks the rule on the resolved ids. The
floor writes, per number, what the action writes: letter, series, register entry, outbox row, audit line, in one
transaction behind the same two locks. Gaps and duplicates are counted from the register afterwards.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier as BarrierType
from typing import Any

import psycopg

from benches.ground import last_line, open_database

REGISTRARS, WARM = 8, 5
DATABASE = "bench_numbering"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=60, help="numbers per registrar and round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    open_database(DATABASE)
    ground = _ground()
    action, floor, spread = [], [], []
    for _ in range(options.rounds):
        floor.append(_race(_floor_worker, ground, folders=1, each=options.each))
        action.append(_race(_action_worker, ground, folders=1, each=options.each))
        spread.append(_race(_action_worker, ground, folders=REGISTRARS, each=options.each))
    issued, gaps, duplicates = _audit(ground)
    per_second, floor_per_second = statistics.median(action), statistics.median(floor)
    last_line(
        {
            "bench": "numbering",
            "issued": issued,
            "gaps": gaps,
            "duplicates": duplicates,
            "per_second": round(per_second, 1),
            "floor_per_second": round(floor_per_second, 1),
            "ratio": round(statistics.median(a / f for a, f in zip(action, floor, strict=True)), 2),
            "folders8_over_1": round(statistics.median(s / a for s, a in zip(spread, action, strict=True)), 2),
            "fsync_us": _fsync_us(),
        }
    )


def _ground() -> dict[str, Any]:
    """An agency with a registrar per process, eight send folders, and a seal in force."""
    from datetime import timedelta

    from django.contrib.auth.models import Group, Permission
    from django.utils import timezone

    from org.models import Agency, Appointment, Position, RightsGroup, Unit, User
    from saraban.models import FolderGroup, FolderRight, RegisterFolder
    from signing.models import Certificate

    mark = f"{time.time_ns()}"
    now = timezone.now()
    agency = Agency.objects.create(name=f"หน่วย {mark}", kind="LOCAL", code="ตย", roman=_letters(mark), memo_circle=mark)
    unit = Unit.objects.create(agency=agency, name="สารบรรณกลาง", code="0017")
    Certificate.objects.create(
        agency=agency, key_store=b"", subject="ตรา", issuer="", serial="1",
        not_before=now - timedelta(days=1), not_after=now + timedelta(days=1),
    )  # fmt: skip
    auth_group = Group.objects.create(name=mark)
    RightsGroup.objects.create(group=auth_group, agency=agency, name="สารบรรณกลาง", kind="UNIT", unit=unit)
    group = FolderGroup.objects.create(agency=agency, name="แฟ้ม")
    rights = Permission.objects.filter(content_type__model="registerfolder", codename__in=("take_number", "read_all"))
    folders = []
    for n in range(REGISTRARS):
        folder = RegisterFolder.objects.create(agency=agency, group=group, owner_unit=unit, kind="SEND", name=f"ส่ง {n}")
        FolderRight.objects.bulk_create(
            FolderRight(group=auth_group, content_object=folder, permission=r) for r in rights
        )
        folders.append(folder.pk)
    users = []
    for n in range(REGISTRARS):
        user = User.objects.create(username=f"{mark}-{n}", first_name=f"นายทะเบียน {n}", agency=agency, password="!")
        post = Position.objects.create(unit=unit, title=f"เจ้าหน้าที่ {n}")
        Appointment.objects.create(user=user, position=post, starts_at=now - timedelta(days=1))
        users.append(user.pk)
    return {"agency": agency.pk, "unit": unit.pk, "folders": folders, "users": users}


def _letters(mark: str) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in mark[-10:])


def _make_letters(ground: dict[str, Any], folders: int, each: int) -> list[list[int]]:
    """Signed letters that wait for a number: a list of ids per registrar, the first few to warm up on."""
    from saraban.models import Letter

    shares = []
    for n in range(REGISTRARS):
        made = Letter.objects.bulk_create(
            Letter(
                agency_id=ground["agency"], kind="MEMO", subject=f"เรื่องที่ {i}", owner_unit_id=ground["unit"],
                folder_id=ground["folders"][n % folders], status="SIGNED",
            )
            for i in range(each + WARM)
        )  # fmt: skip
        shares.append([letter.pk for letter in made])
    return shares


Worker = Callable[[dict[str, Any], int, int, list[int], BarrierType], None]


def _race(worker: Worker, ground: dict[str, Any], *, folders: int, each: int) -> float:
    """Numbers per second of eight processes that start together."""
    from django.db import connections

    shares = _make_letters(ground, folders, each)
    connections.close_all()
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(REGISTRARS + 1, timeout=120)
    crew = [
        context.Process(target=worker, args=(ground, n, ground["folders"][n % folders], share, gate))
        for n, share in enumerate(shares)
    ]
    for process in crew:
        process.start()
    gate.wait()
    began = time.perf_counter()
    for process in crew:
        process.join()
    took = time.perf_counter() - began
    if any(process.exitcode for process in crew):
        raise RuntimeError("a registrar failed")
    return REGISTRARS * each / took


def _action_worker(ground: dict[str, Any], n: int, folder: int, share: list[int], gate: BarrierType) -> None:
    from django.utils import timezone

    from org.actor import Actor
    from org.models import User
    from org.selectors import current_appointments
    from saraban.actions.numbers import issue_number

    user = User.objects.get(pk=ground["users"][n])
    appointment = current_appointments(user, timezone.now())[0]
    actor = Actor(user, appointment)
    for letter in share[:WARM]:
        issue_number(by=actor, letter_id=letter)
    gate.wait()
    for letter in share[WARM:]:
        issue_number(by=actor, letter_id=letter)


def _floor_worker(ground: dict[str, Any], n: int, folder: int, share: list[int], gate: BarrierType) -> None:
    user = ground["users"][n]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        post = connection.execute("SELECT position_id FROM org_appointment WHERE user_id = %s", (user,)).fetchone()
        assert post is not None
        for letter in share[:WARM]:
            _floor_issue(connection, ground, folder, user, post[0], letter)
        gate.wait()
        for letter in share[WARM:]:
            _floor_issue(connection, ground, folder, user, post[0], letter)


def _floor_issue(
    connection: psycopg.Connection[Any], ground: dict[str, Any], folder: int, user: int, post: int, letter: int
) -> None:
    with connection.transaction():
        connection.execute("SELECT status, folder_id FROM saraban_letter WHERE id = %s FOR UPDATE", (letter,))
        connection.execute(
            "INSERT INTO outbox_outboxmessage (topic, key, payload, state, attempts, created_at, next_at, error) "
            "VALUES ('letter.numbered', %s, '{}', 'DONE', 0, now(), now(), '') ON CONFLICT DO NOTHING",
            (f"letter:{letter}",),
        )
        connection.execute(
            "INSERT INTO saraban_numberseries (folder_id, year, circular, last) "
            "VALUES (%s, 2569, false, 0) ON CONFLICT DO NOTHING",
            (folder,),
        )
        series = connection.execute(
            "UPDATE saraban_numberseries SET last = last + 1 WHERE folder_id = %s AND year = 2569 AND NOT circular "
            "RETURNING id, last, clock_timestamp()",
            (folder,),
        ).fetchone()
        assert series is not None
        number, at = f"ตย 0017/{series[1]}", series[2]
        entry = connection.execute(
            "INSERT INTO saraban_registerentry (folder_id, series_id, letter_id, seq, insert_no, number, entered_at, "
            "entered_on, owner_unit_id, secrecy, action_taken, remark, registrar_id, registrar_position_id, void_reason) "
            "VALUES (%s, %s, %s, %s, 0, %s, %s, %s, %s, 0, '', '', %s, %s, '') RETURNING id",
            (folder, series[0], letter, series[1], number, at, at.date(), ground["unit"], user, post),
        ).fetchone()
        assert entry is not None
        connection.execute(
            "UPDATE saraban_letter SET status = 'NUMBERED', number = %s, letter_date = %s, changed_at = %s WHERE id = %s",
            (number, at.date(), at, letter),
        )
        connection.execute(
            "INSERT INTO audit_auditevent (at, verb, label, user_id, position_id, unit_id, agency_id, person, capacity, "
            "subject_type, subject_id, letter_id, detail) "
            "VALUES (%s, 'letter.number', %s, %s, %s, %s, %s, '', '', 'saraban.registerentry', %s, %s, '{}')",
            (at, f"ออกเลข {number}", user, post, ground["unit"], ground["agency"], entry[0], letter),
        )


def _audit(ground: dict[str, Any]) -> tuple[int, int, int]:
    """(issued, gaps, duplicates) over the series of this run."""
    from collections import Counter

    from saraban.models import RegisterEntry

    found: dict[int, Counter[int]] = {}
    for series, seq in RegisterEntry.objects.filter(folder__in=ground["folders"]).values_list("series_id", "seq"):
        found.setdefault(series, Counter())[seq] += 1
    gaps = sum(max(counts) - len(counts) for counts in found.values())
    duplicates = sum(times - 1 for counts in found.values() for times in counts.values())
    return sum(counts.total() for counts in found.values()), gaps, duplicates


def _fsync_us() -> int:
    """What one small durable write costs on this disk, in microseconds."""
    times = []
    with tempfile.NamedTemporaryFile(dir=os.environ.get("EOFFICE_VAR", ".")) as scratch:
        for _ in range(50):
            scratch.write(b"x" * 512)
            scratch.flush()
            began = time.perf_counter()
            os.fsync(scratch.fileno())
            times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1_000_000)


if __name__ == "__main__":
    main()
