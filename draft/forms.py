"""The form of a draft: how its content is shown and read back. Reading never fails, so that saving loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict

from common.thai import arabic_digits, visible
from draft import body as bodies
from draft.content import LINE_LENGTH, LINES_LENGTH, PEOPLE_LENGTH, SUBJECT_LENGTH, Content
from draft.kinds import TYPED_INPUTS, folder_words, has, may_circulate, prints_number
from draft.plan import DAYS_LENGTH, Plan, Reviewer
from draft.salutations import Salutation
from draft.selectors.choices import Folders
from saraban.models import LetterKind, SignClass, Urgency
from saraban.sheets.kinds import KINDS, Field, Input, kind_of

PLAIN, HTML = "plain", "html"
MOST_ROWS = 100
SIGN_WORDS = {
    SignClass.TYPED: "แบบ ก ยืนยันลงนามในระบบ – พิมพ์ชื่อ ตำแหน่ง และเวลา แล้วผนึกด้วยตราของส่วนราชการ เหมาะกับหนังสือภายใน",
    SignClass.CERTIFICATE: "แบบ ข ใบรับรองอิเล็กทรอนิกส์ของผู้ลงนาม – เหมาะกับหนังสือที่ส่งถึงหน่วยงานภายนอก",
}


class Lines(forms.Textarea):
    """A small text area of some lines."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__(attrs={"rows": rows})


class Attendees(forms.Textarea):
    """People one to a line, `ชื่อ | ตำแหน่ง | หมายเหตุ`; with scripts a row of three boxes for each."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 5, "data-attendees": "", "spellcheck": "false"})


HELP = {
    "copies_to": "บรรทัดละหนึ่งราย เว้นว่างถ้าไม่มี",
    "owner_line": "พิมพ์ท้ายหนังสือด้านซ้าย",
}
BELOW = {"sender_lines", "agency_line"}  # what a unit seldom changes stands under the text, whatever its place on paper
ABOVE = {"ended"}  # and this beside the hour the meeting began
HALF = {
    *("salutation", "addressee", "issue", "year", "meeting_no", "held", "began", "ended", "owner_line", "contact"),
    *("heading", "holder"),
}


def input_of(field: Field) -> forms.Field:
    """The form's field for a field of a kind."""
    words: dict[str, Any] = {
        "label": field.label, "required": field.required, "help_text": HELP.get(field.name) or field.help,
    }  # fmt: skip
    if field.name == "subject":
        return forms.CharField(max_length=SUBJECT_LENGTH, widget=Lines(2), **words)
    if field.input is Input.FLAG:
        return forms.BooleanField(**words)
    if field.input is Input.LINE:
        return forms.CharField(max_length=LINE_LENGTH, **words)
    if field.input is Input.LINES:
        return forms.CharField(max_length=LINES_LENGTH, widget=Lines(3 if field.name == "sender_lines" else 2), **words)
    if field.input is Input.ATTENDEES:
        return forms.CharField(max_length=PEOPLE_LENGTH, widget=Attendees(), **words)
    return forms.ChoiceField(**words)


