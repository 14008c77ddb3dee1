"""The shipped table of คำขึ้นต้น and คำลงท้าย becomes rows, for all agencies; admins keep them from here on."""

import tomllib
from typing import Any

from django.conf import settings
from django.db import migrations


def seed(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("draft", "SalutationRow")
    with (settings.BASE_DIR / "fixtures" / "salutations.toml").open("rb") as source:
        shipped = tomllib.load(source)["salutation"]
    for order, row in enumerate(shipped, start=1):
        texts = {name: "\n".join(value) if isinstance(value, list) else value for name, value in row.items()}
        rows.objects.get_or_create(key=texts.pop("key"), defaults={**texts, "order": order * 10})


class Migration(migrations.Migration):
    dependencies = [("draft", "0002_salutations")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
