"""The names under which laboratories know the markers, and what public cohorts are to be cited by."""

import pgtrigger.compiler
from django.db import migrations, models

from cases import trigger_operations

# Approved names and aliases of HGNC (genenames.org), and Japanese names. An alias that is the symbol of another gene,
# such as HGF of IL6, is left out.
NAMES = {
    "TNFSF11": [
        "ODF",
        "OPGL",
        "TRANCE",
        "CD254",
        "sOdf",
        "TNF superfamily member 11",
        "Receptor activator of NF-κB ligand",
        "Osteoclast differentiation factor",
        "Osteoprotegerin ligand",
        "破骨細胞分化因子",
    ],
    "TNFRSF11A": [
        "ODFR",
        "TRANCE-R",
        "CD265",
        "FEO",
        "TNF receptor superfamily member 11a",
        "Receptor activator of NF-κB",
        "破骨細胞分化因子受容体",
    ],
    "TNFRSF11B": [
        "Osteoprotegerin",
        "OCIF",
        "TR1",
        "TNF receptor superfamily member 11b",
        "Osteoclastogenesis inhibitory factor",
        "オステオプロテゲリン",
        "破骨細胞形成抑制因子",
    ],
    "ACP5": [
        "TRACP",
        "TRACP-5a",
        "TRACP-5b",
        "TRACP5",
        "Acid phosphatase 5, tartrate resistant",
        "Tartrate-resistant acid phosphatase",
        "酒石酸抵抗性酸性ホスファターゼ",
        "酒石酸抵抗性酸ホスファターゼ",
    ],
    "ALPL": [
        "TNAP",
        "TNSALP",
        "TNALP",
        "Alkaline phosphatase, biomineralization associated",
        "Alkaline phosphatase",
        "アルカリホスファターゼ",
        "組織非特異型アルカリホスファターゼ",
    ],
    "SOX9": ["SOX-9", "SRY-box transcription factor 9", "CMD1"],
    "IL6": ["Interleukin-6", "BSF2", "IFNB2", "インターロイキン6"],
    "PTHLH": [
        "Parathyroid hormone-related protein",
        "Parathyroid hormone like hormone",
        "HHM",
        "副甲状腺ホルモン関連蛋白",
        "副甲状腺ホルモン関連タンパク質",
    ],
    "AKT1": ["AKT", "PKB", "RAC-alpha", "PKB-alpha", "AKT serine/threonine kinase 1", "プロテインキナーゼB"],
    "MAPK3": ["p44 MAPK", "p44-ERK1", "PRKM3", "ERK1/2", "MAPK3/1", "Mitogen-activated protein kinase 3"],
    "MAPK1": ["p42 MAPK", "PRKM1", "ERK1/2", "MAPK3/1", "Mitogen-activated protein kinase 1"],
    "STAT3": ["APRF", "Signal transducer and activator of transcription 3", "Acute-phase response factor"],
}


def complete(apps, schema_editor):
    """Names an administrator added stay."""
    for marker in apps.get_model("expression", "Marker").objects.filter(symbol__in=NAMES):
        wanted = [name for name in NAMES[marker.symbol] if name not in marker.synonyms and name != marker.name]
        marker.synonyms = [*marker.synonyms, *wanted]
        marker.save(update_fields=["synonyms"])


class Migration(migrations.Migration):
    dependencies = [
        ("expression", "0010_replicates_and_volumes"),
    ]

    operations = [
        trigger_operations.RemoveTrigger(
            model_name="expressiondataset",
            name="created_insert",
        ),
        trigger_operations.RemoveTrigger(
            model_name="expressiondataset",
            name="changed_update",
        ),
        trigger_operations.RemoveTrigger(
            model_name="expressiondataset",
            name="deleted_delete",
        ),
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.AddField(
            model_name="expressiondataset",
            name="citation",
            field=models.CharField(
                blank=True, help_text="The publication to cite, with its DOI.", max_length=300, verbose_name="citation"
            ),
        ),
        migrations.AddField(
            model_name="expressiondataset",
            name="is_public",
            field=models.BooleanField(
                default=False,
                help_text="Published by others, and not measured on tissue of this group.",
                verbose_name="public cohort",
            ),
        ),
        migrations.AddField(
            model_name="expressiondatasetevent",
            name="citation",
            field=models.CharField(
                blank=True, help_text="The publication to cite, with its DOI.", max_length=300, verbose_name="citation"
            ),
        ),
        migrations.AddField(
            model_name="expressiondatasetevent",
            name="is_public",
            field=models.BooleanField(
                default=False,
                help_text="Published by others, and not measured on tissue of this group.",
                verbose_name="public cohort",
            ),
        ),
        trigger_operations.AddTrigger(
            model_name="expressiondataset",
            trigger=pgtrigger.compiler.Trigger(
                name="created_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "expression_expressiondatasetevent" ("citation", "code", "id", "is_public", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform", "source", "study_id", "unit") VALUES (NEW."citation", NEW."code", NEW."id", NEW."is_public", _pgh_attach_context(), NOW(), \'created\', NEW."id", NEW."platform", NEW."source", NEW."study_id", NEW."unit"); RETURN NULL;',
                    hash="a25c88888cfdabb1ef498bc6e2985473588f2957",
                    operation="INSERT",
                    pgid="pgtrigger_created_insert_5efeb",
                    table="expression_expressiondataset",
                    when="AFTER",
                ),
            ),
        ),
        trigger_operations.AddTrigger(
            model_name="expressiondataset",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "expression_expressiondatasetevent" ("citation", "code", "id", "is_public", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform", "source", "study_id", "unit") VALUES (NEW."citation", NEW."code", NEW."id", NEW."is_public", _pgh_attach_context(), NOW(), \'changed\', NEW."id", NEW."platform", NEW."source", NEW."study_id", NEW."unit"); RETURN NULL;',
                    hash="1ab6796df042ea1597cabddad5116e82af6b4e33",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_441b4",
                    table="expression_expressiondataset",
                    when="AFTER",
                ),
            ),
        ),
        trigger_operations.AddTrigger(
            model_name="expressiondataset",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "expression_expressiondatasetevent" ("citation", "code", "id", "is_public", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "platform", "source", "study_id", "unit") VALUES (OLD."citation", OLD."code", OLD."id", OLD."is_public", _pgh_attach_context(), NOW(), \'deleted\', OLD."id", OLD."platform", OLD."source", OLD."study_id", OLD."unit"); RETURN NULL;',
                    hash="8cf3a720d62d925daed5d3f66f0cf209331f55bc",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_230a7",
                    table="expression_expressiondataset",
                    when="AFTER",
                ),
            ),
        ),
    ]
