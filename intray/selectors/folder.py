"""The signing folder: the letters that wait for the actor's signature, one to a screen."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from common.rows import PageImage, Stamp
from files.pdf import BadPdf
from files.previews import SCREEN, THUMB, page_sizes
from intray.models import RoutingStep
from intray.selectors.batches import MOST, in_a_batch
from intray.selectors.tray import to_sign
from org.actor import Actor
from saraban.actions.paper import place_of
from saraban.models import Letter


@dataclass(frozen=True)
class Place:
    """Where the actor is in his folder: the step on the screen with its neighbours."""

    step: RoutingStep
    number: int
    steps: list[RoutingStep]
    previous: RoutingStep | None
    following: RoutingStep | None


def place_in_folder(actor: Actor, letter_id: int | None) -> Place | None:
    """The wanted letter of the folder, or its first; None for an empty folder. What a batch is about to sign has left it."""
    steps = to_sign(actor, limit=MOST)
    with_worker = in_a_batch([step.pk for step in steps])
    steps = [step for step in steps if step.pk not in with_worker]
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
