"""Classified letters: a data key on the letter, sealed columns (text instead of varchar), papers of ชั้นลับที่สุด."""

import django.db.models.deletion
import saraban.models.sealed
from django.conf import settings
from django.db import migrations, models

# A file in the clear never belongs to a classified letter, whichever way it came there.
ADD = """
CREATE FUNCTION classified_file_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM saraban_letter l JOIN files_storedfile f ON f.data_key IS NULL AND (
      f.id = l.document_id OR f.id IN (SELECT file_id FROM saraban_enclosure WHERE letter_id = l.id))
    WHERE l.id = (CASE TG_TABLE_NAME WHEN 'saraban_letter' THEN to_jsonb(NEW) -> 'id' ELSE to_jsonb(NEW) -> 'letter_id' END)::bigint
      AND l.secrecy IN (1, 2)
  ) THEN
    RAISE EXCEPTION 'a file of a classified letter lies in the clear' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER classified_document_is_sealed AFTER INSERT OR UPDATE OF document_id, secrecy ON saraban_letter
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.secrecy IN (1, 2)) EXECUTE FUNCTION classified_file_is_sealed();
CREATE CONSTRAINT TRIGGER classified_enclosure_is_sealed AFTER INSERT OR UPDATE OF file_id ON saraban_enclosure
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.file_id IS NOT NULL) EXECUTE FUNCTION classified_file_is_sealed();
"""
DROP = """
DROP TRIGGER classified_enclosure_is_sealed ON saraban_enclosure;
DROP TRIGGER classified_document_is_sealed ON saraban_letter;
DROP FUNCTION classified_file_is_sealed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0002_sealed_files"),
        ("org", "0006_delegation"),
        ("saraban", "0007_delegation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="data_key",
            field=models.BinaryField(null=True, verbose_name="กุญแจข้อมูลของหนังสือลับ"),
        ),
        migrations.AlterField(
            model_name='letter',
            name='subject',
            field=saraban.models.sealed.SealedTextField(blank=True, letter='', max_length=500, verbose_name='เรื่อง'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='sender',
            field=saraban.models.sealed.SealedTextField(blank=True, letter='', max_length=300, verbose_name='จาก'),
        ),
        migrations.AlterField(
            model_name='letter',
            name='addressee',
            field=saraban.models.sealed.SealedTextField(blank=True, letter='', max_length=300, verbose_name='ถึง'),
        ),
        migrations.AlterField(
            model_name='lettersheet',
            name='data',
            field=saraban.models.sealed.SealedJSONField(),
        ),
        migrations.AlterField(
            model_name='reference',
            name='text',
            field=saraban.models.sealed.SealedTextField(max_length=400, verbose_name='ข้อความอ้างถึง'),
        ),
        migrations.AlterField(
            model_name='enclosure',
            name='title',
            field=saraban.models.sealed.SealedTextField(max_length=300, verbose_name='ชื่อสิ่งที่ส่งมาด้วย'),
        ),
        migrations.AlterField(
            model_name='enclosure',
            name='quantity',
            field=saraban.models.sealed.SealedTextField(blank=True, default='1 ฉบับ', max_length=60, verbose_name='จำนวน'),
        ),
        migrations.AlterField(
            model_name='enclosure',
            name='original_name',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name='registerentry',
            name='action_taken',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=300, verbose_name='การปฏิบัติ'),
        ),
        migrations.AlterField(
            model_name='registerentry',
            name='remark',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=300, verbose_name='หมายเหตุ'),
        ),
        migrations.AlterField(
            model_name='registerentry',
            name='void_reason',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=300, verbose_name='เหตุที่ยกเลิก'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='reason',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=400, verbose_name='เหตุผลที่ส่งคืน'),
        ),

        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("secrecy__in", (1, 2)), _negated=True) | models.Q(("data_key__isnull", False)),
                name="classified_letter_has_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("secrecy__in", (1, 2)), _negated=True),
                    models.Q(
                        models.Q(("subject", ""), ("subject__startswith", "sealed:1:"), _connector="OR"),
                        models.Q(("sender", ""), ("sender__startswith", "sealed:1:"), _connector="OR"),
                        models.Q(("addressee", ""), ("addressee__startswith", "sealed:1:"), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="classified_letter_is_sealed",
            ),
        ),
        migrations.RunSQL(ADD, DROP),
        migrations.CreateModel(
            name="SecretPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_post", models.CharField(max_length=200, verbose_name="จากตำแหน่ง")),
                ("to_posts", models.CharField(max_length=300, verbose_name="ถึงตำแหน่ง")),
                ("dated", models.DateField(verbose_name="ลงวันที่")),
                ("copies", models.PositiveSmallIntegerField(verbose_name="จำนวนชุด")),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("asked_from", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.position")),
                ("entry", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="secret_paper", to="saraban.registerentry")),
                ("folder", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="saraban.registerfolder", verbose_name="ทะเบียนหนังสือลับ")),
            ],
            options={
                "verbose_name": "หนังสือกระดาษชั้นลับที่สุด",
                "verbose_name_plural": "หนังสือกระดาษชั้นลับที่สุด",
                "default_permissions": (),
                "indexes": [models.Index(condition=models.Q(("entry", None)), fields=["folder", "id"], name="secret_paper_waiting")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("copies__gte", 1), ("copies__lte", 99)), name="secret_paper_copies")
                ],
            },
        ),
    ]
