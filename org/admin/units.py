"""The tree of units: list, forms, moving with confirmation and undo, dissolving."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse

from common.access import Refused, Verdict, first_refusal, no
from org import estates
from org.actions import create_unit, dissolve_unit, last_place, may_move, move_unit, undo_move_unit, update_unit
from org.actor import Actor
from org.admin.base import ScopedAdmin, Tool, actor_of, sent
from org.forms import DissolveForm, MoveForm, UnitChoice
from org.models import Agency, Unit
from org.permissions import administered_agencies, administered_units, administers_platform, may_administer_unit


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Unit
        fields = ("agency", "parent", "name", "short_name", "code", "position_order", "address", "phone", "email")
        field_classes = {"parent": UnitChoice}


@admin.register(Unit)
class UnitAdmin(ScopedAdmin[Unit]):
    place = 1
    form = UnitForm
    search_fields = ("name", "short_name", "code")

    def scope(self, actor: Actor) -> QuerySet[Unit]:
        return administered_units(actor).select_related("agency", "parent")

    def may_change(self, actor: Actor, obj: Unit) -> Verdict:
        return first_refusal(
            no(f"{obj.name} ยุบเลิกแล้ว") if obj.dissolved_at else Verdict(), may_administer_unit(actor, obj)
        )

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        return administered_agencies(actor) if name == "agency" else in_tree(administered_units(actor))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        wanted = list(UnitForm.Meta.fields)
        if obj is not None:
            return wanted[2:]
        return wanted if administers_platform(actor_of(request)) else wanted[1:]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and not administers_platform(actor_of(request)):
            form.base_fields["parent"].required = True
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {name: request.GET[name] for name in ("parent", "agency") if request.GET.get(name, "").isdigit()}

    def create(self, actor: Actor, fields: dict[str, Any]) -> Unit:
        parent: Unit | None = fields.pop("parent")
        agency: Agency | None = fields.pop("agency", None) or (parent.agency if parent else None)
        if agency is None:
            raise Refused("กรุณาเลือกส่วนราชการ")
        return create_unit(by=actor, agency=agency, parent=parent, **fields)

    def update(self, actor: Actor, obj: Unit, fields: dict[str, Any]) -> Unit:
        return update_unit(by=actor, unit=obj, **fields)

    def tools(self, request: HttpRequest, obj: Unit) -> list[Tool]:
        if obj.dissolved_at:
            return []
        people = reverse("admin:org_position_changelist")
        return [
            Tool("เพิ่มหน่วยใต้หน่วยนี้", f"{self.url('add')}?parent={obj.pk}&agency={obj.agency_id}", "plus"),
            Tool("ตำแหน่งในหน่วยนี้", f"{people}?unit__id__exact={obj.pk}", "users"),
            Tool("ย้ายไปอยู่ใต้…", self.url("move", obj.pk), "corner-down-right"),
            Tool("ยุบหน่วยงาน", self.url("dissolve", obj.pk), "archive", danger=True),
        ]

    def pages(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/move/", self.move, "move"),
            self.page("<int:pk>/move/undo/", self.undo_move, "undo_move"),
            self.page("<int:pk>/dissolve/", self.dissolve, "dissolve"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The tree, indented; a search keeps the order and tells where each unit stands."""
        words = request.GET.get("q", "").strip()
        gone = request.GET.get("gone") == "1"
        units = in_tree(administered_units(actor_of(request)), gone=gone).select_related("agency", "parent")
        posts = Count("positions", filter=Q(positions__abolished_at=None))
        counts = dict(Unit.objects.filter(pk__in=units.values("pk")).annotate(n=posts).values_list("pk", "n"))
        rows = [unit for unit in units if words in f"{unit.name} {unit.short_name} {unit.code}"]
        top = min((unit.tree_depth for unit in rows), default=0)
        shown = [(unit, unit.tree_depth - top, counts.get(unit.pk, 0)) for unit in rows]
        return self.show(request, "org/units.html", "หน่วยงานภายใน", rows=shown, words=words, gone=gone)

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the new place, see what it means, confirm."""
        actor, unit = actor_of(request), self.find(request, pk)
        form = MoveForm(request.POST or request.GET or None) if {"to"} & {*request.POST, *request.GET} else MoveForm()
        below = list(Unit.objects.descendants(unit, include_self=True).values_list("pk", flat=True))
        targets = in_tree(administered_units(actor)).filter(agency_id=unit.agency_id)
        form.fields["to"].queryset = targets.exclude(pk__in=[*below, unit.parent_id])  # type: ignore[attr-defined]
        chosen: Unit | None = form.cleaned_data["to"] if form.is_bound and form.is_valid() else None
        if chosen is not None and request.method == "POST":
            target = chosen
            done = f"ย้าย {unit.name} ไปอยู่ใต้ {target.name} แล้ว"
            back = self.url("move", unit.pk)
            gone = self.carry_out(request, lambda: move_unit(by=actor, unit=unit, to=target), done, back, form)
            if gone is not None:
                return gone
        elif chosen is not None:
            try:
                may_move(actor, unit, chosen)
            except Refused as refusal:
                form.add_error("to", refusal.sentence)
                chosen = None
        return self.show(
            request,
            "org/move.html",
            f"ย้าย {unit.name}",
            unit=unit,
            form=form,
            chosen=chosen,
            below=len(below) - 1,
            before=last_place(unit),
            form_back=self.url("change", unit.pk),
        )

    def undo_move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put the unit back where its last move took it from."""
        unit = self.find(request, pk)
        back = self.url("move", unit.pk)
        if request.method != "POST":
            return HttpResponseRedirect(back)
        done = self.carry_out(
            request, lambda: undo_move_unit(by=actor_of(request), unit=unit), f"ย้อนการย้าย {unit.name} แล้ว", back
        )
        return done or HttpResponseRedirect(back)

    def dissolve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close the unit after a confirmation that says what ends."""
        actor, unit = actor_of(request), self.find(request, pk)
        form = DissolveForm(sent(request))
        form.fields["successor"].queryset = (  # type: ignore[attr-defined]
            in_tree(administered_units(actor)).filter(agency_id=unit.agency_id).exclude(pk=unit.pk)
        )
        return self.ask(
            request,
            f"ยุบ {unit.name}",
            partial(dissolve_unit, unit=unit),
            done=f"ยุบ {unit.name} แล้ว",
            back=self.url("change", unit.pk),
            label="ยืนยันยุบหน่วยงาน",
            consequences=[
                "ตำแหน่งในหน่วยงานนี้ยุบเลิกไปด้วย",
                "หนังสือและทะเบียนเดิมยังอยู่ครบ และอ่านได้ตามสิทธิ์ของแฟ้ม",
                *estates.foresee(unit),
            ],
            form=form,
            danger=True,
        )


def in_tree(units: QuerySet[Unit], *, gone: bool = False) -> QuerySet[Unit]:
    """Living units (with `gone` the dissolved ones too) in tree order with `tree_depth`."""
    rows = Unit.objects.with_tree_fields().filter(pk__in=list(units.values_list("pk", flat=True)))
    return rows if gone else rows.filter(dissolved_at=None)
