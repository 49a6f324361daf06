"""Checks of lesions and treatments."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from cases.derived.course import DENOSUMAB, LOCAL
from cases.models import Administration, Lesion, RadiographicType, ResponseAssessment, Tissue, Treatment
from cases.quality.conditions import first_start, given_denosumab, surely_before, unexplained
from cases.quality.registry import Severity, check
from cases.sentences import sentence

USUAL_DOSES_MG = (60, 120)
"""Of denosumab: 60 mg against osteoporosis, 120 mg in tumours of bone (Japanese and European labels)."""


@check(
    code="treatment-after-death",
    title=_("Treatment after the death"),
    finds=sentence(
        "{agent} is recorded on {latest}, and the date of death is {death}.",
        agent="agent__name",
        latest="latest",
        death="patient__death_date",
    ),
    advice=_("Correct the dates of the treatment or the date of death."),
)
def treatment_after_death() -> QuerySet[Treatment]:
    death = "patient__death_date"
    late = surely_before(death, "start") | surely_before(death, "end")
    return Treatment.objects.alias(latest=Greatest("start", "end")).filter(late)


@check(
    code="denosumab-without-start",
    title=_("Denosumab without start"),
    finds=sentence("A course of denosumab has no start."),
    advice=_("Write at least the year, or why it is not known: response and timing are counted from it."),
)
def denosumab_without_start() -> QuerySet[Treatment]:
    return Treatment.objects.filter(unexplained("start"), agent__code=DENOSUMAB)


@check(
    code="denosumab-unusual-dose",
    title=_("Unusual dose of denosumab"),
    finds=sentence("The dose of denosumab is {dose:g} mg; usual are 60 and 120 mg.", dose="dose_mg"),
    advice=_("Check the dose and its unit."),
    severity=Severity.HINT,
)
def denosumab_unusual_dose() -> QuerySet[Treatment]:
    return Treatment.objects.filter(agent__code=DENOSUMAB, dose_mg__isnull=False).exclude(dose_mg__in=USUAL_DOSES_MG)


@check(
    code="stopped-without-end",
    title=_("Stopped treatment without end"),
    finds=sentence("{agent} was stopped for a reason, and no end is recorded.", agent="agent__name"),
    advice=_("Write at least the year of the last dose, or why it is not known."),
)
def stopped_without_end() -> QuerySet[Treatment]:
    return Treatment.objects.filter(unexplained("end")).exclude(stopping_reason="")


@check(
    code="local-treatment-without-lesion",
    title=_("Radiotherapy or surgery without lesion"),
    finds=sentence("{agent} names no lesion it was given to.", agent="agent__name"),
    advice=_("Choose the treated lesion: both harden bone, and its later assessments are no response to denosumab."),
)
def local_treatment_without_lesion() -> QuerySet[Treatment]:
    return Treatment.objects.filter(agent__treatment_class__in=LOCAL, lesion=None)


@check(
    code="dose-after-death",
    title=_("Dose after the death"),
    finds=sentence(
        "A dose of {agent} is recorded on {date}, and the date of death is {death}.",
        agent="treatment__agent__name",
        date="date",
        death="patient__death_date",
    ),
    advice=_("Correct the date of the dose or the date of death."),
)
def dose_after_death() -> QuerySet[Administration]:
    return Administration.objects.filter(surely_before("patient__death_date", "date"))


@check(
    code="dose-outside-course",
    title=_("Dose outside its course"),
    finds=sentence(
        "The dose of {date} lies before the start or after the end of its course of {agent}.",
        date="date",
        agent="treatment__agent__name",
    ),
    advice=_("Correct the date of the dose, or the start or end of the treatment."),
)
def dose_outside_course() -> QuerySet[Administration]:
    too_early = surely_before("date", "treatment__start")
    too_late = surely_before("treatment__end", "date") & ~Q(treatment__end="")
    return Administration.objects.filter(too_early | too_late)


@check(
    code="dose-unusual",
    title=_("Unusual single dose of denosumab"),
    finds=sentence(
        "The dose of denosumab on {date} is {dose:g} mg; usual are 60 and 120 mg.", date="date", dose="dose_mg"
    ),
    advice=_("Check the dose and its unit."),
    severity=Severity.HINT,
)
def dose_unusual() -> QuerySet[Administration]:
    doses = Administration.objects.filter(treatment__agent__code=DENOSUMAB, dose_mg__isnull=False)
    return doses.exclude(dose_mg__in=USUAL_DOSES_MG)


@check(
    code="index-lesion-without-baseline",
    title=_("Index lesion without assessment at baseline"),
    finds=sentence(
        "{lesion} was assessed under denosumab, but not before its start on {start}.",
        lesion="code",
        start="start",
    ),
    advice=_("Add the assessment before the first dose, if there is one."),
    severity=Severity.HINT,
)
def index_lesion_without_baseline() -> QuerySet[Lesion]:
    assessments = ResponseAssessment.objects.filter(lesion=OuterRef("pk"))
    start = first_start(patient="patient")
    return (
        Lesion.objects.alias(start=start)
        .filter(given_denosumab(), Exists(assessments), is_index=True, start__isnull=False)
        .exclude(Exists(assessments.filter(date__lte=OuterRef("start"))))
    )


@check(
    code="index-lesion-of-unknown-type",
    title=_("Index lesion of unknown radiographic type"),
    finds=sentence("{lesion} is neither lytic, mixed nor blastic, so its response is not counted.", lesion="code"),
    advice=_("Choose the radiographic type at baseline, before denosumab."),
)
def index_lesion_of_unknown_type() -> QuerySet[Lesion]:
    return Lesion.objects.filter(
        given_denosumab(),
        is_index=True,
        tissue=Tissue.BONE,
        radiographic_type__in=[RadiographicType.UNKNOWN, RadiographicType.NOT_APPLICABLE],
    )
