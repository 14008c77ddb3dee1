"""The signing folder: the letters that wait for the actor's signature, one to a screen, and how each fared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from common.access import Verdict
from common.rows import PageImage, Stamp
from files.pdf import BadPdf
from files.previews import SCREEN, THUMB, page_sizes
from intray.models import RoutingStep, StepState
from intray.permissions import may_sign
from intray.selectors.rows import shown_subject
from intray.selectors.tray import to_sign
from org.actor import Actor
from saraban.actions.paper import place_of
from saraban.models import Letter, SignClass
from signing.models import JobState


@dataclass(frozen=True)
class Place:
    """Where the actor is in his folder: the step on the screen with its neighbours."""

    step: RoutingStep
    number: int
    steps: list[RoutingStep]
    previous: RoutingStep | None
    following: RoutingStep | None


def place_in_folder(actor: Actor, letter_id: int | None) -> Place | None:
    """The wanted letter of the folder, or its first; None for an empty folder."""
    steps = to_sign(actor)
    if not steps:
        return None
    at = next((index for index, step in enumerate(steps) if step.letter_id == letter_id), 0)
    return Place(
        step=steps[at],
        number=at + 1,
        steps=steps,
        previous=steps[at - 1] if at else None,
        following=steps[at + 1] if at + 1 < len(steps) else None,
    )


def page_images(letter: Letter, order: int) -> list[PageImage]:
    """The letter's pages as images, with the place where the `order`th signer signs; none while no file can be shown."""
    stored = letter.document
    if stored is None:
        return []
    try:
        sizes = page_sizes(stored)
    except (BadPdf, FileNotFoundError):
        return []
    return [_page(letter, stored.sha256[:10], number, size, order) for number, size in enumerate(sizes, start=1)]


def _page(letter: Letter, version: str, number: int, size: tuple[float, float], order: int) -> PageImage:
    url = reverse("saraban:page_image", args=[letter.pk, number])
    return PageImage(
        number=number,
        url=f"{url}?w={SCREEN}&v={version}",
        thumb_url=f"{url}?w={THUMB}&v={version}",
        width=SCREEN,
        height=round(SCREEN * size[1] / size[0]),
        stamps=_sign_here(letter, number, order),
        paper_width=size[0],
        paper_height=size[1],
    )


def _sign_here(letter: Letter, number: int, order: int) -> tuple[Stamp, ...]:
    """A dashed box at the signer's place, where the frozen sheet says it lies."""
    places = letter.sheet.places if hasattr(letter, "sheet") else {}
    box = places.get(place_of(order))
    if not isinstance(box, dict) or box.get("page") != number - 1:
        return ()
    return (
        Stamp(
            lines=("ที่ลงนามของท่าน",),
            x=box["left_mm"],
            y=box["top_mm"],
            width=box["width_mm"],
            height=box["height_mm"],
            kind="place",
        ),
    )


@dataclass(frozen=True)
class ToSign:
    """One letter about to be signed: its subject as a list shows it, the rule's answer, and what is printed."""

    step: RoutingStep
    subject: str
    verdict: Verdict
    title_lines: tuple[str, ...]

    @property
    def by_certificate(self) -> bool:
        return self.step.letter.sign_class == SignClass.CERTIFICATE


def chosen_to_sign(actor: Actor, step_ids: Sequence[int]) -> list[ToSign]:
    """The chosen steps of the actor's own folder in the folder's order; ids of others are left out."""
    wanted = set(step_ids)
    lines = actor.appointment.title_lines if actor.appointment else ()
    return [
        ToSign(step, shown_subject(step.letter), may_sign(actor, step), lines)
        for step in to_sign(actor)
        if step.pk in wanted
    ]


@dataclass(frozen=True)
class Outcome:
    """How one letter fared: `state` is signed, signing, failed or waiting; `words` say it in Thai."""

    step: RoutingStep
    subject: str
    state: str
    words: str


def outcomes(actor: Actor, step_ids: Sequence[int], refusals: dict[str, str]) -> list[Outcome]:
    """The state of each letter of a batch as it is now, from the steps and their jobs; never from what was hoped."""
    steps = RoutingStep.objects.filter(pk__in=step_ids, to_position=actor.position, secrecy__lte=actor.clearance)
    found = {step.pk: step for step in steps.select_related("letter", "job")}
    return [
        Outcome(found[pk], shown_subject(found[pk].letter), *_state(found[pk], refusals.get(str(pk), "")))
        for pk in step_ids
        if pk in found
    ]


def _state(step: RoutingStep, refusal: str) -> tuple[str, str]:
    if step.state == StepState.DONE:
        return "signed", "ลงนามแล้ว"
    if step.state == StepState.SIGNING:
        return "signing", "กำลังลงลายมือชื่อ"
    if step.job is not None and step.job.state in (JobState.FAILED, JobState.NEEDS_PASSPHRASE):
        return "failed", step.job.error or "ลงลายมือชื่อไม่สำเร็จ"
    if refusal:
        return "failed", refusal
    if not step.is_open:
        return "failed", step.get_state_display()
    return "waiting", "ยังไม่ได้ลงนาม"
