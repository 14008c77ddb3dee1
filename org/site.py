"""The one admin site: in Thai, for unit admins inside their subtree and for the central admin. No letter is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import URLPattern, URLResolver, resolve, reverse

from common.access import Refused, Verdict
from org.actor import Actor

Register = type[Model] | Iterable[type[Model]]
_OFF = {"password_change", "password_change_done", "view_on_site", "autocomplete", "jsi18n"}


class UnitAdminSite(AdminSite):
    """Django's admin in our words. The door is the actor's capacity: neither is_staff nor is_superuser opens it."""

    site_header = "e-Office · ผู้ดูแลหน่วยงาน"
    site_title = "e-Office"
    index_title = "โครงสร้าง บุคคล แฟ้มทะเบียน และสิทธิ์"
    index_template = "admin/home.html"
    app_index_template = "admin/home.html"
    enable_nav_sidebar = False
    final_catch_all_view = False

    # Other doors beside `may_enter_admin`: an app whose rows a post may look after without administering a unit adds one.
    doors: list[Callable[[Actor], Verdict]] = []

    def register(
        self, model_or_iterable: Register, admin_class: type[ModelAdmin[Any]] | None = None, **options: Any
    ) -> None:
        """Take in our own scoped classes only: what other packages register (groups, sign-in attempts) has no scope."""
        if admin_class is not None and getattr(admin_class, "scoped", False):
            super().register(model_or_iterable, admin_class, **options)
        elif isinstance(model_or_iterable, ModelBase) and model_or_iterable.__module__.startswith("org."):
            raise TypeError(f"{model_or_iterable.__name__} needs a scoped admin class")

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the request's actor may enter."""
        actor: Actor | None = getattr(request, "actor", None)
        return actor is not None and self.entry(actor).allowed

    def entry(self, actor: Actor) -> Verdict:
        """The rule of the door: an administering post, the central admin, or a door another app has added."""
        from org.permissions import may_enter_admin

        verdict = may_enter_admin(actor)
        if not verdict and any(door(actor) for door in self.doors):
            return Verdict()
        return verdict

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django's, but who is signed in and may not enter gets the sentence (403), not another sign-in form."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return redirect(settings.LOGIN_URL)
            self.entry(actor).demand()
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's, without what we do not use: its password pages, pop-ups and script catalogue."""
        return [pattern for pattern in super().get_urls() if getattr(pattern, "name", None) not in _OFF]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one sign-in page, ours."""
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?next={resolve_url('admin:index')}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Signing out here is signing out everywhere: the product's own sign-out, found by its name."""
        if request.method != "POST":
            raise Refused("ออกจากระบบด้วยปุ่มออกจากระบบเท่านั้น")
        return resolve(reverse("accounts:sign_out")).func(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Apps from the ground up, and in each the rows in the order people set them up."""
        places = {model: getattr(admin_class, "place", 50) for model, admin_class in self._registry.items()}
        apps = list(self._build_app_dict(request, app_label).values())
        for app in apps:
            app["models"].sort(key=lambda entry: places[entry["model"]])
        return sorted(apps, key=lambda app: str(app["app_label"]) != "org")

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Django's own log is not kept: the history of the rows says who did what."""
        return ()
