"""หนังสือชั้นลับที่สุด: asked for by its author and entered by the secret registrar, as a row of the register and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from audit.actions import record
from common.access import Conflict, Invalid
from common.thai import local_date
from notifications.actions import notify
from org.actor import Actor
from saraban.actions.numbers import enter
from saraban.models import FolderKind, Letter, LetterStatus, RegisterFolder, Secrecy, SecretPaper
from saraban.permissions import may_ask_secret_paper, may_enter_secret_paper
from saraban.selectors import numbering_positions

MOST_COPIES = 99


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is kept of a paper: the posts it goes between, its date, and how many copies there are. Never a subject."""

    from_post: str
    to_posts: str
    dated: date
    copies: int

    def checked(self) -> PaperFacts:
        """The facts trimmed. Raises `Invalid` with the first that cannot be."""
        from_post, to_posts = " ".join(self.from_post.split()), " ".join(self.to_posts.split())
        if not from_post:
            raise Invalid("โปรดกรอกตำแหน่งผู้ออกหนังสือ", field="from_post")
        if not to_posts:
            raise Invalid("โปรดกรอกตำแหน่งผู้รับ", field="to_posts")
        if len(from_post) > 200 or len(to_posts) > 300:
            raise Invalid("ชื่อตำแหน่งยาวเกินไป ให้กรอกเฉพาะตำแหน่ง", field="to_posts")
        if not 1 <= self.copies <= MOST_COPIES:
            raise Invalid(f"จำนวนชุดต้องเป็น 1 ถึง {MOST_COPIES}", field="copies")
        if self.dated > local_date(timezone.now()):
            raise Invalid("วันที่ของหนังสือยังมาไม่ถึง", field="dated")
        return PaperFacts(from_post, to_posts, self.dated, self.copies)


@transaction.atomic
def ask(*, by: Actor, folder_id: int, facts: PaperFacts) -> SecretPaper:
    """Ask the secret registrar for a number. Raises `Refused`, `Invalid`, RegisterFolder.DoesNotExist."""
    folder = RegisterFolder.objects.select_related("agency").get(pk=folder_id, kind=FolderKind.SECRET_SEND)
    may_ask_secret_paper(by, folder).demand()
    paper = _keep(by, folder, facts.checked())
    notify(
        key=f"secret-paper:{paper.pk}",
        event="saraban.secret_paper",
        title="ขอลงทะเบียนหนังสือกระดาษชั้นลับที่สุด",
        why=f"ท่านเป็นนายทะเบียนข้อมูลข่าวสารลับของแฟ้ม {folder.name}",
        url_name="saraban:secret_papers",
        positions=numbering_positions(folder),
        but_not=by,
    )
    return paper


@transaction.atomic
def record_paper(*, by: Actor, folder_id: int, facts: PaperFacts) -> SecretPaper:
    """The secret registrar enters a paper nobody asked for in the system. Raises as `ask` does."""
    folder = RegisterFolder.objects.select_related("agency", "owner_unit").get(
        pk=folder_id, kind=FolderKind.SECRET_SEND
    )
    may_enter_secret_paper(by, folder).demand()
    return _enter(by, _keep(by, folder, facts.checked()))


@transaction.atomic
def enter_paper(*, by: Actor, paper_id: int) -> SecretPaper:
    """Give an asked-for paper its number. Raises `Refused`, `Conflict` when it has one, SecretPaper.DoesNotExist."""
    paper = (
        SecretPaper.objects.select_for_update(of=("self",))
        .select_related("folder__agency", "folder__owner_unit", "asked_by", "asked_from__unit", "entry")
        .get(pk=paper_id)
    )
    may_enter_secret_paper(by, paper.folder).demand()
    if paper.entry is not None:
        raise Conflict(f"หนังสือนี้ลงทะเบียนแล้ว เลข {paper.entry.number}")
    entered = _enter(by, paper)
    notify(
        key=f"secret-paper:{paper.pk}:entered",
        event="saraban.secret_paper",
        title="ลงทะเบียนหนังสือกระดาษชั้นลับที่สุดแล้ว",
        why="ท่านเป็นผู้ขอลงทะเบียน",
        url_name="saraban:secret_paper_ask",
        users=[paper.asked_by],
    )
    return entered


def _keep(by: Actor, folder: RegisterFolder, facts: PaperFacts) -> SecretPaper:
    return SecretPaper.objects.create(
        folder=folder,
        from_post=facts.from_post,
        to_posts=facts.to_posts,
        dated=facts.dated,
        copies=facts.copies,
        asked_by=by.user,
        asked_from=by.position,
        asked_at=by.at,
    )


def _enter(by: Actor, paper: SecretPaper) -> SecretPaper:
    """A letter without words or file, closed from the start, and the next row of the secret register."""
    folder = paper.folder
    letter = Letter.objects.create(
        agency=folder.agency,
        kind="OTHER",
        secrecy=Secrecy.MOST_SECRET,
        sender=paper.from_post,
        addressee=paper.to_posts,
        letter_date=paper.dated,
        owner_unit=folder.owner_unit,
        folder=folder,
        status=LetterStatus.CLOSED,
    )
    words = f"หนังสือกระดาษ {paper.copies} ชุด"
    paper.entry = enter(by=by, letter=letter, folder=folder, owner_unit=folder.owner_unit, remark=words)
    paper.save(update_fields=["entry"])
    letter.number = paper.entry.number
    letter.save(update_fields=["number"])
    record(
        by=by,
        verb="letter.secret_paper",
        label=f"ลงทะเบียนหนังสือกระดาษชั้นลับที่สุด เลข {paper.entry.number}",
        subject=paper.entry,
        letter_id=letter.pk,
        at=paper.entry.entered_at,
    )
    return paper
