"""Loads the demo through the actions; `--letters` its sample letters (`--later`: by the worker), `--accounts` prints its sign-ins."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from eoffice import demo
from eoffice.demo import letters as samples
from eoffice.demo.accounts import table


class Command(BaseCommand):
    help = "เพิ่มข้อมูลทดลองใช้ที่ยังไม่มี หรือพิมพ์บัญชีทดลองใช้"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="พิมพ์บัญชีทดลองใช้เท่านั้น")
        parser.add_argument("--later", action="store_true", help="ให้งานเบื้องหลังทยอยเพิ่มหนังสือตัวอย่าง")
        parser.add_argument("--letters", action="store_true", help="เพิ่มหนังสือตัวอย่างในแฟ้มและทะเบียนของบัญชีทดลองใช้")

    def handle(
        self, *args: Any, accounts: bool = False, letters: bool = False, later: bool = False, **options: Any
    ) -> None:
        if accounts:
            self.stdout.write(table())
        elif letters:
            samples.load(self.stdout.write)
        elif later:
            samples.begin(self.stdout.write)
        else:
            demo.load(self.stdout.write)
