from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "กล่องขาออก"

    def ready(self) -> None:
        from outbox.actions import on_poke
        from outbox.tasks import wake

        on_poke(wake)
