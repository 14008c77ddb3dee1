from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "การเข้าใช้งาน"

    def ready(self) -> None:
        from accounts.permissions import may_see_people
        from accounts.thaid import demand_settings
        from common.menu import Entry, register

        demand_settings()
        register(
            Entry(
                key="people_thaid",
                label="บุคลากรกับ ThaiD",
                url_name="accounts:people",
                icon="scan-face",
                order=920,
                group="ดูแลหน่วยงาน",
                shown=lambda actor: bool(may_see_people(actor)),
            )
        )
