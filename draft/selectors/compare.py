"""Two contents of a draft side by side: changed fields, and the body word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from draft import body as bodies
from draft.content import LABELS, Content, label_of
from draft.kinds import SHORT_KIND
from draft.models import DraftVersion
from draft.plan import Reviewer
from draft.plan import posts as posts_of
from draft.salutations import table
from draft.selectors.choices import chosen_units, titles, unit_name
from draft.selectors.uploads import file_words, wanted_of
from draft.words import ADDED, REMOVED, Run, compare_blocks, compare_words
from saraban.models import Letter, LetterKind, RegisterFolder, SignClass, Urgency

ABOLISHED = "(ตำแหน่งยุบเลิก)"
PARTS = {"kind": "ชนิดหนังสือ", "references": "อ้างถึง", "enclosures": "สิ่งที่ส่งมาด้วย", "to_units": "หน่วยงานปลายทาง"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs, its two values as people read them, and the change word by word."""

    name: str
    label: str
    old: str
    new: str
    diff: SafeString


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed: fields, and the body. `only_form` when the body's words are the same and its form is not."""

    fields: list[FieldChange]
    body: SafeString
    body_changed: bool
    only_form: bool

    @property
    def file_changed(self) -> bool:
        """Whether another file, or writing instead of a file, is what the letter is made of."""
        return any(one.name == "upload" for one in self.fields)

    @property
    def same(self) -> bool:
        return not self.fields and not self.body_changed


def compare(
    old: Content, new: Content, *, letter: Letter, parts: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
) -> Comparison:
    """From `old` to `new`, fields called as the kind of `letter` calls them; `parts` are the snapshots of references, enclosures and
    addressees of both."""
    before, after = shown(old, letter), shown(new, letter)
    changes = [
        FieldChange(name, label_of(letter.kind, name), before[name], after[name], _diff(before[name], after[name]))
        for name in new.differing(old)
        if name != "body"
    ]
    for name, label in PARTS.items():
        was, now = ("\n".join(_said(name, snapshot)) for snapshot in parts)
        if was != now and name in parts[0] and name in parts[1]:
            changes.append(FieldChange(name, label, was, now, _diff(was, now)))
    words = _lines(old.body), _lines(new.body)
    return Comparison(
        fields=changes,
        body=format_html_join("", "<p>{}</p>", ((_runs(runs),) for runs in compare_blocks(*words))),
        body_changed=old.body != new.body,
        only_form=words[0] == words[1] and old.body != new.body,
    )


def _lines(body: str) -> list[str]:
    """The paragraphs and items of a body, and the rows of its tables, each by itself."""
    found: list[str] = []
    for block in bodies.blocks(body):
        found += block.line.split("\n") if block.kind == "table" else [block.line]
    return found


def shown(content: Content, letter: Letter) -> dict[str, str]:
    """The fields as people read them: names of posts and folders instead of ids."""
    posts = titles((*content.signers, *posts_of(content.reviewers)))
    folder = RegisterFolder.objects.filter(pk=content.folder).first() if content.folder else None
    row = table(letter.agency).get(content.salutation)
    return {
        **{name: str(getattr(content, name)) for name in LABELS if name != "body"},
        "salutation": f"{row.opening} – {row.closing}" if row else "",
        "urgency": str(Urgency(content.urgency).label),
        "circular": "ใช่" if content.circular else "ไม่ใช่",
        "photo": "มี" if content.photo else "ไม่มี",
        "thai_body": "ใช้" if content.thai_body else "ไม่ใช้",
        "folder": folder.name if folder else "",
        "sign_class": str(SignClass(content.sign_class).label),
        "signers": _numbered([posts.get(pk, ABOLISHED) for pk in content.signers]),
        "reviewers": "\n".join(_turn(one, posts) for one in content.reviewers),
        "due": content.due_shown,
        "upload": file_words(letter, content),
        "places": _placed(letter, content),
        "amount": content.amount_shown,
    }


def snapshot(letter: Letter) -> dict[str, list[str]]:
    """The kind, and references, enclosures and addressees as a version keeps them: their words."""
    return {
        "kind": [letter.kind],
        "references": [row.text for row in letter.references.all()],
        "enclosures": [
            f"{row.title} ({row.quantity})" if row.quantity else row.title for row in letter.enclosures.all()
        ],
        "to_units": [unit_name(letter, unit) for unit in chosen_units(letter)],
    }


def parts_of(version: DraftVersion) -> Mapping[str, Any]:
    """The snapshot a version keeps beside its content."""
    return {name: version.fields[name] for name in PARTS if name in version.fields}


def kind_of_version(version: DraftVersion) -> LetterKind | None:
    """The kind the letter had; None of a version from before versions kept it."""
    kept = version.fields.get("kind")
    return LetterKind(kept[0]) if kept else None


def _said(name: str, snapshot: Mapping[str, Any]) -> list[str]:
    """A part of a snapshot as people read it."""
    lines: list[str] = snapshot.get(name, [])
    return [SHORT_KIND[LetterKind(one)] for one in lines] if name == "kind" else lines


def _turn(one: Reviewer, posts: Mapping[int, str]) -> str:
    """`2. ปลัดจังหวัด ภายใน 3 วันทำการ ผู้ตรวจแทน: รองปลัดจังหวัด`; the same number reviews at the same time."""
    days = f" ภายใน {one.days} วันทำการ" if one.days else ""
    other = f" ผู้ตรวจแทน: {posts.get(one.substitute, ABOLISHED)}" if one.substitute else ""
    return f"{one.group}. {posts.get(one.post, ABOLISHED)}{days}{other}"


def _placed(letter: Letter, content: Content) -> str:
    """`ที่ลงนาม หน้า 2 ซ้าย 90 บน 200 มม.`, a place to a line."""
    labels = {one.name: one.label for one in wanted_of(letter, content)}
    return "\n".join(
        f"{labels[name]} หน้า {int(place[0]) + 1} ซ้าย {place[1]:g} บน {place[2]:g} กว้าง {place[3]:g} สูง {place[4]:g} มม."
        for name, place in content.places.items()
        if name in labels
    )


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{at}. {line}" for at, line in enumerate(lines, start=1))


def _diff(old: str, new: str) -> SafeString:
    return _runs(compare_words(old, new))


def _runs(runs: Sequence[Run]) -> SafeString:
    tags = {ADDED: "<ins>{}</ins>", REMOVED: "<del>{}</del>"}
    return format_html_join("", "{}", ((format_html(tags.get(run.kind, "{}"), run.text),) for run in runs if run.text))
