"""Accounts: opening, changing, a temporary password, closing. Certificates and ThaiD links have their own pages."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from common.access import Verdict
from common.thai import datetime_short
from org.actions import create_user, deactivate_user, reactivate_user, set_password, update_user
from org.actor import Actor
from org.admin.base import ScopedAdmin, Tool, actor_of, sent
from org.admin.posts import living_posts
from org.admin.units import in_tree
from org.forms import PasswordForm, UnitChoice
from org.models import Appointment, PlatformRole, User
from org.permissions import administered_units, administered_users, administers_platform, may_administer_user


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("username", "prefix", "first_name", "last_name", "home_unit", "email", "phone")
        field_classes = {"home_unit": UnitChoice}
        help_texts = {"username": "อักษรโรมันตัวเล็ก ตัวเลข จุด ขีด และขีดล่าง"}


class NewUserForm(UserForm):
    password = forms.CharField(
        label="รหัสผ่านชั่วคราว",
        required=False,
        min_length=12,
        max_length=128,
        strip=False,
        help_text="อย่างน้อย 12 ตัวอักษร เว้นว่าง = เข้าสู่ระบบด้วย ThaiD เท่านั้น",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    platform_role = forms.ChoiceField(label="บทบาทของแพลตฟอร์ม", required=False, choices=PlatformRole.choices)


class ActiveFilter(admin.SimpleListFilter):
    """Open or closed accounts."""

    title = "บัญชี"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "เปิดใช้งาน"), ("0", "ปิดแล้ว")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_active=self.value() == "1") if self.value() in ("0", "1") else queryset


@admin.register(User)
class UserAdmin(ScopedAdmin[User]):
    place = 4
    form = UserForm
    list_display = ("full_name", "username", "home_unit", "posts", "state")
    list_filter = (ActiveFilter,)
    list_select_related = ("home_unit",)
    search_fields = ("first_name", "last_name", "username", "email")
    search_help_text = "ชื่อ นามสกุล ชื่อผู้ใช้ หรือไปรษณีย์อิเล็กทรอนิกส์"
    ordering = ("first_name", "last_name", "id")

    def scope(self, actor: Actor) -> QuerySet[User]:
        return administered_users(actor)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related(living_posts(actor_of(request)))

    def may_change(self, actor: Actor, obj: User) -> Verdict:
        return may_administer_user(actor, obj)

    def choices(self, actor: Actor, name: str) -> QuerySet[Any] | None:
        return in_tree(administered_units(actor))

    @admin.display(description="ชื่อ", ordering="first_name")
    def full_name(self, obj: User) -> str:
        return obj.full_name

    @admin.display(description="ตำแหน่ง")
    def posts(self, obj: User) -> str:
        rows: list[Appointment] = getattr(obj, "living", [])
        return ", ".join(row.title_line for row in rows) or obj.get_platform_role_display()

    @admin.display(description="บัญชี")
    def state(self, obj: User) -> str:
        if not obj.is_active:
            return "ปิดแล้ว"
        return "รอตั้งรหัสผ่านใหม่" if obj.password_temporary else "เปิดใช้งาน"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewUserForm
        form = super().get_form(request, obj, change=change, **kwargs)
        if not administers_platform(actor_of(request)):
            form.base_fields.pop("platform_role", None)
            form.base_fields["home_unit"].required = True
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = list(UserForm.Meta.fields)
        if obj is None:
            fields.append("password")
            if administers_platform(actor_of(request)):
                fields.append("platform_role")
        return fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("username",) if obj is not None else ()

    def create(self, actor: Actor, fields: dict[str, Any]) -> User:
        return create_user(by=actor, **fields)

    def update(self, actor: Actor, obj: User, fields: dict[str, Any]) -> User:
        return update_user(by=actor, user=obj, **fields)

    def tools(self, request: HttpRequest, obj: User) -> list[Tool]:
        tools = [Tool("ตำแหน่งที่ดำรง", self.url("posts", obj.pk), "briefcase")]
        if obj.is_active:
            tools.append(Tool("ตั้งรหัสผ่านชั่วคราว", self.url("password", obj.pk), "key-round"))
            tools.append(Tool("ปิดบัญชี", self.url("close", obj.pk), "user-x", danger=True))
        else:
            tools.append(Tool("เปิดบัญชีอีกครั้ง", self.url("open", obj.pk), "user-check"))
        return tools

    def pages(self) -> list[URLPattern]:
        return [
            self.page("<int:pk>/posts/", self.posts_page, "posts"),
            self.page("<int:pk>/password/", self.password, "password"),
            self.page("<int:pk>/close/", self.close, "close"),
            self.page("<int:pk>/open/", self.open, "open"),
        ]

    def posts_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All posts of one person, past and present."""
        user = self.find(request, pk)
        rows = user.appointments.select_related("position__unit", "user").order_by("-starts_at")
        return self.show(
            request,
            "org/posts.html",
            f"ตำแหน่งของ{user.full_name}",
            rows=rows,
            now=actor_of(request).at,
            form_back=self.url("change", user.pk),
        )

    def password(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set a temporary password."""
        user = self.find(request, pk)
        form = PasswordForm(sent(request))
        return self.ask(
            request,
            f"ตั้งรหัสผ่านชั่วคราวของ{user.full_name}",
            partial(set_password, user=user),
            done=f"ตั้งรหัสผ่านชั่วคราวของ{user.full_name}แล้ว แจ้งเจ้าของบัญชีโดยตรง ไม่ส่งทางไปรษณีย์อิเล็กทรอนิกส์",
            back=self.url("change", user.pk),
            label="ตั้งรหัสผ่าน",
            consequences=["รหัสผ่านเดิมใช้ไม่ได้ทันที", "เจ้าของบัญชีต้องตั้งรหัสผ่านใหม่เมื่อเข้าสู่ระบบครั้งแรก"],
            form=form,
        )

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close an account; its posts end."""
        user = self.find(request, pk)
        living: list[Appointment] = getattr(user, "living", [])
        return self.ask(
            request,
            f"ปิดบัญชีของ{user.full_name}",
            partial(deactivate_user, user=user),
            done=f"ปิดบัญชีของ{user.full_name}แล้ว",
            back=self.url("change", user.pk),
            label="ยืนยันปิดบัญชี",
            consequences=["เข้าสู่ระบบไม่ได้อีกทันที", "ทุกตำแหน่งข้างต้นสิ้นสุดบัดนี้", "ประวัติและหนังสือทั้งหมดยังอยู่ครบ"],
            facts=[(row.title_line, f"ตั้งแต่ {datetime_short(row.starts_at)}") for row in living],
            danger=True,
        )

    def open(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open a closed account again."""
        user = self.find(request, pk)
        return self.ask(
            request,
            f"เปิดบัญชีของ{user.full_name}อีกครั้ง",
            partial(reactivate_user, user=user),
            done=f"เปิดบัญชีของ{user.full_name}แล้ว",
            back=self.url("change", user.pk),
            label="ยืนยันเปิดบัญชี",
            consequences=["ตำแหน่งเดิมไม่กลับมาเอง ต้องแต่งตั้งใหม่"],
        )
