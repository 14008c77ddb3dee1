"""PDFs made elsewhere become paper: upright, from the corner, without anything that runs; the rest is refused."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from files import foreign_pdf as foreign
from files.foreign_pdf import take_in
from files.pdf import BadPdf, page_png, page_sizes
from signing.fields import plan_fields, prepare
from signing.pades import sign
from signing.reading import open_writer
from tests.made_elsewhere import altered, pdf_bytes
from tests.pdf.conftest import Signers
from tests.pdf.papers import poppler_text, word
from tests.pdf.test_hostile import ODD, UNREADABLE

ONE = pdf_bytes()


def taken(change: Callable[[Pdf], object]) -> foreign.TakenIn:
    return take_in(altered(ONE, change), most_pages=20)


def script(pdf: Pdf) -> Dictionary:
    return pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def with_scripts(pdf: Pdf) -> None:
    pdf.Root.OpenAction = script(pdf)
    pdf.pages[0].AA = Dictionary(O=script(pdf))
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script(pdf)])))


def with_launch(pdf: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String("calc.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 300, 300]), A=pdf.make_indirect(action))
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])


def with_attachment(pdf: Pdf) -> None:
    pdf.attachments["ลับ.exe"] = b"MZ"


def with_form(pdf: Pdf) -> None:
    seen = pdf.make_stream(b"BT /F0 12 Tf (FILLED) Tj ET 0 0 40 20 re f")
    seen.stream_dict.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 20])))
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("x"), F=4,
        Rect=Array([50, 50, 150, 70]), AP=Dictionary(N=seen),
    )  # fmt: skip
    widget = pdf.make_indirect(field)
    pdf.pages[0].Annots = Array([widget])
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]))


def with_layers(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("ซ่อน")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


LEFT_BEHIND = {
    "scripts": (with_scripts, foreign.SCRIPTS),
    "a program to launch": (with_launch, foreign.SCRIPTS),
    "a file attached": (with_attachment, foreign.ATTACHED),
    "a form filled in": (with_form, foreign.FILLED),
    "layers": (with_layers, foreign.LAYERS),
}


@pytest.mark.parametrize("case", LEFT_BEHIND)
def test_what_runs_or_hides_is_left_behind_and_said(case: str) -> None:
    change, note = LEFT_BEHIND[case]
    made = taken(change)
    assert note in made.notes
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        assert set(pdf.Root.keys()) <= {"/Type", "/Pages", "/Version"}
        assert not any(set(page.obj.keys()) & {"/Annots", "/AA"} for page in pdf.pages)
        for one in pdf.objects:
            if isinstance(one, Dictionary | pikepdf.Stream):
                assert not {"/JS", "/OpenAction", "/EF", "/AA", "/AcroForm", "/OCProperties"} & set(one.keys())
    assert "อนุมัติเดินทาง" in poppler_text(made.pdf)


def test_a_plain_letter_loses_nothing() -> None:
    made = take_in(ONE, most_pages=20)
    assert (made.pages, made.notes) == (1, ())
    before, after = word(ONE, "เรียน"), word(made.pdf, "เรียน")
    assert (after.left, after.top) == pytest.approx((before.left, before.top), abs=0.1)


def test_a_form_becomes_part_of_the_page() -> None:
    plain, filled = take_in(ONE, most_pages=5), taken(with_form)
    assert page_png(filled.pdf, 0, 400) != page_png(plain.pdf, 0, 400)


def encrypted(*, user: str) -> bytes:
    with pikepdf.open(io.BytesIO(ONE)) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="เจ้าของ", user=user))
    return out.getvalue()


def signed(signers: Signers) -> bytes:
    field = plan_fields({}, signers=(), registry=())
    return sign(prepare(ONE, field), field="Spare1", key=signers.governor)


def external_stream(pdf: Pdf) -> None:
    stream = pdf.make_stream(b"")
    stream.stream_dict.F = String("/etc/passwd")
    pdf.pages[0].obj.Other = stream


def xfa(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))


def undrawn(pdf: Pdf) -> None:
    with_form(pdf)
    pdf.Root.AcroForm.NeedAppearances = True


def huge(pdf: Pdf) -> None:
    pdf.pages[0].MediaBox = Array([0, 0, 90_000, 90_000])


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked": (lambda: encrypted(user="ผู้ใช้"), foreign.LOCKED),
    "locked against changes only": (lambda: encrypted(user=""), foreign.LOCKED),
    "content of another file": (lambda: altered(ONE, external_stream), foreign.ELSEWHERE),
    "a form without pages": (lambda: altered(ONE, xfa), foreign.XFA),
    "a form not drawn": (lambda: altered(ONE, undrawn), foreign.UNDRAWN),
    "paper of the size of a house": (lambda: altered(ONE, huge), foreign.ODD_SIZE.format(1)),
    "too many pages": (lambda: pdf_bytes(pages=21), "ไฟล์มี 21 หน้า รับได้ไม่เกิน 20 หน้า ให้แยกส่วนที่ยาวเป็นสิ่งที่ส่งมาด้วย"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_taken_is_refused_in_one_sentence(case: str) -> None:
    make, words = REFUSED[case]
    with pytest.raises(BadPdf) as refusal:
        take_in(make(), most_pages=20)
    assert str(refusal.value) == words


def test_a_signed_file_is_not_taken_apart(signers: Signers) -> None:
    with pytest.raises(BadPdf) as refusal:
        take_in(signed(signers), most_pages=20)
    assert str(refusal.value) == foreign.SIGNED


@pytest.mark.parametrize("case", [*UNREADABLE, *ODD])
def test_hostile_files_end_in_a_sentence(case: str) -> None:
    try:
        made = take_in((UNREADABLE | ODD)[case], most_pages=20)
    except BadPdf as refusal:
        assert any("ก" <= letter <= "ฮ" for letter in str(refusal))
    else:
        assert made.pages >= 1 and case not in UNREADABLE


def turned(pdf: Pdf) -> None:
    pdf.pages[0].Rotate = 90


def shifted(pdf: Pdf) -> None:
    page = pdf.pages[0]
    page.MediaBox = Array([-100, -50, 595, 842])
    page.CropBox = Array([0, 0, 595, 842])


def scaled(pdf: Pdf) -> None:
    pdf.pages[0].UserUnit = 2


@pytest.mark.parametrize(
    ("change", "size"),
    [(turned, (297, 210)), (shifted, (210, 297)), (scaled, (420, 594))],
    ids=["turned", "shifted", "scaled"],
)
def test_every_page_becomes_upright_and_begins_at_its_corner(
    change: Callable[[Pdf], None], size: tuple[float, float]
) -> None:
    made = taken(change)
    assert page_sizes(made.pdf)[0] == pytest.approx(size, abs=0.7)
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        page = pdf.pages[0]
        assert [float(side) for side in page.MediaBox][:2] == [0, 0]
        assert not {"/Rotate", "/CropBox", "/UserUnit"} & set(page.obj.keys())
    assert open_writer(made.pdf).root["/Type"] == "/Catalog"


def test_a_scan_is_said_to_be_one() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (827, 1169), "white").save(out, "PDF", resolution=100)
    assert take_in(out.getvalue(), most_pages=5).notes == (foreign.PICTURE,)
