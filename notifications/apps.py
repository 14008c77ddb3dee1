from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "การแจ้งเตือน"

    def ready(self) -> None:
        from notifications.mail import DIGEST, MAIL, send_digest, send_notice_mail, send_one_mail
        from outbox.registry import handle

        handle("notice.mail", send_notice_mail)
        handle(MAIL, send_one_mail, outside=True)
        handle(DIGEST, send_digest, outside=True)
