"""Checks of pathology findings."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Category, Diagnosis, GiantCells
from cases.quality.conditions import surely_before
from cases.quality.registry import Severity, check
from cases.sentences import sentence
from expression.models import PathologyFinding

MARROW = "C42.1"
"""Bone marrow in the topography of ICD-O-3."""


@check(
    code="finding-before-collection",
    title=_("Pathology finding before the specimen was collected"),
    finds=sentence(
        "{specimen} was read on {date}, and it was collected on {collected}.",
        specimen="specimen__code",
        date="read_on",
        collected="specimen__collection_date",
    ),
    advice=_("Correct one of the dates."),
)
def finding_before_collection() -> QuerySet[PathologyFinding]:
    return PathologyFinding.objects.filter(surely_before("read_on", "specimen__collection_date"))


@check(
    code="giant-cells-missing-in-diagnosis",
    title=_("Giant cells found, and absent in the diagnosis"),
    finds=sentence(
        "Giant cells were found in {specimen}, and the index diagnosis says that there are none.",
        specimen="specimen__code",
    ),
    advice=_("Look again: the answers of the index diagnosis and of the finding decide who is in which group."),
)
def giant_cells_missing_in_diagnosis() -> QuerySet[PathologyFinding]:
    without = Diagnosis.objects.filter(patient=OuterRef("patient"), is_index=True, giant_cells=GiantCells.ABSENT)
    return PathologyFinding.objects.filter(Exists(without), giant_cells=GiantCells.PRESENT)


@check(
    code="marrow-fibrosis-outside-marrow",
    title=_("Marrow fibrosis of something that is no marrow"),
    finds=sentence(
        "{specimen} has a marrow fibrosis of {grade}, and neither its lesion nor a diagnosis is of the marrow.",
        specimen="specimen__code",
        grade="marrow_fibrosis",
    ),
    advice=_("Choose the lesion the specimen is of, or take the grade away."),
    severity=Severity.HINT,
)
def marrow_fibrosis_outside_marrow() -> QuerySet[PathologyFinding]:
    of_marrow = Diagnosis.objects.filter(
        Q(category=Category.BONE_MARROW) | Q(primary_site__code=MARROW), patient=OuterRef("patient")
    )
    marrow = Q(specimen__lesion__site__code=MARROW) | Q(Exists(of_marrow), specimen__lesion=None)
    return PathologyFinding.objects.exclude(marrow_fibrosis="").exclude(marrow)
