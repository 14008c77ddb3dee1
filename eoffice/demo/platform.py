"""The central admin, letter codes and holidays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from org.actions import create_first_central_admin, load_reference
from org.actor import Actor
from org.models import LetterCode, PlatformRole, User

PASSWORD = "e-office-demo"  # noqa: S105  (printed on the sign-in page of the demo)
FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def load(say: Callable[[str], object]) -> None:
    """The account `central-admin` and the reference data."""
    if not User.objects.filter(platform_role=PlatformRole.CENTRAL_ADMIN).exists():
        create_first_central_admin(
            username="central-admin",
            password=PASSWORD,
            prefix="นางสาว",
            first_name="ณัฐชา",
            last_name="ดูแลกลาง",
            email="central-admin@platform.example.go.th",
        )
        say("เพิ่มผู้ดูแลระบบกลาง")
    if not LetterCode.objects.exists():
        say(f"เพิ่มรหัสตัวอักษรและวันหยุดราชการ {load_reference(by=central_admin(), folder=FIXTURES)} รายการ")


def central_admin() -> Actor:
    """The demo's central admin as an actor."""
    return Actor(User.objects.get(username="central-admin"), None)
