"""What this app tells people of, as the page of mail choices calls it."""

GROUP = "งานสารบรรณ"
EVENTS = {
    "delivery.arrived": "มีหนังสือส่งถึงหน่วยงาน รอลงรับ",
    "delivery.returned": "ปลายทางส่งหนังสือคืน",
    "letter.signed": "หนังสือลงนามแล้ว รอออกเลข หรือหนังสือของท่านได้รับการลงนาม",
    "delegation.given": "มีการมอบอำนาจให้ท่าน หรือมอบอำนาจของตำแหน่งท่าน",
    "delegation.ended": "การทำหน้าที่แทนของท่านสิ้นสุด",
    "saraban.secret_paper": "ขอลงทะเบียนหนังสือกระดาษชั้นลับที่สุด หรือลงทะเบียนให้แล้ว",
    "letter.seal_failed": "ผนึกเลขและวันที่ไม่สำเร็จ",
}
