"""Custom groups of posts and their members."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern

from common.access import Verdict
from common.thai import datetime_short
from org.actions import add_member, create_custom_group, end_membership, rename_group
from org.actor import Actor
from org.admin.base import ScopedAdmin, Tool, actor_of, sent
from org.admin.units import in_tree
from org.forms import EndForm, GroupForm, MemberForm
from org.models import RightsGroup, Unit
from org.permissions import (
    administered_groups,
    administered_positions,
    administered_root,
    administered_unit_ids,
    may_administer_group,
    may_administer_rights,
)


@admin.register(RightsGroup)
class GroupAdmin(ScopedAdmin[RightsGroup]):
    """Groups such as สารบรรณกลาง. The groups that units have by themselves follow the structure and are not here."""

    place = 5
    form = GroupForm
    list_display = ("name", "unit", "living_members", "by_order")
    list_select_related = ("unit",)
    search_fields = ("name", "unit__name")
    search_help_text = "ชื่อกลุ่มหรือหน่วยงาน"
    ordering = ("name",)

    def scope(self, actor: Actor) -> QuerySet[RightsGroup]:
        living = Q(members__ends_at=None) | Q(members__ends_at__gt=actor.at)
        rows = administered_groups(actor).filter(kind=RightsGroup.Kind.CUSTOM)
        return rows.select_related("unit", "agency").annotate(living=Count("members", filter=living, distinct=True))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administered_root(actor_of(request)) is not None and super().has_view_permission(request, obj)

    def may_add(self, actor: Actor) -> Verdict:
        return may_administer_rights(actor, administered_root(actor))

    def may_change(self, actor: Actor, obj: RightsGroup) -> Verdict:
        return may_administer_group(actor, obj)

    @admin.display(description="สมาชิก")
    def living_members(self, obj: RightsGroup) -> str:
        return f"{getattr(obj, 'living', 0)} ตำแหน่ง"

    @admin.display(description="ต้องมีคำสั่ง")
    def by_order(self, obj: RightsGroup) -> str:
        return "ใช่" if obj.needs_order else "–"

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        return in_tree(Unit.objects.filter(pk__in=administered_unit_ids(actor)))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "unit" in form.base_fields:
            form.base_fields["unit"].required = True
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("unit", "by_order") if obj is not None else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "unit", "by_order") if obj is not None else ("name", "unit", "needs_order")

    def create(self, actor: Actor, fields: dict[str, Any]) -> RightsGroup:
        return create_custom_group(by=actor, **fields)

    def update(self, actor: Actor, obj: RightsGroup, fields: dict[str, Any]) -> RightsGroup:
        return rename_group(by=actor, rights_group=obj, **fields)

    def tools(self, request: HttpRequest, obj: RightsGroup) -> list[Tool]:
        return [Tool("สมาชิก", self.url("members", obj.pk), "users")]

    def pages(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/members/", self.members, "members"),
            self.page("<int:pk>/members/<int:row>/end/", self.end, "end"),
        ]

    def members(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Posts in the group: today, planned, past; and the form that adds one."""
        actor, group = actor_of(request), self.find(request, pk)
        form = MemberForm(sent(request), initial={"starts_at": actor.at})
        posts = administered_positions(actor).filter(abolished_at=None, unit__dissolved_at=None)
        form.fields["position"].queryset = posts.select_related("unit")  # type: ignore[attr-defined]
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            gone = self.carry_out(
                request,
                lambda: add_member(by=actor, rights_group=group, **data),
                f"เพิ่มตำแหน่ง{data['position'].title}ในกลุ่มแล้ว",
                self.url("members", group.pk),
                form,
            )
            if gone is not None:
                return gone
        rows = list(group.members.select_related("position__unit").order_by("-starts_at"))
        living = [row for row in rows if row.ends_at is None or row.ends_at > actor.at]
        past = [row for row in rows if row not in living]
        return self.show(
            request,
            "org/members.html",
            f"สมาชิกกลุ่ม {group.name}",
            group=group,
            parts=[("ปัจจุบันและที่จะมีผล", living, True), ("ที่พ้นแล้ว", past, False)],
            form=form,
            form_back=self.url("change", group.pk),
        )

    def end(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """End a membership."""
        group = self.find(request, pk)
        member = group.members.select_related("position__unit", "rights_group__unit").filter(pk=row).first()
        if member is None:
            raise Http404("ไม่พบสมาชิกนี้")
        form = EndForm(sent(request))
        del form.fields["reason"]
        facts = [
            ("ตำแหน่ง", f"{member.position.title} · {member.position.unit.name}"),
            ("เป็นสมาชิกตั้งแต่", datetime_short(member.starts_at)),
        ]
        return self.ask(
            request,
            f"ให้พ้นจากกลุ่ม {group.name}",
            partial(end_membership, member=member),
            done=f"ตำแหน่ง{member.position.title}พ้นจากกลุ่มแล้ว",
            back=self.url("members", group.pk),
            label="ยืนยันให้พ้นจากกลุ่ม",
            consequences=["สิทธิ์บนแฟ้มที่ได้จากกลุ่มนี้หมดไปเมื่อถึงเวลาที่กำหนด"],
            facts=facts,
            form=form,
            danger=True,
        )
