"""ชั้นความลับ and ผู้มีสิทธิ์เข้าถึง of a draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import once
from common.access import Refused
from draft.actions.classified import CLASSES, drop_reader, name_reader, set_secrecy
from draft.permissions_classified import may_classify, may_name_readers
from draft.selectors.access import cleared_posts, readers
from draft.views.door import Opened, once_key, once_of, typed
from org.actor import ActorRequest
from saraban.models import LetterParty, Secrecy
from saraban.permissions import may_hold_class

WHEN = {
    Secrecy.NORMAL: "เปิดเผยได้ตามสิทธิ์ปกติของหน่วยงานและแฟ้มทะเบียน",
    Secrecy.SECRET: "หากเปิดเผยจะก่อให้เกิดความเสียหายแก่ประโยชน์แห่งรัฐ",
    Secrecy.VERY_SECRET: "หากเปิดเผยจะก่อให้เกิดความเสียหายแก่ประโยชน์แห่งรัฐอย่างร้ายแรง",
    Secrecy.MOST_SECRET: "จัดทำและส่งเป็นกระดาษเท่านั้น ไม่พิมพ์เรื่องหรือเนื้อหาใด ๆ ในระบบ",
}


def classes(actor_reasons: dict[int, str], chosen: int) -> list[dict[str, object]]:
    """The lines of the choice of class: value, word, when, why not, and whether it is chosen."""
    return [
        {"value": one.value, "label": one.label, "when": WHEN[one], "why_not": actor_reasons.get(one.value, ""),
         "chosen": one.value == chosen}
        for one in Secrecy
    ]  # fmt: skip


def reasons_of(request: ActorRequest) -> dict[int, str]:
    """Why the capacity may not work with each class."""
    return {one.value: may_hold_class(request.actor, one).reason for one in Secrecy}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def access(request: ActorRequest, letter_id: int) -> HttpResponse:
    """The class of the draft with its reason, and who may read it."""
    opened = Opened(request, letter_id)
    chosen, reason, refusal = opened.letter.secrecy, "", None
    if request.method == "POST":
        asked, reason = request.POST.get("secrecy", ""), typed(request, "reason")
        chosen = int(asked) if asked in {"0", "1", "2", "3"} else -1
        try:
            with once(once_of(request), by=request.actor):
                set_secrecy(by=request.actor, letter_id=letter_id, secrecy=chosen, reason=reason)
        except Refused as error:
            refusal = error
        else:
            messages.success(request, "กำหนดชั้นความลับแล้ว ข้อความและไฟล์ของร่างเข้ารหัสแล้ว" if chosen else "ยกเลิกชั้นความลับแล้ว")
            return redirect("draft:access", letter_id)
    return _page(request, opened, chosen=chosen, reason=reason, refusal=refusal)


@require_POST
def add_reader(request: ActorRequest, letter_id: int) -> HttpResponse:
    """Name a post that may read the draft."""
    opened = Opened(request, letter_id)
    post, reason = request.POST.get("position", ""), typed(request, "why")
    number = int(post) if post.isascii() and post.isdecimal() and len(post) < 19 else 0
    try:
        with once(once_of(request), by=request.actor):
            name_reader(by=request.actor, letter_id=letter_id, position_id=number, reason=reason)
    except Refused as error:
        return _page(request, opened, chosen=opened.letter.secrecy, reader_refusal=error, why=reason, picked=number)
    messages.success(request, "เพิ่มผู้มีสิทธิ์เข้าถึงแล้ว")
    return redirect("draft:access", letter_id)


@require_POST
def remove_reader(request: ActorRequest, letter_id: int, party_id: int) -> HttpResponse:
    """End a named reader's access."""
    opened = Opened(request, letter_id)
    try:
        with once(once_of(request), by=request.actor):
            drop_reader(by=request.actor, letter_id=letter_id, party_id=party_id, reason=typed(request, "why"))
    except LetterParty.DoesNotExist as error:
        raise Http404 from error
    except Refused as error:
        return _page(request, opened, chosen=opened.letter.secrecy, reader_refusal=error)
    messages.success(request, "ยกเลิกสิทธิ์เข้าถึงแล้ว")
    return redirect("draft:access", letter_id)


def _page(
    request: ActorRequest,
    opened: Opened,
    *,
    chosen: int,
    reason: str = "",
    refusal: Refused | None = None,
    reader_refusal: Refused | None = None,
    why: str = "",
    picked: int = 0,
) -> HttpResponse:
    letter, actor = opened.letter, request.actor
    error = refusal or reader_refusal
    context = {
        "page_title": "ชั้นความลับและผู้มีสิทธิ์เข้าถึง",
        "letter": letter,
        "classes": classes(reasons_of(request), chosen),
        "given": CLASSES,
        "typed": reason,
        "refusal": refusal,
        "reader_refusal": reader_refusal,
        "why": why,
        "picked": picked,
        "why_not": may_classify(actor, letter).reason,
        "why_not_readers": may_name_readers(actor, letter).reason,
        "readers": readers(letter, opened.content, actor.at) if letter.is_secret else [],
        "posts": cleared_posts(letter, actor.at) if letter.is_secret else [],
        "once": once_key(),
    }
    return render(request, "draft/access.html", context, status=error.status if error else 200)
