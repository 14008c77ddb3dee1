"""คำขึ้นต้นและคำลงท้าย in the admin pages: all agencies' by the central admin, an agency's own by its top admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from common.access import Verdict
from draft.actions.salutations import add_salutation, change_salutation, drop_salutation, take_up_salutation
from draft.models import SalutationRow
from draft.permissions import may_keep_salutations
from org.actor import Actor
from org.admin.base import ScopedAdmin, Tool, actor_of
from org.permissions import administered_agencies, administered_root, administers_platform

TEXTS = (
    *("addressee", "opening", "closing", "first_person", "second_person", "envelope", "posts"),
    *("addressee_in_opening", "order"),
)


@admin.register(SalutationRow)
class SalutationAdmin(ScopedAdmin[SalutationRow]):
    """The rows everybody uses, and those of the own agency."""

    place = 7
    hidden = ("key",)
    list_display = ("opening", "closing", "addressee", "for_whom", "used")
    list_select_related = ("agency",)
    ordering = ("order", "id")
    search_fields = ("opening", "closing", "addressee", "posts")
    search_help_text = "คำขึ้นต้น คำลงท้าย ผู้รับ หรือตำแหน่ง"

    def scope(self, actor: Actor) -> QuerySet[SalutationRow]:
        return SalutationRow.objects.filter(Q(agency=None) | Q(agency__in=administered_agencies(actor)))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        actor = actor_of(request)
        enters = administers_platform(actor) or administered_root(actor) is not None
        return enters and super().has_view_permission(request, obj)

    def may_add(self, actor: Actor) -> Verdict:
        root = administered_root(actor)
        return may_keep_salutations(actor, root.agency if root is not None else None)

    def may_change(self, actor: Actor, obj: SalutationRow) -> Verdict:
        return may_keep_salutations(actor, obj.agency)

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        return administered_agencies(actor)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A row never changes hands; only the central admin says for whom a new one is."""
        return TEXTS if obj is not None or not administers_platform(actor_of(request)) else ("agency", *TEXTS)

    @admin.display(description="ใช้กับส่วนราชการ")
    def for_whom(self, obj: SalutationRow) -> str:
        return obj.agency.name if obj.agency else "ทุกส่วนราชการ"

    @admin.display(description="การใช้")
    def used(self, obj: SalutationRow) -> str:
        return "เลิกใช้แล้ว" if obj.retired_at else "ใช้อยู่"

    def create(self, actor: Actor, fields: dict[str, Any]) -> SalutationRow:
        root = administered_root(actor)
        agency = fields.pop("agency", root.agency if root is not None else None)
        return add_salutation(by=actor, agency=agency, **fields)

    def update(self, actor: Actor, obj: SalutationRow, fields: dict[str, Any]) -> SalutationRow:
        return change_salutation(by=actor, row=obj, **fields)

    def tools(self, request: HttpRequest, obj: SalutationRow) -> list[Tool]:
        if not self.may_change(actor_of(request), obj):
            return []
        if obj.retired_at:
            return [Tool("นำกลับมาใช้", self.url("restore", obj.pk), "undo-2")]
        return [Tool("เลิกใช้", self.url("retire", obj.pk), "archive", danger=True)]

    def pages(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/retire/", self.retire, "retire"),
            self.page("<int:pk>/restore/", self.restore, "restore"),
        ]

    def retire(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then take a row out of use."""
        row = self.find(request, pk)
        self.may_change(actor_of(request), row).demand()
        return self.ask(
            request,
            f"เลิกใช้ {row}",
            lambda by: drop_salutation(by=by, row=row),
            done="เลิกใช้แล้ว",
            back=self.url("changelist"),
            label="เลิกใช้คู่นี้",
            consequences=("ร่างใหม่เลือกคู่นี้ไม่ได้", "ร่างที่เลือกไว้แล้วยังใช้ได้ แถวที่ไม่เคยมีร่างใดใช้จะถูกลบ"),
            danger=True,
        )

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then offer a retired row again."""
        row = self.find(request, pk)
        self.may_change(actor_of(request), row).demand()
        return self.ask(
            request,
            f"นำ {row} กลับมาใช้",
            lambda by: take_up_salutation(by=by, row=row),
            done="นำกลับมาใช้แล้ว",
            back=self.url("changelist"),
            label="นำกลับมาใช้",
            consequences=("ร่างหนังสือเลือกคู่นี้ได้อีกครั้ง",),
        )