class DraftForm(forms.Form):
    """The fields of one kind of letter, for `{% field %}`; `content_of` reads them back from a post.

    `above` and `below` are those that stand above the text and under it, each with the css of its place.
    """

    body = forms.CharField(
        label="เนื้อความ", required=False, widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"})
    )
    urgency = forms.ChoiceField(label="ชั้นความเร็ว", choices=Urgency.choices)
    circular = forms.BooleanField(label="หนังสือเวียน", required=False, help_text="ออกเลขเป็น ว ถึงผู้รับหลายราย")
    folder = forms.ChoiceField(label="แฟ้มทะเบียนที่จะออกเลข")
    sign_class = forms.ChoiceField(label="วิธีลงนาม", widget=forms.RadioSelect)
    due = forms.CharField(
        label="กำหนดเสร็จ",
        max_length=40,
        required=False,
        help_text="วัน/เดือน/ปี พ.ศ. เช่น 14/01/2569 เว้นว่างถ้าไม่มีกำหนด",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    amount = forms.CharField(
        label="วงเงิน (บาท)",
        max_length=40,
        required=False,
        help_text="กรอกเมื่อเรื่องนี้มีวงเงิน เช่น 250,000 ใช้ตรวจอำนาจของผู้ปฏิบัติราชการแทน ไม่พิมพ์บนหนังสือ",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    thai_body = forms.BooleanField(label="เปลี่ยนตัวเลขในเรื่องและเนื้อความเป็นเลขไทย", required=False)

    def __init__(
        self,
        content: Content,
        *,
        kind: str,
        folders: Folders,
        salutations: Sequence[Salutation],
        current_folder: str = "",
    ) -> None:
        super().__init__(
            initial={**content.to_json(), "body": bodies.to_text(content.body)},
            auto_id="%s",
            use_required_attribute=False,
        )
        self.kind = kind_of(kind)
        for field in self.kind.fields:
            if field.input is not Input.PARTS and field.name not in ("body", "urgency"):
                self.fields[field.name] = input_of(field)
        self.use_html_maxlength()
        if has(kind, "salutation"):
            self._offer_salutations(salutations, closes=kind == LetterKind.EXTERNAL)
        if not has(kind, "urgency"):
            self.fields["urgency"].help_text = "ใช้เร่งการตรวจและลงนามในระบบ ไม่พิมพ์บนหนังสือ"
        if not may_circulate(kind):
            del self.fields["circular"]
        sign = self.fields["sign_class"]
        sign.choices = [(name, SIGN_WORDS[SignClass(name)]) for name in self.kind.sign_classes]  # type: ignore[attr-defined]
        if len(self.kind.sign_classes) == 1:
            sign.help_text = f"{self.kind.title}ไม่มีผู้ใดลงนามบนกระดาษ จึงยืนยันในระบบเท่านั้น"
        self._offer_folders(folders, content.folder, current_folder)

    def _offer_salutations(self, rows: Sequence[Salutation], *, closes: bool) -> None:
        field = self.fields["salutation"]
        field.choices = [  # type: ignore[attr-defined]
            (
                row.key,
                f"{row.opening if len(row.opening) < 40 else 'ขอเดชะฯ'} – {row.addressee}"
                + (f" ({row.closing if len(row.closing) < 60 else 'ควรมิควรฯ'})" if closes else ""),
            )
            for row in rows
        ]
        field.help_text = "คำลงท้ายตรงตามคำขึ้นต้นที่เลือกเสมอ ตามภาคผนวก 2 ของระเบียบงานสารบรรณ" if closes else ""

    def _offer_folders(self, folders: Folders, chosen: int | None, current: str) -> None:
        field = self.fields["folder"]
        field.choices = _folder_choices(folders, chosen, current)  # type: ignore[attr-defined]
        name = self.kind.name
        if not folders.ids:
            field.help_text = f"ยังไม่มี{folder_words(name, folders.secrecy)}ที่หน่วยของท่านใช้ได้ โปรดแจ้งผู้ดูแลหน่วยงานให้เปิดแฟ้ม"
            return
        if folders.secrecy:
            field.help_text = "หนังสือมีชั้นความลับออกเลขจากทะเบียนหนังสือลับ โดยนายทะเบียนข้อมูลข่าวสารลับเท่านั้น"
            return
        usual = {
            LetterKind.EXTERNAL: "หนังสือถึงหน่วยงานภายนอกมักใช้แฟ้มของส่วนราชการ",
            LetterKind.MEMO: "บันทึกข้อความใช้แฟ้มของหน่วยท่าน",
        }
        first = usual.get(LetterKind(name), f"{self.kind.title}ลงใน{folder_words(name)}")
        unprinted = "" if prints_number(name) else " เลขใช้ในทะเบียน ไม่พิมพ์บนหนังสือ"
        field.help_text = f"{first}{unprinted} เลขออกเมื่อลงนามแล้ว โดยเจ้าหน้าที่สารบรรณที่มีสิทธิ์ในแฟ้มนั้น"

    def use_html_maxlength(self) -> None:
        """Text areas carry their limit too."""
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and field.max_length:
                field.widget.attrs["maxlength"] = field.max_length

    @property
    def above(self) -> list[tuple[forms.BoundField, str]]:
        """The fields above the text: what the letter is, whom it is for."""
        return [self._placed(name) for name in self._texts() if self._is_above(name)]

    @property
    def below(self) -> list[tuple[forms.BoundField, str]]:
        """The fields under the text: what else stands on paper."""
        return [self._placed(name) for name in self._texts() if not self._is_above(name)]

    def _texts(self) -> list[str]:
        return [
            field.name
            for field in self.kind.fields
            if field.name in self.fields and field.name not in ("body", "urgency")
        ]

    def _is_above(self, name: str) -> bool:
        names = [field.name for field in self.kind.fields]
        return name in ABOVE or (name not in BELOW and names.index(name) < names.index("body"))

    def _placed(self, name: str) -> tuple[forms.BoundField, str]:
        return self[name], "" if name in HALF else "span"


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


def content_of(post: QueryDict, before: Content, kind: str) -> Content:
    """The content a page posted; what the page did not hold stays as it was `before`. Raises `TooLarge` for the body."""
    if "subject" not in post:
        return before
    typed = {field.name for one in KINDS.values() for field in one.fields if field.input in TYPED_INPUTS}
    texts: dict[str, Any] = {
        name: _said(post, name) for name in (*typed, "salutation", "sign_class", "due", "amount") if name in post
    }
    flags: dict[str, Any] = {
        field.name: field.name in post for field in kind_of(kind).fields if field.input is Input.FLAG
    }
    return replace(
        before,
        **texts,
        **flags,
        body=_body(post, before),
        urgency=_number(post.get("urgency"), before.urgency) or 0,
        circular="circular" in post,
        thai_body="thai_body" in post,
        folder=_number(post.get("folder"), None) if "folder" in post else before.folder,
        signers=_numbers(post.getlist("signers")),
        reviewers=_plan(post),
    )


def _plan(post: QueryDict) -> Plan:
    """The rows of the review's plan; a row without its own group comes after the one before it."""
    asked = ("reviewers", "reviewer-group", "reviewer-days", "reviewer-substitute")
    rows: list[Reviewer] = []
    for who, group, days, substitute in zip_longest(*(post.getlist(name)[:MOST_ROWS] for name in asked), fillvalue=""):
        chosen = _number(who, None)
        if chosen is not None:
            after = rows[-1].group + 1 if rows else 1
            rows.append(
                Reviewer(chosen, _number(group, None) or after, visible(days)[:DAYS_LENGTH], _number(substitute, None))
            )
    return tuple(rows)


def enclosure_words(post: QueryDict) -> dict[int, tuple[str, str]]:
    """Titles and quantities of enclosures by id, as posted."""
    found = {}
    for name in post:
        number = name.removeprefix("enclosure-title-")
        if number != name and number.isascii() and number.isdecimal() and len(number) < 19:
            found[int(number)] = (_said(post, name), _said(post, f"enclosure-quantity-{number}"))
    return found


def _said(post: QueryDict, name: str) -> str:
    """A posted text without what nobody sees."""
    return visible(str(post.get(name, "")))


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
