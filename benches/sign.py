"""Letters through render, signature, number, seal and validation, against the libraries as they come.

The floor sets the same paper by WeasyPrint and signs, seals and validates it by pyHanko's own calls.
"""

from __future__ import annotations

import argparse
import statistics
import time
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from benches.ground import last_line, open_database

DATABASE = "bench_sign"
PASSPHRASE = "e-office-demo"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=12)
    letters = parser.parse_args().letters
    open_database(DATABASE)
    from eoffice import demo
    from eoffice.warm import warm_up
    from outbox.registry import handle
    from tests.world import World

    handle("bench.signed", lambda payload: None)
    demo.load(lambda line: None)
    world = World()
    _through_the_house(world)  # warm: fonts, keys, templates
    warm_up()  # as every process that serves
    house, floor, ratios, invalid = [], [], [], 0
    for _ in range(letters):
        took, valid, sheet = _through_the_house(world)
        bare = _bare(world, sheet)
        house.append(took)
        floor.append(bare)
        ratios.append(took / bare)
        invalid += not valid
    last_line(
        {
            "bench": "sign",
            "letters": letters,
            "per_letter_ms": round(statistics.median(house) * 1000, 1),
            "floor_ms": round(statistics.median(floor) * 1000, 1),
            "ratio": round(statistics.median(ratios), 2),
            "invalid": invalid,
        }
    )


def _through_the_house(world: Any) -> tuple[float, bool, Any]:
    """Seconds for one letter from its frozen sheet to a validated sealed file; whether it is valid; its sheet."""
    from django.conf import settings
    from django.db import transaction

    from files.actions import read
    from outbox.actions import drain
    from saraban.actions.letters import freeze_sheet, lock, move, set_document
    from saraban.actions.numbers import issue_number
    from saraban.actions.paper import block_for, prepare_for_signature, sheet_of
    from saraban.models import Letter
    from saraban.sheets import MemoSheet
    from saraban.sheets.frozen import form_of, to_json
    from signing.actions import request_signature
    from signing.demo_ca import DemoAuthority
    from signing.models import SigningJob
    from signing.validation import validate
    from tests.story import draft

    clerk, governor, registrar = world.actor("clerk"), world.actor("governor"), world.actor("province-registrar")
    assert governor.appointment is not None
    block = block_for(governor.appointment, 1)
    with transaction.atomic():
        letter = draft(clerk, world.folder("pte-send"), sign_class="CERTIFICATE")
        sheet = MemoSheet(
            subject=letter.subject, salutation="เรียน", addressee="ผู้ว่าราชการจังหวัด", signers=(block,),
            body_html="<p>ด้วยกลุ่มงานได้ดำเนินการแล้วเสร็จ จึงเรียนมาเพื่อโปรดพิจารณา</p>" * 6, agency_line=letter.owner_unit.name,
        )  # fmt: skip
        freeze_sheet(letter=letter, form=form_of(sheet), data=to_json(sheet), places={})
        move(letter=letter, verb="propose", by=clerk, label="เสนอลงนาม")
    root = DemoAuthority(settings.VAR_DIR / "demo-ca").root
    began = time.perf_counter()
    with transaction.atomic():
        letter = lock(letter.pk)
        source = prepare_for_signature(letter=letter, order=1, signer=block)
        job = request_signature(
            by=governor, key=f"bench:{letter.pk}", source=source, field="signer-1", certify=True, passphrase=PASSPHRASE,
            lines=[block.name], done_topic="bench.signed", payload={},
        )  # fmt: skip
    drain()
    job = SigningJob.objects.select_related("result").get(pk=job.pk)
    assert job.result is not None, job.error
    with transaction.atomic():
        set_document(letter=letter, document=job.result)
        move(letter=lock(letter.pk), verb="sign", by=governor, label="ลงนาม")
    issue_number(by=registrar, letter_id=letter.pk)
    drain()
    done = Letter.objects.select_related("document").get(pk=letter.pk)
    assert done.document is not None
    report = validate(read(done.document), [root])
    took = time.perf_counter() - began
    valid = done.sealed and len(report.signatures) == 2 and all(s.intact and s.trusted for s in report.signatures)
    return took, valid, sheet_of(done)


def _bare(world: Any, sheet: Any) -> float:
    """Seconds for the same paper and keys by the libraries as they come: set, prepare, sign, seal, validate."""
    from django.utils import timezone

    from signing.selectors import seal_of, usable_certificate

    governor = world.actor("governor")
    person = usable_certificate(governor.user, timezone.now())
    seal = seal_of(governor.agency, timezone.now())
    root = demo_root()
    began = time.perf_counter()
    bare_signed(sheet, root, person, seal)
    return time.perf_counter() - began


def demo_root() -> bytes:
    """The demo authority's root certificate, DER."""
    from django.conf import settings

    from signing.demo_ca import DemoAuthority

    return DemoAuthority(settings.VAR_DIR / "demo-ca").root.public_bytes(Encoding.DER)


def bare_signed(sheet: Any, root: bytes, person: Any, seal: Any = None) -> None:
    """`sheet` set, prepared, signed by `person`'s certificate, sealed by `seal` if given, and validated by `root`."""
    from asn1crypto import x509
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from saraban.sheets import REGISTRY_DATE, REGISTRY_NUMBER, typeset_letter
    from signing.actions import open_key
    from signing.appearance import Appearance, registry_page, signature_page
    from signing.fields import field_places, field_size_mm, plan_fields, prepare

    typeset = typeset_letter(sheet)
    pdf = prepare(
        typeset.pdf, plan_fields(typeset.places, signers=["signer-1"], registry=[REGISTRY_NUMBER, REGISTRY_DATE])
    )

    def size_of(name: str) -> tuple[Any, float, float]:
        widget = next(enumerate_sig_fields(PdfFileReader(BytesIO(pdf)), with_name=name))[2].get_object()
        return widget, *field_size_mm(widget)

    _, width, height = size_of("signer-1")
    page = signature_page(Appearance(lines=("ลงนาม",)), width_mm=width, height_mm=height)
    pdf = _bare_signature(pdf, "signer-1", open_key(person, PASSPHRASE), page, MDPPerm.FILL_FORMS, certify=True)
    if seal is not None:
        widget, width, height = size_of("Registry")
        texts = {"registry-number": "ปท ๐๐๑๗/๑", "registry-date": "๒๒ พฤศจิกายน ๒๕๖๙"}
        page = registry_page(texts, field_places(widget), width_mm=width, height_mm=height)
        pdf = _bare_signature(pdf, "Registry", open_key(seal), page, MDPPerm.NO_CHANGES, certify=False)
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trust = x509.Certificate.load(root)
    good = [validate_pdf_signature(one, ValidationContext(trust_roots=[trust])).bottom_line for one in signatures]
    assert good == [True] * (2 if seal is not None else 1)


def _bare_signature(pdf: bytes, field: str, key: Any, page: bytes, permission: Any, *, certify: bool) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    from signing.appearance import PageStampStyle

    metadata = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=certify,
        docmdp_permissions=permission, name=key.holder,
    )  # fmt: skip
    signer = PdfSigner(metadata, key.signer, stamp_style=PageStampStyle(page=page))
    out = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), existing_fields_only=True)
    return bytes(out.getvalue())


if __name__ == "__main__":
    main()
