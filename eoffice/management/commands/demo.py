"""Loads the demo through the actions; `--accounts` prints its sign-ins."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from eoffice import demo
from eoffice.demo.accounts import table


class Command(BaseCommand):
    help = "เพิ่มข้อมูลทดลองใช้ที่ยังไม่มี หรือพิมพ์บัญชีทดลองใช้"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="พิมพ์บัญชีทดลองใช้เท่านั้น")

    def handle(self, *args: Any, accounts: bool = False, **options: Any) -> None:
        if accounts:
            self.stdout.write(table())
        else:
            demo.load(self.stdout.write)
