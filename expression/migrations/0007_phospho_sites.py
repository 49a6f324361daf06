"""The phospho-sites of the intracellular signals, and the rule that a scored core keeps its specimen."""

from django.db import migrations

# symbol, residue
SITES = [
    ("AKT1", "S473"),
    ("AKT1", "T308"),
    ("MAPK3", "T202/Y204"),
    ("MAPK1", "T185/Y187"),
    ("STAT3", "Y705"),
    ("STAT3", "S727"),
]

# Readings carry the specimen of their core; another specimen of the core would leave them behind.
KEEP = """
CREATE FUNCTION expression_scored_core_keeps_specimen() RETURNS trigger AS $$
BEGIN
    IF NEW.specimen_id IS DISTINCT FROM OLD.specimen_id
        AND EXISTS (SELECT 1 FROM expression_ihcreading WHERE core_id = NEW.id) THEN
        RAISE EXCEPTION 'cases_core: something was measured on this core'
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER expression_scored_core_keeps_specimen BEFORE UPDATE ON cases_core
FOR EACH ROW EXECUTE FUNCTION expression_scored_core_keeps_specimen();
"""
FORGET = """
DROP TRIGGER expression_scored_core_keeps_specimen ON cases_core;
DROP FUNCTION expression_scored_core_keeps_specimen();
"""


def load(apps, schema_editor):
    Marker = apps.get_model("expression", "Marker")
    PhosphoSite = apps.get_model("expression", "PhosphoSite")
    markers = {marker.symbol: marker for marker in Marker.objects.all()}
    PhosphoSite.objects.bulk_create(
        PhosphoSite(marker=markers[symbol], residue=residue) for symbol, residue in SITES if symbol in markers
    )


class Migration(migrations.Migration):
    dependencies = [("expression", "0006_assays")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop), migrations.RunSQL(KEEP, FORGET)]
