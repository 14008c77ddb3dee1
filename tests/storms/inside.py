"""What the storms do inside the platform: `python -m tests.storms.inside WHAT [ARGUMENTS…]` prints its answer as JSON.

The process has the platform's environment, and so its database, files, keys and outbox.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django


def open_to_all() -> int:
    """Everybody has read the privacy notice; gives how many."""
    from django.utils import timezone

    from accounts.models import PrivacyAcceptance
    from accounts.notice import NOTICE_VERSION
    from org.models import User

    rows = [
        PrivacyAcceptance(user=user, version=NOTICE_VERSION, accepted_at=timezone.now()) for user in User.objects.all()
    ]
    return len(PrivacyAcceptance.objects.bulk_create(rows, ignore_conflicts=True))


def proposed(count: str, signer: str, sign_class: str, subject: str = "") -> list[list[int]]:
    """Letters that wait for the signer: [letter, step] of each. With `subject` they are called that, numbered from 1."""
    from tests.tray import only_step
    from tests.tray import proposed as propose
    from tests.world import World

    world = World()
    facts = [{"subject": f"{subject} {at}"} if subject else {} for at in range(1, int(count) + 1)]
    letters = [propose(world, world.actor(signer), sign_class=sign_class, kind="EXTERNAL", **one) for one in facts]
    return [[letter.pk, only_step(letter).pk] for letter in letters]


def signed(count: str) -> list[int]:
    """Memos signed by typing, waiting for their number and the seal after it."""
    from tests.story import signed as sign
    from tests.world import World

    world = World()
    signer = world.actor("office-head")
    return [sign(world.actor("clerk"), world.folder("pte-send"), signer).pk for _ in range(int(count))]


def ready(count: str, by: str) -> list[int]:
    """Signed letters of somebody that need no seal, waiting for their number."""
    from tests.registry import ready as make
    from tests.world import World

    world = World()
    return [make(world, by=by).pk for _ in range(int(count))]


def folder(key: str) -> int:
    """The id of a register folder."""
    from tests.world import World

    return World().folder(key).pk


def central(roman: str) -> int:
    """The unit that receives an agency's letters."""
    from tests.registry import central as central_unit
    from tests.world import World

    return central_unit(World(), roman).pk


def unit(roman: str, key: str) -> int:
    """The id of a unit."""
    from tests.world import World

    return World().unit(roman, key).pk


def signatures(*letters: str) -> dict[str, dict[str, Any]]:
    """How pyHanko judges the file of each letter, and where that file lies."""
    from django.conf import settings
    from django.core.files.storage import default_storage

    from files.actions import read
    from saraban.models import Letter
    from signing.demo_ca import DemoAuthority
    from signing.validation import validate

    roots = [DemoAuthority(settings.VAR_DIR / "demo-ca").root]
    judged = {}
    for letter in Letter.objects.filter(pk__in=letters).select_related("document"):
        assert letter.document is not None
        report = validate(read(letter.document), roots)
        judged[str(letter.pk)] = {
            "ok": report.ok,
            "fields": [one.field for one in report.signatures],
            "unsigned": list(report.unsigned_fields),
            "path": default_storage.path(letter.document.path),
        }
    return judged


def mails_wanted(after: str) -> list[str]:
    """The Message-ID of every mail that the notices after one ask for: one for each person who holds the post."""
    from django.utils import timezone

    from notifications.mail import message_id
    from notifications.models import Notification
    from org.selectors import holders

    notices = list(Notification.objects.filter(pk__gt=after).select_related("user"))
    present = holders([one.position_id for one in notices if one.position_id], timezone.now())
    wanted = set()
    for notice in notices:
        people = [notice.user] if notice.user else [one.user for one in present[notice.position_id or 0]]
        wanted |= {message_id(notice, person.email) for person in people if person.email}
    return sorted(wanted)


WAYS: tuple[Callable[..., Any], ...] = (
    open_to_all,
    proposed,
    signed,
    ready,
    folder,
    central,
    unit,
    signatures,
    mails_wanted,
)

if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({way.__name__: way for way in WAYS}[sys.argv[1]](*sys.argv[2:])) + "\n")
