"""Who stands in today for the post a step is addressed to."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from intray.models import LIVE_STATES, RoutingStep

register = template.Library()


@register.filter
def standing(step: RoutingStep, lines: Mapping[int, str]) -> str:
    """`วันนี้รักษาราชการแทนโดย …` for a step that still waits, from the page's lines by post; "" when nobody stands in."""
    return lines.get(step.to_position_id or 0, "") if step.state in LIVE_STATES else ""
