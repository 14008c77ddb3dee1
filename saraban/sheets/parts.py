"""The parts letters are made of, as values."""

from __future__ import annotations

from dataclasses import dataclass

REGISTRY_NUMBER = "registry-number"
REGISTRY_DATE = "registry-date"


@dataclass(frozen=True, slots=True)
class TypedSignature:
    """A typed approval inside the authenticated system (class ก): what is printed where a signature would stand.

    `at_text` is the moment as printed, for instance `๑๔ มกราคม ๒๕๖๙ เวลา ๐๙.๓๐ น.`.
    """

    name: str
    at_text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class SignerBlock:
    """One signer: full name (printed in brackets), title lines (two when acting), and the name of the place to sign."""

    name: str
    title_lines: tuple[str, ...]
    place: str
    typed: TypedSignature | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One of สิ่งที่ส่งมาด้วย: what it is, and how many (`จำนวน ๑ ชุด`)."""

    title: str
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One line of ผู้มาประชุม, ผู้ไม่มาประชุม or ผู้เข้าร่วมประชุม: name, post, and `แทน …`, ประธาน or the reason of absence."""

    name: str
    title: str = ""
    note: str = ""

    @classmethod
    def read(cls, line: str) -> Attendee:
        """A typed line `ชื่อ | ตำแหน่ง | หมายเหตุ`; the last two may be missing."""
        name, title, note = (*(part.strip() for part in line.split("|", 2)), "", "")[:3]
        return cls(name, title, note)


def reference_text(*, sender: str, number: str, date_text: str, classes: str = "") -> str:
    """A line of อ้างถึง: `หนังสือ<ส่วนราชการ> [ด่วนที่สุด] ที่ <เลข> ลงวันที่ <วัน เดือน ปี>`.

    `classes`: the urgency or secrecy class of the letter referred to, if it has one.
    """
    words = [sender if sender.startswith("หนังสือ") else f"หนังสือ{sender}", classes, f"ที่ {number}", f"ลงวันที่ {date_text}"]
    return " ".join(word for word in words if word)
