"""The filters a person keeps for the list on the page."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.saved_filters import filters_of, tidy

register = template.Library()


@register.simple_tag(takes_context=True)
def saved_filters(context: dict[str, Any]) -> dict[str, Any]:
    """`rows`: the kept filters of this list with whether one is in use; `query`: the present one, empty for none."""
    request = context.get("request")
    if request is None or not hasattr(request, "actor"):
        return {"rows": [], "query": "", "known": False}
    query = tidy(request.GET.urlencode())
    rows = [(kept, kept.query == query) for kept in filters_of(request.actor.user, request.path)]
    return {"rows": rows, "query": query, "known": any(used for _, used in rows)}
