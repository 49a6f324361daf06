"""The markers of the group: the RANK axis, cell-type markers, upstream and intracellular signals."""

from django.db import migrations

# symbol, name, synonyms, role
MARKERS = [
    ("TNFSF11", "RANKL", ["ODF", "OPGL", "TRANCE", "CD254"], "ligand"),
    ("TNFRSF11A", "RANK", ["ODFR", "TRANCE-R", "CD265"], "receptor"),
    ("TNFRSF11B", "OPG", ["Osteoprotegerin", "OCIF"], "decoy_receptor"),
    ("ACP5", "TRAP", ["TRACP", "TRACP-5b"], "osteoclast"),
    ("ALPL", "ALP", ["TNAP", "TNSALP"], "osteoblast"),
    ("SOX9", "SOX9", ["SOX-9"], "chondrocyte"),
    ("IL6", "IL-6", ["Interleukin-6", "BSF2"], "upstream"),
    ("PTHLH", "PTHrP", ["Parathyroid hormone-related protein", "HHM"], "upstream"),
    ("AKT1", "AKT1", ["AKT", "PKB"], "signalling"),
    ("MAPK3", "ERK1", ["p44 MAPK"], "signalling"),
    ("MAPK1", "ERK2", ["p42 MAPK"], "signalling"),
    ("STAT3", "STAT3", ["APRF"], "signalling"),
]


def load(apps, schema_editor):
    Marker = apps.get_model("expression", "Marker")
    Marker.objects.bulk_create(
        Marker(symbol=symbol, name=name, synonyms=synonyms, role=role, position=position)
        for position, (symbol, name, synonyms, role) in enumerate(MARKERS, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("expression", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
