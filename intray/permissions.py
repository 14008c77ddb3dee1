"""Who may do what with a letter in the tray. Each rule returns a `Verdict` with one Thai sentence.

A step belongs to whoever holds its post now: the holder, or the one acting for the post. A secretary works on the same
tray, opens and prepares, and decides nothing. An appointment outside its period opens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from common.access import ALLOWED, Verdict, first_refusal, no
from intray.models import STEP, Endorsement, RoutingStep, StepPurpose, StepState
from org.actor import Actor
from saraban.models import Delivery, DeliveryStatus, Letter, LetterStatus, RegisterEntry, SignClass, Stay
from saraban.models.folders import RECEIVING
from saraban.models.reach import may_read, reach_of
from saraban.permissions_delegation import within_delegation
from saraban.sheets.signers import may_sign_kind
from saraban.states import LETTER
from signing.selectors import signing_verdict

P = StepPurpose
UNREGISTERED = (DeliveryStatus.DELIVERED, DeliveryStatus.OPENED)


def may_stand(actor: Actor) -> Verdict:
    """The actor holds a post at his moment: an appointment that has ended, even a minute ago, opens nothing."""
    appointment = actor.appointment
    if appointment is None:
        return no("บัญชีนี้ไม่มีตำแหน่งที่มีผลในขณะนี้")
    if appointment.starts_at > actor.at or (appointment.ends_at is not None and appointment.ends_at <= actor.at):
        return no(f"ฐานะ{appointment.title_line}สิ้นสุดแล้ว โปรดเลือกฐานะที่ยังมีผล")
    return ALLOWED


def may_decide_at_all(actor: Actor, what: str) -> Verdict:
    """`what` is a decision: never a secretary's."""
    if actor.is_secretary:
        return no(f"ฐานะหน้าห้องเตรียมเรื่องได้ แต่{what}แทนไม่ได้")
    return may_stand(actor)


def holds(actor: Actor, step: RoutingStep) -> Verdict:
    """The step lies in the actor's tray and waits there, and what was delegated to him covers it."""
    standing = may_stand(actor)
    if not standing:
        return standing
    own = step.to_position_id == actor.position.pk
    common = step.to_position_id is None and step.to_unit_id == actor.unit.pk
    if not own and not common:
        if step.for_unit and step.to_unit_id == actor.unit.pk and step.to_position is not None:
            return no(f"{step.to_position.label} รับเรื่องนี้ไปดำเนินการแล้ว")
        return no("เรื่องนี้ไม่ได้อยู่ในแฟ้มของท่าน")
    if step.state == StepState.SIGNING:
        return no("กำลังลงลายมือชื่อ โปรดรอสักครู่")
    if not step.is_open:
        return no(f"เรื่องนี้ดำเนินการไปแล้ว ({step.get_state_display()})")
    return within_delegation(actor, step.letter)


def may_note(actor: Actor, step: RoutingStep) -> Verdict:
    """เกษียน: write on the letter; it stays where it is."""
    return first_refusal(may_decide_at_all(actor, "เกษียน"), holds(actor, step))


def may_instruct(actor: Actor, step: RoutingStep) -> Verdict:
    """สั่งการ: write an order on a letter that asks for one."""
    if step.purpose == P.SIGN:
        return no("เรื่องที่เสนอลงนามให้ลงนามหรือตีกลับ")
    return first_refusal(may_decide_at_all(actor, "สั่งการ"), holds(actor, step))


def may_send_on(actor: Actor, step: RoutingStep) -> Verdict:
    """ส่งต่อ and มอบหมาย: hand the letter to posts and units of the own agency."""
    if step.purpose == P.SIGN:
        return no("เรื่องที่เสนอลงนามส่งต่อไม่ได้ ให้ลงนามหรือตีกลับ")
    return first_refusal(
        may_decide_at_all(actor, "ส่งต่อหรือมอบหมาย"), holds(actor, step), LETTER.can(step.letter.status, "route")
    )


