from django.apps import AppConfig


class DraftConfig(AppConfig):
    name = "draft"
    verbose_name = "ร่าง-ตรวจหนังสือ"

    def ready(self) -> None:
        from common.menu import register
        from draft.selectors.lists import MENU

        register(MENU)
