"""The form of a draft: how its content is shown and read back. Reading never fails, so that saving loses nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from common.thai import arabic_digits
from draft import body as bodies
from draft import salutations
from draft.content import LINE_LENGTH, LINES_LENGTH, SUBJECT_LENGTH, Content
from draft.selectors.choices import Folders
from saraban.models import LetterKind, SignClass, Urgency

PLAIN, HTML = "plain", "html"
SIGN_WORDS = {
    SignClass.TYPED: "แบบ ก ยืนยันลงนามในระบบ – พิมพ์ชื่อ ตำแหน่ง และเวลา แล้วผนึกด้วยตราของส่วนราชการ เหมาะกับหนังสือภายใน",
    SignClass.CERTIFICATE: "แบบ ข ใบรับรองอิเล็กทรอนิกส์ของผู้ลงนาม – เหมาะกับหนังสือที่ส่งถึงหน่วยงานภายนอก",
}


class Lines(forms.Textarea):
    """A small text area of some lines."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__(attrs={"rows": rows})


class DraftForm(forms.Form):
    """The fields of one kind of letter, for `{% field %}`; `content_of` reads them back from a post."""

    subject = forms.CharField(label="เรื่อง", max_length=SUBJECT_LENGTH, widget=Lines(2))
    salutation = forms.ChoiceField(label="คำขึ้นต้น")
    addressee = forms.CharField(
        label="เรียนถึง",
        max_length=LINE_LENGTH,
        help_text="ตำแหน่งหรือชื่อผู้รับตามที่พิมพ์บนหนังสือ เช่น ปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม",
    )
    sender_lines = forms.CharField(
        label="ส่วนราชการเจ้าของหนังสือและที่อยู่",
        max_length=LINES_LENGTH,
        widget=Lines(3),
        help_text="พิมพ์ที่มุมขวาบน บรรทัดละหนึ่งแถว",
    )
    agency_line = forms.CharField(
        label="ส่วนราชการ", max_length=LINE_LENGTH, help_text="หน่วยงานเจ้าของเรื่องและหมายเลขโทรศัพท์ในบรรทัดเดียวกัน"
    )
    body = forms.CharField(
        label="เนื้อความ", required=False, widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"})
    )
    owner_line = forms.CharField(
        label="ส่วนราชการเจ้าของเรื่อง", max_length=LINE_LENGTH, required=False, help_text="พิมพ์ท้ายหนังสือด้านซ้าย"
    )
    contact = forms.CharField(label="โทรศัพท์และช่องทางติดต่อ", max_length=LINES_LENGTH, required=False, widget=Lines(2))
    copies_to = forms.CharField(
        label="สำเนาส่ง", max_length=LINES_LENGTH, required=False, widget=Lines(2), help_text="บรรทัดละหนึ่งราย เว้นว่างถ้าไม่มี"
    )
    urgency = forms.ChoiceField(label="ชั้นความเร็ว", choices=Urgency.choices)
    circular = forms.BooleanField(label="หนังสือเวียน", required=False, help_text="ออกเลขเป็น ว ถึงผู้รับหลายราย")
    folder = forms.ChoiceField(label="แฟ้มทะเบียนที่จะออกเลข")
    sign_class = forms.ChoiceField(label="วิธีลงนาม", choices=list(SIGN_WORDS.items()), widget=forms.RadioSelect)
    due = forms.CharField(
        label="กำหนดเสร็จ",
        max_length=40,
        required=False,
        help_text="วัน/เดือน/ปี พ.ศ. เช่น 14/01/2569 เว้นว่างถ้าไม่มีกำหนด",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    thai_body = forms.BooleanField(label="เปลี่ยนตัวเลขในเรื่องและเนื้อความเป็นเลขไทย", required=False)

    def __init__(self, content: Content, *, kind: str, folders: Folders, current_folder: str = "") -> None:
        super().__init__(
            initial={**content.to_json(), "body": bodies.to_text(content.body)},
            auto_id="%s",
            use_required_attribute=False,
        )
        self.use_html_maxlength()
        memo = kind == LetterKind.MEMO
        for name in ("sender_lines", "owner_line", "contact") if memo else ("agency_line",):
            del self.fields[name]
        self.fields["salutation"].choices = [  # type: ignore[attr-defined]
            (
                row.key,
                f"{row.opening if len(row.opening) < 40 else 'ขอเดชะฯ'} – {row.addressee}"
                + ("" if memo else f" ({row.closing if len(row.closing) < 60 else 'ควรมิควรฯ'})"),
            )
            for row in salutations.table().values()
        ]
        self.fields["salutation"].help_text = (
            "" if memo else "คำลงท้ายตรงตามคำขึ้นต้นที่เลือกเสมอ ตามภาคผนวก 2 ของระเบียบงานสารบรรณ"
        )
        self.fields["folder"].choices = _folder_choices(folders, content.folder, current_folder)  # type: ignore[attr-defined]
        self.fields["folder"].help_text = (
            "บันทึกข้อความใช้แฟ้มของหน่วยท่าน" if memo else "หนังสือถึงหน่วยงานภายนอกมักใช้แฟ้มของส่วนราชการ"
        ) + " เลขออกเมื่อลงนามแล้ว โดยเจ้าหน้าที่สารบรรณที่มีสิทธิ์ในแฟ้มนั้น"

    def use_html_maxlength(self) -> None:
        """Text areas carry their limit too."""
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and field.max_length:
                field.widget.attrs["maxlength"] = field.max_length


class MergeForm(forms.Form):
    """The body two writers put together by hand."""

    merged = forms.CharField(label="เนื้อความที่รวมเอง", required=False, widget=forms.Textarea)


def _folder_choices(folders: Folders, chosen: int | None, current: str) -> list[Any]:
    groups: list[Any] = [("", "ยังไม่ได้เลือก")]
    if chosen and chosen not in folders.ids:
        groups.append((chosen, current or "แฟ้มที่เลือกไว้เดิม"))
    if folders.own:
        groups.append(("แฟ้มที่ท่านออกเลขได้เอง", [(one.pk, one.name) for one in folders.own]))
    if folders.served:
        groups.append(("แฟ้มที่เจ้าหน้าที่สารบรรณออกเลขให้", [(one.pk, one.name) for one in folders.served]))
    return groups


def content_of(post: QueryDict, before: Content) -> Content:
    """The content a page posted; what the page did not hold stays as it was `before`. Raises `TooLarge` for the body."""
    texts: dict[str, Any] = {
        name: _said(post, name)
        for name in (
            "subject",
            "salutation",
            "addressee",
            "sender_lines",
            "agency_line",
            "owner_line",
            "contact",
            "copies_to",
            "sign_class",
            "due",
        )
        if name in post
    }
    if "subject" not in post:
        return before
    return replace(
        before,
        **texts,
        body=_body(post, before),
        urgency=_number(post.get("urgency"), before.urgency) or 0,
        circular="circular" in post,
        thai_body="thai_body" in post,
        folder=_number(post.get("folder"), None) if "folder" in post else before.folder,
        signers=_numbers(post.getlist("signers")),
        reviewers=_numbers(post.getlist("reviewers")),
    )


def enclosure_words(post: QueryDict) -> dict[int, tuple[str, str]]:
    """Titles and quantities of enclosures by id, as posted."""
    found = {}
    for name in post:
        number = name.removeprefix("enclosure-title-")
        if number != name and number.isascii() and number.isdecimal() and len(number) < 19:
            found[int(number)] = (_said(post, name), _said(post, f"enclosure-quantity-{number}"))
    return found


def _said(post: QueryDict, name: str) -> str:
    """A posted text without the one character no database keeps (NUL)."""
    return str(post.get(name, "")).replace("\x00", "")


def _body(post: QueryDict, before: Content) -> str:
    if "body" not in post:
        return before.body
    if post.get("body_format") == HTML:
        return bodies.clean(_said(post, "body"))
    return bodies.from_text(_said(post, "body"), before.body)


def _number(text: str | None, default: int | None) -> int | None:
    plain = arabic_digits(text or "").strip()
    return int(plain) if plain.isdecimal() and len(plain) < 16 else default


def _numbers(texts: list[str]) -> tuple[int, ...]:
    return tuple(number for number in (_number(text, None) for text in texts) if number is not None)
