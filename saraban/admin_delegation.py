"""Delegations for unit admins: the list of all in force or not, and the page that enters one as its order says."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from common.thai import datetime_short
from org.actor import Actor
from org.admin.base import ScopedAdmin, actor_of, sent
from org.models import Position
from org.permissions import administered_positions, administered_users, may_administer_position
from saraban.actions.delegation import delegate
from saraban.forms_delegation import DelegationForm, folders_of
from saraban.models import DelegationScope
from saraban.selectors_delegation import scope_words


@admin.register(DelegationScope)
class DelegationScopeAdmin(ScopedAdmin[DelegationScope]):
    """The delegations of the subtree's posts. They are entered on a page of the post and ended where holders are."""

    place = 4
    list_display = ("post", "delegate_name", "covers", "order", "since", "until")
    list_display_links = None
    search_fields = (
        "appointment__user__first_name",
        "appointment__user__last_name",
        "appointment__position__title",
        "appointment__order_ref",
    )
    search_help_text = "ชื่อผู้รับมอบอำนาจ ตำแหน่ง หรือคำสั่ง"
    ordering = ("-appointment__starts_at", "-id")

    def scope(self, actor: Actor) -> QuerySet[DelegationScope]:
        rows = DelegationScope.objects.select_related("appointment__user", "appointment__position__unit")
        return rows.filter(appointment__position__in=administered_positions(actor)).prefetch_related("folders")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        kept = ("_changelist", "_new")
        return [url for url in super().get_urls() if str(getattr(url, "name", "")).endswith(kept)]

    def pages(self) -> list[URLPattern]:
        return [self.page("new/<int:post>/", self.new, "new")]

    def new(self, request: HttpRequest, post: int) -> HttpResponse:
        """มอบอำนาจ of one post, as the order says."""
        actor = actor_of(request)
        position = administered_positions(actor).select_related("unit__agency").filter(pk=post).first()
        if position is None or position.abolished_at:
            raise Http404("ไม่พบตำแหน่งนี้")
        may_administer_position(actor, position).demand()
        form = _form(request, actor, position)
        back = reverse("admin:org_position_holders", args=(position.pk,))
        if request.method == "POST" and form.is_valid():
            values = form.values
            gone = self.carry_out(
                request,
                lambda: delegate(by=actor, position=position, **values),
                f"บันทึกการมอบอำนาจให้{values['user'].full_name}แล้ว",
                back,
                form,
            )
            if gone is not None:
                return gone
        title = f"มอบอำนาจให้ปฏิบัติราชการแทน{position.title}"
        return self.show(request, "saraban/delegate.html", title, position=position, form=form, form_back=back)

    @admin.display(description="ตำแหน่ง", ordering="appointment__position__title")
    def post(self, obj: DelegationScope) -> str:
        row = obj.appointment
        url = reverse("admin:org_position_holders", args=(row.position_id,))
        return format_html('<a href="{}">{}</a>', url, f"{row.position} · {row.position.unit}")

    @admin.display(description="ผู้รับมอบอำนาจ", ordering="appointment__user__first_name")
    def delegate_name(self, obj: DelegationScope) -> str:
        return obj.appointment.user.full_name

    @admin.display(description="ขอบเขต")
    def covers(self, obj: DelegationScope) -> str:
        return scope_words(obj.kinds, obj.amount_limit, obj.folders.all())

    @admin.display(description="คำสั่ง", ordering="appointment__order_ref")
    def order(self, obj: DelegationScope) -> str:
        return obj.appointment.order_ref

    @admin.display(description="ตั้งแต่", ordering="appointment__starts_at")
    def since(self, obj: DelegationScope) -> str:
        return datetime_short(obj.appointment.starts_at)

    @admin.display(description="ถึง", ordering="appointment__ends_at")
    def until(self, obj: DelegationScope) -> str:
        return datetime_short(obj.appointment.ends_at) if obj.appointment.ends_at else "ไม่มีกำหนด"


def _form(request: HttpRequest, actor: Actor, position: Position) -> DelegationForm:
    agency_id = position.unit.agency_id
    people = administered_users(actor).filter(is_active=True, agency=agency_id).exclude(pk=actor.user.pk)
    return DelegationForm(
        sent(request), people=people.order_by("first_name", "last_name"), folders=folders_of(agency_id), at=actor.at
    )
