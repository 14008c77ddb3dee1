from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "การแจ้งเตือน"

    def ready(self) -> None:
        from notifications.mail import send_notice_mail
        from outbox.registry import handle

        handle("notice.mail", send_notice_mail)
