"""The first step of a new installation: the first central admin, letter codes and holidays."""

from __future__ import annotations

from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.access import Refused
from org.actions import create_first_central_admin, load_reference
from org.actor import Actor


class Command(BaseCommand):
    help = "เปิดระบบครั้งแรก: สร้างบัญชีผู้ดูแลระบบกลางคนแรก พร้อมรหัสตัวอักษรและวันหยุดราชการ"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="ชื่อผู้ใช้ของผู้ดูแลระบบกลาง")
        parser.add_argument("--first-name", required=True, help="ชื่อ")
        parser.add_argument("--last-name", default="", help="นามสกุล")
        parser.add_argument("--password-file", type=Path, help="แฟ้มที่มีรหัสผ่าน (ไม่ระบุ = ถามทางหน้าจอ)")

    def handle(
        self,
        *args: Any,
        username: str,
        first_name: str,
        last_name: str,
        password_file: Path | None = None,
        **options: Any,
    ) -> None:
        password = password_file.read_text(encoding="utf-8").strip() if password_file else getpass("รหัสผ่าน: ")
        try:
            user = create_first_central_admin(
                username=username, password=password, first_name=first_name, last_name=last_name
            )
            load_reference(by=Actor(user, None), folder=Path(settings.BASE_DIR) / "fixtures")
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"สร้างบัญชีผู้ดูแลระบบกลาง {username} แล้ว เข้าสู่ระบบเพื่อเปิดส่วนราชการได้")
