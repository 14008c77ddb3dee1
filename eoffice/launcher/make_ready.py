"""Before the platform opens: migrations, demo data, static files."""

import hashlib
import io
import os
from pathlib import Path

import django


def make_ready() -> dict[str, str]:
    """Load Django and bring database and static files up to date; what is there already is left as it is.

    Gives what the launcher must know: the path of the sign-in page, the text of the demo accounts.
    """
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.shortcuts import resolve_url

    call_command("migrate", interactive=False, verbosity=1)
    accounts = io.StringIO()
    if settings.DEMO:
        call_command("demo")
        if os.environ.get("EOFFICE_DEMO_LETTERS", "1") != "0":
            call_command("demo", later=True)
        call_command("demo", accounts=True, stdout=accounts)
    _collect_static(Path(settings.STATIC_ROOT))
    return {"sign_in": resolve_url(settings.LOGIN_URL), "accounts": accounts.getvalue()}


def _collect_static(root: Path) -> None:
    """Collect and compress the static files unless none has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.core.management import call_command

    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    stamp = root / ".collected"
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=1)
    stamp.write_text(digest.hexdigest(), encoding="ascii")
