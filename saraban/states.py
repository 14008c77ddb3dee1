"""The life of a letter and of a delivery, as tables."""

from django.db import models

from common.states import Machine


class LetterStatus(models.TextChoices):
    DRAFT = "DRAFT", "ร่าง"
    REVIEW = "REVIEW", "อยู่ระหว่างตรวจร่าง"
    RETURNED = "RETURNED", "ตีกลับให้แก้ไข"
    PROPOSED = "PROPOSED", "เสนอลงนาม"
    SIGNED = "SIGNED", "ลงนามแล้ว รอออกเลข"
    NUMBERED = "NUMBERED", "ออกเลขแล้ว"
    SENT = "SENT", "ส่งแล้ว"
    WAITING = "WAITING", "รอลงรับ"
    REGISTERED = "REGISTERED", "ลงรับแล้ว"
    IN_PROGRESS = "IN_PROGRESS", "อยู่ระหว่างดำเนินการ"
    CLOSED = "CLOSED", "จบงาน"
    SENT_BACK = "SENT_BACK", "ส่งคืนต้นทางแล้ว"
    VOIDED = "VOIDED", "ยกเลิกเลขแล้ว"
    DISCARDED = "DISCARDED", "ยกเลิกร่าง"
    WITHDRAWN = "WITHDRAWN", "ต้นทางดึงกลับ"


S = LetterStatus
LETTER = Machine(
    "letter",
    "หนังสือ",
    LetterStatus,
    start=(S.DRAFT, S.WAITING),
    moves={
        "submit": ((S.DRAFT, S.RETURNED), S.REVIEW, "เสนอตรวจร่าง"),
        "propose": ((S.DRAFT, S.RETURNED, S.REVIEW), S.PROPOSED, "เสนอลงนาม"),
        "return": ((S.REVIEW, S.PROPOSED), S.RETURNED, "ตีกลับ"),
        "recall": ((S.REVIEW, S.PROPOSED), S.DRAFT, "ดึงกลับ"),
        "discard": ((S.DRAFT, S.RETURNED), S.DISCARDED, "ยกเลิกร่าง"),
        "sign": ((S.PROPOSED,), S.SIGNED, "ลงนาม"),
        "number": ((S.SIGNED,), S.NUMBERED, "ออกเลข"),
        "dispatch": ((S.NUMBERED, S.SENT), S.SENT, "ส่งออก"),
        "void": ((S.NUMBERED, S.SENT), S.VOIDED, "ยกเลิกเลข"),
        "register": ((S.WAITING,), S.REGISTERED, "ลงรับ"),
        "send_back": ((S.WAITING,), S.SENT_BACK, "ส่งคืนต้นทาง"),
        "withdraw": ((S.WAITING,), S.WITHDRAWN, "ต้นทางดึงกลับ"),
        "route": ((S.REGISTERED, S.IN_PROGRESS, S.SENT), S.IN_PROGRESS, "เสนอ/ส่งต่อ"),
        "close": ((S.SENT, S.REGISTERED, S.IN_PROGRESS), S.CLOSED, "จบงาน"),
        "reopen": ((S.CLOSED,), S.IN_PROGRESS, "ยกเลิกจบงาน"),
        "reopen_sent": ((S.CLOSED,), S.SENT, "ยกเลิกจบงานของหนังสือส่ง"),
    },
)


class DeliveryStatus(models.TextChoices):
    QUEUED = "QUEUED", "รอส่ง"
    DELIVERED = "DELIVERED", "ถึงปลายทาง"
    OPENED = "OPENED", "ปลายทางเปิดอ่าน"
    REGISTERED = "REGISTERED", "ปลายทางลงรับ"
    RETURNED = "RETURNED", "ปลายทางส่งคืน"
    RECALLED = "RECALLED", "ดึงกลับแล้ว"
    FAILED = "FAILED", "ส่งไม่สำเร็จ"


D = DeliveryStatus
DELIVERY = Machine(
    "delivery",
    "การส่งถึงผู้รับแต่ละราย",
    DeliveryStatus,
    start=(D.QUEUED,),
    moves={
        "arrive": ((D.QUEUED, D.FAILED), D.DELIVERED, "ถึงปลายทาง"),
        "fail": ((D.QUEUED,), D.FAILED, "ส่งไม่สำเร็จ"),
        "open": ((D.DELIVERED,), D.OPENED, "เปิดอ่าน"),
        "register": ((D.DELIVERED, D.OPENED), D.REGISTERED, "ลงรับ"),
        "return": ((D.DELIVERED, D.OPENED), D.RETURNED, "ส่งคืน"),
        "recall": ((D.QUEUED, D.DELIVERED, D.FAILED), D.RECALLED, "ดึงกลับ"),
    },
)
