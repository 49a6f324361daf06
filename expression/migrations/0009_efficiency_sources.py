"""Efficiencies other than 2 were typed or taken over on import: nobody knows which, so they count as entered."""

from django.db import migrations, models

ENTERED = "UPDATE expression_qpcrtarget SET efficiency_source = 'entered' WHERE efficiency <> 2"


class Migration(migrations.Migration):
    dependencies = [("expression", "0008_qpcr_curves")]

    operations = [
        migrations.RunSQL(ENTERED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='qpcrtarget',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('efficiency', 2.0), ('efficiency_source', 'assumed')), ('efficiency_source__in', ['file', 'curve', 'entered']), _connector='OR'), name='qpcr_target_assumed_efficiency_is_2', violation_error_message='Say where an efficiency other than 2 comes from.'),
        ),
    ]
