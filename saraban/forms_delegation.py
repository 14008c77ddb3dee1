"""Forms of delegations: who, by which order, how long, and what of the post's powers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import QueryDict

from common.access import Invalid
from common.money import baht, parse_amount
from org.actor import Actor
from org.forms import MomentField
from org.models import Appointment, Capacity, User
from saraban.forms import OnceForm
from saraban.models import LetterKind, RegisterFolder
from saraban.permissions_delegation import Limits


class AmountField(forms.CharField):
    """Money in baht; gives a decimal, or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 20}))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        """The amount. Raises ValidationError with the sentence of `parse_amount`."""
        try:
            return parse_amount(super().clean(value))
        except Invalid as error:
            raise ValidationError(error.sentence) from error


class HolderChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People with the posts they hold, since names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        posts = [row.position.title for row in getattr(obj, "own_posts", [])]
        return f"{obj.full_name} – {posts[0]}" if posts else f"{obj.full_name} ({obj.username})"


class ScopeForm(OnceForm):
    """The scope and the papers of one delegation. What is left open limits nothing."""

    user = HolderChoice(label="ผู้รับมอบอำนาจ", queryset=User.objects.none(), empty_label="เลือกบุคคล")
    order_ref = forms.CharField(
        label="คำสั่งมอบอำนาจ", max_length=200, help_text="เลขที่และวันที่ เช่น คำสั่งจังหวัดปทุมธานี ที่ 3120/2569 ลงวันที่ 1 ตุลาคม 2569"
    )
    starts_at = MomentField(label="ตั้งแต่")
    ends_at = MomentField(label="ถึง", required=False, inclusive=True)
    kinds = forms.MultipleChoiceField(
        label="ชนิดหนังสือ", required=False, choices=LetterKind.choices, widget=forms.CheckboxSelectMultiple,
        help_text="ไม่เลือก = ทุกชนิด",
    )  # fmt: skip
    amount_limit = AmountField(label="วงเงินไม่เกิน (บาท)", required=False, help_text="เว้นว่าง = ไม่จำกัดวงเงิน")
    folders = forms.ModelMultipleChoiceField(
        label="เฉพาะแฟ้มทะเบียน", required=False, queryset=RegisterFolder.objects.none(),
        widget=forms.CheckboxSelectMultiple, help_text="ไม่เลือก = ทุกแฟ้ม",
    )  # fmt: skip
    scope = forms.CharField(
        label="ข้อความขอบเขตตามคำสั่ง", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="เว้นว่าง = ระบบเขียนจากขอบเขตที่เลือก",
    )  # fmt: skip
    printed = forms.CharField(
        label="ข้อความใต้ชื่อตามคำสั่ง", required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="เว้นว่าง = ตำแหน่งตนเอง ปฏิบัติราชการแทน และชื่อตำแหน่งผู้มอบ ไม่เกิน 3 บรรทัด",
    )  # fmt: skip

    def __init__(
        self, data: QueryDict | None, *, people: QuerySet[User], folders: QuerySet[RegisterFolder], at: Any
    ) -> None:
        super().__init__(data, initial={"starts_at": at})
        mine = Appointment.objects.current(at).filter(capacity=Capacity.SUBSTANTIVE).select_related("position")
        self.fields["user"].queryset = people.prefetch_related(  # type: ignore[attr-defined]
            Prefetch("appointments", queryset=mine, to_attr="own_posts")
        )
        self.fields["folders"].queryset = folders  # type: ignore[attr-defined]

    def only(self, limits: Limits) -> None:
        """Offer no more than what was delegated to who hands it on."""
        self.fields["ends_at"].help_text = "วัน/เดือน/ปี พ.ศ. (นับรวมวันนั้น) เว้นว่าง = สิ้นสุดพร้อมการมอบอำนาจที่ท่านได้รับ"
        if limits.kinds:
            offered = [choice for choice in LetterKind.choices if choice[0] in limits.kinds]
            self.fields["kinds"].choices = offered  # type: ignore[attr-defined]
            self.fields["kinds"].help_text = "เลือกได้เฉพาะชนิดที่ท่านได้รับมอบ"
            self.fields["kinds"].required = True
        if limits.folders:
            self.fields["folders"].help_text = "เลือกได้เฉพาะแฟ้มที่ท่านได้รับมอบ"
            self.fields["folders"].required = True
        if limits.amount is not None:
            self.fields["amount_limit"].help_text = f"ไม่เกิน {baht(limits.amount)} ที่ท่านได้รับมอบ"
            self.fields["amount_limit"].required = True

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


class DelegationForm(ScopeForm):
    """A delegation as the order of the post's holder says, entered by who administers the unit."""

    own_title = forms.CharField(
        label="ตำแหน่งตนเอง", required=False, max_length=200, help_text="พิมพ์เป็นบรรทัดแรกใต้ชื่อ เว้นว่าง = ใช้ตำแหน่งที่ดำรงอยู่"
    )
    may_subdelegate = forms.BooleanField(
        label="คำสั่งให้มอบอำนาจช่วงได้", required=False, help_text="ผู้รับมอบอำนาจช่วงมอบต่อไปอีกไม่ได้"
    )
    field_order = (
        "user",
        "own_title",
        "order_ref",
        "starts_at",
        "ends_at",
        "kinds",
        "amount_limit",
        "folders",
        "may_subdelegate",
    )


class EndDelegationForm(OnceForm):
    """Why it ends."""

    reason = forms.CharField(label="เหตุผล", required=False, max_length=100, help_text="เช่น เจ้าของตำแหน่งกลับมาปฏิบัติราชการ")


def people_of(actor: Actor) -> QuerySet[User]:
    """Who holds a post of his own in the actor's agency today, but the actor."""
    own = Appointment.objects.current(actor.at).filter(
        capacity=Capacity.SUBSTANTIVE, position__unit__agency=actor.agency, position__abolished_at=None
    )
    people = User.objects.filter(pk__in=own.values("user"), is_active=True, agency=actor.agency)
    return people.exclude(pk=actor.user.pk).order_by("first_name", "last_name")


def folders_of(agency_id: int, limits: Limits | None = None) -> QuerySet[RegisterFolder]:
    """The open registers of an agency a delegation may be limited to, of those in `limits` where there are any."""
    folders = RegisterFolder.objects.filter(agency=agency_id, closed_at=None).order_by("group__order", "order", "id")
    return folders.filter(pk__in=limits.folders) if limits is not None and limits.folders else folders
