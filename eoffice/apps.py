from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class EOfficeConfig(AppConfig):
    name = "eoffice"
    verbose_name = "e-Office"

    def ready(self) -> None:
        from common import menu
        from eoffice import retention, sign_in_events
        from eoffice.shell import administers
        from outbox.actions import on_poke
        from outbox.registry import handle

        retention.demand_periods()
        on_poke(_wake_the_relay)
        sign_in_events.register()
        handle("demo.letter", _make_a_sample_letter)
        menu.register(menu.Entry("desk", "โต๊ะทำงาน", "desk", "house", order=0))
        menu.register(
            menu.Entry("admin", "โครงสร้างและสิทธิ์", "admin:index", "settings", 910, group="ดูแลหน่วยงาน", shown=administers)
        )


def _wake_the_relay(outside: bool) -> None:
    """Have the worker deliver. Celery takes a second to load: only a process that has put something pays for it."""
    from eoffice import celery  # noqa: F401  the application whose broker the task below is sent to
    from outbox.tasks import wake

    wake(outside)


def _make_a_sample_letter(payload: dict[str, Any]) -> None:
    """What only a demo ever asks for is loaded when it asks."""
    from eoffice.demo.letters import next_one

    next_one(payload)


class UnitAdminConfig(AdminConfig):
    """Django's admin as unit admins meet it: one site of ours, in Thai, scoped to a subtree."""

    default_site = "org.site.UnitAdminSite"
