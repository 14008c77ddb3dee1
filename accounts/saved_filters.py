"""Filters a person keeps: saved under a name, shown above the list they belong to, renamed, removed."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.urls import Resolver404, resolve

from accounts.models import SavedFilter
from common.access import Invalid, Refused
from org.actor import Actor
from org.models import User

MOST = 20  # of one list
NAME_LENGTH, QUERY_LENGTH, PATH_LENGTH = 60, 1500, 200
NOT_FILTERS = {"before", "after", "page", "csrfmiddlewaretoken"}  # where in the list, not which list


def filters_of(user: User, path: str) -> list[SavedFilter]:
    """The filters a person keeps for the list at `path`, by name."""
    return list(SavedFilter.objects.filter(user=user, path=path)[:MOST])


def tidy(query: str) -> str:
    """A query without empty values and without the place in the list."""
    pairs = [(key, value) for key, value in parse_qsl(query) if value.strip() and key not in NOT_FILTERS]
    return urlencode(pairs)


@transaction.atomic
def save_filter(*, by: Actor, path: str, page: str, query: str, name: str) -> SavedFilter:
    """Keep the filters of a list; the same name of the same list is overwritten.

    Raises `Invalid` without a name or filters, for what is too long or no page of ours; `Refused` past the limit.
    """
    name, query = " ".join(name.split()), tidy(query)
    if not name:
        raise Invalid("โปรดตั้งชื่อตัวกรอง", field="name")
    if len(name) > NAME_LENGTH:
        raise Invalid(f"ชื่อตัวกรองยาวเกิน {NAME_LENGTH} ตัวอักษร", field="name")
    if not query:
        raise Invalid("ยังไม่ได้เลือกตัวกรองใด โปรดกรองรายการก่อนแล้วจึงบันทึก", field="name")
    if len(query) > QUERY_LENGTH:
        raise Invalid("เงื่อนไขของตัวกรองยาวเกินไป โปรดลดคำค้น", field="name")
    _demand_page(path)
    User.objects.select_for_update(of=("self",)).get(pk=by.user.pk)  # one person's clicks one after another
    mine = SavedFilter.objects.filter(user=by.user, path=path)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise Refused(f"บันทึกตัวกรองของหน้านี้ได้ไม่เกิน {MOST} ชุด โปรดลบชุดที่ไม่ใช้ก่อน")
    kept, _ = SavedFilter.objects.update_or_create(
        user=by.user, path=path, name=name, defaults={"query": query, "page": page.strip()[:200], "made_at": by.at}
    )
    return kept


@transaction.atomic
def rename_filter(*, by: Actor, filter_id: int, name: str) -> SavedFilter:
    """Call a filter otherwise. Raises SavedFilter.DoesNotExist for another's, `Invalid` for a name empty, long or taken."""
    kept = SavedFilter.objects.select_for_update().get(pk=filter_id, user=by.user)
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"ชื่อตัวกรองต้องมี 1 ถึง {NAME_LENGTH} ตัวอักษร", field="name")
    if SavedFilter.objects.filter(user=by.user, path=kept.path, name=name).exclude(pk=kept.pk).exists():
        raise Invalid("หน้านี้มีตัวกรองชื่อนี้แล้ว", field="name")
    kept.name = name
    kept.save(update_fields=["name"])
    return kept


@transaction.atomic
def remove_filter(*, by: Actor, filter_id: int) -> SavedFilter:
    """Keep a filter no longer. Raises SavedFilter.DoesNotExist for another's."""
    kept = SavedFilter.objects.get(pk=filter_id, user=by.user)
    SavedFilter.objects.filter(pk=kept.pk).delete()
    return kept


def _demand_page(path: str) -> None:
    try:
        resolve(path)
    except Resolver404 as error:
        raise Invalid("ไม่พบหน้าที่จะบันทึกตัวกรอง โปรดเปิดรายการใหม่") from error
    if len(path) > PATH_LENGTH:
        raise Invalid("ไม่พบหน้าที่จะบันทึกตัวกรอง โปรดเปิดรายการใหม่")
