"""Letters through render, signature, number, seal and validation, against the same bare WeasyPrint and pyHanko calls."""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from benches.ground import last_line, open_database

DATABASE = "bench_sign"
PASSPHRASE = "e-office-demo"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=12)
    letters = parser.parse_args().letters
    open_database(DATABASE)
    from eoffice import demo
    from outbox.registry import handle
    from tests.world import World

    handle("bench.signed", lambda payload: None)
    demo.load(lambda line: None)
    world = World()
    _through_the_house(world)  # warm: fonts, keys, templates
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
    """Seconds for the same paper and keys by the libraries alone: set, prepare, sign, seal, validate."""
    from django.conf import settings
    from django.utils import timezone

    from saraban.sheets import REGISTRY_DATE, REGISTRY_NUMBER, typeset_letter
    from signing import pades
    from signing.actions import open_key
    from signing.appearance import Appearance
    from signing.demo_ca import DemoAuthority
    from signing.fields import plan_fields, prepare
    from signing.selectors import seal_of, usable_certificate
    from signing.validation import validate

    governor = world.actor("governor")
    person = usable_certificate(governor.user, timezone.now())
    seal = seal_of(governor.agency, timezone.now())
    root = DemoAuthority(settings.VAR_DIR / "demo-ca").root
    assert person is not None
    assert seal is not None
    began = time.perf_counter()
    typeset = typeset_letter(sheet)
    plan = plan_fields(typeset.places, signers=["signer-1"], registry=[REGISTRY_NUMBER, REGISTRY_DATE])
    pdf = prepare(typeset.pdf, plan)
    pdf = pades.sign(
        pdf, field="signer-1", key=open_key(person, PASSPHRASE), appearance=Appearance(lines=("ลงนาม",)), certify=True
    )
    pdf = pades.seal(pdf, number_text="ปท ๐๐๑๗/๑", date_text="๒๒ พฤศจิกายน ๒๕๖๙", key=open_key(seal))
    report = validate(pdf, [root])
    took = time.perf_counter() - began
    assert len(report.signatures) == 2
    return took


if __name__ == "__main__":
    main()
