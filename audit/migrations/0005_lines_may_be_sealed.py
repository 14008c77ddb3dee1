"""A line of the trail may be sealed, once, and never changed otherwise.

When a draft is classified, what its earlier lines said (a title, a reason) goes under the letter's key: `detail` becomes
`{"sealed": …}`, which holds label and detail as they were, and `label` a neutral one. Who, when, what and to what stay.
"""

from django.db import migrations

ADD = """
CREATE FUNCTION audit_line_stays_or_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NOT (OLD.detail ? 'sealed')
     AND jsonb_typeof(NEW.detail -> 'sealed') = 'string' AND NEW.detail = jsonb_build_object('sealed', NEW.detail -> 'sealed')
     AND (to_jsonb(NEW) - 'label' - 'detail') = (to_jsonb(OLD) - 'label' - 'detail') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER audit_event_append_only ON audit_auditevent;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
  FOR EACH ROW EXECUTE FUNCTION audit_line_stays_or_is_sealed();
"""
DROP = """
DROP TRIGGER audit_event_append_only ON audit_auditevent;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
DROP FUNCTION audit_line_stays_or_is_sealed();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_public_downloads")]
    operations = [migrations.RunSQL(ADD, DROP)]
