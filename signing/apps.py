from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "signing"
    verbose_name = "การลงลายมือชื่ออิเล็กทรอนิกส์"

    def ready(self) -> None:
        from outbox.registry import handle
        from signing.actions import RUN, run

        handle(RUN, run)
