"""Groups that receive rights on register folders. Members are positions, never persons, since posts change hands."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from simple_history.models import HistoricalRecords

from org.models.structure import Agency, Position, Unit


class RightsGroup(models.Model):
    """One group per unit (its positions), one per subtree, and custom ones such as สารบรรณกลาง.

    Wraps `auth.Group`, to which django-guardian stores object rights.
    """

    class Kind(models.TextChoices):
        UNIT = "UNIT", "ทุกตำแหน่งในหน่วยงาน"
        SUBTREE = "SUBTREE", "ทุกตำแหน่งในหน่วยงานและหน่วยในสังกัด"
        CUSTOM = "CUSTOM", "กลุ่มที่กำหนดเอง"

    group = models.OneToOneField(Group, models.CASCADE, related_name="rights_group")
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="rights_groups", verbose_name="ส่วนราชการ")
    name = models.CharField("ชื่อกลุ่ม", max_length=200)
    kind = models.CharField("ประเภท", max_length=8, choices=Kind.choices, default=Kind.CUSTOM)
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="rights_groups", verbose_name="หน่วยงาน"
    )
    needs_order = models.BooleanField(
        "สมาชิกต้องมีคำสั่งและกำหนดสิ้นสุด", default=False, help_text="เช่น กลุ่มผู้ตรวจสอบ ซึ่งอ่านได้ตามคำสั่งที่ระบุเลขที่และวันที่เท่านั้น"
    )
    history = HistoricalRecords(verbose_name="ประวัติกลุ่มสิทธิ์")

    class Meta:
        verbose_name = "กลุ่มสิทธิ์"
        verbose_name_plural = "กลุ่มสิทธิ์"
        ordering = ("agency", "kind", "name")
        constraints = (
            models.UniqueConstraint(fields=("agency", "name"), name="rights_group_name_once"),
            models.UniqueConstraint(
                fields=("unit", "kind"), name="one_unit_group", condition=models.Q(kind__in=("UNIT", "SUBTREE"))
            ),
            models.CheckConstraint(
                condition=models.Q(kind="CUSTOM") | models.Q(unit__isnull=False), name="unit_group_has_unit"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What people call the group: a unit's own group goes by the unit's present name."""
        if self.kind == self.Kind.CUSTOM or self.unit is None:
            return self.name
        return self.unit.name if self.kind == self.Kind.UNIT else f"{self.unit.name} และหน่วยในสังกัด"


class GroupMember(models.Model):
    """A position's membership of a custom group, for a time, by a written order where the group needs one."""

    rights_group = models.ForeignKey(RightsGroup, models.CASCADE, related_name="members")
    position = models.ForeignKey(Position, models.CASCADE, related_name="group_memberships", verbose_name="ตำแหน่ง")
    starts_at = models.DateTimeField("ตั้งแต่")
    ends_at = models.DateTimeField("ถึง", null=True, blank=True)
    order_ref = models.CharField("คำสั่งเลขที่/ลงวันที่", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="ประวัติสมาชิกกลุ่มสิทธิ์")

    class Meta:
        verbose_name = "สมาชิกกลุ่มสิทธิ์"
        verbose_name_plural = "สมาชิกกลุ่มสิทธิ์"
        constraints = (
            models.UniqueConstraint(fields=("rights_group", "position", "starts_at"), name="group_member_once"),
        )
        indexes = (models.Index(fields=("position", "rights_group"), name="group_member_position"),)

    def __str__(self) -> str:
        return f"{self.rights_group}: {self.position}"
