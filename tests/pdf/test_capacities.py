"""Every capacity on paper, in both classes of signature: own post, capacity, and the post whose powers are used."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.access import Refused
from common.thai import canonical
from draft.selectors.paper import sheet_of as drafted_sheet
from files.actions import read
from intray import actions
from intray.models import Endorsement, StepState
from org.actor import Actor
from outbox.actions import drain
from saraban.actions.delegation import end_delegation
from saraban.models import Letter, LetterStatus
from tests.drafting import content_of, written
from tests.pdf.papers import pdfium_text
from tests.standing import acts_for, handed_on, on_behalf
from tests.tray import PASSPHRASE, only_step, proposed
from tests.world import World

pytestmark = pytest.mark.django_db
GOVERNOR, VICE = "ผู้ว่าราชการจังหวัดปทุมธานี", "รองผู้ว่าราชการจังหวัดปทุมธานี"
CLASSES = ["TYPED", "CERTIFICATE"]


def paper(letter: Letter) -> str:
    """All the words of the letter's present file, without spaces."""
    letter.refresh_from_db()
    assert letter.document is not None
    return canonical("".join(pdfium_text(read(letter.document)).split()))


def block(actor: Actor, *lines: str) -> str:
    """A signer's block as it stands in the text of the paper."""
    return canonical("".join(f"({actor.user.full_name}){''.join(lines)}".split()))


def sign(letter: Letter, actor: Actor) -> None:
    step = only_step(letter)
    if letter.sign_class == "TYPED":
        actions.sign_typed(by=actor, step_id=step.pk, confirmation="ยืนยันลงนาม")
        return
    actions.sign_with_certificate(by=actor, step_id=step.pk, passphrase=PASSPHRASE)
    drain()
    step.refresh_from_db()
    assert step.state == StepState.DONE, step.job and step.job.error


ORDERS_WORDS = f"{VICE} ทำการแทน\n{GOVERNOR}\nในฐานะเจ้าพนักงานพัฒนาชุมชน"
CAPACITIES: dict[str, tuple[Callable[[World], Actor], tuple[str, ...]]] = {
    "holder": (lambda w: w.actor("governor"), (GOVERNOR,)),
    "acting": (lambda w: acts_for(w, "vice1", "governor"), (f"{VICE} รักษาราชการแทน", GOVERNOR)),
    "acting in the post": (
        lambda w: acts_for(w, "vice1", "governor", capacity="ACTING_IN_POST"),
        (f"{VICE} รักษาการในตำแหน่ง", GOVERNOR),
    ),
    "acting by another law": (
        lambda w: acts_for(w, "vice1", "governor", capacity="ACTING_FOR"),
        (f"{VICE} ทำการแทน", GOVERNOR),
    ),
    "delegated": (lambda w: on_behalf(w, "vice1", "governor"), (f"{VICE} ปฏิบัติราชการแทน", GOVERNOR)),
    "delegated under another title": (
        lambda w: on_behalf(w, "vice1", "governor", own_title="ปลัดจังหวัด"),
        ("ปลัดจังหวัด ปฏิบัติราชการแทน", GOVERNOR),
    ),
    "in the order's own words": (
        lambda w: acts_for(w, "vice1", "governor", capacity="ACTING_FOR", printed=ORDERS_WORDS),
        tuple(ORDERS_WORDS.splitlines()),
    ),
    "handed on": (
        lambda w: handed_on(on_behalf(w, "vice1", "governor", may_subdelegate=True), w, "office-head"),
        ("หัวหน้าสำนักงานจังหวัดปทุมธานี ปฏิบัติราชการแทน", GOVERNOR),
    ),
    "handed on in the order's words": (
        lambda w: handed_on(
            on_behalf(w, "vice1", "governor", may_subdelegate=True), w, "office-head",
            printed=f"หัวหน้าสำนักงานจังหวัด ปฏิบัติราชการแทน\n{VICE} ปฏิบัติราชการแทน\n{GOVERNOR}",
        ),
        ("หัวหน้าสำนักงานจังหวัด ปฏิบัติราชการแทน", f"{VICE} ปฏิบัติราชการแทน", GOVERNOR),
    ),
}  # fmt: skip


@pytest.mark.parametrize("sign_class", CLASSES)
@pytest.mark.parametrize("capacity", CAPACITIES)
def test_the_block_names_person_capacity_and_principal(world: World, capacity: str, sign_class: str) -> None:
    """Prepared for the governor, signed by whoever exercises his powers: set anew with the signer's own block."""
    letter = proposed(world, world.actor("governor"), sign_class=sign_class)
    make, lines = CAPACITIES[capacity]
    actor = make(world)
    sign(letter, actor)
    text = paper(letter)
    assert block(actor, *lines) in text
    if actor.user != world.user("governor"):
        assert block(world.actor("governor")) not in text
    note = Endorsement.objects.get(letter=letter, kind=Endorsement.Kind.SIGN)
    assert (note.person, tuple(note.title_lines)) == (actor.user.full_name, lines)


