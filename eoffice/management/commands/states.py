"""Prints the state diagrams of docs/states from the transition tables; `--check` fails when a page is stale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.states import Machine


class Command(BaseCommand):
    help = "พิมพ์แผนภาพสถานะลง docs/states"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "states"
        wanted = {f"{name}.md": machine.mermaid() for name, machine in Machine.registry.items()}
        present = {page.name: page.read_text(encoding="utf-8") for page in folder.glob("*.md")}
        if check:
            stale = sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))
            if stale:
                raise CommandError(f"docs/states is stale: {', '.join(stale)} (run scripts/manage states)")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name in present.keys() - wanted.keys():
            (folder / name).unlink()
        for name, page in wanted.items():
            (folder / name).write_text(page, encoding="utf-8")
