from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class EOfficeConfig(AppConfig):
    name = "eoffice"
    verbose_name = "e-Office"

    def ready(self) -> None:
        from common import menu
        from eoffice import sign_in_events

        sign_in_events.register()
        menu.register(menu.Entry("desk", "โต๊ะทำงาน", "desk", "house", order=0))


class UnitAdminConfig(AdminConfig):
    """Django's admin as unit admins meet it: one site of ours, in Thai, scoped to a subtree."""

    default_site = "org.site.UnitAdminSite"
