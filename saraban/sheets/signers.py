"""Who may sign which kind of letter: one table, beside the kinds' own (`kinds.py`).

What leaves the agency or binds it towards others is signed by a post that signs outward; what orders a unit, stands for
its seal or certifies for it by its head; records and papers inside by whoever wrote them. An agency whose law or practice
differs says so in the setting SIGNING_POSTS.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.access import ALLOWED, Verdict, no
from org.models import Position
from saraban.sheets.kinds import KINDS, kind_of


class Signers(Enum):
    """Whose signature a kind needs. The value is how pages call these posts."""

    OUTWARD = "ตำแหน่งที่มีอำนาจลงนามในนามส่วนราชการ"
    HEAD = "หัวหน้าหน่วยงานหรือตำแหน่งที่มีอำนาจลงนามในนามส่วนราชการ"
    ANY = "ตำแหน่งใดก็ได้"


WHO_SIGNS: Mapping[str, Signers] = {
    "EXTERNAL": Signers.OUTWARD,  # ข้อ 11: in the name of the agency
    "MEMO": Signers.ANY,  # everybody writes to his superior
    "STAMPED": Signers.HEAD,  # ข้อ 14: the head of a division or whom he entrusts initials the seal
    "ORDER": Signers.HEAD,  # ข้อ 16: the superior who orders
    "RULE": Signers.OUTWARD,  # ข้อ 17
    "BYLAW": Signers.OUTWARD,  # ข้อ 18
    "ANNOUNCEMENT": Signers.OUTWARD,  # ข้อ 20
    "COMMUNIQUE": Signers.OUTWARD,  # ข้อ 21: nobody signs the paper; who may approve it
    "NEWS": Signers.HEAD,  # ข้อ 22: the same
    "CERTIFICATE": Signers.HEAD,  # ข้อ 24: the head of what certifies, or whom he entrusts
    "MINUTES": Signers.ANY,  # ข้อ 25: whoever took them
    "NOTE": Signers.ANY,  # ข้อ 26
    "OTHER": Signers.ANY,  # ข้อ 27
}


def who_signs(kind: str) -> Signers:
    """The rule of a kind: the setting's, or else the table's."""
    own = settings.SIGNING_POSTS.get(kind)
    return Signers[own] if own else WHO_SIGNS[kind]


def may_sign_kind(position: Position, kind: str) -> Verdict:
    """Whether a post may sign letters of `kind`; who stands in for it may what it may."""
    wanted = who_signs(kind)
    heads = wanted is Signers.HEAD and position.heads_subtree
    if wanted is Signers.ANY or position.signs_outward or heads:
        return ALLOWED
    return no(f"ตำแหน่ง{position.title}ลงนาม{kind_of(kind).title}ไม่ได้ ต้องเป็น{wanted.value}")


def demand_signing_posts(chosen: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured unless the setting names kinds and one of OUTWARD, HEAD, ANY for each."""
    wrong = [kind for kind, who in chosen.items() if kind not in KINDS or who not in Signers.__members__]
    if wrong:
        raise ImproperlyConfigured(
            f"SIGNING_POSTS says OUTWARD, HEAD or ANY for kinds of letters, not: {', '.join(wrong)}"
        )