def may_approve(actor: Actor, step: RoutingStep) -> Verdict:
    """อนุมัติ and ไม่อนุมัติ: a decision that was asked for."""
    if step.purpose == P.SIGN:
        return no("เรื่องนี้เสนอเพื่อลงนาม การลงนามคือการอนุมัติ")
    if step.purpose == P.INFO:
        return no("เรื่องนี้ส่งมาเพื่อทราบ ไม่ได้ขออนุมัติ")
    if step.purpose == P.OPINION:
        return no("เรื่องนี้ขอความเห็น ไม่ได้ขออนุมัติ")
    return first_refusal(may_decide_at_all(actor, "อนุมัติ"), holds(actor, step))


def may_acknowledge(actor: Actor, step: RoutingStep) -> Verdict:
    """รับทราบ: what came for information or consideration."""
    if step.purpose == P.SIGN:
        return no("เรื่องนี้เสนอเพื่อลงนาม ให้ลงนามหรือตีกลับ")
    if step.purpose == P.ACTION:
        return no("เรื่องนี้ส่งมาเพื่อดำเนินการ ให้ส่งต่อหรือจบงาน")
    if step.purpose == P.OPINION:
        return no("เรื่องนี้ขอความเห็น โปรดให้ความเห็น")
    return first_refusal(may_decide_at_all(actor, "รับทราบ"), holds(actor, step))


def may_give_opinion(actor: Actor, step: RoutingStep) -> Verdict:
    """ให้ความเห็น: what was asked of the post; to decide is the matter of whoever asked."""
    if step.purpose != P.OPINION:
        return no("เรื่องนี้ไม่ได้ขอความเห็น")
    return first_refusal(may_decide_at_all(actor, "ให้ความเห็น"), holds(actor, step))


def may_return(actor: Actor, step: RoutingStep) -> Verdict:
    """ตีกลับ: a letter to be signed goes back to its author, any other to whoever sent it."""
    if step.purpose == P.INFO:
        return no("เรื่องนี้ส่งมาเพื่อทราบ ไม่ต้องตีกลับ")
    verdict = first_refusal(may_decide_at_all(actor, "ตีกลับ"), holds(actor, step))
    if verdict and step.purpose == P.SIGN:
        return LETTER.can(step.letter.status, "return")
    return verdict


def may_close_step(actor: Actor, step: RoutingStep) -> Verdict:
    """จบงาน of one's own part; with the last part the letter ends."""
    if step.purpose == P.SIGN:
        return no("เรื่องที่เสนอลงนามจบงานไม่ได้ ให้ลงนามหรือตีกลับ")
    if step.purpose == P.INFO:
        return no("เรื่องนี้ส่งมาเพื่อทราบ ให้กดรับทราบ")
    if step.purpose == P.OPINION:
        return no("เรื่องนี้ขอความเห็น ให้ความเห็นแล้วเรื่องจะกลับไปที่ผู้ขอ")
    return first_refusal(may_decide_at_all(actor, "จบงาน"), holds(actor, step))


def may_prepare(actor: Actor, step: RoutingStep) -> Verdict:
    """A secretary writes down what the executive may adopt."""
    if not actor.is_secretary:
        return no("การเตรียมข้อความเป็นงานของหน้าห้อง ท่านเกษียนได้โดยตรง")
    return holds(actor, step)


def may_arrange(actor: Actor) -> Verdict:
    """จัดลำดับการอ่าน of a post's desk: its secretary, or whoever holds or acts for the post."""
    return may_stand(actor)


def may_arrange_step(actor: Actor, step: RoutingStep) -> Verdict:
    """Set a letter of the own desk aside, or lay it back."""
    if step.to_position_id is None:
        return no("เรื่องของหน่วยที่ยังไม่มีผู้รับ จัดลำดับบนโต๊ะไม่ได้")
    return holds(actor, step)


def may_take(actor: Actor, step: RoutingStep) -> Verdict:
    """รับเรื่องของหน่วย: from now on it lies in the actor's own tray."""
    verdict = first_refusal(may_decide_at_all(actor, "รับเรื่อง"), holds(actor, step))
    if verdict and step.to_position_id is not None:
        return no("เรื่องนี้อยู่ในแฟ้มของท่านแล้ว")
    return verdict


