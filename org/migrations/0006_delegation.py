"""Orders behind whoever stands in for another, delegations handed on, and several delegations of one post to one person."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

# An acting appointment without an order is older than this rule; what is missing is said rather than invented.
SAY_WHAT_IS_MISSING = """
UPDATE org_appointment SET order_ref = '(ไม่ได้บันทึกคำสั่งไว้)' WHERE capacity IN ('ACTING', 'ON_BEHALF') AND order_ref = '';
"""
GUARD = """
CREATE FUNCTION appointment_within_its_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above org_appointment%ROWTYPE;
BEGIN
  IF NEW.parent_id IS NULL THEN RETURN NEW; END IF;
  SELECT * INTO above FROM org_appointment WHERE id = NEW.parent_id;
  IF NOT above.may_subdelegate OR above.position_id <> NEW.position_id OR above.user_id = NEW.user_id
     OR NOT tstzrange(NEW.starts_at, NEW.ends_at) <@ tstzrange(above.starts_at, above.ends_at) THEN
    RAISE EXCEPTION 'a delegation is handed on only as its order and its time allow'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER appointment_within_its_parent BEFORE INSERT OR UPDATE ON org_appointment
  FOR EACH ROW EXECUTE FUNCTION appointment_within_its_parent();
"""
UNGUARD = """
DROP TRIGGER appointment_within_its_parent ON org_appointment;
DROP FUNCTION appointment_within_its_parent();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0005_appointment_checked_in_python"),
    ]

    operations = [
        migrations.RunSQL(SAY_WHAT_IS_MISSING, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="appointment",
            name="appointment_once_at_a_time",
        ),
        migrations.AddField(
            model_name="appointment",
            name="may_subdelegate",
            field=models.BooleanField(default=False, verbose_name="คำสั่งให้มอบอำนาจช่วงได้"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subdelegations",
                to="org.appointment",
                verbose_name="มอบอำนาจช่วงจาก",
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="printed",
            field=models.CharField(
                blank=True,
                help_text="เมื่อคำสั่งกำหนดถ้อยคำไว้เป็นอย่างอื่น บรรทัดละหนึ่งบรรทัดบนหนังสือ",
                max_length=400,
                verbose_name="ข้อความใต้ชื่อตามคำสั่ง",
            ),
        ),
        migrations.AddField(
            model_name="historicalappointment",
            name="may_subdelegate",
            field=models.BooleanField(default=False, verbose_name="คำสั่งให้มอบอำนาจช่วงได้"),
        ),
        migrations.AddField(
            model_name="historicalappointment",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="org.appointment",
                verbose_name="มอบอำนาจช่วงจาก",
            ),
        ),
        migrations.AddField(
            model_name="historicalappointment",
            name="printed",
            field=models.CharField(
                blank=True,
                help_text="เมื่อคำสั่งกำหนดถ้อยคำไว้เป็นอย่างอื่น บรรทัดละหนึ่งบรรทัดบนหนังสือ",
                max_length=400,
                verbose_name="ข้อความใต้ชื่อตามคำสั่ง",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capacity__in", ("ACTING", "ON_BEHALF")), _negated=True),
                    models.Q(("order_ref", ""), _negated=True),
                    _connector="OR",
                ),
                name="appointment_stands_in_by_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_subdelegate", False), ("capacity", "ON_BEHALF"), _connector="OR"),
                name="only_a_delegation_is_handed_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent", None), models.Q(("capacity", "ON_BEHALF"), ("may_subdelegate", False)), _connector="OR"
                ),
                name="handed_on_is_not_handed_on_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("capacity", "ON_BEHALF"), _negated=True),
                expressions=(
                    (
                        models.Func(
                            models.F("user"),
                            models.F("user"),
                            models.Value("[]"),
                            function="int8range",
                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                        ),
                        "=",
                    ),
                    (
                        models.Func(
                            models.F("position"),
                            models.F("position"),
                            models.Value("[]"),
                            function="int8range",
                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                        ),
                        "=",
                    ),
                    (
                        models.Func(
                            models.F("starts_at"),
                            models.F("ends_at"),
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                ),
                name="appointment_once_at_a_time",
                violation_error_message="ผู้นี้ดำรงตำแหน่งนี้ในช่วงเวลาดังกล่าวอยู่แล้ว",
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
