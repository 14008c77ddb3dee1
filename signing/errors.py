"""Why a signature could not be made. Each `str()` is one Thai sentence the signer can act on."""

from __future__ import annotations


class SigningFailed(Exception):
    """Nothing was signed and the bytes are as they were. `sentence` is Thai."""

    sentence = "ลงลายมือชื่ออิเล็กทรอนิกส์ไม่สำเร็จ โปรดลองใหม่อีกครั้ง"

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class BadKeyFile(SigningFailed):
    """Not a PKCS#12 file with one private key and its certificate."""

    sentence = "ไฟล์ใบรับรองไม่ใช่รูปแบบ PKCS#12 ที่มีกุญแจส่วนตัวและใบรับรองครบถ้วน"


class WrongPassphrase(SigningFailed):
    """The passphrase does not open the key."""

    sentence = "รหัสผ่านของใบรับรองไม่ถูกต้อง โปรดตรวจสอบแล้วลองใหม่"


class CertificateExpired(SigningFailed):
    """The certificate's time is over."""

    sentence = "ใบรับรองอิเล็กทรอนิกส์หมดอายุแล้ว โปรดขอใบรับรองใหม่ก่อนลงนาม"


class CertificateNotYetValid(SigningFailed):
    """The certificate's time has not begun."""

    sentence = "ใบรับรองอิเล็กทรอนิกส์ยังไม่ถึงวันเริ่มใช้งาน"


class WeakKey(SigningFailed):
    """Key or hash below what the platform takes: RSA 2048, an elliptic curve of 256 bits, SHA-256."""

    sentence = "กุญแจหรือขั้นตอนวิธีของใบรับรองไม่แข็งแรงพอสำหรับการลงนามหนังสือราชการ"


class TimestampUnavailable(SigningFailed):
    """The time-stamp authority did not answer rightly in time; the caller may sign without a time-stamp."""

    sentence = "ติดต่อผู้ให้บริการประทับรับรองเวลาไม่ได้ในขณะนี้"


class FieldUnavailable(SigningFailed):
    """The document has no such signature field, it is already signed, or the document is closed."""

    sentence = "เอกสารฉบับนี้ไม่มีช่องลงนามที่ว่างตามที่กำหนด หรือถูกปิดผนึกแล้ว"
