"""Short ways to batches in tests."""

from __future__ import annotations

from django.conf import settings

from files.actions import read
from intray.actions.batches import Order, start_batch
from intray.models import Batch, Endorsement, RoutingStep, StepState
from saraban.models import Letter
from signing.demo_ca import DemoAuthority
from signing.validation import validate
from tests.tray import PASSPHRASE, only_step, proposed
from tests.world import World

WORDS = "ยืนยันลงนาม"
PROOF = Order(passphrase=PASSPHRASE, confirmation=WORDS)


def to_be_signed(world: World, count: int = 3, sign_class: str = "CERTIFICATE") -> list[RoutingStep]:
    governor = world.actor("governor")
    return [only_step(proposed(world, governor, sign_class=sign_class)) for _ in range(count)]


def sign(world: World, steps: list[RoutingStep], order: Order = PROOF) -> Batch:
    return start_batch(by=world.actor("governor"), verb="SIGN", step_ids=[one.pk for one in steps], order=order)


def states(batch: Batch) -> list[str]:
    return list(batch.items.order_by("order").values_list("state", flat=True))


def stands(step: RoutingStep) -> bool:
    """Whether the step is done, once, with a stored file in which every signature holds."""
    step.refresh_from_db()
    letter = Letter.objects.select_related("document").get(pk=step.letter_id)
    if step.state != StepState.DONE or letter.document is None:
        return False
    report = validate(read(letter.document), [DemoAuthority(settings.VAR_DIR / "demo-ca").root])
    once = Endorsement.objects.filter(step=step, kind="SIGN").count() == 1
    return once and report.ok and "signer-1" in [one.field for one in report.signatures]
