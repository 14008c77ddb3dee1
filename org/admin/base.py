"""What every admin class of ours shares: scope by the actor, writes through actions, readable history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import Field, ForeignKey, Model, QuerySet, TextField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from common.access import Invalid, Refused, Verdict
from org.actor import Actor
from org.permissions import may_enter_admin
from org.selectors_history import HistoryLine, facts_of, history_of

M = TypeVar("M", bound=Model)
if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Any]
else:
    _ModelAdmin = ModelAdmin


@dataclass(frozen=True, slots=True)
class Tool:
    """A link above a form: another page about the same row."""

    label: str
    url: str
    icon: str = ""
    danger: bool = False


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the sign-in middleware put on the request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, for a form; None when the page is only shown (an empty post is still a post)."""
    return request.POST if request.method == "POST" else None


class ScopedAdmin(_ModelAdmin, Generic[M]):
    """An admin class whose rows are limited by `scope` and whose writes are actions of the app."""

    scoped = True
    actions = None
    list_per_page = 50
    list_max_show_all = 50
    save_on_top = False
    show_facets = ShowFacets.NEVER
    view_on_site = False
    deletable = False
    keeps_history = True
    words: Mapping[str, Callable[[str], str]] = {}  # how stored texts of some fields are read out
    hidden: Sequence[str] = ()  # fields that say nothing to people
    place = 50  # among its kind on the first page
    formfield_overrides = {TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 60})}}

    # -- what a subclass says ---------------------------------------------------------------------

    def scope(self, actor: Actor) -> QuerySet[M]:
        """The rows the actor may see here: none until a subclass says which."""
        return self.model._default_manager.none()

    def may_add(self, actor: Actor) -> Verdict:
        """Whether the actor may add a row."""
        return may_enter_admin(actor)

    def may_change(self, actor: Actor, obj: M) -> Verdict:
        """Whether the actor may change this row (it is in `scope`)."""
        return may_enter_admin(actor)

    def create(self, actor: Actor, fields: dict[str, Any]) -> M:
        """The action that adds a row. Raises `Refused` until a subclass has one."""
        raise Refused("หน้านี้เพิ่มรายการไม่ได้")

    def update(self, actor: Actor, obj: M, fields: dict[str, Any]) -> M:
        """The action that changes a row; `fields` holds only what was changed. Raises `Refused` until a subclass has one."""
        raise Refused("หน้านี้แก้ไขรายการไม่ได้")

    def tools(self, request: HttpRequest, obj: M) -> list[Tool]:
        """Links to the other pages of a row."""
        return []

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        """What a foreign key offers; None leaves nothing to choose."""
        return None

    def history_lines(self, obj: M) -> list[HistoryLine]:
        """The lines of the history page."""
        return history_of(obj, words=self.words, hidden=self.hidden)

    # -- scope ------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        rows = self.scope(actor_of(request))
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or obj.pk is None:
            return self.admin_site.has_permission(request)
        return self._in_scope(request, obj.pk)

    def _in_scope(self, request: HttpRequest, pk: Any) -> bool:
        """Whether the row lies in the actor's scope. Django asks for every button of a form: the database, once a request.

        A post asks anew after its action has written, since that may have moved the row out of the scope.
        """
        known: dict[tuple[type[Model], Any], bool] = request.__dict__.setdefault("rows_in_scope", {})
        if (self.model, pk) not in known:
            known[self.model, pk] = self.scope(actor_of(request)).filter(pk=pk).exists()
        return known[self.model, pk]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add(actor_of(request)).allowed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or obj.pk is None:
            return self.has_view_permission(request)
        return self.has_view_permission(request, obj) and self.may_change(actor_of(request), obj).allowed

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self.has_change_permission(request, obj)

    def find(self, request: HttpRequest, object_id: Any) -> M:
        """The row of one of our own pages; outside the scope there is none (404)."""
        found = self.get_object(request, str(object_id))
        if found is None:
            raise Http404("ไม่พบรายการนี้")
        return found

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        raise Http404("ไม่พบรายการนี้")

    # -- forms ------------------------------------------------------------------------------------

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # no pop-ups: each row has its page
        return field

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: Any, **kwargs: Any) -> Any:
        offered = self.choices(actor_of(request), db_field.name)
        kwargs["queryset"] = offered if offered is not None else db_field.related_model._default_manager.none()
        kwargs.setdefault("empty_label", "— ไม่ระบุ —" if db_field.blank else "— เลือก —")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal: Refused | None = getattr(request, "refusal", None)
        return _refused_form(form, refusal) if refusal is not None else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As Django's; a refusal of the action comes back on the form, with what was typed."""
        extra = {
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            "show_save_and_add": False,
            **(extra_context or {}),
        }
        if object_id is not None:
            obj = self.find(request, object_id)
            extra |= {"title": str(obj), "subtitle": "", "tools": self.tools(request, obj)}
            if self.keeps_history:
                extra["tools"].append(Tool("ประวัติ", self.url("history", obj.pk), "history"))
            verdict = self.may_change(actor_of(request), obj)
            if not verdict:
                return self._only_shown(request, obj, verdict, extra)
        try:
            return super().changeform_view(request, object_id, form_url, extra)
        except Refused as refusal:
            if request.method != "POST":
                raise
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra)

    def _only_shown(self, request: HttpRequest, obj: M, verdict: Verdict, extra: dict[str, Any]) -> HttpResponse:
        """A row that may not be changed: why, what it says, and its tools."""
        if request.method == "POST":
            verdict.demand()
        facts = facts_of(obj, words=self.words, hidden=self.hidden)
        return self.show(request, "facts.html", str(obj), facts=facts, reason=verdict.reason, tools=extra["tools"])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = {"title": self.model._meta.verbose_name_plural}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = actor_of(request)
        if change:
            changed = {name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data}
            done = self.update(actor, self.find(request, obj.pk), changed) if changed else obj
        else:
            done = self.create(actor, dict(form.cleaned_data))
        request.__dict__.pop("rows_in_scope", None)
        obj.__dict__.update(done.__dict__)  # Django goes on with its own instance

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Everything is written by the action."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The history of the row says it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The history of the row says it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The history of the row says it."""

    # -- pages ------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        ends = ["_changelist", "_add", "_change", *["_delete"] * self.deletable, *["_history"] * self.keeps_history]
        urls = [url for url in super().get_urls() if str(getattr(url, "name", "")).endswith(tuple(ends))]
        return [*self.pages(), *urls]

    def pages(self) -> Sequence[URLPattern]:
        """Pages of ours beside Django's; they come first."""
        return ()

    def page(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        """A page of this class at `route`, named `admin:<app>_<model>_<name>`."""
        opts = self.model._meta
        return path(route, self.admin_site.admin_view(view), name=f"{opts.app_label}_{opts.model_name}_{name}")

    def url(self, name: str, *args: Any) -> str:
        """The address of a page of this class."""
        opts = self.model._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=args)

    def show(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        """One of our own pages inside the admin's frame."""
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.model._meta, **context}
        return TemplateResponse(request, f"admin/{template}", page)

    def carry_out(
        self, request: HttpRequest, act: Callable[[], object], done: str, back: str, form: forms.Form | None = None
    ) -> HttpResponse | None:
        """Run an action: done → its sentence and `back`; refused → the sentence on `form`, or as a message."""
        try:
            act()
        except Refused as refusal:
            if form is None:
                messages.error(request, refusal.sentence)
                return HttpResponseRedirect(back)
            field = refusal.field if isinstance(refusal, Invalid) else None
            form.add_error(field if field in form.fields else None, refusal.sentence)
            return None
        messages.success(request, done)
        return HttpResponseRedirect(back)

    def ask(
        self,
        request: HttpRequest,
        title: str,
        act: Callable[..., object],
        *,
        done: str,
        back: str,
        label: str,
        consequences: Sequence[str],
        facts: Sequence[tuple[str, str]] = (),
        form: forms.Form | None = None,
        danger: bool = False,
    ) -> HttpResponse:
        """A confirmation: the page says what follows; posted, `act` gets the actor and what the form holds."""
        if request.method == "POST" and (form is None or form.is_valid()):
            typed = form.cleaned_data if form is not None else {}
            gone = self.carry_out(request, lambda: act(by=actor_of(request), **typed), done, back, form)
            if gone is not None:
                return gone
        said = {"consequences": consequences, "facts": facts, "label": label, "danger": danger}
        return self.show(request, "confirm.html", title, form=form, back=back, **said)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.find(request, object_id)
        return self.show(
            request, "history.html", f"ประวัติ {obj}", lines=self.history_lines(obj), back=self.url("change", obj.pk)
        )


def _refused_form(form: Any, refusal: Refused) -> Any:
    """The same form, refusing what was typed with the action's sentence."""

    def clean(self: Any) -> Any:
        form.clean(self)
        field = refusal.field if isinstance(refusal, Invalid) and refusal.field in self.fields else None
        if field:
            self.add_error(field, ValidationError(refusal.sentence))
            return self.cleaned_data
        raise ValidationError(refusal.sentence)

    return type(form.__name__, (form,), {"clean": clean})
