"""The Garuda, for the central admin alone: upload, look at it on paper in both sizes, confirm; and its versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern

from common.access import Verdict
from common.thai import datetime_short
from org.actor import Actor
from org.admin.base import ScopedAdmin, actor_of
from org.permissions import administers_platform
from saraban.actions.garuda import confirm_garuda, proof_png, propose_again, upload_garuda
from saraban.models import GarudaDrawing
from saraban.permissions import may_set_garuda


class UploadForm(forms.ModelForm):  # type: ignore[type-arg]
    upload = forms.FileField(
        label="ไฟล์ตราครุฑ",
        help_text="ไฟล์ SVG หรือ PNG พื้นโปร่งใส สูงอย่างน้อย 600 จุด ตัดขอบพอดีตัวครุฑ ไม่เกิน 2 เมกะไบต์",
        widget=forms.ClearableFileInput(attrs={"accept": ".svg,.png"}),
    )

    class Meta:
        model = GarudaDrawing
        fields: tuple[str, ...] = ()


@admin.register(GarudaDrawing)
class GarudaAdmin(ScopedAdmin[GarudaDrawing]):
    """All versions; a version's own page shows it on paper and confirms it."""

    place = 8
    keeps_history = False
    form = UploadForm
    list_display = ("original_name", "form", "uploaded", "uploaded_by", "used")
    list_select_related = ("uploaded_by",)
    ordering = ("-id",)

    def scope(self, actor: Actor) -> QuerySet[GarudaDrawing]:
        return GarudaDrawing.objects.all() if administers_platform(actor) else GarudaDrawing.objects.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request)

    def may_add(self, actor: Actor) -> Verdict:
        return may_set_garuda(actor)

    def may_change(self, actor: Actor, obj: GarudaDrawing) -> Verdict:
        return may_set_garuda(actor)

    @admin.display(description="อัปโหลดเมื่อ", ordering="uploaded_at")
    def uploaded(self, obj: GarudaDrawing) -> str:
        return datetime_short(obj.uploaded_at)

    @admin.display(description="การใช้")
    def used(self, obj: GarudaDrawing) -> str:
        return _state(obj)

    def create(self, actor: Actor, fields: dict[str, Any]) -> GarudaDrawing:
        return upload_garuda(by=actor, stream=fields["upload"], name=fields["upload"].name or "")

    def response_add(self, request: HttpRequest, obj: GarudaDrawing, post_url_continue: Any = None) -> HttpResponse:
        return HttpResponseRedirect(self.url("change", obj.pk))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """The upload form; a version that is there already has no form, only its page."""
        if object_id is None:
            return super().changeform_view(request, None, form_url, extra_context)
        drawing = self.found(request, object_id)
        if request.method == "POST":
            return self._confirm(request, drawing)
        return self.show(
            request,
            "saraban/garuda.html",
            f"ตราครุฑ {drawing.original_name}",
            drawing=drawing,
            state=_state(drawing),
            proof=self.url("proof", drawing.pk),
            again=self.url("again", drawing.pk),
            back=self.url("changelist"),
            in_force=GarudaDrawing.in_force() == drawing,
        )

    def found(self, request: HttpRequest, object_id: Any) -> GarudaDrawing:
        """The row for the central admin. Raises `Refused` for everybody else, whatever the number, and Http404."""
        may_set_garuda(actor_of(request)).demand()
        return self.find(request, object_id)

    def _confirm(self, request: HttpRequest, drawing: GarudaDrawing) -> HttpResponse:
        here = self.url("change", drawing.pk)
        done = "เริ่มใช้ตราครุฑนี้แล้ว หนังสือที่จัดทำจากนี้ไปจะพิมพ์ภาพนี้"
        gone = self.carry_out(request, lambda: confirm_garuda(by=actor_of(request), drawing_id=drawing.pk), done, here)
        assert gone is not None  # without a form every answer is a redirect
        return gone

    def pages(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/proof.png", self.proof, "proof"),
            self.page("<int:pk>/again/", self.again, "again"),
        ]

    def proof(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The drawing on paper at 30 and 15 mm. It never leaves as the file that came, only as this picture."""
        return HttpResponse(proof_png(self.found(request, pk)), content_type="image/png")

    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An earlier version as a new one, to be looked at and confirmed."""
        drawing = self.found(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(self.url("change", drawing.pk))  # where the button is
        fresh = propose_again(by=actor_of(request), drawing_id=drawing.pk)
        return HttpResponseRedirect(self.url("change", fresh.pk))


def _state(drawing: GarudaDrawing) -> str:
    if drawing.confirmed_at is None:
        return "ยังไม่ได้ยืนยัน"
    words = "ใช้อยู่" if GarudaDrawing.in_force() == drawing else "เคยใช้"
    return f"{words} เริ่ม {datetime_short(drawing.confirmed_at)}"
