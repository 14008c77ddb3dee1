"""The constraint names fields instead of columns, so that Django can check it before the database does. Same SQL."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

_NAME = "appointment_once_at_a_time"


def _point(field: str) -> models.Func:
    return models.Func(
        models.F(field),
        models.F(field),
        models.Value("[]"),
        function="int8range",
        output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
    )


CONSTRAINT = django.contrib.postgres.constraints.ExclusionConstraint(
    name=_NAME,
    expressions=(
        (_point("user"), "="),
        (_point("position"), "="),
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
    violation_error_message="ผู้นี้ดำรงตำแหน่งนี้ในช่วงเวลาดังกล่าวอยู่แล้ว",
)


class Migration(migrations.Migration):
    dependencies = [("org", "0004_group_history")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("appointment", _NAME),
                migrations.AddConstraint("appointment", CONSTRAINT),
            ]
        )
    ]
