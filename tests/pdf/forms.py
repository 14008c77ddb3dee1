"""One sample of every form, each with all its elements, not yet numbered or signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from saraban import sheets
from saraban.sheets import Attendee, LetterSheet, SignerBlock
from tests.pdf.papers import GOVERNOR, external, memo

MINISTRY = "กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม"
SECRETARY = SignerBlock("นายวิศิษฏ์ วิศิษฏ์สรอรรถ", (f"ปลัด{MINISTRY}",), "signer-1")
CLERK = SignerBlock("นางสาวปัทมา น้ำทิพย์", ("นักจัดการงานทั่วไปชำนาญการ",), "signer-1")
INITIALS = SignerBlock("นายมานะ ชูใจ", ("ผู้อำนวยการกองกลาง",), "signer-1")
CHECKER = SignerBlock("นายมานะ ชูใจ", ("ผู้อำนวยการกองกลาง",), "signer-2")
ORDER_BODY = (
    "<p>โดยที่จังหวัดปทุมธานีได้กำหนดให้การบริหารราชการภายในและการปฏิบัติหน้าที่ของเจ้าหน้าที่เป็นการบริหารราชการด้วยระบบ"
    "อิเล็กทรอนิกส์เต็มรูปแบบ เพื่อให้มีระบบการควบคุมภายในด้านการปฏิบัติงานระบบสารบรรณอิเล็กทรอนิกส์ที่เป็นไปในแนวทางเดียวกัน "
    "จึงอาศัยอำนาจตามความในมาตรา ๕๗ แห่งพระราชบัญญัติระเบียบบริหารราชการแผ่นดิน พ.ศ. ๒๕๓๔ วางแนวทางการปฏิบัติงานไว้ ดังต่อไปนี้</p>"
    "<ol><li>การปฏิบัติงานสารบรรณและการติดต่อราชการ ให้ดำเนินการโดยใช้เอกสารอิเล็กทรอนิกส์เป็นหลัก การใช้เอกสารกระดาษ"
    "เป็นข้อยกเว้น</li><li>การจัดทำเอกสารหนังสือราชการ ให้จัดทำเป็นไฟล์อิเล็กทรอนิกส์ ตามแนวทางดังต่อไปนี้"
    "<ol><li>ให้แยกไฟล์ระหว่างหนังสือและเอกสารแนบออกจากกัน</li><li>ให้ตั้งชื่อไฟล์ด้วยเลขอารบิก</li></ol></li></ol>"
    "<p>ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป</p>"
)
RULE_BODY = (
    "<p>โดยที่เป็นการสมควรปรับปรุงแนวทางการใช้รถราชการให้เหมาะสมยิ่งขึ้น ปลัดกระทรวงจึงวางระเบียบไว้ ดังต่อไปนี้</p>"
    "<p>ข้อ ๑ ระเบียบนี้เรียกว่า “ระเบียบกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคมว่าด้วยการใช้รถราชการ พ.ศ. ๒๕๖๙”</p>"
    "<p>ข้อ ๒ ระเบียบนี้ให้ใช้บังคับตั้งแต่วันถัดจากวันประกาศเป็นต้นไป</p><p>ข้อ ๓ ให้ปลัดกระทรวงรักษาการตามระเบียบนี้</p>"
)
NOTICE_BODY = (
    "<p>โดยที่พระราชบัญญัติการปฏิบัติราชการทางอิเล็กทรอนิกส์ พ.ศ. ๒๕๖๕ บัญญัติให้การทำงานและการให้บริการของหน่วยงานภาครัฐ"
    "สามารถใช้บริการทางอิเล็กทรอนิกส์เป็นหลัก</p><p>ในการนี้ เพื่อให้ส่วนราชการในสังกัดมีแนวทางเป็นไปในทิศทางเดียวกัน "
    "จึงกำหนดหลักเกณฑ์ไว้ ดังต่อไปนี้</p><p>ข้อ ๑ ให้ส่วนราชการในสังกัดใช้งานระบบสารบรรณอิเล็กทรอนิกส์สำหรับปฏิบัติงานสารบรรณ</p>"
)
MINUTES_BODY = (
    "<p><b>ระเบียบวาระที่ ๑ เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ</b></p><p>ประธานแจ้งให้ที่ประชุมทราบเรื่องการเปิดใช้ระบบ "
    "e-Office ของจังหวัดตั้งแต่วันที่ ๑ มกราคม ๒๕๖๙</p><p><b>มติที่ประชุม</b> รับทราบ</p>"
    "<p><b>ระเบียบวาระที่ ๒ เรื่องรับรองรายงานการประชุม</b></p><p>ฝ่ายเลขานุการเสนอรายงานการประชุมครั้งที่ผ่านมา</p>"
    "<p><b>มติที่ประชุม</b> รับรองโดยไม่มีการแก้ไข</p>"
)


def stamped(**changes: Any) -> LetterSheet:
    values: dict[str, Any] = {
        "urgency": "ด่วน",
        "subject": "ขอทราบรายละเอียด",
        "addressee": "สำนักงานสถิติจังหวัดปทุมธานี",
        "body_html": "<p>ตามที่สำนักงานสถิติจังหวัดปทุมธานีได้ขอรับเอกสารประกอบการอบรม นั้น กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม"
        "ขอส่งเอกสารดังกล่าวมาเพื่อดำเนินการต่อไป</p>",
        "issuer": MINISTRY,
        "signers": (INITIALS,),
        "owner_unit": "กองกลาง สำนักงานปลัดกระทรวง",
        "contact_lines": ("โทร. 0 2141 6747",),
        "copies_to": ("กองงานดิจิทัลจังหวัด",),
    }
    return sheets.StampedSheet(**(values | changes))


def order(**changes: Any) -> LetterSheet:
    values: dict[str, Any] = {
        "issuer": "จังหวัดปทุมธานี",
        "subject": "แนวทางการปฏิบัติงานระบบสารบรรณอิเล็กทรอนิกส์ของจังหวัดปทุมธานี",
        "body_html": ORDER_BODY,
        "signers": (GOVERNOR,),
    }
    return sheets.OrderSheet(**(values | changes))


def _rule_values(changes: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "issuer": MINISTRY,
        "subject": "การใช้รถราชการ",
        "issue": "2",
        "year": "2569",
        "body_html": RULE_BODY,
        "signers": (SECRETARY,),
    }
    return values | changes


def rule(**changes: Any) -> LetterSheet:
    return sheets.RuleSheet(**_rule_values(changes))


def bylaw(**changes: Any) -> LetterSheet:
    return sheets.BylawSheet(**_rule_values(changes))


def announcement(**changes: Any) -> LetterSheet:
    values: dict[str, Any] = {
        "issuer": MINISTRY,
        "subject": "การรับส่งข้อมูลข่าวสารหรือหนังสือด้วยระบบอิเล็กทรอนิกส์",
        "body_html": NOTICE_BODY,
        "signers": (SECRETARY,),
    }
    return sheets.AnnouncementSheet(**(values | changes))


def _told_values(changes: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "issuer": MINISTRY,
        "subject": "การให้บริการระบบคลาวด์กลางภาครัฐ",
        "issue": "3",
        "body_html": NOTICE_BODY,
    }
    return values | changes


def communique(**changes: Any) -> LetterSheet:
    return sheets.CommuniqueSheet(**_told_values(changes))


def news(**changes: Any) -> LetterSheet:
    return sheets.NewsSheet(**_told_values(changes))


def certificate(**changes: Any) -> LetterSheet:
    values: dict[str, Any] = {
        "sender_lines": ("สำนักงานจังหวัดปทุมธานี", "ศาลากลางจังหวัดปทุมธานี", "ปท 12000"),
        "subject": "รับรองการเป็นข้าราชการ นางสาวปัทมา น้ำทิพย์",
        "body_html": "<p>หนังสือฉบับนี้ให้ไว้เพื่อรับรองว่า นางสาวปัทมา น้ำทิพย์ เป็นข้าราชการพลเรือนสามัญ ตำแหน่งนักจัดการงานทั่วไป"
        "ชำนาญการ สังกัดสำนักงานจังหวัดปทุมธานี ตั้งแต่วันที่ ๑ ตุลาคม ๒๕๕๕ จนถึงปัจจุบัน</p>",
        "signers": (GOVERNOR,),
        "photo": True,
        "holder": "นางสาวปัทมา น้ำทิพย์",
    }
    return sheets.CertificateSheet(**(values | changes))


def minutes(**changes: Any) -> LetterSheet:
    values: dict[str, Any] = {
        "subject": "รายงานการประชุมคณะทำงานขับเคลื่อนระบบ e-Office ครั้งที่ 1/2569",
        "committee": "คณะทำงานขับเคลื่อนการใช้งานระบบ e-Office จังหวัดปทุมธานี",
        "meeting_no": "1/2569",
        "held": "วันพุธที่ 14 มกราคม 2569",
        "venue": "ห้องประชุมบัวหลวง ชั้น 3 ศาลากลางจังหวัดปทุมธานี",
        "present": (
            Attendee("นายสมชาย ใจดี", "ผู้ว่าราชการจังหวัดปทุมธานี", "ประธาน"),
            Attendee("นายกิตติ ญี่ปุ่น", "นายอำเภอเมืองปทุมธานี", "คณะทำงาน"),
            Attendee("นางสาวปัทมา น้ำทิพย์", "นักจัดการงานทั่วไปชำนาญการ", "แทน หัวหน้าสำนักงานจังหวัด"),
        ),
        "absent": (Attendee("นายปรีชา ทั้งสุข", "สถิติจังหวัดปทุมธานี", "ติดราชการ"),),
        "attending": (Attendee("นางกุ้ง ตั้งใจ", "นักวิชาการคอมพิวเตอร์ปฏิบัติการ"),),
        "began": "09.30 น.",
        "ended": "12.00 น.",
        "body_html": MINUTES_BODY,
        "signers": (CLERK, CHECKER),
    }
    return sheets.MinutesSheet(**(values | changes))


def note(**changes: Any) -> LetterSheet:
    values: dict[str, Any] = {
        "urgency": "ด่วนมาก",
        "subject": "ผลการตรวจเยี่ยม",
        "salutation": "เรียน",
        "addressee": "หัวหน้าสำนักงานจังหวัดปทุมธานี",
        "body_html": "<p>ข้าพเจ้าได้ไปตรวจเยี่ยมที่ว่าการอำเภอเมืองปทุมธานีแล้ว การรับส่งหนังสือเป็นไปโดยเรียบร้อย จึงเรียนมาเพื่อโปรดทราบ</p>",
        "signers": (CLERK,),
    }
    return sheets.NoteSheet(**(values | changes))


def other(**changes: Any) -> LetterSheet:
    values: dict[str, Any] = {
        "subject": "บัญชีรายชื่อผู้ประสานงานระบบ e-Office",
        "body_html": "<p>ผู้ประสานงานของจังหวัดปทุมธานี มีดังนี้</p><table><thead><tr><th>ลำดับ</th><th>ชื่อ</th><th>หน่วยงาน</th></tr>"
        "</thead><tbody><tr><td>๑</td><td>นายกิตติ ญี่ปุ่น</td><td>ที่ทำการปกครองจังหวัด</td></tr></tbody></table>",
        "signers": (CLERK,),
        "copies_to": ("สำนักงานสถิติจังหวัดปทุมธานี",),
    }
    return sheets.OtherSheet(**(values | changes))


SAMPLES: dict[str, Callable[..., LetterSheet]] = {
    "EXTERNAL": external,
    "MEMO": memo,
    "STAMPED": stamped,
    "ORDER": order,
    "RULE": rule,
    "BYLAW": bylaw,
    "ANNOUNCEMENT": announcement,
    "COMMUNIQUE": communique,
    "NEWS": news,
    "CERTIFICATE": certificate,
    "MINUTES": minutes,
    "NOTE": note,
    "OTHER": other,
}
