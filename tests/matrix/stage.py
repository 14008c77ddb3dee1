"""The stage of the permission matrix: letters in every state, deliveries, notices, admins – all made through the actions.

Letters of the province's clerk (กลุ่มงานอำนวยการ), in the order a letter lives:

    draft      being written; with enclosures, a reference, a comment and versions
    filed      being written as a file made elsewhere
    review     under review by the head of the office, the vice governor comes after him
    proposed   waits for the governor's signature
    signed     signed by the governor, waits for its number
    numbered   numbered and sealed, not sent
    sent       sent to the province's statistics office, to the ministry and to a local agency
    received   the ministry's own letter of it: registered, with the permanent secretary, a copy to his deputy
    arrived    the local agency's own letter of it: opened by nobody
    closed     a paper letter of the ministry's register, closed by the division it was sent to
    secret     the governor's, ลับ, numbered by the secret registrar

`stage["sent"]` is a letter's id, `stage["sent.enclosure"]` the id of something of it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from datetime import date

import pikepdf
from django.db import connection

from accounts import actions as accounts
from accounts.models import SavedFilter
from accounts.saved_filters import save_filter
from draft.actions import comments, doctypes, parts, propose, review, suggestions, uploads, versions, writing
from draft.actions.classified import name_reader
from draft.actions.salutations import add_salutation
from draft.actions.working import Page
from draft.content import Content
from draft.inputs import TemplateInput
from draft.models import Comment, Draft, FilledTemplate, Review, SalutationRow, TemplateVersion
from draft.plan import Reviewer
from draft.selectors.paper import fingerprint, sheet_of
from draft.selectors.templates import paper_of
from intray import actions as tray
from intray.actions.batches import Order, start_batch
from intray.models import RoutingStep
from intray.selectors.targets import Target
from notifications.models import Notification
from org import actions as org
from org.models import Holiday
from outbox.actions import drain
from saraban.actions import links
from saraban.actions.copies import certify
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.garuda import upload_garuda
from saraban.actions.letters import lock
from saraban.actions.numbers import issue_number
from saraban.actions.phrases import add_phrase
from saraban.actions.receive import register, register_paper
from saraban.actions.secret_papers import PaperFacts, ask
from saraban.models import Delivery, Letter, RegisterEntry
from tests.drawings import SOME_SVG
from tests.made_elsewhere import TRACKED as BROKEN
from tests.story import numbered
from tests.world import World

SUBJECT = "ขอส่งรายงานผลการดำเนินงานประจำไตรมาส"
SECRET_SUBJECT = "แผนรักษาความปลอดภัยของจังหวัด"
NOTE = "เพื่อโปรดพิจารณาลงนาม"
REASON = "ผู้ขอใช้สิทธิ์พ้นหน้าที่"
PID = "9000000044443"  # passes the checksum, belongs to nobody


@dataclass
class Stage:
    """What was made, by name. Values are primary keys, a few are words that stand in addresses."""

    world: World
    made: dict[str, int | str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int | str:
        return self.made[name]

    def letter(self, name: str) -> Letter:
        """The row of a staged letter, as it is now."""
        return Letter.objects.get(pk=self.made[name])


def build(world: World) -> Stage:
    """Everything above, in one transaction of the caller's."""
    stage = Stage(world)
    _people(stage)
    _in_preparation(stage)
    _types(stage)
    _on_the_way(stage)
    _received(stage)
    _secret(stage)
    _classified(stage)
    _beside_letters(stage)
    _links(stage)
    _batches(stage)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return stage


# -- people and structure ---------------------------------------------------------------------------


