"""Filters of the lists. Their choices come from the actor's scope, so they name nothing outside it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from common.thai import local_date
from org.admin.base import actor_of
from org.admin.units import in_tree
from org.models import Appointment
from org.permissions import administered_units


class OwnUnitFilter(SimpleListFilter):
    """By unit of the subtree."""

    title = "หน่วยงาน"
    parameter_name = "unit__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(unit.pk), unit.name) for unit in in_tree(administered_units(actor_of(request)))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(unit_id=int(value)) if value and value.isdigit() else queryset


class ComingFilter(SimpleListFilter):
    """Days from today on unless asked otherwise."""

    title = "ช่วงเวลา"
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "ทั้งหมด")]

    def choices(self, changelist: Any) -> Any:
        for value, label in [(None, "ตั้งแต่วันนี้"), *self.lookup_choices]:
            new, gone = ({self.parameter_name: value}, []) if value else ({}, [self.parameter_name])
            query = changelist.get_query_string(new, gone)
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(day__gte=local_date(actor_of(request).at))


class StandingFilter(SimpleListFilter):
    """What is in force: living posts or appointments of today unless asked otherwise."""

    title = "สถานะ"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("past", "สิ้นสุดแล้ว"), ("all", "ทั้งหมด")]

    def choices(self, changelist: Any) -> Any:
        for value, label in [(None, "มีผลอยู่"), *self.lookup_choices]:
            new, gone = ({self.parameter_name: value}, []) if value else ({}, [self.parameter_name])
            query = changelist.get_query_string(new, gone)
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        dated = Q(ends_at=None) | Q(ends_at__gt=actor_of(request).at)
        living = dated if queryset.model is Appointment else Q(abolished_at=None)
        return queryset.exclude(living) if self.value() == "past" else queryset.filter(living)
