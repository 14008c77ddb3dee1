"""The tray as a file: what the filters show, or the rows that were picked."""

from __future__ import annotations

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from common.access import Refused
from intray.forms import FilterForm
from intray.selectors.rows import tray_rows
from intray.selectors.tray import TABS, tray_page
from org.actor import ActorRequest
from saraban.list_export import LIMIT, list_answer


@require_http_methods(["GET", "POST"])
def export(request: ActorRequest, form: str) -> HttpResponseBase:
    """GET: the tab as filtered. POST: of those only the picked `step`s, or all where `everything` is chosen."""
    actor = request.actor
    if actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีแฟ้มเสนอ")
    posted = request.method == "POST"
    wanted = FilterForm(QueryDict(request.POST.get("filters", "")[:2000]) if posted else request.GET).wanted()
    steps = tray_page(actor, wanted, size=LIMIT).steps
    if posted and "everything" not in request.POST:
        picked = set(request.POST.getlist("step"))
        steps = [step for step in steps if str(step.pk) in picked]
    title = f"แฟ้มเสนอ {TABS[wanted.tab]}"
    return list_answer(by=actor, form=form, key="tray", title=title, rows=tray_rows(actor, wanted.tab, steps))
