"""The list of drafts as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from common.access import Refused
from common.rows import ListRow
from draft.selectors.lists import TAB_OF, Wanted, page_of
from draft.views.lists import wanted_of
from org.actor import Actor, ActorRequest
from saraban.list_export import list_answer


@require_GET
def export(request: ActorRequest, form: str) -> HttpResponseBase:
    """The tab as filtered."""
    if request.actor.appointment is None:
        raise Refused("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้ จึงไม่มีร่างหนังสือ")
    wanted = wanted_of(request)
    title = f"ร่างหนังสือ {TAB_OF[wanted.tab].label}"
    return list_answer(by=request.actor, form=form, key="drafts", title=title, rows=_rows(request.actor, wanted))


def _rows(actor: Actor, wanted: Wanted) -> Iterator[ListRow]:
    wanted = replace(wanted, after=None, before=None)
    while True:
        page = page_of(actor, wanted)
        yield from page.rows
        if page.older is None:
            return
        wanted = replace(wanted, after=page.older)
