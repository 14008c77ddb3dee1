"""What may happen to a sample letter: each step is the action a person would have done, in that person's capacity."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any

from common.thai import BANGKOK, date_formal, local_date, thai_digits
from draft.actions import parts, propose, review, writing
from draft.actions.working import Page
from draft.content import Content
from draft.models import Draft
from draft.plan import in_order
from eoffice.demo.cast import Cast
from eoffice.demo.certificates import PASSPHRASE
from files.actions import store_bytes
from intray import actions as tray
from intray.actions.signatures import CONFIRMATION
from intray.models import RoutingStep
from intray.selectors.route import my_step, steps_of
from org.actor import Actor
from outbox.actions import deliver_here
from outbox.models import OutboxMessage
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.numbers import issue_number
from saraban.actions.receive import open_delivery, register, register_paper, return_delivery
from saraban.models import Delivery, Letter, SignClass, Urgency
from saraban.sheets import ExternalSheet, typeset_letter
from saraban.sheets.parts import SignerBlock
from signing.models import SigningJob

END_OF_DAY = time(16, 30)
BETWEEN = (
    *("letter.proposed", "letter.numbered", "letter.sealed", "letter.dispatched", "letter.signature_done"),
    "signing.run",
)
SPECIMEN = SignerBlock("นายสมมุติ ตัวอย่าง", ("ผู้มีอำนาจลงนาม",), "signer-1")


@dataclass
class Story:
    """One sample letter on its way. `here` is the letter the next step is about: at the sender, then at a receiver."""

    row: dict[str, Any]
    cast: Cast
    known: dict[str, int]
    here: int = 0
    sent: list[Delivery] = field(default_factory=list)

    def tell(self) -> int:
        """Do everything the row says; gives the id of the letter the story began with. Raises what the actions raise."""
        self._paper() if "sender" in self.row else self._write()
        first = self.here
        for step in self.row.get("steps", ()):
            STEPS[step["do"]](self, self.cast.actor(step["by"]) if "by" in step else None, step)
            self._settle()
        return first

    def _settle(self) -> None:
        """What happens between two people are messages: those of this story are delivered here, before its commit."""
        waiting = OutboxMessage.objects.filter(topic__in=BETWEEN, state=OutboxMessage.State.WAITING)
        while mine := next((one for one in waiting.order_by("id") if self._is_mine(one.payload)), None):
            deliver_here(mine)

    def _is_mine(self, payload: dict[str, int]) -> bool:
        if "delivery" in payload:
            return payload["delivery"] in [delivery.pk for delivery in self.sent]
        if "job" in payload:
            plan = SigningJob.objects.get(pk=payload["job"]).plan
            payload = plan if "letter" in plan else {"letter": RoutingStep.objects.get(pk=plan["step"]).letter_id}
        return payload["letter"] in (self.here, *(delivery.letter_id for delivery in self.sent))

    # -- how it begins ----------------------------------------------------------------------------

    def _write(self) -> None:
        row, by = self.row, self.cast.actor(self.row["by"])
        answers = Letter.objects.get(pk=self._known(row["answers"])) if "answers" in row else None
        letter = writing.begin(by=by, kind=row["kind"], answers=answers)
        draft = Draft.objects.get(letter=letter)
        usual = Content.of(draft)
        content = replace(
            usual,
            subject=row["subject"],
            addressee=row.get("addressee", usual.addressee),
            body=body_html(row.get("body", ())),
            folder=self.cast.folder(row["folder"]).pk if "folder" in row else usual.folder,
            sign_class=row.get("class", SignClass.TYPED),
            urgency=Urgency[row.get("urgency", "NORMAL")],
            signers=tuple(self.cast.post(name).pk for name in row.get("signers", ())),
            reviewers=in_order(self.cast.post(name).pk for name in row.get("reviewers", ())),
            due=typed_day(row["due"], by.at) if "due" in row else "",
        )
        writing.save(by=by, letter_id=letter.pk, content=content, page=Page(revision=draft.revision))
        if "for" in row:
            units = [self.cast.unit(name).pk for name in row["for"]]
            writing.set_addressees(by=by, letter_id=letter.pk, units=units)
        for title in row.get("enclosures", ()):
            upload = parts.Upload(io.BytesIO(specimen(title, "หน่วยงานเจ้าของเรื่อง", "", None, title)), f"{title}.pdf")
            parts.attach(by=by, letter_id=letter.pk, uploads=[upload])
        self.here = letter.pk

    def _paper(self) -> None:
        row, by = self.row, self.cast.actor(self.row["by"])
        day = local_date(by.at) + timedelta(days=row["dated"])
        scan = specimen(row["subject"], row["sender"], row["number"], day, row["body"], addressee=row["addressee"])
        entry = register_paper(
            by=by,
            folder_id=self.cast.folder(row["folder"]).pk,
            subject=row["subject"],
            sender=row["sender"],
            number=row["number"],
            letter_date=day,
            addressee=row["addressee"],
            document=store_bytes(scan, name="scan.pdf"),
            urgency=Urgency[row.get("urgency", "NORMAL")],
        )
        self.here = entry.letter_id

    def _known(self, name: str) -> int:
        """`key`, or `key@MDES`: the letter the agency of that code received of it."""
        key, _, roman = name.partition("@")
        pk = self.known[key]
        if not roman:
            return pk
        received = Delivery.objects.filter(letter=pk, to_agency__roman=roman).values_list("received_id", flat=True)
        return int(received[0] or 0)

    # -- what happens to it -----------------------------------------------------------------------

    def step_of(self, by: Actor) -> int:
        step = my_step(by, list(steps_of(Letter.objects.get(pk=self.here))))
        if step is None:
            raise LookupError(f"{by.title_line} has no step of letter {self.here}")
        return step.pk

    def arrived(self, unit: str) -> Delivery:
        """Turn to the letter as it reached `unit`."""
        pk = self.cast.unit(unit).pk
        delivery = Delivery.objects.get(pk=next(one.pk for one in self.sent if one.to_unit_id == pk))
        assert delivery.received_id is not None
        self.here = delivery.received_id
        return delivery

    def submit(self, by: Actor, step: dict[str, Any]) -> None:
        review.submit(by=by, letter_id=self.here, note=step.get("note", ""))

    def pass_on(self, by: Actor, step: dict[str, Any]) -> None:
        review.pass_review(by=by, letter_id=self.here, note=step.get("note", ""))

    def send_back(self, by: Actor, step: dict[str, Any]) -> None:
        review.return_draft(by=by, letter_id=self.here, reason=step["reason"])

    def propose(self, by: Actor, step: dict[str, Any]) -> None:
        propose.propose(by=by, letter_id=self.here, note=step.get("note", propose.USUAL_NOTE))

    def sign(self, by: Actor, step: dict[str, Any]) -> None:
        pk = self.step_of(by)
        tray.open_step(by=by, step_id=pk)
        if RoutingStep.objects.get(pk=pk).letter.sign_class == SignClass.CERTIFICATE:
            tray.sign_with_certificate(by=by, step_id=pk, passphrase=PASSPHRASE)
        else:
            tray.sign_typed(by=by, step_id=pk, confirmation=CONFIRMATION)

    def give_back(self, by: Actor, step: dict[str, Any]) -> None:
        tray.return_step(by=by, step_id=self.step_of(by), reason=step["reason"])

    def number(self, by: Actor, step: dict[str, Any]) -> None:
        issue_number(by=by, letter_id=self.here)

    def send(self, by: Actor, step: dict[str, Any]) -> None:
        to = [Addressee(self.cast.unit(name), step.get("purpose", "ACTION")) for name in step["to"]]
        self.sent += dispatch(by=by, letter_id=self.here, to=to)

    def open(self, by: Actor, step: dict[str, Any]) -> None:
        if "at" in step:
            open_delivery(by=by, delivery_id=self.arrived(step["at"]).pk)
        else:
            tray.open_step(by=by, step_id=self.step_of(by))

    def register(self, by: Actor, step: dict[str, Any]) -> None:
        delivery = self.arrived(step["at"])
        register(by=by, delivery_id=delivery.pk, folder_id=self.cast.folder(step["folder"]).pk)

    def refuse(self, by: Actor, step: dict[str, Any]) -> None:
        return_delivery(by=by, delivery_id=self.arrived(step["at"]).pk, reason=step["reason"])

    def route(self, by: Actor, step: dict[str, Any]) -> None:
        tray.start_route(by=by, letter_id=self.here, **self._onward(by, step))

    def forward(self, by: Actor, step: dict[str, Any]) -> None:
        tray.forward(by=by, step_id=self.step_of(by), **self._onward(by, step))

    def instruct(self, by: Actor, step: dict[str, Any]) -> None:
        tray.instruct(by=by, step_id=self.step_of(by), **self._onward(by, step))

    def _onward(self, by: Actor, step: dict[str, Any]) -> dict[str, Any]:
        targets = self.cast.targets(step["to"], step.get("purpose", "ACTION"))
        targets += self.cast.targets(step.get("info", []), "INFO")
        due = end_of_day(step["due"], by.at) if "due" in step else None
        return {"targets": targets, "text": step.get("text", ""), "due_at": due}

    def note(self, by: Actor, step: dict[str, Any]) -> None:
        tray.endorse(by=by, step_id=self.step_of(by), text=step["text"])

    def prepare(self, by: Actor, step: dict[str, Any]) -> None:
        tray.prepare(by=by, step_id=self.step_of(by), text=step["text"])

    def approve(self, by: Actor, step: dict[str, Any]) -> None:
        tray.approve(by=by, step_id=self.step_of(by), granted=True, text=step["text"])

    def acknowledge(self, by: Actor, step: dict[str, Any]) -> None:
        tray.acknowledge(by=by, step_id=self.step_of(by), text=step.get("text", ""))

    def take(self, by: Actor, step: dict[str, Any]) -> None:
        tray.take(by=by, step_id=self.step_of(by))

    def close(self, by: Actor, step: dict[str, Any]) -> None:
        tray.close(by=by, step_id=self.step_of(by), text=step.get("text", ""))


STEPS: dict[str, Callable[..., None]] = {
    "submit": Story.submit,
    "pass": Story.pass_on,
    "send-back": Story.send_back,
    "propose": Story.propose,
    "sign": Story.sign,
    "give-back": Story.give_back,
    "number": Story.number,
    "send": Story.send,
    "open": Story.open,
    "register": Story.register,
    "refuse": Story.refuse,
    "route": Story.route,
    "forward": Story.forward,
    "instruct": Story.instruct,
    "note": Story.note,
    "prepare": Story.prepare,
    "approve": Story.approve,
    "acknowledge": Story.acknowledge,
    "take": Story.take,
    "close": Story.close,
}


def body_html(paragraphs: list[str] | tuple[str, ...]) -> str:
    """Paragraphs as the editor writes them; one that begins with `- ` is an item of a numbered list."""
    out: list[str] = []
    for words in paragraphs:
        if words.startswith("- "):
            item = f"<li>{escape(words[2:])}</li>"
            if out and out[-1].endswith("</ol>"):
                out[-1] = out[-1].removesuffix("</ol>") + item + "</ol>"
            else:
                out.append(f"<ol>{item}</ol>")
        else:
            out.append(f"<p>{escape(words)}</p>")
    return "".join(out)


def end_of_day(days: int, now: datetime) -> datetime:
    """When offices close, so many days from today."""
    return datetime.combine(local_date(now) + timedelta(days=days), END_OF_DAY, tzinfo=BANGKOK)


def typed_day(days: int, now: datetime) -> str:
    """The same day as a clerk types it."""
    day = local_date(now) + timedelta(days=days)
    return f"{day.day}/{day.month}/{day.year + 543}"


def specimen(subject: str, sender: str, number: str, day: date | None, body: str, *, addressee: str = "") -> bytes:
    """A paper from outside as a PDF, marked as a sample across the page: nobody signed it."""
    sheet = ExternalSheet(
        subject=subject,
        salutation="เรียน",
        addressee=addressee or "ผู้เกี่ยวข้อง",
        closing="ขอแสดงความนับถือ",
        body_html=body_html([body, "จึงเรียนมาเพื่อโปรดพิจารณา"]),
        signers=(SPECIMEN,),
        sender_lines=(sender,),
        number=thai_digits(number),
        date_text=date_formal(day) if day else "",
        mark="ตัวอย่าง",
    )
    return typeset_letter(sheet, preview=True).pdf
