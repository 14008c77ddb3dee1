"""A paper made elsewhere goes the whole way: what the procedure adds stands at its millimetres, signatures hold."""

from __future__ import annotations

import io

import pikepdf
import pytest

from draft.actions.propose import propose
from files.actions import read
from intray.actions import open_step, sign_typed, sign_with_certificate
from intray.models import RoutingStep
from outbox.actions import drain
from saraban.actions.numbers import issue_number
from saraban.models import Letter
from saraban.sheets import UploadedSheet
from saraban.sheets.uploaded import places_wanted
from signing.trust import trusted_roots
from signing.validation import Report, validate
from tests.drafting import content_of
from tests.pdf.papers import poppler_text, words
from tests.tray import PASSPHRASE
from tests.uploading import uploaded
from tests.world import World

pytestmark = pytest.mark.django_db
MM = 25.4 / 72


def numbered(world: World, letter: Letter, *signers: str, by_certificate: bool = False) -> Letter:
    """Proposed by the clerk, signed in order, numbered by the province's registrar, sealed."""
    propose(by=world.actor("clerk"), letter_id=letter.pk)
    drain()
    for name in signers:
        actor = world.actor(name)
        step = RoutingStep.objects.get(letter=letter, to_position=actor.position, state="NEW")
        open_step(by=actor, step_id=step.pk)
        if by_certificate:
            sign_with_certificate(by=actor, step_id=step.pk, passphrase=PASSPHRASE)
            drain()
        else:
            sign_typed(by=actor, step_id=step.pk, confirmation="ยืนยันลงนาม")
    issue_number(by=world.actor("province-registrar"), letter_id=letter.pk)
    drain()
    done = Letter.objects.select_related("sheet", "document").get(pk=letter.pk)
    assert done.sealed and done.document is not None
    return done


def judged(letter: Letter) -> Report:
    assert letter.document is not None
    return validate(read(letter.document), trusted_roots())


def stands(letter: Letter, text: str, place: list[float]) -> None:
    """`text` is read out of the PDF inside the box of `place`."""
    assert letter.document is not None
    page, left, top, width, height = place
    found = [one for one in words(read(letter.document)) if one.text == text and one.page == page]
    inside = [one for one in found if left - 1 <= one.left and one.right <= left + width + 1]
    inside = [one for one in inside if top - 3 <= one.top and one.bottom <= top + height + 3]
    assert inside, (text, place, [(one.page, one.left, one.top) for one in found])


def fields_of(letter: Letter) -> dict[str, tuple[int, float, float, float, float]]:
    """The signature fields' boxes in mm from the top left of their pages, by name."""
    assert letter.document is not None
    found = {}
    with pikepdf.open(io.BytesIO(read(letter.document))) as pdf:
        for number, page in enumerate(pdf.pages):
            height = float(page.MediaBox[3])
            for one in page.obj.get("/Annots", []):
                left, bottom, right, top = (float(side) * MM for side in one.Rect)
                found[str(one.T)] = (number, left, height * MM - top, right - left, top - bottom)
    return found


PLACES = {
    "signer-1": [1.0, 95.5, 182.0, 72.0, 22.0],
    "registry-number": [0.0, 41.0, 240.0, 58.0, 8.0],
    "registry-date": [0.0, 112.0, 254.0, 55.0, 8.0],
}


def test_signed_by_certificate_and_sealed_at_the_millimetres_chosen(world: World) -> None:
    letter = uploaded(world, kind="EXTERNAL", signer="governor", sign_class="CERTIFICATE", pages=2, places=PLACES)
    done = numbered(world, letter, "governor", by_certificate=True)
    report = judged(done)
    assert report.ok and [one.field for one in report.signatures] == ["signer-1", "Registry"]
    assert [one.modification_allowed for one in report.signatures] == [True, True]
    boxes = fields_of(done)
    page, left, top, width, height = boxes["signer-1"]
    assert page == 1
    assert (left, top, width, height) == pytest.approx((95.5, 182.0, 72.0, 22.0), abs=0.5)
    page, left, top, width, height = boxes["Registry"]
    assert page == 0
    assert (left, top, left + width, top + height) == pytest.approx((41.0, 240.0, 167.0, 262.0), abs=0.5)
    number = done.number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    stands(done, number.split()[-1], PLACES["registry-number"])
    assert done.letter_date is not None
    stands(
        done,
        str(done.letter_date.year + 543).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")),
        PLACES["registry-date"],
    )


