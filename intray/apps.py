from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from org.actor import Actor
    from saraban.models import Letter


class IntrayConfig(AppConfig):
    name = "intray"
    verbose_name = "แฟ้มเสนอ"

    def ready(self) -> None:
        from common import menu, panels
        from intray.actions import receive_proposal, signature_done
        from intray.actions.signatures import SIGNATURE_DONE
        from intray.selectors.tray import waiting_count
        from intray.views.tray import opened_from
        from outbox.registry import handle
        from saraban.views import places

        places.add_source("intray", opened_from)
        handle("letter.proposed", receive_proposal)
        handle(SIGNATURE_DONE, signature_done)
        menu.register(menu.Entry("intray", "แฟ้มเสนอ", "intray:list", "inbox", 10, count=waiting_count, shown=_has_post))
        panels.register(panels.Panel("intray", "intray:panel", 10, "เกษียน สั่งการ และเสนอต่อ", shown=_has_panel))
        panels.register(panels.Panel("endorsements", "intray:endorsements", 20, "การเกษียน", shown=_has_endorsements))


def _has_post(actor: Actor) -> bool:
    return actor.appointment is not None


def _has_panel(actor: Actor, letter: Letter) -> bool:
    from intray.selectors.route import wants_panel

    return wants_panel(actor, letter)


def _has_endorsements(actor: Actor, letter: Letter) -> bool:
    from intray.selectors.route import endorsements_of

    return endorsements_of(letter).exists()
