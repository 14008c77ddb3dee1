from django.apps import AppConfig


class IntrayConfig(AppConfig):
    name = "intray"
    verbose_name = "แฟ้มเสนอ"
