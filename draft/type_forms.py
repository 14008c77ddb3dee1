"""The forms of document types: what a type says of itself, its template with the inputs it asks for, and filling it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from common.access import Invalid
from common.thai import arabic_digits, visible
from draft import body as bodies
from draft.content import SUBJECT_LENGTH
from draft.forms import HTML, SIGN_WORDS, Lines, input_of
from draft.inputs import (
    LINE_LENGTH,
    LINES_LENGTH,
    MOST_COLUMNS,
    MOST_INPUTS,
    MOST_ROWS,
    InputType,
    Offered,
    TemplateInput,
    inputs_of,
    read,
    rows_of,
)
from draft.kinds import SHORT_KIND, TYPED_INPUTS, has
from draft.models import DocumentType, TemplateVersion, UseMode
from draft.salutations import Salutation
from draft.selectors.choices import Folders, Post
from org.models import Unit
from saraban.models import LetterKind, SignClass
from saraban.sheets.kinds import kind_of

NO_CHOICE = [("", "ตามปกติของชนิดหนังสือ")]


class FactsForm(forms.Form):
    """What a type is called and says of itself."""

    name = forms.CharField(label="ชื่อประเภทเอกสาร", max_length=160)
    group = forms.CharField(label="หมวด", max_length=80, required=False, help_text="ชื่อกลุ่มในหน้าเลือก เช่น งานบริหารทั่วไป")
    purpose = forms.CharField(label="จุดประสงค์", max_length=300, required=False, widget=Lines(2))
    words = forms.CharField(
        label="คำค้นอื่น", max_length=300, required=False, help_text="คำที่ผู้ใช้อาจพิมพ์ค้นหา เว้นวรรคระหว่างคำ"
    )
    passes_draft = forms.BooleanField(label="ผ่านระบบร่าง-ตรวจ", required=False)
    passes_intray = forms.BooleanField(label="ผ่านแฟ้มเสนอ", required=False, help_text="เสนอและลงนามในระบบ")
    passes_saraban = forms.BooleanField(label="ผ่านระบบสารบรรณ", required=False, help_text="ออกเลข ลงทะเบียน และส่ง")

    def __init__(self, data: QueryDict | None = None, *, row: DocumentType | None = None) -> None:
        names = tuple(self.base_fields)
        flags = {"passes_draft": True, "passes_intray": True, "passes_saraban": True}
        initial = {name: getattr(row, name) for name in names if hasattr(row, name)} if row else flags
        super().__init__(data, initial=initial, auto_id="%s", use_required_attribute=False)


class NewTypeForm(FactsForm):
    """The same for a new type, with its kind of letter and the unit that keeps it."""

    kind = forms.ChoiceField(
        label="ชนิดหนังสือ", choices=[(kind, SHORT_KIND[LetterKind(kind)]) for kind in LetterKind.values]
    )
    owner = forms.ChoiceField(label="หน่วยเจ้าของแม่แบบ")
    field_order = ("name", "kind", "owner", "group", "purpose", "words")

    def __init__(self, data: QueryDict | None, owners: Sequence[tuple[int, str]], like: TemplateVersion | None) -> None:
        super().__init__(data, row=like.type if like else None)
        self.fields["owner"].choices = list(owners)  # type: ignore[attr-defined]
        if like is not None:
            self.fields["kind"].choices = [(like.type.kind, SHORT_KIND[LetterKind(like.type.kind)])]  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """What a version fixes: subject, the fields of its kind, way of signing, folder, who may use it. Reading never fails."""

    subject = forms.CharField(label="เรื่อง", max_length=SUBJECT_LENGTH, required=False, widget=Lines(2))
    body = forms.CharField(
        label="เนื้อความ", required=False, widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"})
    )

    def __init__(
        self,
        version: TemplateVersion,
        *,
        salutations: Sequence[Salutation],
        folders: Folders | None,
        scopes: Sequence[Unit],
    ) -> None:
        values = {fixed(name): value for name, value in version.fields.items()}
        super().__init__(
            initial={
                **values, "subject": version.subject, "body": bodies.to_text(version.body), "sign_class": version.sign_class,
                "folder": version.folder_id or "", "for_unit": version.for_unit_id or "",
            },
            auto_id="%s", use_required_attribute=False,
        )  # fmt: skip
        kind = kind_of(version.type.kind)
        self.texts: list[str] = []
        for field in kind.fields:
            if field.input in TYPED_INPUTS and field.name != "subject":
                made = input_of(field)
                made.required = False
                self.fields[fixed(field.name)] = made
                self.texts.append(fixed(field.name))
        if has(kind.name, "salutation"):
            rows = [(row.key, f"{row.opening[:40]} – {row.addressee}") for row in salutations]
            self.fields[fixed("salutation")] = forms.ChoiceField(
                label="คำขึ้นต้น", required=False, choices=NO_CHOICE + rows
            )
            self.texts.insert(0, fixed("salutation"))
        classes = [(name, SIGN_WORDS[SignClass(name)].partition(" – ")[0]) for name in kind.sign_classes]
        self.fields["sign_class"] = forms.ChoiceField(label="วิธีลงนาม", required=False, choices=NO_CHOICE + classes)
        if folders is not None:
            offered = [(one.pk, one.name) for one in (*folders.own, *folders.served)]
            if version.folder is not None and version.folder_id not in folders.ids:
                offered.append((version.folder.pk, version.folder.name))
            self.fields["folder"] = forms.ChoiceField(
                label="แฟ้มทะเบียนที่จะออกเลข", required=False, choices=[*NO_CHOICE, *offered]
            )
            units = [("", "ทั้งส่วนราชการ"), *((unit.pk, f"{unit.name} และหน่วยในสังกัด") for unit in scopes)]
            self.fields["for_unit"] = forms.ChoiceField(label="ใช้ได้ใน", required=False, choices=units)

    @property
    def fixed_fields(self) -> list[forms.BoundField]:
        """The fields of the kind besides subject and body."""
        return [self[name] for name in self.texts]


def fixed(name: str) -> str:
    """The form's name for a fixed field of the draft."""
    return f"fixed-{name}"


