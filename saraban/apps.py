from django.apps import AppConfig


class SarabanConfig(AppConfig):
    name = "saraban"
    verbose_name = "งานสารบรรณ"
    def ready(self) -> None:
        from outbox.registry import handle
        from saraban.actions.dispatch import deliver_to_agency
        from saraban.actions.paper import SEALED, seal_numbered, take_sealed

        handle("letter.numbered", seal_numbered)
        handle(SEALED, take_sealed)
        handle("letter.dispatched", deliver_to_agency)
