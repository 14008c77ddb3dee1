"""Which letters a delegation covers, and the money a letter is about."""

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0006_delegation"),
        ("saraban", "0006_links_copies_phrases"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DelegationScope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("EXTERNAL", "หนังสือภายนอก"),
                                ("MEMO", "หนังสือภายใน (บันทึกข้อความ)"),
                                ("STAMPED", "หนังสือประทับตรา"),
                                ("ORDER", "คำสั่ง"),
                                ("RULE", "ระเบียบ"),
                                ("BYLAW", "ข้อบังคับ"),
                                ("ANNOUNCEMENT", "ประกาศ"),
                                ("COMMUNIQUE", "แถลงการณ์"),
                                ("NEWS", "ข่าว"),
                                ("CERTIFICATE", "หนังสือรับรอง"),
                                ("MINUTES", "รายงานการประชุม"),
                                ("NOTE", "บันทึก"),
                                ("OTHER", "หนังสืออื่น"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="ชนิดหนังสือ",
                    ),
                ),
                (
                    "amount_limit",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=15, null=True, verbose_name="วงเงินไม่เกิน (บาท)"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="บันทึกเมื่อ")),
            ],
            options={
                "verbose_name": "การมอบอำนาจให้ปฏิบัติราชการแทน",
                "verbose_name_plural": "การมอบอำนาจให้ปฏิบัติราชการแทน",
            },
        ),
        migrations.CreateModel(
            name="HistoricalDelegationScope",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("EXTERNAL", "หนังสือภายนอก"),
                                ("MEMO", "หนังสือภายใน (บันทึกข้อความ)"),
                                ("STAMPED", "หนังสือประทับตรา"),
                                ("ORDER", "คำสั่ง"),
                                ("RULE", "ระเบียบ"),
                                ("BYLAW", "ข้อบังคับ"),
                                ("ANNOUNCEMENT", "ประกาศ"),
                                ("COMMUNIQUE", "แถลงการณ์"),
                                ("NEWS", "ข่าว"),
                                ("CERTIFICATE", "หนังสือรับรอง"),
                                ("MINUTES", "รายงานการประชุม"),
                                ("NOTE", "บันทึก"),
                                ("OTHER", "หนังสืออื่น"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="ชนิดหนังสือ",
                    ),
                ),
                (
                    "amount_limit",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=15, null=True, verbose_name="วงเงินไม่เกิน (บาท)"
                    ),
                ),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="บันทึกเมื่อ")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "ประวัติขอบเขตการมอบอำนาจ",
                "verbose_name_plural": "historical การมอบอำนาจให้ปฏิบัติราชการแทน",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDelegationScope_folders",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("m2m_history_id", models.AutoField(primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "HistoricalDelegationScope_folders",
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="letter",
            name="amount",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=15, null=True, verbose_name="วงเงิน (บาท)"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                name="letter_amount_not_negative",
            ),
        ),
        migrations.AddField(
            model_name="delegationscope",
            name="appointment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="delegation",
                to="org.appointment",
                verbose_name="การปฏิบัติราชการแทน",
            ),
        ),
        migrations.AddField(
            model_name="delegationscope",
            name="folders",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="saraban.registerfolder", verbose_name="แฟ้มทะเบียน"
            ),
        ),
        migrations.AddField(
            model_name="historicaldelegationscope",
            name="appointment",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="org.appointment",
                verbose_name="การปฏิบัติราชการแทน",
            ),
        ),
        migrations.AddField(
            model_name="historicaldelegationscope",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicaldelegationscope_folders",
            name="delegationscope",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_tablespace="",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="saraban.delegationscope",
            ),
        ),
        migrations.AddField(
            model_name="historicaldelegationscope_folders",
            name="history",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="saraban.historicaldelegationscope",
            ),
        ),
        migrations.AddField(
            model_name="historicaldelegationscope_folders",
            name="registerfolder",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_tablespace="",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="saraban.registerfolder",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationscope",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_limit", None), ("amount_limit__gte", 0), _connector="OR"),
                name="delegated_amount_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationscope",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kinds__contained_by",
                        [
                            "EXTERNAL",
                            "MEMO",
                            "STAMPED",
                            "ORDER",
                            "RULE",
                            "BYLAW",
                            "ANNOUNCEMENT",
                            "COMMUNIQUE",
                            "NEWS",
                            "CERTIFICATE",
                            "MINUTES",
                            "NOTE",
                            "OTHER",
                        ],
                    )
                ),
                name="delegated_kinds_are_kinds",
            ),
        ),
    ]
