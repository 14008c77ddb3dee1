from django.apps import AppConfig


class DraftConfig(AppConfig):
    name = "draft"
    verbose_name = "ร่าง-ตรวจหนังสือ"
