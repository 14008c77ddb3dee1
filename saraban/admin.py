"""Folders and their groups for unit admins. Letters, entries and deliveries are not registered, for anyone."""

from __future__ import annotations

from copy import copy
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from common.access import Verdict, no
from org.actor import Actor
from org.admin.base import ScopedAdmin, Tool, actor_of
from org.admin.units import in_tree
from org.models import Unit
from org.permissions import administered_root, administered_unit_ids, may_administer_rights
from org.selectors_history import HistoryLine
from org.site import UnitAdminSite
from saraban import admin_delegation, admin_garuda  # noqa: F401  register themselves
from saraban.actions.folders import (
    close_folder,
    create_folder,
    create_folder_group,
    reopen_folder,
    update_folder,
    update_folder_group,
)
from saraban.admin_rights import RightsPages
from saraban.forms_folders import FolderForm, FormatForm, in_thai
from saraban.models import FolderGroup, FolderKind, RegisterFolder
from saraban.permissions_folders import kept_folders, kept_groups, may_keep_folder, may_keep_group, may_keep_some_folder
from saraban.selectors_folders import number_example, rights_lines

UnitAdminSite.doors.append(may_keep_some_folder)


@admin.register(FolderGroup)
class FolderGroupAdmin(ScopedAdmin[FolderGroup]):
    """Groups of folders of the agency."""

    place = 2
    fields = ("name", "order")
    list_display = ("name", "order", "how_many")
    search_fields = ("name",)
    search_help_text = "ชื่อกลุ่มแฟ้ม"
    ordering = ("order", "name")

    def scope(self, actor: Actor) -> QuerySet[FolderGroup]:
        return kept_groups(actor).annotate(number_of_folders=Count("folders"))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administered_root(actor_of(request)) is not None and super().has_view_permission(request, obj)

    def may_add(self, actor: Actor) -> Verdict:
        return may_administer_rights(actor, administered_root(actor))

    def may_change(self, actor: Actor, obj: FolderGroup) -> Verdict:
        return may_keep_group(actor, obj.agency_id)

    @admin.display(description="แฟ้ม")
    def how_many(self, obj: FolderGroup) -> str:
        return f"{getattr(obj, 'number_of_folders', 0)} แฟ้ม"

    def create(self, actor: Actor, fields: dict[str, Any]) -> FolderGroup:
        return create_folder_group(by=actor, **fields)

    def update(self, actor: Actor, obj: FolderGroup, fields: dict[str, Any]) -> FolderGroup:
        return update_folder_group(
            by=actor, group=obj, name=fields.get("name", obj.name), order=fields.get("order", obj.order)
        )