@pytest.mark.parametrize("sign_class", CLASSES)
def test_crossing_delegations_print_each_the_right_principal(world: World, sign_class: str) -> None:
    """office-head acts for the second vice governor, the first vice governor for the governor; both sign one letter."""
    head, vice = world.actor("office-head", "vice2"), acts_for(world, "vice1", "governor")
    letter = proposed(world, head, vice, sign_class=sign_class)
    sign(letter, head)
    sign(letter, vice)
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    text = paper(letter)
    first = block(head, "หัวหน้าสำนักงานจังหวัดปทุมธานี รักษาราชการแทน", VICE)
    second = block(vice, f"{VICE} รักษาราชการแทน", GOVERNOR)
    assert first in text and second in text
    assert block(head, "หัวหน้าสำนักงานจังหวัดปทุมธานี รักษาราชการแทน", GOVERNOR) not in text


@pytest.mark.parametrize("sign_class", CLASSES)
def test_one_person_for_two_posts_signs_twice_under_two_principals(world: World, sign_class: str) -> None:
    first, second = (
        acts_for(world, "office-head", "vice3"),
        on_behalf(world, "office-head", "governor", kinds=("MEMO",)),
    )
    letter = proposed(world, first, second, sign_class=sign_class)
    with pytest.raises(Refused):
        actions.sign_typed(by=second, step_id=only_step(letter).pk, confirmation="ยืนยันลงนาม")
    sign(letter, first)
    sign(letter, second)
    text, own = paper(letter), "หัวหน้าสำนักงานจังหวัดปทุมธานี"
    assert block(first, f"{own} รักษาราชการแทน", VICE) in text
    assert block(second, f"{own} ปฏิบัติราชการแทน", GOVERNOR) in text


def test_half_signed_by_certificate_another_holder_is_refused_and_the_returning_one_signs(world: World) -> None:
    head, governor = world.actor("office-head", "office-head"), world.actor("governor")
    letter = proposed(world, head, governor, sign_class="CERTIFICATE")
    sign(letter, head)
    acting = acts_for(world, "vice1", "governor")
    assert acting.appointment is not None
    with pytest.raises(Refused, match="ให้ตีกลับเพื่อจัดทำฉบับใหม่"):
        actions.sign_with_certificate(by=acting, step_id=only_step(letter).pk, passphrase=PASSPHRASE)
    end_delegation(by=world.actor("governor"), appointment=acting.appointment)
    sign(letter, world.actor("governor"))
    assert block(governor, GOVERNOR) in paper(letter)


def test_half_signed_by_typing_the_holder_of_the_day_signs(world: World) -> None:
    head = world.actor("office-head", "office-head")
    letter = proposed(world, head, world.actor("governor"))
    sign(letter, head)
    acting = acts_for(world, "vice1", "governor")
    sign(letter, acting)
    assert block(acting, f"{VICE} รักษาราชการแทน", GOVERNOR) in paper(letter)


def test_what_was_confirmed_in_time_is_signed_though_the_period_ends_meanwhile(world: World) -> None:
    """The passphrase was given while the powers stood; the worker comes later."""
    acting = acts_for(world, "vice1", "governor")
    assert acting.appointment is not None
    letter = proposed(world, world.actor("governor"), sign_class="CERTIFICATE")
    step = only_step(letter)
    actions.sign_with_certificate(by=acting, step_id=step.pk, passphrase=PASSPHRASE)
    end_delegation(by=world.actor("governor"), appointment=acting.appointment)
    drain()
    step.refresh_from_db()
    assert step.state == StepState.DONE
    assert block(acting, f"{VICE} รักษาราชการแทน", GOVERNOR) in paper(letter)


def test_a_draft_is_prepared_for_whoever_would_sign_it_today(world: World) -> None:
    """The acting one before all; a delegate where his order covers the letter; else the holder."""
    letter = written(world.actor("clerk"), kind="ORDER", signers=(world.post("PTE", "governor").pk,))

    def printed() -> tuple[str, tuple[str, ...]]:
        found = drafted_sheet(letter, content_of(letter), world.actor("clerk").at).signers[0]
        return found.name, found.title_lines

    assert printed() == (world.user("governor").full_name, (GOVERNOR,))
    on_behalf(world, "vice3", "governor", kinds=("MEMO",))
    assert printed() == (world.user("governor").full_name, (GOVERNOR,))
    delegate = on_behalf(world, "vice4", "governor", kinds=("ORDER",))
    assert printed() == (delegate.user.full_name, (f"{VICE} ปฏิบัติราชการแทน", GOVERNOR))
    acting = acts_for(world, "vice1", "governor")
    assert printed() == (acting.user.full_name, (f"{VICE} รักษาราชการแทน", GOVERNOR))
