"""Who may do what with letters, numbers and deliveries. Each rule returns a `Verdict` with one Thai sentence."""

from __future__ import annotations

from common.access import ALLOWED, Verdict, first_refusal, no
from org.actor import Actor
from org.models import Unit
from org.permissions import administers_platform
from saraban.models import Delivery, Letter, LetterKind, RegisterEntry, RegisterFolder, Secrecy
from saraban.models.reach import reach_of
from saraban.permissions_delegation import within_delegation
from saraban.states import DELIVERY, LETTER, DeliveryStatus
from signing.selectors import seal_of

NO_CLASSIFIED_DISPATCH = (
    "หนังสือมีชั้นความลับยังส่งทางระบบไม่ได้ ให้นายทะเบียนข้อมูลข่าวสารลับจัดส่งตามระเบียบว่าด้วยการรักษาความลับของทางราชการ พ.ศ. 2544"
)

WITHIN_THE_CIRCLE = {LetterKind.MEMO: "บันทึกข้อความ", LetterKind.NOTE: "บันทึก"}


def may_draft(actor: Actor) -> Verdict:
    """Whether the actor may begin a letter."""
    if actor.appointment is None:
        return no("ต้องมีตำแหน่งที่มีผลจึงร่างหนังสือได้")
    return ALLOWED


def may_hold_class(actor: Actor, secrecy: int) -> Verdict:
    """Work with letters of a class: the capacity is cleared for it, and the class is not one that stays on paper."""
    if secrecy == Secrecy.MOST_SECRET:
        return no("หนังสือชั้นลับที่สุดจัดทำและส่งเป็นกระดาษเท่านั้น ในระบบบันทึกได้เพียงเลขและการติดตามในทะเบียนหนังสือลับ")
    if secrecy > actor.clearance:
        return no(f"ฐานะนี้ไม่ได้รับอนุญาตให้เข้าถึงชั้น{Secrecy(secrecy).label} ต้องมีคำสั่งแต่งตั้งให้เข้าถึงชั้นความลับก่อน")
    return ALLOWED


def may_ask_secret_paper(actor: Actor, folder: RegisterFolder) -> Verdict:
    """Ask the secret registrar to enter a paper of ชั้นลับที่สุด: anybody with a post in the register's agency."""
    if actor.appointment is None or actor.agency.pk != folder.agency_id:
        return no("ขอลงทะเบียนได้เฉพาะในทะเบียนหนังสือลับของส่วนราชการตนเอง")
    return no(f"แฟ้ม “{folder.name}” ปิดแล้ว") if folder.closed_at else ALLOWED


def may_enter_secret_paper(actor: Actor, folder: RegisterFolder) -> Verdict:
    """Enter such a paper: its secret registrar. The row says nothing, so no clearance beyond his order is asked."""
    if not reach_of(actor).may("secret_register", folder.pk):
        return no("ลงทะเบียนหนังสือลับได้โดยนายทะเบียนข้อมูลข่าวสารลับเท่านั้น")
    return no(f"แฟ้ม “{folder.name}” ปิดแล้ว") if folder.closed_at else ALLOWED


def fits_class(secrecy: int, folder: RegisterFolder) -> Verdict:
    """Classified letters are numbered in secret registers, and nothing else is."""
    if secrecy and not folder.is_secret:
        return no(f"หนังสือชั้น{Secrecy(secrecy).label}ต้องออกเลขจากทะเบียนหนังสือลับ แฟ้ม “{folder.name}” ไม่ใช่ทะเบียนลับ")
    if folder.is_secret and not secrecy:
        return no(f"แฟ้ม “{folder.name}” เป็นทะเบียนหนังสือลับ ใช้กับหนังสือที่ไม่มีชั้นความลับไม่ได้")
    return ALLOWED


