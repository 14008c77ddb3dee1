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
    "intray.late": "สรุปเรื่องที่เลยกำหนด",
    "intray.sign_failed": "ลงลายมือชื่ออิเล็กทรอนิกส์ไม่สำเร็จ",
}