def template_of(post: QueryDict, version: TemplateVersion) -> dict[str, Any]:
    """What the page of a version posted, for `write_version`. Raises `TooLarge` for the body."""
    kind = kind_of(version.type.kind)
    names = [field.name for field in kind.fields if field.input in TYPED_INPUTS and field.name != "subject"]
    names += ["salutation"] if has(kind.name, "salutation") else []
    fields = {name: _said(post, fixed(name)).strip()[:LINES_LENGTH] for name in names}
    body = _said(post, "body")
    return {
        "subject": _said(post, "subject"),
        "body": bodies.clean(body) if post.get("body_format") == HTML else bodies.from_text(body, version.body),
        "fields": {name: text for name, text in fields.items() if text},
        "inputs": inputs_posted(post) if "inputs" in post else None,
        "sign_class": post.get("sign_class", ""),
        "folder": _number(post.get("folder", "")),
        "for_unit": _number(post.get("for_unit", "")),
        "reviewers": [_number(one) for one in post.getlist("reviewers")],
        "signers": [_number(one) for one in post.getlist("signers")],
    }


def inputs_posted(post: QueryDict) -> list[TemplateInput]:
    """The rows of the inputs' editor as posted; a row without any words is left out."""
    found = []
    for at in range(min(_number(post.get("inputs", "")), MOST_INPUTS)):
        text = {name: _said(post, f"i{at}-{name}") for name in ("name", "type", "label", "default", "help", "options")}
        if not any(text[name].strip() for name in ("name", "label", "default", "help", "options")):
            continue
        options = tuple(line.strip() for line in text.pop("options").splitlines() if line.strip())
        found.append(TemplateInput(**text, options=options, required=f"i{at}-required" in post))
    return found


def moved(inputs: list[TemplateInput], what: str) -> list[TemplateInput]:
    """The inputs after a button of their editor: `up-2`, `down-2`, `remove-2`; anything else changes nothing."""
    verb, _, number = what.partition("-")
    at = _number(number) if number.isdecimal() else len(inputs)
    rows = list(inputs)
    if verb == "remove" and at < len(rows):
        del rows[at]
    elif verb == "up" and 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    elif verb == "down" and at + 1 < len(rows):
        rows[at + 1], rows[at] = rows[at], rows[at + 1]
    return rows


# -- filling one in ---------------------------------------------------------------------------------


