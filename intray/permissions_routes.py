"""Who may change a route on its way. Each rule returns a `Verdict` with one Thai sentence.

A route belongs to the post that made it. Whoever holds a step whose turn it is may change what stands ahead too, by an
order in writing. Skipping wants the order of a superior on record, whoever writes it down.
"""

from __future__ import annotations

from collections.abc import Sequence

from common.access import ALLOWED, Verdict, first_refusal, no
from intray.models import LIVE_STATES, Route, RouteState, RoutingStep, StepPurpose, StepState
from intray.permissions import may_decide_at_all
from org.actor import Actor
from saraban.models import Letter, LetterStatus

P = StepPurpose


def made(actor: Actor, route: Route) -> bool:
    """Whether the actor stands in the post that made the route."""
    return actor.appointment is not None and route.made_from_id == actor.position.pk


def at_work_on(actor: Actor, steps: Sequence[RoutingStep]) -> RoutingStep | None:
    """The step of the actor's that has its turn and is more than a copy."""
    if actor.appointment is None:
        return None
    return next(
        (
            one for one in steps
            if one.is_open and one.purpose != P.INFO
            and (one.to_position_id == actor.position.pk or (one.to_position_id is None and one.to_unit_id == actor.unit.pk))
        ),
        None,
    )  # fmt: skip


def may_change_route(actor: Actor, route: Route, steps: Sequence[RoutingStep]) -> Verdict:
    """ปรับเส้นทาง: its maker, or who has its turn on it. `steps` are the route's."""
    decides = may_decide_at_all(actor, "ปรับเส้นทาง")
    if not decides:
        return decides
    if route.state != RouteState.RUNNING:
        return no("เส้นทางนี้สิ้นสุดแล้ว ปรับไม่ได้")
    if made(actor, route) or at_work_on(actor, steps) is not None:
        return ALLOWED
    return no("ปรับเส้นทางได้เฉพาะผู้กำหนดเส้นทาง หรือผู้ที่เรื่องอยู่ในลำดับปัจจุบัน")


def may_skip(actor: Actor, route: Route, steps: Sequence[RoutingStep], step: RoutingStep) -> Verdict:
    """ข้ามลำดับ: a step that is planned or waits."""
    verdict = may_change_route(actor, route, steps)
    if not verdict:
        return verdict
    if step.lead:
        return no("หน่วยรับผิดชอบหลักข้ามไม่ได้ ให้เปลี่ยนผู้รับ")
    return _still_ahead(step, "ข้าม")


def may_redirect(
    actor: Actor, route: Route, steps: Sequence[RoutingStep], step: RoutingStep, *, vacant: bool
) -> Verdict:
    """เปลี่ยนผู้รับ: of a planned step; of a waiting one that nobody opened, or whose post nobody holds (`vacant`)."""
    verdict = first_refusal(may_change_route(actor, route, steps), _still_ahead(step, "เปลี่ยนผู้รับ"))
    if verdict and step.state != StepState.PLANNED and step.opened_at is not None and not vacant:
        return no("ผู้รับเปิดอ่านแล้ว เปลี่ยนผู้รับไม่ได้ ให้ขอผู้รับตีกลับ")
    return verdict


def _still_ahead(step: RoutingStep, what: str) -> Verdict:
    if step.state in (StepState.PLANNED, StepState.NEW, StepState.OPENED):
        return ALLOWED
    return no(f"{what}ไม่ได้ เพราะขณะนี้สถานะเป็น “{step.get_state_display()}”")


def may_excuse(actor: Actor, route: Route, steps: Sequence[RoutingStep], step: RoutingStep, *, works: bool) -> Verdict:
    """ให้หน่วยร่วมพ้นภาระ: the lead or the maker, of a unit beside the lead whose part is not done (`works`)."""
    decides = may_decide_at_all(actor, "ให้หน่วยร่วมพ้นภาระ")
    if not decides:
        return decides
    lead = next((one for one in steps if one.lead and one.order == step.order), None)
    if lead is None or step.lead or step.purpose == P.INFO:
        return no("เรื่องนี้ไม่ได้แบ่งงานให้หน่วยร่วม")
    if not works or step.state not in (*LIVE_STATES, StepState.SENT_ON):
        return no(f"หน่วยนี้เสร็จสิ้นแล้ว ({step.get_state_display()})")
    leads = lead.to_position_id == actor.position.pk or (
        lead.to_position_id is None and lead.to_unit_id == actor.unit.pk and lead.is_open
    )
    if leads or made(actor, route):
        return ALLOWED
    return no("ให้หน่วยร่วมพ้นภาระได้เฉพาะหน่วยรับผิดชอบหลักหรือผู้มอบหมาย")


def may_conclude(missing: Sequence[RoutingStep]) -> Verdict:
    """จบงาน of a lead: when all beside it have ended their parts (`missing`: those that have not)."""
    if not missing:
        return ALLOWED
    names = ", ".join(one.place for one in missing[:3])
    more = f" และอีก {len(missing) - 3} แห่ง" if len(missing) > 3 else ""
    return no(f"หน่วยรับผิดชอบหลักยังจบงานไม่ได้ รอผลจาก {names}{more}")


def may_add_signer(actor: Actor, letter: Letter, signers: Sequence[RoutingStep]) -> Verdict:
    """เพิ่มผู้ลงนาม: whoever wrote or proposed the letter, or the signer whose turn it is. `signers`: the present round."""
    decides = may_decide_at_all(actor, "เพิ่มผู้ลงนาม")
    if not decides:
        return decides
    if letter.status != LetterStatus.PROPOSED or not signers:
        return no(f"เพิ่มผู้ลงนามไม่ได้ เพราะขณะนี้สถานะเป็น “{LetterStatus(letter.status).label}”")
    if any(one.state == StepState.SIGNING for one in signers):
        return no("กำลังลงลายมือชื่อ โปรดรอสักครู่")
    mine = letter.author_id == actor.user.pk or letter.author_position_id == actor.position.pk
    proposed = any(one.sent_from_id == actor.position.pk for one in signers)
    if mine or proposed or at_work_on(actor, signers) is not None:
        return ALLOWED
    return no("เพิ่มผู้ลงนามได้เฉพาะผู้ร่าง ผู้เสนอ หรือผู้ลงนามที่ถึงลำดับ")
