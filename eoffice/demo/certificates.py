"""Certificates of the demo authority for the demo's signers, and an e-seal for each agency."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from org.models import Agency, Appointment, User
from signing.actions import install_certificate
from signing.models import Certificate

PASSPHRASE = "e-office-demo"  # noqa: S105  (the demo says so)
SIGNERS = ("governor", "vice1", "office-head", "permsec", "deputy1", "division-head")


def load(say: Callable[[str], object]) -> None:
    """Issue what is missing: a certificate per demo signer and per holder of a post that signs outward, a seal per agency."""
    users = _signers_without()
    agencies = Agency.objects.filter(~Exists(Certificate.objects.filter(agency=OuterRef("pk"))))
    if not users and not agencies:
        return
    from signing.demo_ca import DemoAuthority  # a second to load, and every start but the first does without

    authority = DemoAuthority(settings.VAR_DIR / "demo-ca")
    for user in users:
        issued = authority.issue_person(
            user.full_name, agency=user.agency.name if user.agency else "", passphrase=PASSPHRASE
        )
        install_certificate(key_store=issued.pkcs12, passphrase=issued.passphrase, user=user)
        say(f"ออกใบรับรองอิเล็กทรอนิกส์ให้ {user.full_name}")
    for agency in agencies:
        issued = authority.issue_seal(agency.name, passphrase=PASSPHRASE)
        install_certificate(key_store=issued.pkcs12, passphrase=issued.passphrase, agency=agency)
        say(f"ออกตราประทับอิเล็กทรอนิกส์ให้ {agency.name}")


def _signers_without() -> list[User]:
    outward = Appointment.objects.current(timezone.now()).filter(user=OuterRef("pk"), position__signs_outward=True)
    has_one = Certificate.objects.filter(user=OuterRef("pk"))
    users = User.objects.select_related("agency").filter(~Exists(has_one))
    return list(users.filter(Exists(outward)).exclude(agency=None) | users.filter(username__in=SIGNERS))
