"""The order in which waiting letters are to be read."""

from __future__ import annotations

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from intray.models import RoutingStep

FRESH_URGENT, ARRANGED, FRESH, ASIDE = range(4)
URGENT = 2  # ด่วนมาก and above


def in_reading_order(steps: QuerySet[RoutingStep]) -> QuerySet[RoutingStep]:
    """As the secretary arranged them. An urgent letter that came since lies on top, other new ones after the arranged
    by urgency and age, and what is set aside at the end."""
    heap = Case(
        When(desk_place__aside__gt="", then=Value(ASIDE)),
        When(desk_place__rank__isnull=False, then=Value(ARRANGED)),
        When(letter__urgency__gte=URGENT, then=Value(FRESH_URGENT)),
        default=Value(FRESH),
        output_field=IntegerField(),
    )
    return steps.annotate(heap=heap).order_by(
        "heap", F("desk_place__rank").asc(nulls_last=True), "-letter__urgency", "id"
    )
