from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "กล่องขาออก"

    def ready(self) -> None:
        from outbox.actions import on_poke
        from outbox.tasks import sweep

        def wake() -> None:
            sweep.apply_async(retry=False, ignore_result=True)

        on_poke(wake)