def may_release(actor: Actor, step: RoutingStep) -> Verdict:
    """คืนเรื่องให้หน่วย: what was taken from the unit goes back to its common tray."""
    if not step.for_unit or step.to_position_id is None:
        return no("เรื่องนี้ส่งถึงตำแหน่งของท่านโดยตรง")
    return first_refusal(may_decide_at_all(actor, "คืนเรื่อง"), holds(actor, step))


def may_sign(actor: Actor, step: RoutingStep) -> Verdict:
    """ลงนาม: in one's turn, in a post that may sign such a letter, with a certificate where the letter wants one."""
    if step.purpose != P.SIGN:
        return no("เรื่องนี้ไม่ได้เสนอเพื่อลงนาม")
    verdict = first_refusal(
        may_decide_at_all(actor, "ลงนาม"), holds(actor, step), LETTER.can(step.letter.status, "sign")
    )
    if not verdict:
        return verdict
    able = may_sign_kind(actor.position, step.letter.kind)
    if not able:
        return no(f"{able.reason} ให้ตีกลับเพื่อเสนอผู้มีอำนาจ")
    if step.letter.sign_class == SignClass.CERTIFICATE:
        return signing_verdict(actor.user, actor.at)
    return ALLOWED


def may_in_batch(letter: Letter, verb: str, text: str) -> Verdict:
    """The same words, or the same addressees, for many letters: never on a classified one."""
    if letter.is_secret and (verb in ("NOTE", "FORWARD") or text.strip()):
        return no("หนังสือมีชั้นความลับต้องเขียนหรือส่งต่อทีละเรื่องจากหน้าหนังสือ")
    return ALLOWED


def may_recall(actor: Actor, step: RoutingStep) -> Verdict:
    """ดึงกลับ: what one's own post sent and nobody has opened."""
    if step.sent_from_id != (actor.position.pk if actor.appointment else None):
        return no("ดึงกลับได้เฉพาะเรื่องที่ตำแหน่งของท่านส่ง")
    if step.proposal:
        return no("เรื่องที่เสนอลงนามให้ดึงกลับทั้งเรื่อง")
    if step.route_id is None:
        return no("เรื่องที่ตีกลับหรือแจ้งผลไปแล้วดึงกลับไม่ได้")
    if step.opened_at is not None or step.state in (StepState.OPENED, StepState.SIGNING):
        return no("ผู้รับเปิดอ่านแล้ว ดึงกลับไม่ได้")
    return first_refusal(may_decide_at_all(actor, "ดึงกลับ"), STEP.can(step.state, "recall"))


def may_chase(actor: Actor, step: RoutingStep, *, chased: bool) -> Verdict:
    """ทวงถาม: what one's own post sent and somebody still has; once for each working day (`chased`: already done)."""
    if step.sent_from_id != (actor.position.pk if actor.appointment else None):
        return no("ทวงถามได้เฉพาะเรื่องที่ตำแหน่งของท่านส่ง")
    if step.state == StepState.PLANNED:
        return no("ยังไม่ถึงลำดับของผู้รับรายนี้")
    if not step.is_open:
        return no(f"ผู้รับดำเนินการแล้ว ({step.get_state_display()}) ไม่ต้องทวงถาม")
    if chased:
        return no("ทวงถามรายการนี้แล้วในวันทำการนี้ ทวงได้อีกครั้งในวันทำการถัดไป")
    return may_decide_at_all(actor, "ทวงถาม")


def may_recall_proposal(actor: Actor, letter: Letter, signers: Sequence[RoutingStep]) -> Verdict:
    """ดึงกลับ a letter proposed for signature: its author or whoever proposed it, while no signer has opened it.

    `signers` are the live steps of the round; none yet when the proposal is still on its way.
    """
    decides = may_decide_at_all(actor, "ดึงกลับ")
    if not decides:
        return decides
    if letter.status != LetterStatus.PROPOSED:
        return no(f"ดึงกลับไม่ได้ เพราะขณะนี้สถานะเป็น “{LetterStatus(letter.status).label}”")
    mine = letter.author_id == actor.user.pk or letter.author_position_id == actor.position.pk
    if not mine and all(step.sent_from_id != actor.position.pk for step in signers):
        return no("ดึงกลับได้เฉพาะผู้ร่างหรือผู้เสนอ")
    if any(step.opened_at is not None or step.state not in (StepState.NEW, StepState.PLANNED) for step in signers):
        return no("ผู้ลงนามเปิดอ่านหรือลงนามแล้ว ดึงกลับไม่ได้ ให้ขอผู้ลงนามตีกลับ")
    return ALLOWED