def _people(stage: Stage) -> None:
    """A unit admin of one office only, a person whose only appointment has just ended, and things of three subtrees."""
    world, admin = stage.world, stage.world.actor("province-admin")
    operations, statistics = world.unit("PTE", "operations"), world.unit("PTE", "statistics")
    post = org.create_position(by=admin, unit=operations, title="ผู้ดูแลระบบของสำนักงานสถิติ", administers=statistics)
    person = org.create_user(
        by=admin, username="stat-admin", home_unit=operations, prefix="นาย", first_name="สถิตย์", last_name="ดูแลเฉพาะที่"
    )
    org.appoint(by=admin, user=person, position=post)
    gone = world.appointment("vice4")
    assert gone is not None
    accounts.accept_notice(by=world.actor("stat-admin"))
    accounts.accept_notice(by=world.actor("vice4"))
    delegated = world.appointment("deputy1", "permsec")
    assert delegated is not None
    stage.made |= {"ended.appointment": gone.pk, "delegation": delegated.pk}
    for place, roman, unit, post_key, person_name in (
        ("statistics", "PTE", "statistics", "stat-clerk", "stat-clerk"),
        ("general", "PTE", "general", "clerk", "clerk"),
        ("ministry", "MDES", "provincial", "clerk", "ministry-clerk"),
    ):
        held = world.appointment(person_name)
        assert held is not None
        stage.made |= {
            f"{place}.unit": world.unit(roman, unit).pk,
            f"{place}.post": world.post(roman, post_key).pk,
            f"{place}.holding": held.pk,
            f"{place}.user": world.user(person_name).pk,
        }
    stage.made |= {
        f"{place}.{what}": pk
        for place, folder, group, roman in (
            ("statistics", "pte-statistics-receive", "custom:statistics-registry", "PTE"),
            ("general", "pte-general-receive", "custom:general-registry", "PTE"),
            ("ministry", "mdes-provincial-receive", "custom:provincial-registry", "MDES"),
        )
        for what, pk in (
            ("folder", world.folder(folder).pk),
            ("folders", world.folder(folder).group_id),
            ("group", world.group(roman, group).pk),
            ("member", world.group(roman, group).members.values_list("pk", flat=True)[0]),
            ("agency", world.agency(roman).pk),
        )
    }


# -- letters ----------------------------------------------------------------------------------------


def pdf_bytes() -> bytes:
    """A PDF of one empty page."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page(page_size=(595, 842))
        paper.save(out)
    return out.getvalue()


def written(
    stage: Stage,
    *,
    kind: str = "MEMO",
    signer: str = "governor",
    reviewers: tuple[str, ...] = (),
    substitute: str = "",
    subject: str = SUBJECT,
) -> int:
    """A draft of the clerk's, complete, with one PDF enclosed."""
    world, by = stage.world, stage.world.actor("clerk")
    letter = writing.begin(by=by, kind=kind)
    draft = Draft.objects.get(letter=letter)
    content = replace(
        Content.of(draft),
        subject=subject,
        addressee="ปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม" if kind == "EXTERNAL" else "ผู้ว่าราชการจังหวัดปทุมธานี",
        body="<p>ด้วยกลุ่มงานอำนวยการได้ดำเนินการแล้วเสร็จ</p><p>จึงเรียนมาเพื่อโปรดพิจารณา</p>",
        folder=world.folder("pte-send").pk,
        sign_class="TYPED",
        signers=(world.post("PTE", signer).pk,),
        reviewers=tuple(
            Reviewer(
                world.post("PTE", one).pk, at, "", world.post("PTE", substitute).pk if substitute and at == 1 else None
            )
            for at, one in enumerate(reviewers, start=1)
        ),
    )
    writing.save(by=by, letter_id=letter.pk, content=content, page=Page(revision=draft.revision))
    parts.attach(by=by, letter_id=letter.pk, uploads=[parts.Upload(io.BytesIO(pdf_bytes()), "แบบรายงานผล.pdf")])
    return letter.pk


def _name(stage: Stage, name: str, letter_id: int) -> None:
    """Keep a letter with its first enclosure and, where there is one, its entry."""
    letter = Letter.objects.get(pk=letter_id)
    stage.made[name] = letter_id
    enclosure = letter.enclosures.first()
    if enclosure is not None:
        stage.made[f"{name}.enclosure"] = enclosure.pk
    entry = RegisterEntry.objects.filter(letter=letter).first()
    if entry is not None:
        stage.made[f"{name}.entry"] = entry.pk


