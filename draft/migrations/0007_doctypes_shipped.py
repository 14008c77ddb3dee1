"""The document types the platform comes with become rows; the central admin keeps them from here on."""

from typing import Any

from django.db import migrations

from draft.shipped_types import ship


def seed(apps: Any, schema_editor: Any) -> None:
    ship(apps.get_model("draft", "DocumentType").objects, apps.get_model("draft", "TemplateVersion").objects)


class Migration(migrations.Migration):
    dependencies = [("draft", "0006_doctypes")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
