"""The population of a question was sex, category and site; it is the filters of the list of patients now."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FILTERS = ("sex", "category", "site")


def to_filters(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for analysis in apps.get_model("analytics", "Analysis").objects.only("spec").iterator():
        chosen = {name: analysis.spec.pop(name, "") for name in FILTERS}
        analysis.spec.setdefault("population", {name: [value] for name, value in chosen.items() if value})
        analysis.save(update_fields=["spec"])


def to_fields(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whatever the three fields cannot say is lost, as it was before."""
    for analysis in apps.get_model("analytics", "Analysis").objects.only("spec").iterator():
        chosen = analysis.spec.pop("population", {})
        analysis.spec |= {name: next(iter(chosen.get(name, [])), "") for name in FILTERS}
        analysis.save(update_fields=["spec"])


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_analysis_scope")]

    operations = [migrations.RunPython(to_filters, to_fields)]
