"""The name of an uploaded file lies sealed of a classified letter."""

import saraban.models.sealed
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("draft", "0008_upload")]

    operations = [
        migrations.AlterField(
            model_name="uploadedpaper",
            name="original_name",
            field=saraban.models.sealed.SealedTextField(max_length=255, verbose_name="ชื่อไฟล์เดิม"),
        ),
    ]
