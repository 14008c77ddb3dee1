"""Readings older than ninety days may be deleted (never changed): the purge of `eoffice.retention`.

Ninety days are what พ.ร.บ.ว่าด้วยการกระทำความผิดเกี่ยวกับคอมพิวเตอร์ มาตรา 26 demands at least. The trail of letters
(`audit_auditevent`) stays append-only whatever its age.
"""

from django.db import migrations

ADD = """
CREATE FUNCTION audit_reading_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '90 days' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'a reading is kept for ninety days and never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER access_log_append_only ON audit_accesslog;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON audit_accesslog
  FOR EACH ROW EXECUTE FUNCTION audit_reading_is_kept();
"""
DROP = """
DROP TRIGGER access_log_append_only ON audit_accesslog;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON audit_accesslog
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
DROP FUNCTION audit_reading_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [migrations.RunSQL(ADD, DROP)]
