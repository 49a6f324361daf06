"""Checks of patients and their diagnoses."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear, Greatest, Now
from django.utils.translation import gettext_lazy as _

from cases.models import (
    Administration,
    AdverseEvent,
    ConsentStatus,
    Diagnosis,
    GiantCells,
    LaboratoryResult,
    Lesion,
    Patient,
    ResponseAssessment,
    SkeletalEvent,
    Specimen,
    Treatment,
    VitalStatus,
)
from cases.quality.conditions import given_denosumab, surely_before, unexplained
from cases.quality.registry import Severity, check
from cases.sentences import sentence

OLDEST_YEARS = 110
GIANT_CELL_TUMOUR = "9250/1"
SEEN_ON = (Administration, AdverseEvent, LaboratoryResult, ResponseAssessment, SkeletalEvent)
"""What shows, by its ``date``, that somebody saw the patient."""


@check(
    code="no-index-diagnosis",
    title=_("Patient without index diagnosis"),
    finds=sentence("There is no index diagnosis, by which the patient would be grouped."),
    advice=_("Add the diagnosis, or mark one of those recorded as the index diagnosis."),
    patient="",
)
def no_index_diagnosis() -> QuerySet[Patient]:
    return Patient.objects.exclude(Exists(Diagnosis.objects.filter(patient=OuterRef("pk"), is_index=True)))


@check(
    code="death-without-date",
    title=_("Death without date"),
    finds=sentence("The patient died, and no date of death is recorded."),
    advice=_("Write at least the year, or why it is not known: without it the patient has no follow-up time."),
    patient="",
)
def death_without_date() -> QuerySet[Patient]:
    return Patient.objects.filter(unexplained("death_date"), vital_status=VitalStatus.DEAD)


@check(
    code="implausible-age",
    title=_("Alive at an implausible age"),
    finds=sentence("The patient was born in {born} and is recorded as alive.", born="birth_year"),
    advice=_("Check the birth year and the vital status."),
    patient="",
)
def implausible_age() -> QuerySet[Patient]:
    return Patient.objects.filter(vital_status=VitalStatus.ALIVE, birth_year__lt=ExtractYear(Now()) - OLDEST_YEARS)


@check(
    code="consent-open",
    title=_("Data without settled consent"),
    finds=sentence("Data are entered while the consent is pending or unknown."),
    advice=_("Record the consent, or that none is required."),
    patient="",
)
def consent_open() -> QuerySet[Patient]:
    entered = Q()
    for model in (Diagnosis, Lesion, Treatment, Specimen):
        entered |= Q(Exists(model._default_manager.filter(patient=OuterRef("pk"))))
    return Patient.objects.filter(entered, consent_status__in=[ConsentStatus.PENDING, ConsentStatus.UNKNOWN])


@check(
    code="follow-up-too-early",
    title=_("Last follow-up before a later record"),
    finds=sentence(
        "The last follow-up was {date}, and something later, of {latest}, is recorded.",
        date="last_follow_up_date",
        latest="latest",
    ),
    advice=_("Set the last follow-up to the day the patient was last seen, or correct the later date."),
    patient="",
)
def follow_up_too_early() -> QuerySet[Patient]:
    later = Q()
    for model in SEEN_ON:
        seen = model._default_manager.filter(patient=OuterRef("pk"))
        later |= Q(Exists(seen.filter(surely_before(OuterRef("last_follow_up_date"), "date"))))
    newest = [
        Subquery(model._default_manager.filter(patient=OuterRef("pk")).order_by("-date").values("date")[:1])
        for model in SEEN_ON
    ]
    return Patient.objects.exclude(last_follow_up_date="").filter(later).alias(latest=Greatest(*newest))


@check(
    code="no-index-lesion",
    title=_("Denosumab without index lesion"),
    finds=sentence("The patient was given denosumab and has no index lesion, so no response can be counted."),
    advice=_("Add the lesion that was followed, or mark it as index lesion."),
    severity=Severity.HINT,
    patient="",
)
def no_index_lesion() -> QuerySet[Patient]:
    index = Lesion.objects.filter(patient=OuterRef("pk"), is_index=True)
    return Patient.objects.filter(given_denosumab(patient="pk")).exclude(Exists(index))


@check(
    code="giant-cell-tumour-without-giant-cells",
    title=_("Giant cell tumour of bone without giant cells"),
    finds=sentence("The diagnosis is giant cell tumour of bone, and giant cells are not recorded as present."),
    advice=_("Record the giant cells at diagnosis, or check the histology. After denosumab they may be gone."),
)
def giant_cell_tumour_without_giant_cells() -> QuerySet[Diagnosis]:
    return Diagnosis.objects.filter(histology__morphology=GIANT_CELL_TUMOUR).exclude(giant_cells=GiantCells.PRESENT)
