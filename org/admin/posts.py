"""Posts, and the page of who holds each: history, today, planned; appointing and ending."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from common.access import Verdict, no
from common.thai import datetime_short
from org.actions import abolish_position, appoint, create_position, end_appointment, update_position
from org.actor import Actor
from org.admin.base import ScopedAdmin, Tool, actor_of, sent
from org.admin.filters import OwnUnitFilter, StandingFilter
from org.admin.units import in_tree
from org.forms import AppointForm, EndForm, UnitChoice
from org.models import Appointment, Position
from org.permissions import (
    administered_positions,
    administered_units,
    administered_users,
    may_administer_position,
)
from org.selectors_standing import clashes, until_words


def living_posts(actor: Actor) -> Prefetch[Any]:
    """Appointments in force at the actor's moment, on each row as `living`."""
    rows = Appointment.objects.current(actor.at).select_related("user", "position").order_by("starts_at")
    return Prefetch("appointments", queryset=rows, to_attr="living")


class PositionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Position
        fields = ("unit", "title", "short_title", "rank", "heads_subtree", "signs_outward", "administers")
        field_classes = {"unit": UnitChoice, "administers": UnitChoice}


@admin.register(Position)
class PositionAdmin(ScopedAdmin[Position]):
    place = 2
    form = PositionForm
    list_display = ("title", "unit", "holder_names", "marks")
    list_filter = (OwnUnitFilter, StandingFilter)
    search_fields = (
        "title",
        "short_title",
        "unit__name",
        "appointments__user__first_name",
        "appointments__user__last_name",
    )
    search_help_text = "ชื่อตำแหน่ง หน่วยงาน หรือชื่อผู้ดำรงตำแหน่ง"
    ordering = ("unit__position_order", "unit", "rank", "id")

    def scope(self, actor: Actor) -> QuerySet[Position]:
        return administered_positions(actor).select_related("unit__agency", "administers")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Position]:
        return super().get_queryset(request).prefetch_related(living_posts(actor_of(request)))

    def may_change(self, actor: Actor, obj: Position) -> Verdict:
        return no("ตำแหน่งนี้ยุบเลิกแล้ว") if obj.abolished_at else may_administer_position(actor, obj)

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        return in_tree(administered_units(actor))

    @admin.display(description="ผู้ดำรงตำแหน่ง")
    def holder_names(self, obj: Position) -> str:
        rows: list[Appointment] = getattr(obj, "living", [])
        words = [
            (
                row.user.full_name,
                f"{row.get_capacity_display()} {until_words(row.ends_at)}".strip() if row.stands_in else "",
            )
            for row in rows
        ]
        return ", ".join(f"{name} ({capacity})" if capacity else name for name, capacity in words) or "ว่าง"

    @admin.display(description="อำนาจหน้าที่")
    def marks(self, obj: Position) -> str:
        words = [
            ("หัวหน้าหน่วย", obj.heads_subtree),
            ("ลงนามภายนอก", obj.signs_outward),
            ("ผู้ดูแลหน่วยงาน", obj.administers_id),
            ("ยุบเลิกแล้ว", obj.abolished_at),
        ]
        return " · ".join(word for word, on in words if on)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("unit",) if obj is not None else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"unit": request.GET["unit"]} if request.GET.get("unit", "").isdigit() else {}

    def create(self, actor: Actor, fields: dict[str, Any]) -> Position:
        return create_position(by=actor, unit=fields.pop("unit"), **fields)

    def update(self, actor: Actor, obj: Position, fields: dict[str, Any]) -> Position:
        return update_position(by=actor, position=obj, **fields)

    def tools(self, request: HttpRequest, obj: Position) -> list[Tool]:
        tools = [Tool("ผู้ดำรงตำแหน่ง", self.url("holders", obj.pk), "users")]
        if not obj.abolished_at:
            delegate = reverse("admin:saraban_delegationscope_new", args=(obj.pk,))
            tools.append(Tool("มอบอำนาจให้ปฏิบัติราชการแทน", delegate, "user-check"))
            tools.append(Tool("ยุบเลิกตำแหน่ง", self.url("abolish", obj.pk), "archive", danger=True))
        return tools

    def pages(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/holders/", self.holders, "holders"),
            self.page("<int:pk>/holders/<int:row>/end/", self.end, "end"),
            self.page("<int:pk>/abolish/", self.abolish, "abolish"),
        ]

    def holders(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who holds the post today, who will, who did; and the form that appoints."""
        actor, position = actor_of(request), self.find(request, pk)
        form = AppointForm(sent(request), initial={"starts_at": actor.at})
        form.fields["user"].queryset = (  # type: ignore[attr-defined]
            administered_users(actor).filter(is_active=True, agency=position.unit.agency_id).exclude(pk=actor.user.pk)
        )
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            gone = self.carry_out(
                request,
                lambda: appoint(by=actor, position=position, **data),
                f"บันทึก{data['user'].full_name}ในตำแหน่ง{position.title}แล้ว",
                self.url("holders", position.pk),
                form,
            )
            if gone is not None:
                return gone
        rows = list(position.appointments.select_related("user", "position").order_by("-starts_at"))
        today = [row for row in rows if row.starts_at <= actor.at and (row.ends_at is None or row.ends_at > actor.at)]
        planned = [row for row in rows if row.starts_at > actor.at]
        past = [row for row in rows if row.ends_at is not None and row.ends_at <= actor.at]
        warnings = clashes(position, rows, now=actor.at) if not position.abolished_at and rows else []
        parts = [
            ("ปัจจุบัน", today, True),
            ("ที่จะมีผล", planned, True),
            ("ที่สิ้นสุดแล้ว", past, False),
        ]
        return self.show(
            request,
            "org/holders.html",
            f"ผู้ดำรงตำแหน่ง{position.title}",
            position=position,
            parts=parts,
            warnings=warnings,
            delegate_url=reverse("admin:saraban_delegationscope_new", args=(position.pk,)),
            form=form,
            form_back=self.url("change", position.pk),
        )

    def end(self, request: HttpRequest, pk: int, row: int) -> HttpResponse:
        """End one appointment, now or at a given moment."""
        position = self.find(request, pk)
        appointment = position.appointments.select_related("user", "position__unit").filter(pk=row).first()
        if appointment is None:
            raise Http404("ไม่พบการดำรงตำแหน่งนี้")
        form = EndForm(sent(request))
        facts = [
            ("ผู้ดำรงตำแหน่ง", appointment.user.full_name),
            ("ในฐานะ", appointment.title_line),
            ("ตั้งแต่", datetime_short(appointment.starts_at)),
        ]
        return self.ask(
            request,
            "สิ้นสุดการดำรงตำแหน่ง",
            partial(end_appointment, appointment=appointment),
            done=f"บันทึกการสิ้นสุดของ{appointment.user.full_name}แล้ว",
            back=self.url("holders", position.pk),
            label="ยืนยันสิ้นสุดการดำรงตำแหน่ง",
            consequences=["ฐานะนี้หมดผลทันทีเมื่อถึงเวลาที่กำหนด งานและหนังสือยังอยู่กับตำแหน่ง ไม่ตามตัวบุคคล"],
            facts=facts,
            form=form,
            danger=True,
        )

    def abolish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End a post nobody holds."""
        position = self.find(request, pk)
        return self.ask(
            request,
            f"ยุบเลิกตำแหน่ง{position.title}",
            partial(abolish_position, position=position),
            done=f"ยุบเลิกตำแหน่ง{position.title}แล้ว",
            back=self.url("change", position.pk),
            label="ยืนยันยุบเลิกตำแหน่ง",
            consequences=["ตำแหน่งนี้เลือกเสนอหรือมอบหมายงานไม่ได้อีก", "หนังสือเดิมยังแสดงชื่อตำแหน่งนี้ตามที่เป็นในขณะนั้น"],
            danger=True,
        )


@admin.register(Appointment)
class AppointmentAdmin(ScopedAdmin[Appointment]):
    """All appointments of the subtree, to look up; they are made and ended on the page of the post."""

    place = 3
    list_display = ("user", "post", "capacity", "since", "until", "order_ref")
    list_display_links = None
    search_fields = ("user__first_name", "user__last_name", "position__title", "position__unit__name", "order_ref")
    search_help_text = "ชื่อ ตำแหน่ง หน่วยงาน หรือคำสั่ง"
    list_filter = (StandingFilter,)
    ordering = ("-starts_at", "id")
    keeps_history = False

    def scope(self, actor: Actor) -> QuerySet[Appointment]:
        rows = Appointment.objects.select_related("user", "position__unit")
        return rows.filter(position__in=administered_positions(actor))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if str(getattr(url, "name", "")).endswith("_changelist")]

    @admin.display(description="ตำแหน่ง", ordering="position__title")
    def post(self, obj: Appointment) -> str:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:org_position_holders", args=(obj.position_id,)),
            f"{obj.position} · {obj.position.unit}",
        )

    @admin.display(description="ตั้งแต่", ordering="starts_at")
    def since(self, obj: Appointment) -> str:
        return datetime_short(obj.starts_at)

    @admin.display(description="ถึง", ordering="ends_at")
    def until(self, obj: Appointment) -> str:
        return datetime_short(obj.ends_at) if obj.ends_at else "ไม่มีกำหนด"
