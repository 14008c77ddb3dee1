from django.apps import AppConfig


class DraftConfig(AppConfig):
    name = "draft"
    verbose_name = "ร่าง-ตรวจหนังสือ"

    def ready(self) -> None:
        from common import calendar
        from common.menu import register
        from draft.actions.uploads import PREPARE, prepare
        from draft.events import EVENTS, GROUP
        from draft.selectors.calendar import deadlines
        from draft.selectors.doctypes import MENU as TYPES_MENU
        from draft.selectors.lists import MENU
        from notifications import events
        from outbox.registry import handle

        register(MENU)
        register(TYPES_MENU)
        handle(PREPARE, prepare, outside=True)
        events.register(GROUP, EVENTS)
        calendar.register("draft", deadlines)