class KindFilter(admin.SimpleListFilter):
    """By kind of register."""

    title = "ชนิดทะเบียน"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(FolderKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() in FolderKind.values else queryset


class OpenFilter(admin.SimpleListFilter):
    """Open folders, or closed ones."""

    title = "สถานะ"
    parameter_name = "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("0", "เปิดใช้อยู่"), ("1", "ปิดแล้ว")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(closed_at__isnull=self.value() == "0") if self.value() in ("0", "1") else queryset


@admin.register(RegisterFolder)
class RegisterFolderAdmin(RightsPages):
    """Register folders of the subtree; the rights on each are on a page of their own."""

    place = 1
    words = {"number_format": in_thai}
    hidden = ("retention",)
    form = FolderForm
    list_display = ("name", "owner_unit", "kind", "example", "group")
    list_select_related = ("owner_unit", "group", "agency")
    list_filter = (OpenFilter, KindFilter)
    search_fields = ("name", "owner_unit__name")
    search_help_text = "ชื่อแฟ้มหรือหน่วยเจ้าของ"
    ordering = ("group__order", "order", "id")

    def scope(self, actor: Actor) -> QuerySet[RegisterFolder]:
        return kept_folders(actor).select_related("owner_unit", "group", "agency")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_see_folders(actor_of(request)) and super().has_view_permission(request, obj)

    def may_add(self, actor: Actor) -> Verdict:
        return may_administer_rights(actor, administered_root(actor))

    def may_change(self, actor: Actor, obj: RegisterFolder) -> Verdict:
        return no("แฟ้มนี้ปิดแล้ว") if obj.closed_at else may_keep_folder(actor, obj)

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        if name == "group":
            return kept_groups(actor)
        return in_tree(Unit.objects.filter(pk__in=administered_unit_ids(actor)))

    @admin.display(description="ตัวอย่างเลข")
    def example(self, obj: RegisterFolder) -> str:
        return number_example(obj)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        example = number_example(self.find(request, object_id)) if object_id else ""
        return super().changeform_view(request, object_id, form_url, {"example": example, **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is not None and "number_format" in form.base_fields:
            field = form.base_fields["number_format"] = copy(form.base_fields["number_format"])
            field.required = True
            field.help_text = field.help_text.replace(" เว้นว่าง = ตามชนิดทะเบียน", "")
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        keeper_only = administered_root(actor_of(request)) is None
        return ("kind", "group", "owner_unit") if keeper_only else ("kind",)

    def create(self, actor: Actor, fields: dict[str, Any]) -> RegisterFolder:
        return create_folder(by=actor, **{name: value for name, value in fields.items() if value != ""})

    def update(self, actor: Actor, obj: RegisterFolder, fields: dict[str, Any]) -> RegisterFolder:
        return update_folder(by=actor, folder=obj, **fields)

    def tools(self, request: HttpRequest, obj: RegisterFolder) -> list[Tool]:
        if obj.closed_at:
            return [Tool("เปิดใช้อีกครั้ง", self.url("reopen", obj.pk), "folder-open")]
        return [
            Tool("สิทธิ์บนแฟ้ม", self.url("rights", obj.pk), "shield-check"),
            Tool("ปิดแฟ้ม", self.url("close", obj.pk), "archive", danger=True),
        ]

    def history_lines(self, obj: RegisterFolder) -> list[HistoryLine]:
        return sorted([*super().history_lines(obj), *rights_lines(obj)], key=lambda line: line.at, reverse=True)

    def pages(self) -> list[URLPattern]:
        return [
            self.page("rights/", self.overview, "overview"),
            self.page("example/", self.show_example, "example"),
            self.page("<int:pk>/rights/", self.rights, "rights"),
            self.page("<int:pk>/close/", self.close, "close"),
            self.page("<int:pk>/reopen/", self.reopen, "reopen"),
        ]

    def show_example(self, request: HttpRequest) -> HttpResponse:
        """How the format typed so far would write number 123, for the form's live line."""
        self.demand_view(request)
        form = FormatForm(request.GET)
        form.fields["owner_unit"].queryset = self.choices(actor_of(request), "owner_unit")  # type: ignore[attr-defined]
        root = administered_root(actor_of(request))
        words = form.example(root.agency) if root is not None else ""
        return self.show(request, "saraban/example.html", "ตัวอย่างเลข", words=words)

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the folder out of use after a confirmation."""
        folder = self.find(request, pk)
        consequences = ["ออกเลขและลงรับเข้าแฟ้มนี้ไม่ได้อีก", "ทะเบียนและหนังสือเดิมอ่านได้ตามสิทธิ์เดิม", "เปิดใช้อีกครั้งได้ เลขนับต่อจากเดิม"]
        return self._ask(request, folder, close_folder, "ปิดแฟ้ม", consequences, danger=True)

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Bring the folder back."""
        return self._ask(request, self.find(request, pk), reopen_folder, "เปิดใช้แฟ้ม", ["เลขนับต่อจากเดิม"])

    def _ask(
        self,
        request: HttpRequest,
        folder: RegisterFolder,
        act: Any,
        words: str,
        consequences: list[str],
        *,
        danger: bool = False,
    ) -> HttpResponse:
        return self.ask(
            request,
            f"{words} {folder.name}",
            partial(act, folder=folder),
            done=f"{words} “{folder.name}” แล้ว",
            back=self.url("change", folder.pk),
            label=f"ยืนยัน{words}",
            consequences=consequences,
            danger=danger,
        )


def may_see_folders(actor: Actor) -> bool:
    """Unit admins, and posts that look after a folder; the central admin has no part in folders."""
    return administered_root(actor) is not None or may_keep_some_folder(actor).allowed
