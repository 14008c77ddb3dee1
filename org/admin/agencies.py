"""Agencies (central admin) and holidays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from common.access import Verdict
from common.thai import date_long, year_be
from org.actions import create_agency, create_holiday, remove_holiday, update_agency, update_holiday
from org.actions.calendar import fill_holidays, proposed_holidays
from org.actor import Actor
from org.admin.base import ScopedAdmin, actor_of
from org.admin.filters import ComingFilter
from org.forms import MomentField, ThaiDateField
from org.models import Agency, Holiday, Unit
from org.permissions import (
    administered_agencies,
    administers_platform,
    may_administer_calendar,
    may_administer_platform,
)


class AgencyForm(forms.ModelForm):  # type: ignore[type-arg]
    go_live_at = MomentField(label="วันตัดเปลี่ยน", required=False)

    class Meta:
        model = Agency
        fields = (
            *("name", "short_name", "kind", "code", "roman", "juristic_id", "central_email"),
            *("memo_circle", "go_live_at", "hue", "registry_unit"),
        )


@admin.register(Agency)
class AgencyAdmin(ScopedAdmin[Agency]):
    """Opening an agency; its first unit, admin post and admin account are then made on the other pages."""

    place = 0
    form = AgencyForm
    list_display = ("name", "kind", "code", "roman", "registry_unit")
    list_select_related = ("registry_unit",)
    search_fields = ("name", "short_name", "code", "roman")
    search_help_text = "ชื่อ ชื่อย่อ หรือรหัส"

    def scope(self, actor: Actor) -> QuerySet[Agency]:
        return Agency.objects.all() if administers_platform(actor) else Agency.objects.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    def may_add(self, actor: Actor) -> Verdict:
        return may_administer_platform(actor)

    def may_change(self, actor: Actor, obj: Agency) -> Verdict:
        return may_administer_platform(actor)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        agency_id = request.resolver_match.kwargs.get("object_id")
        field.queryset = Unit.objects.current().filter(agency_id=agency_id) if agency_id else Unit.objects.none()
        return field

    def create(self, actor: Actor, fields: dict[str, Any]) -> Agency:
        return create_agency(by=actor, **fields)

    def update(self, actor: Actor, obj: Agency, fields: dict[str, Any]) -> Agency:
        return update_agency(by=actor, agency=obj, **fields)


def _day(text: str) -> date | None:
    """A day as the page's boxes carry it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class HolidayForm(forms.ModelForm):  # type: ignore[type-arg]
    day = ThaiDateField(label="วันที่")

    class Meta:
        model = Holiday
        fields = ("day", "name", "agency")


@admin.register(Holiday)
class HolidayAdmin(ScopedAdmin[Holiday]):
    """Days on which a deadline does not fall: the Cabinet's for all, an agency's own for itself."""

    place = 9
    form = HolidayForm
    list_display = ("shown_day", "name", "for_whom")
    list_select_related = ("agency",)
    ordering = ("day",)
    list_filter = (ComingFilter,)
    search_fields = ("name",)
    search_help_text = "ชื่อวันหยุด"
    deletable = True
    keeps_history = False

    def pages(self) -> list[URLPattern]:
        return [self.page("fill/", self.fill, "fill")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        fills = may_administer_platform(actor_of(request)).allowed
        return super().changelist_view(
            request, {**(extra_context or {}), "fill_url": self.url("fill") if fills else ""}
        )

    def fill(self, request: HttpRequest) -> HttpResponse:
        """เติมวันหยุดราชการ: what a year's proposal would add; what is chosen enters the calendar of all agencies."""
        actor = actor_of(request)
        may_administer_platform(actor).demand()
        this = year_be(actor.at)
        years = [str(one) for one in range(this, this + 3)]
        typed = (request.POST if request.method == "POST" else request.GET).get("year", "")
        year = typed if typed in years else years[0]
        if request.method == "POST":
            days = [day for one in request.POST.getlist("day") if (day := _day(one)) is not None]
            done = self.carry_out(
                request,
                lambda: fill_holidays(by=actor, year=int(year) - 543, days=days),
                f"เติมวันหยุดราชการของปี พ.ศ. {year} แล้ว",
                self.url("changelist"),
            )
            if done is not None:
                return done
        proposed = proposed_holidays(int(year) - 543)
        return self.show(
            request,
            "org/holidays_fill.html",
            "เติมวันหยุดราชการ",
            years=years,
            year=year,
            days=proposed,
            fresh=any(not one.known for one in proposed),
            back=self.url("changelist"),
        )

    @admin.display(description="วันที่", ordering="day")
    def shown_day(self, obj: Holiday) -> str:
        return date_long(obj.day)

    @admin.display(description="ใช้กับ")
    def for_whom(self, obj: Holiday) -> str:
        return obj.agency.name if obj.agency else "ทุกส่วนราชการ"

    def scope(self, actor: Actor) -> QuerySet[Holiday]:
        return Holiday.objects.filter(Q(agency=None) | Q(agency__in=administered_agencies(actor)))

    def may_change(self, actor: Actor, obj: Holiday) -> Verdict:
        return may_administer_calendar(actor, obj.agency)

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        return administered_agencies(actor)

    def create(self, actor: Actor, fields: dict[str, Any]) -> Holiday:
        return create_holiday(by=actor, **fields)

    def update(self, actor: Actor, obj: Holiday, fields: dict[str, Any]) -> Holiday:
        return update_holiday(by=actor, holiday=obj, **fields)

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        remove_holiday(by=actor_of(request), holiday=obj)
