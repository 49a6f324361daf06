"""Standard curves, calibrator groups, MIQE items and what the instrument printed."""

import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

from cases import trigger_operations


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0011_doses_keep_their_treatment'),
        ('expression', '0007_phospho_sites'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        trigger_operations.RemoveTrigger(
            model_name='qpcrrun',
            name='created_insert',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrrun',
            name='changed_update',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrrun',
            name='deleted_delete',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrtarget',
            name='created_insert',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrtarget',
            name='changed_update',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrtarget',
            name='deleted_delete',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrwell',
            name='created_insert',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrwell',
            name='changed_update',
        ),
        trigger_operations.RemoveTrigger(
            model_name='qpcrwell',
            name='deleted_delete',
        ),
        migrations.RemoveConstraint(
            model_name='qpcrsample',
            name='qpcr_one_calibrator_per_run',
        ),
        migrations.CreateModel(
            name='QpcrPrintedResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('corrected_cq', models.FloatField(blank=True, help_text='Mean Cq times log2 of the efficiency, in cycles.', null=True, verbose_name='printed EqCq')),
                ('delta_cq', models.FloatField(blank=True, help_text='cycles', null=True, verbose_name='printed ΔCq')),
                ('relative_quantity', models.FloatField(blank=True, null=True, verbose_name='printed relative quantity')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='printed_results', to='expression.qpcrrun', verbose_name='run')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='printed_results', to='expression.qpcrsample', verbose_name='sample')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='printed_results', to='expression.qpcrtarget', verbose_name='target')),
            ],
            options={
                'verbose_name': 'printed qPCR result',
                'verbose_name_plural': 'printed qPCR results',
                'ordering': ['run', 'sample', 'target'],
                'constraints': [
                    models.UniqueConstraint(models.F('sample'), models.F('target'), name='qpcr_printed_result_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='QpcrPrintedResultEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('corrected_cq', models.FloatField(blank=True, help_text='Mean Cq times log2 of the efficiency, in cycles.', null=True, verbose_name='printed EqCq')),
                ('delta_cq', models.FloatField(blank=True, help_text='cycles', null=True, verbose_name='printed ΔCq')),
                ('relative_quantity', models.FloatField(blank=True, null=True, verbose_name='printed relative quantity')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='expression.qpcrprintedresult')),
                ('run', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='expression.qpcrrun', verbose_name='run')),
                ('sample', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='expression.qpcrsample', verbose_name='sample')),
                ('target', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='expression.qpcrtarget', verbose_name='target')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='cycling',
            field=models.CharField(blank=True, help_text='Temperatures and times of the cycles.', max_length=200, verbose_name='thermocycling'),
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='dnase_treatment',
            field=models.CharField(blank=True, help_text='Enzyme or kit; “none” where there was none.', max_length=120, verbose_name='DNase treatment'),
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='normalisation',
            field=models.CharField(blank=True, help_text='What the Cq are related to, and how.', max_length=200, verbose_name='normalisation'),
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='reaction_volume_ul',
            field=models.FloatField(blank=True, help_text='µL', null=True, validators=[django.core.validators.MinValueValidator(0.1), django.core.validators.MaxValueValidator(1000)], verbose_name='reaction volume'),
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='reference_gene_choice',
            field=models.CharField(blank=True, help_text='Why these genes: how their stability was shown.', max_length=200, verbose_name='choice of reference genes'),
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='rna_extraction',
            field=models.CharField(blank=True, help_text='Method or kit, and how quality was checked.', max_length=120, verbose_name='RNA extraction'),
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='rna_input_ng',
            field=models.FloatField(blank=True, help_text='ng', null=True, validators=[django.core.validators.MinValueValidator(0.001), django.core.validators.MaxValueValidator(100000)], verbose_name='RNA per reverse transcription'),
        ),
        migrations.AddField(
            model_name='qpcrrun',
            name='rt_kit',
            field=models.CharField(blank=True, help_text='Kit or enzyme, and priming.', max_length=120, verbose_name='reverse transcription'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='cycling',
            field=models.CharField(blank=True, help_text='Temperatures and times of the cycles.', max_length=200, verbose_name='thermocycling'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='dnase_treatment',
            field=models.CharField(blank=True, help_text='Enzyme or kit; “none” where there was none.', max_length=120, verbose_name='DNase treatment'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='normalisation',
            field=models.CharField(blank=True, help_text='What the Cq are related to, and how.', max_length=200, verbose_name='normalisation'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='reaction_volume_ul',
            field=models.FloatField(blank=True, help_text='µL', null=True, validators=[django.core.validators.MinValueValidator(0.1), django.core.validators.MaxValueValidator(1000)], verbose_name='reaction volume'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='reference_gene_choice',
            field=models.CharField(blank=True, help_text='Why these genes: how their stability was shown.', max_length=200, verbose_name='choice of reference genes'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='rna_extraction',
            field=models.CharField(blank=True, help_text='Method or kit, and how quality was checked.', max_length=120, verbose_name='RNA extraction'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='rna_input_ng',
            field=models.FloatField(blank=True, help_text='ng', null=True, validators=[django.core.validators.MinValueValidator(0.001), django.core.validators.MaxValueValidator(100000)], verbose_name='RNA per reverse transcription'),
        ),
        migrations.AddField(
            model_name='qpcrrunevent',
            name='rt_kit',
            field=models.CharField(blank=True, help_text='Kit or enzyme, and priming.', max_length=120, verbose_name='reverse transcription'),
        ),
        migrations.AddField(
            model_name='qpcrtarget',
            name='assay_id',
            field=models.CharField(blank=True, help_text='Supplier’s number, or the sequences.', max_length=100, verbose_name='primer set or assay'),
        ),
        migrations.AddField(
            model_name='qpcrtarget',
            name='efficiency_source',
            field=models.CharField(choices=[('assumed', 'assumed perfect'), ('file', 'from the file'), ('curve', 'from the standard curve of this run'), ('entered', 'entered')], default='assumed', max_length=8, verbose_name='where the efficiency comes from'),
        ),
        migrations.AddField(
            model_name='qpcrtargetevent',
            name='assay_id',
            field=models.CharField(blank=True, help_text='Supplier’s number, or the sequences.', max_length=100, verbose_name='primer set or assay'),
        ),
        migrations.AddField(
            model_name='qpcrtargetevent',
            name='efficiency_source',
            field=models.CharField(choices=[('assumed', 'assumed perfect'), ('file', 'from the file'), ('curve', 'from the standard curve of this run'), ('entered', 'entered')], default='assumed', max_length=8, verbose_name='where the efficiency comes from'),
        ),
        migrations.AddField(
            model_name='qpcrwell',
            name='quantity',
            field=models.FloatField(blank=True, help_text='Of a standard, in any unit that is the same for all of a target.', null=True, validators=[django.core.validators.MinValueValidator(1e-12)], verbose_name='quantity'),
        ),
        migrations.AddField(
            model_name='qpcrwellevent',
            name='quantity',
            field=models.FloatField(blank=True, help_text='Of a standard, in any unit that is the same for all of a target.', null=True, validators=[django.core.validators.MinValueValidator(1e-12)], verbose_name='quantity'),
        ),
        migrations.AlterField(
            model_name='qpcrsample',
            name='is_calibrator',
            field=models.BooleanField(default=False, help_text='Several of a run are a group: their mean ΔCq is the calibrator’s.', verbose_name='calibrator'),
        ),
        migrations.AlterField(
            model_name='qpcrsampleevent',
            name='is_calibrator',
            field=models.BooleanField(default=False, help_text='Several of a run are a group: their mean ΔCq is the calibrator’s.', verbose_name='calibrator'),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrrun',
            trigger=pgtrigger.compiler.Trigger(name='cycles_cover_cqs', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE highest double precision;', func="\n            highest := (SELECT max(cq) FROM expression_qpcrwell WHERE run_id = NEW.id);\n            IF highest > NEW.cycles THEN\n                RAISE EXCEPTION 'expression_qpcrrun: a Cq is above the cycles'\n                USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='56dc92b32f7d985d78f9f3be2f30bd7ed54bc851', operation='UPDATE', pgid='pgtrigger_cycles_cover_cqs_3dd91', table='expression_qpcrrun', when='BEFORE')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrrun',
            trigger=pgtrigger.compiler.Trigger(name='created_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrrunevent" ("chemistry", "code", "cq_method", "cycles", "cycling", "dnase_treatment", "experiment_type", "file_name", "id", "import_job_id", "instrument", "miqe", "normalisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction_volume_ul", "reference_gene_choice", "reference_pairing", "rna_extraction", "rna_input_ng", "rt_kit", "run_at", "study_id") VALUES (NEW."chemistry", NEW."code", NEW."cq_method", NEW."cycles", NEW."cycling", NEW."dnase_treatment", NEW."experiment_type", NEW."file_name", NEW."id", NEW."import_job_id", NEW."instrument", NEW."miqe", NEW."normalisation", _pgh_attach_context(), NOW(), \'created\', NEW."id", NEW."reaction_volume_ul", NEW."reference_gene_choice", NEW."reference_pairing", NEW."rna_extraction", NEW."rna_input_ng", NEW."rt_kit", NEW."run_at", NEW."study_id"); RETURN NULL;', hash='1e08ee5b6b6794d837ad84b8237efb1c30516ec3', operation='INSERT', pgid='pgtrigger_created_insert_3fb4a', table='expression_qpcrrun', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrrun',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "expression_qpcrrunevent" ("chemistry", "code", "cq_method", "cycles", "cycling", "dnase_treatment", "experiment_type", "file_name", "id", "import_job_id", "instrument", "miqe", "normalisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction_volume_ul", "reference_gene_choice", "reference_pairing", "rna_extraction", "rna_input_ng", "rt_kit", "run_at", "study_id") VALUES (NEW."chemistry", NEW."code", NEW."cq_method", NEW."cycles", NEW."cycling", NEW."dnase_treatment", NEW."experiment_type", NEW."file_name", NEW."id", NEW."import_job_id", NEW."instrument", NEW."miqe", NEW."normalisation", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."reaction_volume_ul", NEW."reference_gene_choice", NEW."reference_pairing", NEW."rna_extraction", NEW."rna_input_ng", NEW."rt_kit", NEW."run_at", NEW."study_id"); RETURN NULL;', hash='77e69996ff585417c181b5bb9aa4370c4bb6961d', operation='UPDATE', pgid='pgtrigger_changed_update_2ee96', table='expression_qpcrrun', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrrun',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrrunevent" ("chemistry", "code", "cq_method", "cycles", "cycling", "dnase_treatment", "experiment_type", "file_name", "id", "import_job_id", "instrument", "miqe", "normalisation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction_volume_ul", "reference_gene_choice", "reference_pairing", "rna_extraction", "rna_input_ng", "rt_kit", "run_at", "study_id") VALUES (OLD."chemistry", OLD."code", OLD."cq_method", OLD."cycles", OLD."cycling", OLD."dnase_treatment", OLD."experiment_type", OLD."file_name", OLD."id", OLD."import_job_id", OLD."instrument", OLD."miqe", OLD."normalisation", _pgh_attach_context(), NOW(), \'deleted\', OLD."id", OLD."reaction_volume_ul", OLD."reference_gene_choice", OLD."reference_pairing", OLD."rna_extraction", OLD."rna_input_ng", OLD."rt_kit", OLD."run_at", OLD."study_id"); RETURN NULL;', hash='237f6b2aa3f068c877f51bd2fbecfed61e1469fa', operation='DELETE', pgid='pgtrigger_deleted_delete_f9732', table='expression_qpcrrun', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrtarget',
            trigger=pgtrigger.compiler.Trigger(name='created_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrtargetevent" ("assay_id", "efficiency", "efficiency_source", "id", "marker_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "run_id") VALUES (NEW."assay_id", NEW."efficiency", NEW."efficiency_source", NEW."id", NEW."marker_id", NEW."name", _pgh_attach_context(), NOW(), \'created\', NEW."id", NEW."role", NEW."run_id"); RETURN NULL;', hash='8f6d7b17d0073b67ad7b482271afd558f3d36102', operation='INSERT', pgid='pgtrigger_created_insert_1962f', table='expression_qpcrtarget', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrtarget',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "expression_qpcrtargetevent" ("assay_id", "efficiency", "efficiency_source", "id", "marker_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "run_id") VALUES (NEW."assay_id", NEW."efficiency", NEW."efficiency_source", NEW."id", NEW."marker_id", NEW."name", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."role", NEW."run_id"); RETURN NULL;', hash='ac4a357d6c37ab4a8fcc321d8759f23739de76ec', operation='UPDATE', pgid='pgtrigger_changed_update_d38f9', table='expression_qpcrtarget', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrtarget',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrtargetevent" ("assay_id", "efficiency", "efficiency_source", "id", "marker_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "run_id") VALUES (OLD."assay_id", OLD."efficiency", OLD."efficiency_source", OLD."id", OLD."marker_id", OLD."name", _pgh_attach_context(), NOW(), \'deleted\', OLD."id", OLD."role", OLD."run_id"); RETURN NULL;', hash='919e5665677aad1297721a3ca6efd453d3a233c1', operation='DELETE', pgid='pgtrigger_deleted_delete_88623', table='expression_qpcrtarget', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrwell',
            trigger=pgtrigger.compiler.Trigger(name='cq_within_cycles', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.cq > (SELECT cycles FROM expression_qpcrrun WHERE id = NEW.run_id) THEN\n                RAISE EXCEPTION 'expression_qpcrwell: Cq above the cycles of the run'\n                USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='e4ea762eb70ec0a18693c7263774beadb43547ee', operation='INSERT OR UPDATE', pgid='pgtrigger_cq_within_cycles_567f2', table='expression_qpcrwell', when='BEFORE')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrwell',
            trigger=pgtrigger.compiler.Trigger(name='created_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrwellevent" ("cq", "id", "omitted", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "quantity", "reading", "reporter", "run_id", "sample_id", "target_id", "task") VALUES (NEW."cq", NEW."id", NEW."omitted", _pgh_attach_context(), NOW(), \'created\', NEW."id", NEW."position", NEW."quantity", NEW."reading", NEW."reporter", NEW."run_id", NEW."sample_id", NEW."target_id", NEW."task"); RETURN NULL;', hash='69ea81bbd190646dc7b2b66f2a90a9405f48af52', operation='INSERT', pgid='pgtrigger_created_insert_e39fc', table='expression_qpcrwell', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrwell',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "expression_qpcrwellevent" ("cq", "id", "omitted", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "quantity", "reading", "reporter", "run_id", "sample_id", "target_id", "task") VALUES (NEW."cq", NEW."id", NEW."omitted", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."position", NEW."quantity", NEW."reading", NEW."reporter", NEW."run_id", NEW."sample_id", NEW."target_id", NEW."task"); RETURN NULL;', hash='13732eefa91da73b6b11f7d7ceb594db8b5db63e', operation='UPDATE', pgid='pgtrigger_changed_update_af4a6', table='expression_qpcrwell', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrwell',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrwellevent" ("cq", "id", "omitted", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "quantity", "reading", "reporter", "run_id", "sample_id", "target_id", "task") VALUES (OLD."cq", OLD."id", OLD."omitted", _pgh_attach_context(), NOW(), \'deleted\', OLD."id", OLD."position", OLD."quantity", OLD."reading", OLD."reporter", OLD."run_id", OLD."sample_id", OLD."target_id", OLD."task"); RETURN NULL;', hash='170171be02aced20292fa19996bbb15b03b8a308', operation='DELETE', pgid='pgtrigger_deleted_delete_50ee0', table='expression_qpcrwell', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='qpcrrun',
            constraint=models.CheckConstraint(condition=models.Q(('rna_input_ng', None), models.Q(('rna_input_ng__gt', 0), ('rna_input_ng__lte', 100000)), _connector='OR'), name='qpcr_run_rna_input_plausible'),
        ),
        migrations.AddConstraint(
            model_name='qpcrrun',
            constraint=models.CheckConstraint(condition=models.Q(('reaction_volume_ul', None), models.Q(('reaction_volume_ul__gt', 0), ('reaction_volume_ul__lte', 1000)), _connector='OR'), name='qpcr_run_volume_plausible'),
        ),
        migrations.AddConstraint(
            model_name='qpcrwell',
            constraint=models.CheckConstraint(condition=models.Q(('quantity', None), models.Q(('quantity__gt', 0), ('task', 'standard')), _connector='OR'), name='qpcr_well_quantity_of_standards', violation_error_message='Only a standard has a known quantity, and it is above 0.'),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrprintedresult',
            trigger=pgtrigger.compiler.Trigger(name='same_run_sample', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE parent bigint;', func="\n            IF NEW.sample_id IS NULL THEN RETURN NEW; END IF;\n            parent := (SELECT run_id FROM expression_qpcrsample WHERE id = NEW.sample_id);\n            IF NEW.run_id IS DISTINCT FROM parent THEN\n                RAISE EXCEPTION 'expression_qpcrprintedresult: sample belongs to another run'\n                USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='2562f20e8c432f0dcdc212b6d98351c58aebe17f', operation='INSERT OR UPDATE', pgid='pgtrigger_same_run_sample_45987', table='expression_qpcrprintedresult', when='BEFORE')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrprintedresult',
            trigger=pgtrigger.compiler.Trigger(name='same_run_target', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE parent bigint;', func="\n            IF NEW.target_id IS NULL THEN RETURN NEW; END IF;\n            parent := (SELECT run_id FROM expression_qpcrtarget WHERE id = NEW.target_id);\n            IF NEW.run_id IS DISTINCT FROM parent THEN\n                RAISE EXCEPTION 'expression_qpcrprintedresult: target belongs to another run'\n                USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='e2e83032f605afe65baf5036e0ac72a3ae4f22be', operation='INSERT OR UPDATE', pgid='pgtrigger_same_run_target_d4723', table='expression_qpcrprintedresult', when='BEFORE')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrprintedresult',
            trigger=pgtrigger.compiler.Trigger(name='unchangeable_run', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."run_id" IS DISTINCT FROM (NEW."run_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7719d436b819cf16d32736d1abdbce717e1ebb45', operation='UPDATE', pgid='pgtrigger_unchangeable_run_caeec', table='expression_qpcrprintedresult', when='BEFORE')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrprintedresult',
            trigger=pgtrigger.compiler.Trigger(name='created_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrprintedresultevent" ("corrected_cq", "delta_cq", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relative_quantity", "run_id", "sample_id", "target_id") VALUES (NEW."corrected_cq", NEW."delta_cq", NEW."id", _pgh_attach_context(), NOW(), \'created\', NEW."id", NEW."relative_quantity", NEW."run_id", NEW."sample_id", NEW."target_id"); RETURN NULL;', hash='55a1bd9cfb74203cba3841d2edc93d131b6be74e', operation='INSERT', pgid='pgtrigger_created_insert_8c273', table='expression_qpcrprintedresult', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrprintedresult',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "expression_qpcrprintedresultevent" ("corrected_cq", "delta_cq", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relative_quantity", "run_id", "sample_id", "target_id") VALUES (NEW."corrected_cq", NEW."delta_cq", NEW."id", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."relative_quantity", NEW."run_id", NEW."sample_id", NEW."target_id"); RETURN NULL;', hash='727a36e082af98c908d1e88d59cfaffd58344356', operation='UPDATE', pgid='pgtrigger_changed_update_25285', table='expression_qpcrprintedresult', when='AFTER')),
        ),
        trigger_operations.AddTrigger(
            model_name='qpcrprintedresult',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "expression_qpcrprintedresultevent" ("corrected_cq", "delta_cq", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relative_quantity", "run_id", "sample_id", "target_id") VALUES (OLD."corrected_cq", OLD."delta_cq", OLD."id", _pgh_attach_context(), NOW(), \'deleted\', OLD."id", OLD."relative_quantity", OLD."run_id", OLD."sample_id", OLD."target_id"); RETURN NULL;', hash='66eead41c65b4e6c9346d204fcef809223f22516', operation='DELETE', pgid='pgtrigger_deleted_delete_29c92', table='expression_qpcrprintedresult', when='AFTER')),
        ),
    ]
