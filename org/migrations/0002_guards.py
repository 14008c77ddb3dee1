"""What the database itself forbids: a unit under a parent of another agency."""

from django.db import migrations

ADD = """
ALTER TABLE org_unit ADD CONSTRAINT unit_parent_same_agency
  FOREIGN KEY (agency_id, parent_id) REFERENCES org_unit (agency_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE org_agency ADD CONSTRAINT registry_unit_same_agency
  FOREIGN KEY (id, registry_unit_id) REFERENCES org_unit (agency_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
DROP = """
ALTER TABLE org_unit DROP CONSTRAINT unit_parent_same_agency;
ALTER TABLE org_agency DROP CONSTRAINT registry_unit_same_agency;
"""


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]
    operations = [migrations.RunSQL(ADD, DROP)]
