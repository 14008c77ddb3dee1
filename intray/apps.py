from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from org.actor import Actor
    from saraban.models import Letter


class IntrayConfig(AppConfig):
    name = "intray"
    verbose_name = "แฟ้มเสนอ"

    def ready(self) -> None:
        from common import calendar, menu, panels
        from intray.actions import estates as trays
        from intray.actions import receive_proposal, signature_done
        from intray.actions.batch_work import TOPIC, run_item
        from intray.actions.signatures import SIGNATURE_DONE
        from intray.events import EVENTS, GROUP
        from intray.selectors.calendar import deadlines
        from intray.selectors.tray import waiting_count
        from intray.views import followup
        from intray.views.tray import opened_from
        from notifications import events
        from org import estates
        from outbox.registry import handle
        from saraban.views import places

        demand_deadlines(settings.DEADLINE_HOURS)
        demand_deadlines(settings.ESCALATE_HOURS, "ESCALATE_HOURS")
        estates.register("tray", estates.Estate(trays.foresee, trays.settle))
        events.register(GROUP, EVENTS)
        calendar.register("intray", deadlines)
        places.add_source("intray", opened_from)
        places.add_source("followup", followup.opened_from)
        handle("letter.proposed", receive_proposal)
        handle(SIGNATURE_DONE, signature_done)
        handle(TOPIC, run_item)
        menu.register(menu.Entry("intray", "แฟ้มเสนอ", "intray:list", "inbox", 10, count=waiting_count, shown=_has_post))
        menu.register(menu.Entry("desk", "โต๊ะหน้าห้อง", "intray:desk", "layout-list", 12, shown=_keeps_a_desk))
        menu.register(
            menu.Entry("followup", "ติดตามงาน", "intray:followup", "send", 60, group="การติดตาม", shown=_has_post)
        )
        menu.register(
            menu.Entry(
                "bottleneck", "จุดที่เรื่องค้าง", "intray:bottleneck", "hourglass", 65, group="การติดตาม", shown=_watches
            )
        )
        panels.register(panels.Panel("intray", "intray:panel", 10, "เกษียน สั่งการ และเสนอต่อ", shown=_has_panel))
        panels.register(panels.Panel("endorsements", "intray:endorsements", 20, "การเกษียน", shown=_has_endorsements))


def demand_deadlines(hours: list[int], name: str = "DEADLINE_HOURS") -> None:
    """Raise ImproperlyConfigured unless there are working hours, none negative, for each of the four urgencies."""
    if len(hours) != 4 or min(hours) < 0:
        raise ImproperlyConfigured(f"{name} holds four numbers of hours, one for each urgency, 0 for none")


def _has_post(actor: Actor) -> bool:
    return actor.appointment is not None


def _keeps_a_desk(actor: Actor) -> bool:
    return actor.is_secretary


def _watches(actor: Actor) -> bool:
    from intray.selectors.bottleneck import watches

    return watches(actor)


def _has_panel(actor: Actor, letter: Letter) -> bool:
    from intray.selectors.route import wants_panel

    return wants_panel(actor, letter)


def _has_endorsements(actor: Actor, letter: Letter) -> bool:
    from intray.selectors.route import beside

    return beside(letter)[1]