class TableWidget(forms.Widget):
    """Rows of small text areas, `name-row-column`; `name-rows` says how many were shown. Blank rows are left out."""

    use_fieldset = True

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        self.columns = list(columns) or ["ข้อความ"]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[list[str]]:
        rows = min(_number(str(data.get(f"{name}-rows", ""))), MOST_ROWS + 1)
        wide = range(min(len(self.columns), MOST_COLUMNS))
        return [[str(data.get(f"{name}-{row}-{column}", "")) for column in wide] for row in range(rows)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = [list(row) for row in (rows_of(value) if isinstance(value, str) else value or [])]
        blank = ["" for _ in self.columns]
        if len(rows) < MOST_ROWS:
            rows += [blank] * (3 if not rows else 1)
        lines = [
            [
                (f"{name}-{at}-{column}", cell, self.columns[column])
                for column, cell in enumerate(row[: len(self.columns)])
            ]
            for at, row in enumerate(rows)
        ]
        return render_to_string(
            "draft/_table_input.html",
            {"name": name, "columns": self.columns, "lines": lines, "full": len(rows) >= MOST_ROWS},
        )


class TypedField(forms.Field):
    """A field that reads as its input does."""

    def __init__(self, one: TemplateInput, offered: Offered, posts: Sequence[tuple[str, list[Post]]]) -> None:
        super().__init__(
            label=one.shown, required=one.required, help_text=_hint(one), widget=_widget(one, offered, posts)
        )
        self.one, self.offered = one, offered

    def clean(self, value: Any) -> Any:
        """The value of what was typed; ValidationError with one sentence."""
        try:
            return read(self.one, value, self.offered)
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from error


def _hint(one: TemplateInput) -> str:
    usual = {
        InputType.DATE: "วัน/เดือน/ปี พ.ศ. เช่น 14/01/2569",
        InputType.MONEY: "จำนวนบาท ระบบเขียนเป็นตัวอักษรกำกับให้",
    }
    return " ".join(text for text in (one.help, usual.get(InputType(one.type), "")) if text)


def _widget(one: TemplateInput, offered: Offered, posts: Sequence[tuple[str, list[Post]]]) -> forms.Widget:
    if one.type == InputType.LINES:
        return forms.Textarea(attrs={"rows": 3, "maxlength": LINES_LENGTH})
    if one.type == InputType.TABLE:
        return TableWidget(one.options)
    if one.type == InputType.YES_NO:
        return forms.CheckboxInput()
    if one.type == InputType.CHOICE:
        return forms.Select(choices=[("", "เลือก"), *((text, text) for text in one.options)])
    if one.type == InputType.PERSON:
        groups = [(unit, [(post.id, post.label) for post in rows]) for unit, rows in posts]
        return forms.Select(choices=[("", "เลือกตำแหน่ง"), *groups])
    if one.type == InputType.UNIT:
        return forms.Select(choices=[("", "เลือกหน่วยงาน"), *offered.units.items()])
    mode = {InputType.NUMBER: "decimal", InputType.MONEY: "decimal", InputType.DATE: "numeric"}.get(
        InputType(one.type), "text"
    )
    return forms.TextInput(attrs={"maxlength": LINE_LENGTH, "inputmode": mode, "autocomplete": "off"})


class FillForm(forms.Form):
    """The inputs of a version as a form; its fields are called `in-0`, `in-1` … in the version's order."""

    def __init__(
        self,
        version: TemplateVersion,
        offered: Offered,
        posts: Sequence[tuple[str, list[Post]]],
        *,
        data: QueryDict | None = None,
        beginning: Mapping[str, Any] | None = None,
    ) -> None:
        self.inputs = inputs_of(version.inputs)
        start = {f"in-{at}": (beginning or {}).get(one.name) for at, one in enumerate(self.inputs)}
        super().__init__(data, initial=start, auto_id="%s", use_required_attribute=False)
        for at, one in enumerate(self.inputs):
            self.fields[f"in-{at}"] = TypedField(one, offered, posts)

    @property
    def placed(self) -> list[tuple[forms.BoundField, str]]:
        """The fields with the css of their places: long ones over the whole width."""
        wide = (InputType.LINES, InputType.TABLE, InputType.YES_NO)
        return [(self[f"in-{at}"], "span" if one.type in wide else "") for at, one in enumerate(self.inputs)]

    @property
    def raw(self) -> dict[str, Any]:
        """What was typed, by the inputs' names."""
        return {one.name: self[f"in-{at}"].data for at, one in enumerate(self.inputs)}


class ModeForm(forms.Form):
    """How an agency handles a type from a day on."""

    mode = forms.ChoiceField(label="การใช้งาน", choices=UseMode.choices, widget=forms.RadioSelect)
    since = forms.CharField(
        label="ตั้งแต่วันที่",
        max_length=40,
        help_text="วัน/เดือน/ปี พ.ศ. เช่น 14/01/2569",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(label="เหตุผลหรือคำสั่งที่อ้าง", max_length=300, widget=Lines(2))

    def __init__(self, data: QueryDict | None = None, **more: Any) -> None:
        super().__init__(data, auto_id="%s", use_required_attribute=False, **more)


def _said(post: QueryDict, name: str) -> str:
    return visible(str(post.get(name, "")))


def _number(text: str) -> int:
    plain = arabic_digits(text or "").strip()
    return int(plain) if plain.isdecimal() and len(plain) < 10 else 0