def may_start_route(actor: Actor, letter: Letter) -> Verdict:
    """เสนอ/ส่งต่อ a registered letter that lies in nobody's tray: whoever may read it where it lies, or its registrar."""
    decides = first_refusal(
        may_decide_at_all(actor, "เสนอหรือส่งต่อ"), LETTER.can(letter.status, "route"), within_delegation(actor, letter)
    )
    if not decides:
        return decides
    if not may_read(actor, letter):
        return no("ไม่พบหนังสือ")
    if Delivery.objects.filter(received=letter, to_unit=actor.unit, status__in=UNREGISTERED).exists():
        return no("หน่วยงานของท่านยังไม่ได้ลงรับหนังสือนี้ ให้ลงรับก่อนจึงเสนอหรือส่งต่อได้")
    if lies_with(actor, letter) or registered_by(actor, letter):
        return ALLOWED
    return no("หนังสือนี้ไม่ได้อยู่ที่หน่วยงานของท่าน")


def may_close_letter(actor: Actor, letter: Letter, live: Sequence[RoutingStep]) -> Verdict:
    """จบงาน a letter that lies in nobody's tray; refused while others still work on it."""
    verdict = first_refusal(
        may_decide_at_all(actor, "จบงาน"), LETTER.can(letter.status, "close"), within_delegation(actor, letter)
    )
    if not verdict:
        return verdict
    busy = [step for step in live if step.purpose != P.INFO]
    if busy:
        return no(f"ยังมีผู้ดำเนินการไม่เสร็จ {len(busy)} แห่ง เช่น {busy[0].place}")
    waiting = Delivery.objects.filter(received=letter, status__in=UNREGISTERED).select_related("to_unit").first()
    if waiting is not None:
        return no(f"{waiting.to_unit.label} ได้รับหนังสือนี้แล้วแต่ยังไม่ได้ลงรับ จึงจบงานทั้งเรื่องไม่ได้")
    if not may_read(actor, letter):
        return no("ไม่พบหนังสือ")
    owns = letter.owner_unit_id in actor.unit_ids
    if owns or lies_with(actor, letter) or registered_by(actor, letter):
        return ALLOWED
    return no("หนังสือนี้ไม่ได้อยู่ที่หน่วยงานของท่าน")


def may_reopen(actor: Actor, letter: Letter, closing: Endorsement | None) -> Verdict:
    """ยกเลิกจบงาน: the post that closed the letter (`closing`), the registrar of its register, or the head of its unit."""
    verdict = first_refusal(
        may_decide_at_all(actor, "ยกเลิกจบงาน"), LETTER.can(letter.status, "reopen"), within_delegation(actor, letter)
    )
    if not verdict:
        return verdict
    if not may_read(actor, letter):
        return no("ไม่พบหนังสือ")
    closed_it = closing is not None and closing.position_id == actor.position.pk
    heads_it = actor.position.heads_subtree and letter.owner_unit_id in actor.unit_ids
    if closed_it or heads_it or letter.folder_id in reach_of(actor).kept_whole or registered_by(actor, letter):
        return ALLOWED
    return no("ยกเลิกจบงานได้เฉพาะผู้ที่จบงานไว้ เจ้าหน้าที่สารบรรณของทะเบียนนี้ หรือหัวหน้าหน่วยงานเจ้าของเรื่อง")


def lies_with(actor: Actor, letter: Letter) -> bool:
    """Whether the letter lies at the actor's post or in the common room of one of his units."""
    places = Stay.objects.filter(letter=letter, until=None, unit__in=actor.unit_ids)
    return any(post in (None, actor.position.pk) for post in places.values_list("position_id", flat=True))


def registered_by(actor: Actor, letter: Letter) -> bool:
    """Whether the letter stands in a receiving register the actor registers into."""
    folders = reach_of(actor).folders("register_incoming")
    entries = RegisterEntry.objects.filter(letter=letter, folder__in=folders, folder__kind__in=RECEIVING)
    return entries.exists()
