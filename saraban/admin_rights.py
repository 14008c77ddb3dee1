"""Who × what: the overview of all folders, and the page of one folder where rights are given and taken."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from common.access import Refused
from org.admin.base import ScopedAdmin, actor_of, sent
from org.models import RightsGroup
from org.permissions import administered_root
from saraban.actions.folders import RightChange, change_rights
from saraban.forms_folders import RightsForm
from saraban.models import RegisterFolder
from saraban.permissions_folders import RIGHTS, kept_folders
from saraban.selectors_folders import RightRow, rights_matrix, rights_overview


@dataclass(frozen=True, slots=True)
class Sentence:
    """One change of the confirmation page."""

    words: str
    group: str
    right: str


class RightsPages(ScopedAdmin[RegisterFolder]):
    """Two pages of `RegisterFolderAdmin`."""

    def demand_view(self, request: HttpRequest) -> None:
        """The door of pages that belong to no one folder. Raises `Refused`."""
        if not self.has_view_permission(request):
            raise Refused("แฟ้มทะเบียนและสิทธิ์ดูแลโดยผู้ดูแลของหน่วยงานเท่านั้น")

    def overview(self, request: HttpRequest) -> HttpResponse:
        """Every folder the actor looks after with who holds what, one line per group."""
        self.demand_view(request)
        words = request.GET.get("q", "").strip()
        folders = kept_folders(actor_of(request)).filter(closed_at=None)
        if words:
            folders = folders.filter(name__icontains=words)
        rows = rights_overview(folders.select_related("owner_unit", "group").order_by("group__order", "order", "id"))
        return self.show(request, "saraban/overview.html", "สิทธิ์บนแฟ้มทะเบียน", rows=rows, words=words)

    def rights(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tick and untick; then a page that says in sentences what changes; then the action."""
        actor, folder = actor_of(request), self.find(request, pk)
        rows = rights_matrix(folder, actor)
        form = RightsForm(sent(request))
        changes: list[RightChange] | None = None
        if request.method == "POST" and form.is_valid():
            changes = _changes(rows, form.wanted)
            if request.POST.get("confirmed") == "1" and changes:
                wanted, order_ref = changes, form.cleaned_data["order_ref"]
                gone = self.carry_out(
                    request,
                    lambda: change_rights(by=actor, folder=folder, changes=wanted, order_ref=order_ref),
                    f"บันทึกสิทธิ์ {len(changes)} รายการแล้ว",
                    self.url("rights", folder.pk),
                    form,
                )
                if gone is not None:
                    return gone
        asked = bool(changes) and not form.errors
        return self.show(
            request,
            "saraban/rights.html",
            f"สิทธิ์บนแฟ้ม {folder.name}",
            folder=folder,
            rows=_as_typed(rows, form) if form.is_bound else rows,
            columns=[(cell.right, cell.label) for cell in rows[0].cells] if rows else [],
            form=form,
            changes=[_sentence(change) for change in changes or ()],
            asked=asked,
            links=administered_root(actor) is not None,
            nothing=changes == [] and not form.errors,
            boxes=request.POST.getlist("right"),
            form_back=self.url("change", folder.pk),
        )


def _changes(rows: list[RightRow], wanted: set[tuple[int, str]]) -> list[RightChange]:
    """The difference between what is held and what was ticked. A box for a group not on the page is refused."""
    shown = {(row.rights_group.pk, cell.right): (row.rights_group, cell.held) for row in rows for cell in row.cells}
    if wanted - shown.keys():
        raise Refused("มีกลุ่มที่ท่านให้สิทธิ์ไม่ได้อยู่ในแบบฟอร์ม โปรดโหลดหน้าใหม่")
    return [
        RightChange(group, right, (group.pk, right) in wanted)
        for (_, right), (group, held) in shown.items()
        if held != ((group.pk, right) in wanted)
    ]


def _as_typed(rows: list[RightRow], form: RightsForm) -> list[RightRow]:
    return [row.ticked({right for group, right in form.wanted if group == row.rights_group.pk}) for row in rows]


def _sentence(change: RightChange) -> Sentence:
    group: RightsGroup = change.rights_group
    return Sentence("ให้" if change.give else "ถอน", group.label, RIGHTS[change.right])
