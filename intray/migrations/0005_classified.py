"""What is written about a classified letter lies sealed. Written once, it changes in no other way than being sealed or opened."""

import saraban.models.sealed
from django.db import migrations

ADD = """
CREATE OR REPLACE FUNCTION intray_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before text; after text;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    before := coalesce(to_jsonb(OLD) ->> 'text', to_jsonb(OLD) ->> 'note', '');
    after := coalesce(to_jsonb(NEW) ->> 'text', to_jsonb(NEW) ->> 'note', '');
    IF (to_jsonb(NEW) - 'text' - 'note') = (to_jsonb(OLD) - 'text' - 'note')
       AND (before = after OR starts_with(before, 'sealed:1:') OR starts_with(after, 'sealed:1:')) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'what was written on the way of a letter is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
DROP = """
CREATE OR REPLACE FUNCTION intray_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was written on the way of a letter is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("intray", "0004_routes"), ("saraban", "0008_classified")]

    operations = [
        migrations.RunSQL(ADD, DROP),
        migrations.AlterField(
            model_name='routingstep',
            name='note',
            field=saraban.models.sealed.SealedTextField(blank=True, max_length=500, verbose_name='ข้อความถึงผู้รับ'),
        ),
        migrations.AlterField(
            model_name='chase',
            name='note',
            field=saraban.models.sealed.SealedTextField(blank=True, letter='step.letter', max_length=200, verbose_name='ข้อความถึงผู้รับ'),
        ),
        migrations.AlterField(
            model_name='endorsement',
            name='text',
            field=saraban.models.sealed.SealedTextField(blank=True, verbose_name='ข้อความ'),
        ),

    ]