def _in_preparation(stage: Stage) -> None:
    world, clerk = stage.world, stage.world.actor("clerk")
    draft = written(stage, subject="ร่างที่กำลังเขียน")
    parts.attach(by=clerk, letter_id=draft, uploads=[parts.Upload(io.BytesIO(pdf_bytes()), "รายชื่อผู้ประสานงาน.pdf")])
    parts.refer_by_words(by=clerk, letter_id=draft, sender="กรมการปกครอง", number="มท 0309/1", dated="1/10/2568")
    versions.keep_version(by=clerk, letter_id=draft, note="ก่อนปรับถ้อยคำ")
    comments.comment(by=clerk, letter_id=draft, text="ตรวจตัวเลขอีกครั้ง")
    _name(stage, "draft", draft)
    row = Letter.objects.get(pk=draft)
    stage.made |= {
        "draft.reference": row.references.get().pk,
        "draft.comment": Comment.objects.get(letter=row).pk,
        "draft.second": row.enclosures.last().pk,  # type: ignore[union-attr]
    }
    under_review = written(stage, reviewers=("office-head", "vice1"), substitute="stat-clerk")
    review.submit(by=clerk, letter_id=under_review)
    comments.comment(by=world.actor("office-head"), letter_id=under_review, text="ปรับถ้อยคำย่อหน้าแรก")
    _name(stage, "review", under_review)
    head = world.actor("office-head")
    offer = suggestions.suggest(by=head, letter_id=under_review, quote="ดำเนินการแล้วเสร็จ", words="ดำเนินการเสร็จแล้ว")
    stage.made |= {
        "review.comment": Comment.objects.get(letter=under_review).pk,
        "review.suggestion": offer.pk,
        "review.turn": Review.objects.get(letter=under_review, order=1).pk,
        "office-head.user": head.user.pk,
    }
    proposed = written(stage)
    propose.propose(by=clerk, letter_id=proposed, note=NOTE)
    drain()
    _name(stage, "proposed", proposed)
    stage.made["proposed.step"] = RoutingStep.objects.get(letter=proposed).pk
    _filed(stage)


def _filed(stage: Stage) -> None:
    """A draft made from a PDF, after a Word file that could not be used."""
    clerk = stage.world.actor("clerk")
    filed = written(stage, subject="ร่างจากไฟล์ที่ทำไว้แล้ว")
    former = uploads.use_file(by=clerk, letter_id=filed, upload=parts.Upload(io.BytesIO(BROKEN), "เดิม.docx"))
    used = uploads.use_file(by=clerk, letter_id=filed, upload=parts.Upload(io.BytesIO(pdf_bytes()), "ใหม่.pdf"))
    drain()
    _name(stage, "filed", filed)
    stage.made |= {"filed.upload": used.pk, "filed.former": former.pk}


def signed(stage: Stage, **how: str) -> int:
    """A letter of the clerk's, proposed and signed by the governor by typing."""
    pk = written(stage, **how)  # type: ignore[arg-type]
    propose.propose(by=stage.world.actor("clerk"), letter_id=pk, note=NOTE)
    drain()
    step = RoutingStep.objects.get(letter=pk)
    tray.open_step(by=stage.world.actor("governor"), step_id=step.pk)
    tray.sign_typed(by=stage.world.actor("governor"), step_id=step.pk, confirmation="ยืนยันลงนาม")
    return pk


def sealed(stage: Stage, **how: str) -> int:
    """The same, numbered by the province's registrar and sealed."""
    pk = signed(stage, **how)
    issue_number(by=stage.world.actor("province-registrar"), letter_id=pk)
    drain()
    return pk


def _on_the_way(stage: Stage) -> None:
    world = stage.world
    _name(stage, "signed", signed(stage))
    _name(stage, "numbered", sealed(stage))
    pk = sealed(stage, kind="EXTERNAL")
    units = {"inside": ("PTE", "statistics"), "outside": ("MDES", "central"), "afar": ("PCPAO", "secretariat")}
    to = [Addressee(world.unit(*unit)) for unit in units.values()]
    deliveries = dispatch(by=world.actor("province-registrar"), letter_id=pk, to=to)
    drain()
    _name(stage, "sent", pk)
    stage.made |= {f"sent.{where}": delivery.pk for where, delivery in zip(units, deliveries, strict=True)}


