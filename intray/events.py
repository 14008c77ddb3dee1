"""What this app tells people of, as the page of mail choices calls it."""

GROUP = "แฟ้มเสนอ"
EVENTS = {
    "intray.arrived": "มีเรื่องใหม่ถึงท่าน",
    "intray.approve": "เรื่องที่ท่านเสนอได้รับอนุมัติ",
    "intray.disapprove": "เรื่องที่ท่านเสนอไม่ได้รับอนุมัติ",
    "intray.acknowledged": "ผู้รับรับทราบเรื่องที่ท่านเสนอ",
    "intray.returned": "เรื่องถูกตีกลับ",
    "intray.recalled": "ผู้ส่งดึงเรื่องกลับ",
    "intray.reopened": "เรื่องที่จบงานแล้วถูกเปิดอีกครั้ง",
    "intray.chased": "มีผู้ทวงถามเรื่องที่อยู่กับท่าน",
    "intray.opinion": "ผู้ที่ท่านขอความเห็นให้ความเห็นแล้ว",
    "intray.back": "เส้นทางที่ท่านกำหนดครบแล้ว หรือหน่วยร่วมส่งผลครบแล้ว",
    "intray.route_changed": "มีผู้ปรับเส้นทางที่ท่านกำหนดไว้",
    "intray.skipped": "ข้ามลำดับของท่านตามคำสั่ง",
    "intray.excused": "ท่านไม่ต้องดำเนินการเรื่องที่ร่วมรับผิดชอบ",
    "intray.returned_version": "ต้องจัดทำหนังสือฉบับใหม่เพื่อเพิ่มผู้ลงนาม",
    "intray.escalated": "เรื่องของหน่วยงานในบังคับบัญชาล่าช้ามาก",
    "intray.handed_over": "เรื่องที่ค้างของหน่วยที่ยุบโอนมาถึงท่าน",
    "intray.late": "สรุปเรื่องที่เลยกำหนด",
    "intray.sign_failed": "ลงลายมือชื่ออิเล็กทรอนิกส์ไม่สำเร็จ",
    "intray.batch": "ชุดงานที่ท่านสั่งเสร็จแล้ว หรือรอรหัสผ่าน",
}