def may_take_number(actor: Actor, letter: Letter, folder: RegisterFolder | None = None) -> Verdict:
    """Issue a number from the letter's folder: the right on the folder, and the letter is the actor's unit's,
    or the actor is the folder's registrar."""
    folder = folder or letter.folder
    if folder is None:
        return no("ยังไม่ได้เลือกแฟ้มทะเบียนที่จะออกเลข")
    verdict = first_refusal(
        LETTER.can(letter.status, "number"),
        fits_class(letter.secrecy, folder),
        may_use_folder(actor, folder, letter.owner_unit_id),
        within_delegation(actor, letter),
    )
    if verdict and not _has_seal(actor, folder):
        return no(f"{folder.agency.name} ยังไม่มีตราประทับอิเล็กทรอนิกส์ที่ใช้ได้ จึงยังออกเลขไม่ได้ โปรดแจ้งผู้ดูแลหน่วยงาน")
    return verdict


def _has_seal(actor: Actor, folder: RegisterFolder) -> bool:
    """Whether the folder's agency has a seal in force; asked once for an actor."""
    kept: dict[int, bool] = actor.__dict__.setdefault("_saraban_seals", {})
    if folder.agency_id not in kept:
        kept[folder.agency_id] = seal_of(folder.agency, actor.at) is not None
    return kept[folder.agency_id]


def may_use_folder(actor: Actor, folder: RegisterFolder, owner_unit_id: int) -> Verdict:
    """The folder's part of the rule above."""
    reach = reach_of(actor)
    if folder.closed_at:
        return no(f"แฟ้ม “{folder.name}” ปิดแล้ว")
    if folder.is_receiving:
        return no(f"แฟ้ม “{folder.name}” เป็นทะเบียนรับ ออกเลขหนังสือส่งไม่ได้")
    if folder.is_secret and not reach.may("secret_register", folder.pk):
        return no("เลขหนังสือลับออกได้โดยนายทะเบียนข้อมูลข่าวสารลับเท่านั้น")
    if not reach.may("take_number", folder.pk):
        return no(f"ฐานะนี้ไม่มีสิทธิ์ออกเลขจากแฟ้ม “{folder.name}”")
    if not folder.is_secret and owner_unit_id not in reach.unit_ids and folder.pk not in reach.kept_whole:
        return no("ออกเลขได้เฉพาะหนังสือของหน่วยงานตนเอง")
    return ALLOWED


def may_void(actor: Actor, entry: RegisterEntry) -> Verdict:
    """Void a number: the right on its folder, not voided yet, and no addressee has opened or registered the letter."""
    if entry.voided_at:
        return no("เลขนี้ยกเลิกไปแล้ว")
    if not reach_of(actor).may("void_entry", entry.folder_id):
        return no(f"ฐานะนี้ไม่มีสิทธิ์ยกเลิกเลขในแฟ้ม “{entry.folder.name}”")
    if entry.folder.is_receiving:
        return no("เลขรับยกเลิกที่นี่ไม่ได้ ให้ส่งคืนต้นทางหรือบันทึกในหมายเหตุ")
    seen = entry.letter.deliveries.filter(status__in=(DeliveryStatus.OPENED, DeliveryStatus.REGISTERED))
    if seen.exists():
        return no("ผู้รับเปิดอ่านหรือลงรับแล้ว ยกเลิกเลขไม่ได้ ให้ทำหนังสือแจ้งยกเลิกแทน")
    return first_refusal(LETTER.can(entry.letter.status, "void"), within_delegation(actor, entry.letter))


def may_dispatch(actor: Actor, letter: Letter) -> Verdict:
    """Send a numbered letter whose sealed file stands: registrar of its folder, or of the owner unit."""
    folder = letter.folder
    if folder is None:
        return no("หนังสือนี้ยังไม่มีแฟ้มทะเบียน")
    if letter.is_secret:
        return no(NO_CLASSIFIED_DISPATCH)
    verdict = first_refusal(
        LETTER.can(letter.status, "dispatch"),
        may_use_folder(actor, folder, letter.owner_unit_id),
        within_delegation(actor, letter),
    )
    if verdict and not letter.sealed:
        return no("กำลังผนึกเลขและวันที่ลงในหนังสือ ส่งได้เมื่อผนึกเสร็จ")
    return verdict


