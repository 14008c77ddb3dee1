"""What is written about a classified letter lies sealed."""

import saraban.models.sealed
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("draft", "0004_review"), ("saraban", "0008_classified")]

    operations = [
        migrations.AlterField(
            model_name='review',
            name='note',
            field=saraban.models.sealed.SealedTextField(blank=True, verbose_name='ความเห็น'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='quote',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=500, verbose_name='ข้อความที่อ้าง'),
        ),
        migrations.AlterField(
            model_name='comment',
            name='before',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name='comment',
            name='text',
            field=saraban.models.sealed.SealedTextField(verbose_name='ความเห็น'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='fields',
            field=saraban.models.sealed.SealedJSONField(default=dict, verbose_name='ช่องของแบบ'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='body',
            field=saraban.models.sealed.SealedTextField(blank=True, verbose_name='ข้อความ'),
        ),
        migrations.AlterField(
            model_name='draft',
            name='note',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=500, verbose_name='ข้อความเสนอ'),
        ),
        migrations.AlterField(
            model_name='draftversion',
            name='fields',
            field=saraban.models.sealed.SealedJSONField(default=dict),
        ),
        migrations.AlterField(
            model_name='draftversion',
            name='body',
            field=saraban.models.sealed.SealedTextField(blank=True),
        ),
        migrations.AlterField(
            model_name='draftversion',
            name='note',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=200, verbose_name='หมายเหตุ'),
        ),

    ]
