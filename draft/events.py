"""What this app tells people of, as the page of mail choices calls it."""

GROUP = "ร่างหนังสือ"
EVENTS = {
    "draft.review": "มีร่างให้ตรวจ",
    "draft.passed": "ร่างของท่านตรวจผ่านแล้ว",
    "draft.returned": "ร่างถูกตีกลับให้แก้ไข",
    "draft.recalled": "ผู้ร่างดึงร่างกลับ",
    "draft.comment": "มีความเห็นในร่าง",
    "draft.reply": "มีผู้ตอบความเห็นในร่าง",
    "draft.suggestion": "มีข้อความที่เสนอแทนในร่าง",
    "draft.answered": "ข้อความที่ท่านเสนอได้รับการพิจารณา",
    "draft.substitute": "มีการเรียกผู้ตรวจแทน",
    "draft.late": "มีร่างที่เกินกำหนดตรวจ",
}