def may_send_to(letter: Letter, unit: Unit) -> Verdict:
    """A memo or a note stays inside its ministry, department or province; to the outside it must be หนังสือภายนอก."""
    if letter.kind in WITHIN_THE_CIRCLE and unit.agency.memo_circle != letter.agency.memo_circle:
        name = WITHIN_THE_CIRCLE[LetterKind(letter.kind)]
        return no(f"{name}ใช้ภายในส่วนราชการเดียวกัน ส่งถึง {unit.agency.name} ไม่ได้ ให้จัดทำเป็นหนังสือภายนอกแทน")
    if unit.dissolved_at:
        return no(f"{unit.name} ยุบเลิกแล้ว")
    if unit.agency_id != letter.agency_id and unit.agency.registry_unit_id != unit.pk:
        return no(f"หนังสือถึง {unit.agency.name} ต้องส่งที่หน่วยสารบรรณกลางของส่วนราชการนั้น")
    return ALLOWED


def may_register(actor: Actor, delivery: Delivery, folder: RegisterFolder | None = None) -> Verdict:
    """Register what arrived at a unit, into a receiving folder of that unit."""
    verdict = DELIVERY.can(delivery.status, "register")
    if not verdict:
        return verdict
    reach = reach_of(actor)
    if folder is None:
        owned = RegisterFolder.objects.filter(owner_unit=delivery.to_unit_id, pk__in=reach.folders("register_incoming"))
        return ALLOWED if owned.exists() else no("ฐานะนี้ไม่มีสิทธิ์ลงรับหนังสือของหน่วยที่รับ")
    if not reach.may("register_incoming", folder.pk):
        return no(f"ฐานะนี้ไม่มีสิทธิ์ลงรับเข้าแฟ้ม “{folder.name}”")
    if not folder.is_receiving or folder.owner_unit_id != delivery.to_unit_id:
        return no(f"แฟ้ม “{folder.name}” ไม่ใช่ทะเบียนรับของหน่วยที่รับหนังสือนี้")
    if folder.closed_at:
        return no(f"แฟ้ม “{folder.name}” ปิดแล้ว")
    return ALLOWED


def may_return(actor: Actor, delivery: Delivery) -> Verdict:
    """Return what arrived and is not registered yet."""
    return first_refusal(DELIVERY.can(delivery.status, "return"), may_register(actor, delivery))


def may_recall(actor: Actor, delivery: Delivery) -> Verdict:
    """Recall what the addressee has not opened: whoever may send the letter may call it back."""
    verdict = DELIVERY.can(delivery.status, "recall")
    folder = delivery.letter.folder
    if not verdict or folder is None:
        return verdict
    return may_use_folder(actor, folder, delivery.letter.owner_unit_id)


def may_edit_parties(actor: Actor, letter: Letter) -> Verdict:
    """Only a reader of the letter may bring others to it."""
    return ALLOWED if Letter.objects.visible_to(actor).filter(pk=letter.pk).exists() else no("ไม่พบหนังสือ")


def may_note_entry(actor: Actor, entry: RegisterEntry) -> Verdict:
    """Write การปฏิบัติ and หมายเหตุ of a row: whoever may enter rows of this kind into the folder."""
    if entry.secrecy == Secrecy.MOST_SECRET:
        return no("แถวของหนังสือชั้นลับที่สุดมีเพียงเลข วันที่ ตำแหน่ง และจำนวนชุด จึงเพิ่มข้อความไม่ได้")
    reach = reach_of(actor)
    right = "secret_register" if entry.secrecy else "register_incoming" if entry.folder.is_receiving else "take_number"
    if not reach.may(right, entry.folder_id):
        return no(f"ฐานะนี้แก้ไขทะเบียนในแฟ้ม “{entry.folder.name}” ไม่ได้")
    own = entry.owner_unit_id in reach.unit_ids
    whole = reach.folders("read_all") if entry.folder.is_receiving else reach.kept_whole
    if not own and entry.folder_id not in whole and not entry.secrecy:
        return no("แก้ไขได้เฉพาะรายการของหน่วยงานตนเอง")
    return ALLOWED


def may_set_garuda(actor: Actor) -> Verdict:
    """The one Garuda of the platform: the central admin."""
    return ALLOWED if administers_platform(actor) else no("ตราครุฑของระบบดูแลโดยผู้ดูแลระบบกลางเท่านั้น")
