"""The paper made elsewhere: which file a draft uses, the places on it, and what still keeps it from being used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from common.access import Verdict, first_refusal, no
from draft.content import Content
from draft.models import UploadedPaper
from draft.permissions import may_edit
from draft.places import Place, Sizes, faults, propose
from files.actions import read
from files.layout import last_place_of, text_end_mm
from files.pdf import words_at
from files.previews import page_sizes
from org.actor import Actor
from saraban.models import Letter, LetterKind
from saraban.selectors_links import link_in_use
from saraban.sheets import SignerBlock, UploadedSheet
from saraban.sheets.kinds import Ending, kind_of
from saraban.sheets.parts import REGISTRY_DATE, REGISTRY_NUMBER
from saraban.sheets.uploaded import Wanted, places_wanted, sealed_together

CLASSIFIED = "หนังสือที่มีชั้นความลับใช้ไฟล์ที่ทำไว้แล้วไม่ได้ เพราะไฟล์ต้นฉบับจะไม่ได้เข้ารหัส โปรดเขียนในระบบ"
SEARCHED_PAGES = 12
HEAD_MM = 90.0  # from the top of the first page: below it stands the text
# The words a form has before number and date, and how far from the left edge (mm) they begin at most.
HEAD_LABELS = {REGISTRY_NUMBER: ("ที่", 45.0), REGISTRY_DATE: ("วันที่", 130.0)}


def may_upload(actor: Actor, letter: Letter) -> Verdict:
    """Give the draft a file for its paper: who may write it, and never a classified one."""
    return first_refusal(may_edit(actor, letter), no(CLASSIFIED if letter.secrecy else ""))


def uploaded_of(letter: Letter, content: Content) -> UploadedPaper | None:
    """The file in the body's stead; None where the letter is written here, or names a file of another letter."""
    if content.upload is None:
        return None
    kept = UploadedPaper.objects.filter(letter=letter, pk=content.upload)
    return kept.select_related("original", "paper", "by").first()


def uploads_of(letter: Letter) -> list[UploadedPaper]:
    """Every file the draft was given, newest first."""
    return list(UploadedPaper.objects.filter(letter=letter).select_related("original", "paper", "by"))


def wanted_of(letter: Letter, content: Content) -> list[Wanted]:
    """The places this letter wants on its paper."""
    return places_wanted(letter.kind, len(content.signers))


def uploaded_sheet(
    letter: Letter, content: Content, paper: UploadedPaper, signers: tuple[SignerBlock, ...]
) -> UploadedSheet:
    """The sheet of the file, with those of its places the kind wants."""
    names = {one.name for one in wanted_of(letter, content)}
    return UploadedSheet(
        subject=content.subject,
        body_html="",
        signers=signers if kind_of(letter.kind).ending is not Ending.NONE else (),
        sha256=paper.paper.sha256 if paper.ready and paper.paper else "",
        places={name: list(place) for name, place in content.places.items() if name in names},
        issuer=content.issuer,
    )


def upload_faults(letter: Letter, content: Content, paper: UploadedPaper) -> Iterator[str]:
    """What keeps the file from being proposed, as sentences."""
    if letter.secrecy:
        yield CLASSIFIED
    if paper.waiting:
        yield f"ไฟล์ “{paper.original_name}” ยังเตรียมไม่เสร็จ โปรดรอสักครู่"
    elif not paper.ready or paper.paper is None:
        yield f"ไฟล์ “{paper.original_name}” ใช้ไม่ได้: {paper.error}"
    else:
        wrong = faults(
            content.places, wanted_of(letter, content), page_sizes(paper.paper), sealed_together(letter.kind)
        )
        yield from (one.sentence for one in wrong)


def upload_advice(letter: Letter, paper: UploadedPaper) -> Iterator[str]:
    """What is worth a second look in a paper made elsewhere."""
    yield "ระบบใช้ไฟล์ตามที่เป็น ตรวจตราครุฑ ระยะขอบ ชื่อผู้ลงนาม และเลขไทยบนไฟล์ให้ถูกต้องตามระเบียบด้วยตนเอง"
    yield "ไฟล์ที่ทำจากที่อื่นอาจไม่เป็น PDF/A สำหรับการเก็บรักษาระยะยาว ระบบไม่ได้แปลงให้"
    yield from (str(note) for note in paper.notes)
    if link_in_use(letter):
        yield "ลิงก์และคิวอาร์โค้ดของสิ่งที่ส่งมาด้วยไม่พิมพ์บนไฟล์ที่ทำไว้แล้ว"
    if letter.kind in (LetterKind.EXTERNAL, LetterKind.STAMPED) and not letter.to_units:
        yield "ยังไม่ได้เลือกหน่วยงานปลายทางจากทำเนียบ เจ้าหน้าที่สารบรรณจะเลือกเมื่อส่งออก"


def file_words(letter: Letter, content: Content) -> str:
    """The file in the body's stead as people read it; "" for a letter that is written here."""
    paper = uploaded_of(letter, content)
    return f"{paper.original_name} (รหัสไฟล์ {paper.original.sha256[:12]})" if paper else ""


def places_to_show(
    letter: Letter, content: Content, paper: UploadedPaper, names: Mapping[str, str]
) -> dict[str, Place]:
    """The places as they were put; for those not yet put, a proposal. `names`: who is to sign at each place."""
    assert paper.paper is not None
    sizes = page_sizes(paper.paper)
    wanted = wanted_of(letter, content)
    missing = [one for one in wanted if one.name not in content.places and not (content.places and one.optional)]
    if not missing:
        return {name: list(place) for name, place in content.places.items()}
    pdf = read(paper.paper)
    known = {**_at_the_labels(pdf, sizes, missing), **_at_the_names(pdf, sizes, missing, names)}
    end = text_end_mm(pdf, len(sizes) - 1, sizes[-1])
    offered = propose(wanted, sizes, text_ends_mm=end, known=known | dict(content.places), before=paper.before)
    used = {one.name for one in wanted}
    return offered | {name: list(place) for name, place in content.places.items() if name in used}


def _at_the_names(pdf: bytes, sizes: Sizes, missing: Sequence[Wanted], names: Mapping[str, str]) -> Mapping[str, Place]:
    """Over the printed name of each signer, where a paper of few pages has it."""
    found: dict[str, Place] = {}
    for one in missing:
        name = names.get(one.name, "")
        stands = last_place_of(pdf, name, list(sizes)) if name and len(sizes) <= SEARCHED_PAGES else None
        if stands is not None:
            page, left, top, right, _ = stands
            width, height = one.usual
            middle = (left + right) / 2
            found[one.name] = [float(page), round(middle - width / 2, 1), round(top - height - 1, 1), width, height]
    return found


def _at_the_labels(pdf: bytes, sizes: Sizes, missing: Sequence[Wanted]) -> Mapping[str, Place]:
    """Number and date after the words ที่ and วันที่ at the head of the first page, where the paper has them printed."""
    found: dict[str, Place] = {}
    for one in missing:
        label = HEAD_LABELS.get(one.name)
        if label is None:
            continue
        words, furthest = label
        for left, bottom, right, top in words_at(pdf, 0, words):
            down = sizes[0][1] - (bottom + top) / 2
            if left < furthest and down < HEAD_MM:
                width, height = one.usual
                found[one.name] = [0.0, round(right + 2, 1), round(max(0.0, down - height / 2), 1), width, height]
                break
    return found