def _received(stage: Stage) -> None:
    world, registrar = stage.world, stage.world.actor("ministry-registrar")
    outside = Delivery.objects.get(pk=stage["sent.outside"])
    register(by=registrar, delivery_id=outside.pk, folder_id=world.folder("mdes-receive").pk)
    permsec, deputy = world.post("MDES", "permsec"), world.post("MDES", "deputy1")
    to = [Target(permsec.unit, permsec, "CONSIDER"), Target(deputy.unit, deputy, "INFO")]
    assert outside.received_id is not None
    asked, told = tray.start_route(by=registrar, letter_id=outside.received_id, targets=to, text="เพื่อโปรดพิจารณา")
    _name(stage, "received", outside.received_id)
    arrived = Delivery.objects.get(pk=stage["sent.afar"]).received_id
    assert arrived is not None
    _name(stage, "arrived", arrived)
    assert asked.route_id is not None
    stage.made |= {"received.step": asked.pk, "received.copy": told.pk, "received.route": asked.route_id}
    paper = register_paper(
        by=registrar, folder_id=world.folder("mdes-receive").pk, subject="ขอความอนุเคราะห์ข้อมูล", sender="กรมการปกครอง",
        number="มท 0309/1", letter_date=None, addressee="ปลัดกระทรวง", document=None,
    )  # fmt: skip
    division = Target(world.unit("MDES", "provincial"), None, "ACTION")
    [step] = tray.start_route(by=registrar, letter_id=paper.letter_id, targets=[division])
    tray.close(by=world.actor("ministry-clerk"), step_id=step.pk, text="ส่งข้อมูลแล้ว")
    _name(stage, "closed", paper.letter_id)


def _batches(stage: Stage) -> None:
    """A letter of the ministry's with the deputy for information, in a batch of his that nobody has begun."""
    world, registrar = stage.world, stage.world.actor("ministry-registrar")
    paper = register_paper(
        by=registrar, folder_id=world.folder("mdes-receive").pk, sender="กรมอุตุนิยมวิทยา", number="ดศ 0301/7",
        letter_date=None, subject="ขอแจ้งสถานการณ์อากาศ", addressee="รองปลัดกระทรวง", document=None,
    )  # fmt: skip
    deputy = world.actor("deputy1")
    to = Target(deputy.unit, deputy.position, "INFO")
    [step] = tray.start_route(by=registrar, letter_id=paper.letter_id, targets=[to])
    batch = start_batch(by=deputy, verb="ACKNOWLEDGE", step_ids=[step.pk], order=Order(), here=True)
    _name(stage, "batched", paper.letter_id)
    stage.made["batch"] = batch.pk


def _secret(stage: Stage) -> None:
    """Of the hall, where the secret registrar sits; its author is the governor."""
    governor, registrar = stage.world.actor("governor"), stage.world.actor("secret-registrar")
    facts = {"subject": SECRET_SUBJECT, "secrecy": 1, "owner_unit": registrar.unit}
    entry = numbered(governor, stage.world.folder("pte-secret-send"), governor, registrar, **facts)
    _name(stage, "secret", entry.letter_id)


def _classified(stage: Stage) -> None:
    """The governor's classified draft with a named reader, and a paper of ชั้นลับที่สุด the clerk asked a number for."""
    world, governor, registrar = stage.world, stage.world.actor("governor"), stage.world.actor("secret-registrar")
    draft = writing.begin(by=governor, kind="MEMO", secrecy=1)
    name_reader(by=governor, letter_id=draft.pk, position_id=registrar.position.pk, reason="ออกเลข")
    _name(stage, "secretdraft", draft.pk)
    stage.made["secretdraft.reader"] = draft.parties.get(because="READER").pk
    facts = PaperFacts("หัวหน้าสำนักงานจังหวัด", "อธิบดีกรมการปกครอง", date(2026, 1, 1), 2)
    asked = ask(by=world.actor("clerk"), folder_id=world.folder("pte-secret-send").pk, facts=facts)
    stage.made["secretpaper"] = asked.pk


def _retired_pair(world: World) -> SalutationRow:
    """A pair nobody may choose any more. No draft names it: a letter more would stand in somebody's lists."""
    by = world.actor("central-admin")
    row = add_salutation(by=by, opening="เรียน", closing="ด้วยความเคารพ", addressee="ผู้ใหญ่")
    SalutationRow.objects.filter(pk=row.pk).update(retired_at=by.at)
    return row


