

import django.core.validators
import pgtrigger.compiler
from django.db import migrations, models

from cases import trigger_operations


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_doses_keep_their_treatment'),
        ('expression', '0009_efficiency_sources'),
    ]

    operations = [
        trigger_operations.RemoveTrigger(
            model_name='cellexperiment',
            name='created_insert',
        ),
        trigger_operations.RemoveTrigger(
            model_name='cellexperiment',
            name='changed_update',
        ),
        trigger_operations.RemoveTrigger(
            model_name='cellexperiment',
            name='deleted_delete',
        ),
        migrations.RemoveConstraint(
            model_name='band',
            name='band_volume_not_negative',
        ),
        migrations.AddField(
            model_name='cellexperiment',
            name='biological_replicates',
            field=models.PositiveSmallIntegerField(default=3, help_text='Planned for each condition: cultures on different days. They are what counts as n.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='biological replicates'),
        ),
        migrations.AddField(
            model_name='cellexperiment',
            name='technical_replicates',
            field=models.PositiveSmallIntegerField(default=1, help_text='Planned for each of them: wells or lanes of one culture. They are averaged.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='technical replicates'),
        ),
        migrations.AddField(
            model_name='cellexperimentevent',
            name='biological_replicates',
            field=models.PositiveSmallIntegerField(default=3, help_text='Planned for each condition: cultures on different days. They are what counts as n.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='biological replicates'),
        ),
        migrations.AddField(
            model_name='cellexperimentevent',
            name='technical_replicates',
            field=models.PositiveSmallIntegerField(default=1, help_text='Planned for each of them: wells or lanes of one culture. They are averaged.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='technical replicates'),
        ),
        trigger_operations.AddTrigger(
            model_name='cellexperiment',
            trigger=pgtrigger.compiler.Trigger(name='created_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_cellexperimentevent" ("biological_replicates", "code", "id", "line_id", "marker_id", "performed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "readout", "study_id", "technical_replicates") VALUES (NEW."biological_replicates", NEW."code", NEW."id", NEW."line_id", NEW."marker_id", NEW."performed_on", _pgh_attach_context(), NOW(), \'created\', NEW."id", NEW."readout", NEW."study_id", NEW."technical_replicates"); RETURN NULL;', hash='a581ed6599c42f5a4d1f982a80af88fc0ec768d0', operation='INSERT', pgid='pgtrigger_created_insert_c6cd5', table='expression_cellexperiment', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='cellexperiment',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "expression_cellexperimentevent" ("biological_replicates", "code", "id", "line_id", "marker_id", "performed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "readout", "study_id", "technical_replicates") VALUES (NEW."biological_replicates", NEW."code", NEW."id", NEW."line_id", NEW."marker_id", NEW."performed_on", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."readout", NEW."study_id", NEW."technical_replicates"); RETURN NULL;', hash='a61def9d26076c2f5bd4e5300d5b5292676e5765', operation='UPDATE', pgid='pgtrigger_changed_update_ef0f2', table='expression_cellexperiment', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='cellexperiment',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_cellexperimentevent" ("biological_replicates", "code", "id", "line_id", "marker_id", "performed_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "readout", "study_id", "technical_replicates") VALUES (OLD."biological_replicates", OLD."code", OLD."id", OLD."line_id", OLD."marker_id", OLD."performed_on", _pgh_attach_context(), NOW(), \'deleted\', OLD."id", OLD."readout", OLD."study_id", OLD."technical_replicates"); RETURN NULL;', hash='f435069ecfb647ad0e90671f5b0cd79d82195283', operation='DELETE', pgid='pgtrigger_deleted_delete_7c5a9', table='expression_cellexperiment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='band',
            constraint=models.CheckConstraint(condition=models.Q(('volume', 0), models.Q(('volume__gte', 1e-06), ('volume__lte', 1000000000000000.0)), _connector='OR'), name='band_volume_in_range', violation_error_message='A band volume is zero or a positive number as the imager gives it.'),
        ),
        migrations.AddConstraint(
            model_name='cellexperiment',
            constraint=models.CheckConstraint(condition=models.Q(('biological_replicates__range', (1, 12)), ('technical_replicates__range', (1, 12))), name='cell_experiment_replicates_in_range'),
        ),
    ]
