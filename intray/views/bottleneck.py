"""จุดที่เรื่องค้าง: numbers for heads and registrars."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Refused
from intray.selectors.bottleneck import PERIODS, SAMPLE, UNITS, bottlenecks, watches
from org.actor import ActorRequest


@require_GET
def bottleneck(request: ActorRequest) -> HttpResponse:
    """Per unit below the actor: what lies there now, and the median stay of the last month, quarter and year."""
    actor = request.actor
    if not watches(actor):
        raise Refused("หน้านี้สำหรับหัวหน้าหน่วยงานและเจ้าหน้าที่ที่ลงรับหนังสือของหน่วย")
    found = bottlenecks(actor)
    context = {
        "found": found,
        "periods": PERIODS,
        "open": sum(line.open for line in found.units),
        "units_limit": f"{UNITS:,}",
        "sample": f"{SAMPLE:,}",
    }
    return render(request, "intray/bottleneck.html", context)
