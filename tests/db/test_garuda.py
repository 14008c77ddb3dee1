"""The platform's Garuda: uploaded, looked at, confirmed, versioned; warned of while it is missing; printed once it is there."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from audit.models import AuditEvent
from common.access import Conflict, Invalid, Refused
from draft.selectors.readiness import paper_advice
from saraban.actions.garuda import confirm_garuda, propose_again, upload_garuda
from saraban.models import GarudaDrawing
from saraban.sheets.garuda import MISSING, garuda, garuda_missing, garuda_name
from tests.drafting import url, written
from tests.drawings import png, svg
from tests.tray import only_step, proposed
from tests.world import World

pytestmark = pytest.mark.django_db


def confirmed(world: World, content: bytes = b"", name: str = "ครุฑ.svg") -> GarudaDrawing:
    by = world.actor("central-admin")
    drawing = upload_garuda(by=by, stream=io.BytesIO(content or svg()), name=name)
    return confirm_garuda(by=by, drawing_id=drawing.pk)


def test_it_stands_on_letters_from_the_confirmation_on(world: World) -> None:
    by = world.actor("central-admin")
    drawing = upload_garuda(by=by, stream=io.BytesIO(svg()), name="C:\\ภาพ\\ครุฑ.svg")
    assert garuda() is None and garuda_missing() == MISSING and drawing.original_name == "ครุฑ.svg"
    confirm_garuda(by=by, drawing_id=drawing.pk)
    found = garuda()
    assert found is not None and b"<path" in found and garuda_missing() == ""
    assert AuditEvent.objects.filter(verb="garuda.confirm", user=by.user).exists()
    with pytest.raises(Conflict, match="ยืนยันใช้ไปแล้ว"):
        confirm_garuda(by=by, drawing_id=drawing.pk)


def test_every_version_stays_and_an_earlier_one_comes_back_as_a_new_one(world: World) -> None:
    first, second = confirmed(world), confirmed(world, png(), "ครุฑ.png")
    assert GarudaDrawing.in_force() == second and (garuda() or b"").startswith(b"\x89PNG")
    again = propose_again(by=world.actor("central-admin"), drawing_id=first.pk)
    assert GarudaDrawing.in_force() == second  # until it is confirmed
    confirm_garuda(by=world.actor("central-admin"), drawing_id=again.pk)
    assert b"<path" in (garuda() or b"") and GarudaDrawing.objects.count() == 3


@pytest.mark.parametrize("who", ["province-admin", "governor", "superuser", "clerk"])
def test_nobody_else_sets_it(world: World, who: str) -> None:
    with pytest.raises(Refused, match="ผู้ดูแลระบบกลาง"):
        upload_garuda(by=world.actor(who), stream=io.BytesIO(svg()), name="x.svg")
    drawing = upload_garuda(by=world.actor("central-admin"), stream=io.BytesIO(svg()), name="x.svg")
    with pytest.raises(Refused, match="ผู้ดูแลระบบกลาง"):
        confirm_garuda(by=world.actor(who), drawing_id=drawing.pk)


def test_a_refused_file_leaves_nothing(world: World) -> None:
    with pytest.raises(Invalid):
        upload_garuda(by=world.actor("central-admin"), stream=io.BytesIO(svg("<script/>")), name="x.svg")
    assert not GarudaDrawing.objects.exists()


def test_while_it_is_missing_drafts_and_the_signing_page_say_so(world: World) -> None:
    letter = written(world.actor("clerk"))
    assert [one.sentence for one in paper_advice(letter)] == [MISSING]
    assert MISSING in world.client("clerk").get(url("submit", letter.pk)).content.decode()
    step = only_step(proposed(world, world.actor("governor")))
    sign = f"{reverse('intray:sign_confirm')}?step={step.pk}"
    assert MISSING in world.client("governor").get(sign).content.decode()
    confirmed(world)
    assert MISSING not in world.client("governor").get(sign).content.decode()
    assert MISSING not in world.client("clerk").get(url("submit", letter.pk)).content.decode()


def test_a_kept_preview_does_not_outlive_the_drawing(world: World) -> None:
    before = garuda_name()
    confirmed(world)
    first = garuda_name()
    confirmed(world, png(), "x.png")
    assert len({before, first, garuda_name()}) == 3


def test_the_central_admin_uploads_looks_and_confirms(world: World) -> None:
    client = world.client("central-admin")
    add = reverse("admin:saraban_garudadrawing_add")
    refused = client.post(add, {"upload": SimpleUploadedFile("ร้าย.svg", svg("<script/>"))})
    assert refused.status_code == 200 and "ใช้กับตราครุฑไม่ได้" in refused.content.decode()
    answer = client.post(add, {"upload": SimpleUploadedFile("ครุฑ.png", png())}, follow=True)
    page = answer.content.decode()
    assert "ยืนยันใช้ตราครุฑนี้" in page and "ยังไม่ได้ยืนยัน" in page
    drawing = GarudaDrawing.objects.get()
    proof = client.get(reverse("admin:saraban_garudadrawing_proof", args=[drawing.pk]))
    with Image.open(io.BytesIO(proof.content)) as image:
        assert proof["Content-Type"] == "image/png" and image.width == 794
        assert _height_mm(image, 50, 110) == pytest.approx(30, abs=0.6)
        assert _height_mm(image, 130, 170) == pytest.approx(15, abs=0.6)
    here = reverse("admin:saraban_garudadrawing_change", args=[drawing.pk])
    assert "เริ่มใช้ตราครุฑนี้แล้ว" in client.post(here, follow=True).content.decode()
    assert "ใช้อยู่" in client.get(reverse("admin:saraban_garudadrawing_changelist")).content.decode()
    assert "ตราครุฑ" in client.get("/admin/").content.decode()


def _height_mm(image: Image.Image, left: float, right: float) -> float:
    """Height of the drawing between two distances from the left edge: the dark rows from the top, until one is white."""
    scale = image.width / 210
    part = image.convert("L").crop((int(left * scale), 0, int(right * scale), image.height))
    dark = [part.crop((0, y, part.width, y + 1)).getextrema()[0] < 128 for y in range(part.height)]  # type: ignore[operator]
    top = dark.index(True)
    return (dark.index(False, top) - top) / scale
