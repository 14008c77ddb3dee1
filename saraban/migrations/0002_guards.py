"""What the database itself forbids: an issued number changing or vanishing, and rows that cross agencies."""

from django.db import migrations

ADD = """
CREATE FUNCTION register_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a register entry is never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (NEW.folder_id, NEW.series_id, NEW.letter_id, NEW.seq, NEW.insert_no, NEW.number, NEW.entered_at, NEW.entered_on)
     IS DISTINCT FROM
     (OLD.folder_id, OLD.series_id, OLD.letter_id, OLD.seq, OLD.insert_no, OLD.number, OLD.entered_at, OLD.entered_on) THEN
    RAISE EXCEPTION 'an issued number never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at THEN
    RAISE EXCEPTION 'a voided number stays voided' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER register_entry_stays BEFORE UPDATE OR DELETE ON saraban_registerentry
  FOR EACH ROW EXECUTE FUNCTION register_entry_stays();
ALTER TABLE saraban_registerfolder ADD CONSTRAINT folder_owner_same_agency
  FOREIGN KEY (agency_id, owner_unit_id) REFERENCES org_unit (agency_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE saraban_letter ADD CONSTRAINT letter_owner_same_agency
  FOREIGN KEY (agency_id, owner_unit_id) REFERENCES org_unit (agency_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE saraban_delivery ADD CONSTRAINT delivery_unit_same_agency
  FOREIGN KEY (to_agency_id, to_unit_id) REFERENCES org_unit (agency_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
DROP = """
DROP TRIGGER register_entry_stays ON saraban_registerentry;
DROP FUNCTION register_entry_stays();
ALTER TABLE saraban_registerfolder DROP CONSTRAINT folder_owner_same_agency;
ALTER TABLE saraban_letter DROP CONSTRAINT letter_owner_same_agency;
ALTER TABLE saraban_delivery DROP CONSTRAINT delivery_unit_same_agency;
"""


class Migration(migrations.Migration):
    dependencies = [("saraban", "0001_initial"), ("org", "0002_guards")]
    operations = [migrations.RunSQL(ADD, DROP)]