def test_typed_approval_is_stamped_at_its_place_before_the_seal(world: World) -> None:
    letter = uploaded(world, signer="office-head", pages=2, places=PLACES)
    done = numbered(world, letter, "office-head")
    report = judged(done)
    assert report.ok and [one.field for one in report.signatures] == ["Registry"]
    assert report.signatures[0].certifies
    stands(done, "ลงนามอิเล็กทรอนิกส์โดย", PLACES["signer-1"])
    number = done.number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    stands(done, number.split()[-1], PLACES["registry-number"])


def test_two_signers_each_at_their_place(world: World) -> None:
    both = (world.post("PTE", "office-head").pk, world.post("PTE", "governor").pk)
    places = PLACES | {"signer-2": [1.0, 20.0, 230.0, 60.0, 18.0]}
    memo = uploaded(world, signers=both, pages=2, places=places)
    done = numbered(world, memo, "office-head", "governor")
    stands(done, "ลงนามอิเล็กทรอนิกส์โดย", PLACES["signer-1"])
    stands(done, "ลงนามอิเล็กทรอนิกส์โดย", places["signer-2"])
    assert judged(done).ok


def test_a_kind_dated_by_signing_carries_its_day_before_the_first_signature(world: World) -> None:
    """คำสั่ง: the day is laid on the paper with the signature to come, the number by the seal after it."""
    folder = world.folder("pte-order").pk
    letter = uploaded(
        world,
        kind="ORDER",
        signer="governor",
        sign_class="CERTIFICATE",
        folder=folder,
        issuer="จังหวัดปทุมธานี",
        pages=2,
        places=PLACES,
    )
    done = numbered(world, letter, "governor", by_certificate=True)
    report = judged(done)
    assert report.ok and len(report.signatures) == 2
    year = str(world.actor("clerk").at.year + 543).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    stands(done, year, PLACES["registry-date"])
    _, left, top, width, height = fields_of(done)["Registry"]
    assert (left, top, width, height) == pytest.approx((41.0, 240.0, 58.0, 8.0), abs=0.5)


def test_a_stamped_letter_gets_its_round_seal(world: World) -> None:
    places = PLACES | {"agency-seal": [1.0, 20.0, 180.0, 45.0, 45.0]}
    letter = uploaded(
        world,
        kind="STAMPED",
        signer="office-head",
        issuer="จังหวัดปทุมธานี",
        folder=world.folder("pte-send").pk,
        pages=2,
        places=places,
    )
    done = numbered(world, letter, "office-head")
    assert judged(done).ok and done.document is not None
    from PIL import Image

    from files.pdf import page_png

    with Image.open(io.BytesIO(page_png(read(done.document), 1, 840))) as image:  # 4 dots to a millimetre
        ring = image.convert("RGB").crop((80, 720, 260, 900))
        pixels = ring.tobytes()
    red = sum(r > 150 > 90 > max(g, b) for r, g, b in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))
    assert red > 500


def test_the_preview_shows_frames_and_the_word_draft(world: World) -> None:
    from draft.selectors.paper import preview_pages, preview_pdf, sheet_of

    letter = uploaded(world, pages=2, places=PLACES)
    sheet = sheet_of(letter, content_of(letter), world.actor("clerk").at)
    assert isinstance(sheet, UploadedSheet) and preview_pages(letter, sheet) == 2
    text = poppler_text(preview_pdf(letter, sheet))
    assert text.count("ร่าง") >= 2 and "เลขที่" in text
    assert {one.name for one in places_wanted("MEMO", 1)} == set(sheet.places)
