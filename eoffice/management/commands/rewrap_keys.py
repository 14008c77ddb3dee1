"""After KEY_ENCRYPTION_KEY was changed: brings everything it locks under the new key, while the platform runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.vault import Relocked
from files.actions import relock_keys as relock_files
from saraban.actions.classified import relock_keys as relock_letters
from signing.actions import relock_keys as relock_certificates

KINDS: dict[str, Callable[[int], Iterator[Relocked]]] = {
    "letters": relock_letters,
    "files": relock_files,
    "certificates": relock_certificates,
}


class Command(BaseCommand):
    """`scripts/manage rewrap_keys`: stop it and begin again at will. Afterwards KEY_ENCRYPTION_KEYS_BEFORE may be emptied."""

    help = "Locks the data keys of letters and files and the key stores of signers under KEY_ENCRYPTION_KEY."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises ValueError, with nothing of the batch changed, when no key of the settings opens a row."""
        for name, relock in KINDS.items():
            seen = changed = 0
            for done in relock(options["batch"]):
                seen, changed = seen + done.seen, changed + done.changed
                self.stdout.write(f"{name}: {seen} looked at, {changed} under the new key")
            self.stdout.write(f"{name}: done")