def _links(stage: Stage) -> None:
    """Links of what was sent and of what is being written, a certified copy, and the clerk's phrases."""
    world, clerk = stage.world, stage.world.actor("clerk")
    for name in ("sent", "draft"):
        link = links.switch_on(by=clerk, letter=lock(int(stage[name])), until=links.usual_last_day(clerk.at))
        stage.made[f"{name}.token"] = link.token
    links.publish_link(by=world.actor("province-registrar"), letter_id=int(stage["sent"]))
    drafted = Letter.objects.get(pk=stage["draft"])  # its paper shows the link
    stage.made["draft.paper"] = fingerprint(sheet_of(drafted, Content.of(Draft.objects.get(letter=drafted)), clerk.at))
    stage.made["numbered.copy"] = certify(by=clerk, letter_id=int(stage["numbered"])).pk
    for name, title, shared in (("own", "เก็บไว้", False), ("second", "เสนอต่อ", False), ("unit", "ใช้ร่วมกัน", True)):
        phrase = add_phrase(by=clerk, place="ENDORSE", title=title, text=f"เพื่อโปรดทราบ {title}", shared=shared)
        stage.made[f"phrase.{name}"] = phrase.pk


# -- document types -----------------------------------------------------------------------------------


def _types(stage: Stage) -> None:
    """A template of the clerk's group: retired, in use and being made; the draft was made from the one in use."""
    world, clerk, admin = stage.world, stage.world.actor("clerk"), stage.world.actor("province-admin")
    first = doctypes.create_type(by=clerk, owner=clerk.unit, kind="MEMO", name="ขอยืมอุปกรณ์", purpose="ยืมของหน่วย")
    said = {"subject": "ขอยืม{ของ}", "body": "<p>ขอยืม{ของ}</p>", "inputs": [TemplateInput(name="ของ")]}
    doctypes.write_version(by=clerk, version_id=first.pk, revision=1, for_unit=clerk.unit.pk, **said)
    doctypes.publish(by=admin, version_id=first.pk)
    second = doctypes.new_version(by=clerk, type_id=first.type_id)
    doctypes.publish(by=admin, version_id=second.pk)
    begun = doctypes.new_version(by=clerk, type_id=first.type_id)
    doctypes.write_version(by=clerk, version_id=begun.pk, revision=1, for_unit=clerk.unit.pk, **said)
    begun = TemplateVersion.objects.select_related("type__agency").get(pk=begun.pk)
    draft = Letter.objects.get(pk=stage["draft"])
    FilledTemplate.objects.create(
        letter=draft, version=second, type=first.type, agency=draft.agency, inputs={"ของ": "กล้อง"}, at=clerk.at
    )
    shared = TemplateVersion.objects.get(type__key="leave", type__agency=None)
    stage.made |= {
        "type.own": first.type_id,
        "type.own.retired": first.pk,
        "type.own.published": second.pk,
        "type.own.begun": begun.pk,
        "type.own.paper": fingerprint(paper_of(begun, world.actor("clerk"))),
        "type.shared": shared.type_id,
        "type.shared.version": shared.pk,
    }


# -- beside letters ---------------------------------------------------------------------------------


def _saved_filter(stage: Stage) -> SavedFilter:
    return save_filter(by=stage.world.actor("clerk"), path="/draft/", page="ร่าง", query="q=x", name="ที่บันทึกไว้")


def _beside_letters(stage: Stage) -> None:
    world = stage.world
    drawing = upload_garuda(by=world.actor("central-admin"), stream=io.BytesIO(SOME_SVG), name="ครุฑ.svg")
    invited = accounts.invite(by=world.actor("province-admin"), user=world.user("stat-clerk"), citizen_number=PID)
    waiting = Notification.objects.filter(position=world.post("PTE", "governor")).order_by("pk")[0]
    stage.made |= {
        "garuda": drawing.pk,
        "salutation": SalutationRow.objects.get(key="monk").pk,
        "retired": _retired_pair(world).pk,
        "invitation": invited.token,
        "notice": waiting.pk,
        "filter": _saved_filter(stage).pk,
        "holiday": Holiday.objects.filter(agency=None)[0].pk,
        "pte-send": world.folder("pte-send").pk,
        "mdes-receive": world.folder("mdes-receive").pk,
        "secret-send": world.folder("pte-secret-send").pk,
        "pte-receive": world.folder("pte-receive").pk,
    }


def end_the_appointment(stage: Stage) -> None:
    """The only appointment of `vice4` ends now; called once he is signed in."""
    held = stage.world.appointment("vice4")
    assert held is not None
    org.end_appointment(by=stage.world.actor("province-admin"), appointment=held, reason=REASON)
