"""Checks of responses, skeletal and adverse events, and laboratory results."""

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.derived.response import RESPONDING_CATEGORIES, SCLEROSIS, SCLEROTIC
from cases.models import AdverseEvent, Dictionary, LaboratoryResult, Modality, ResponseAssessment, SkeletalEvent
from cases.quality.conditions import first_start, surely_before, unexplained
from cases.quality.registry import Severity, check
from cases.sentences import sentence


@check(
    code="response-before-treatment",
    title=_("Response before treatment"),
    finds=sentence(
        "{lesion} is recorded as responding on {date}, before denosumab began on {start}.",
        lesion="lesion__code",
        date="date",
        start="start",
    ),
    advice=_("Check the dates of the assessment and of the treatment."),
)
def response_before_treatment() -> QuerySet[ResponseAssessment]:
    """An assessment before the start is a baseline; a response in it is none to denosumab."""
    by_sclerosis = Q(criterion=SCLEROSIS, sclerosis__in=SCLEROTIC)
    by_category = ~Q(criterion=SCLEROSIS) & Q(category__in=RESPONDING_CATEGORIES)
    assessments = ResponseAssessment.objects.alias(start=first_start())
    return assessments.filter(by_sclerosis | by_category).filter(surely_before("date", "start"))


@check(
    code="assessment-after-death",
    title=_("Assessment after the death"),
    finds=sentence(
        "{lesion} was assessed on {date}, and the date of death is {death}.",
        lesion="lesion__code",
        date="date",
        death="patient__death_date",
    ),
    advice=_("Correct the date of the assessment or the date of death."),
)
def assessment_after_death() -> QuerySet[ResponseAssessment]:
    return ResponseAssessment.objects.filter(surely_before("patient__death_date", "date"))


@check(
    code="sclerosis-not-read",
    title=_("Sclerosis criterion without sclerosis"),
    finds=sentence(
        "{lesion} was assessed on {date} by sclerosis, and no sclerosis is recorded.",
        lesion="lesion__code",
        date="date",
    ),
    advice=_("Record none, partial, complete or not evaluable."),
)
def sclerosis_not_read() -> QuerySet[ResponseAssessment]:
    return ResponseAssessment.objects.filter(unexplained("sclerosis"), criterion=SCLEROSIS)


@check(
    code="category-not-given",
    title=_("Criterion without category"),
    finds=sentence(
        "{lesion} was assessed on {date} by a criterion that ends in a category, and none is recorded.",
        lesion="lesion__code",
        date="date",
    ),
    advice=_("Record CR, PR, SD, PD or NE."),
)
def category_not_given() -> QuerySet[ResponseAssessment]:
    return ResponseAssessment.objects.filter(unexplained("category")).exclude(criterion=SCLEROSIS)


@check(
    code="attenuation-without-region",
    title=_("CT attenuation without region of interest"),
    finds=sentence(
        "{lesion} has {value:g} HU on {date} without the size of the region of interest.",
        lesion="lesion__code",
        value="mean_attenuation_hu",
        date="date",
    ),
    advice=_("Record the region in mm², or why it is not known."),
)
def attenuation_without_region() -> QuerySet[ResponseAssessment]:
    measured = ResponseAssessment.objects.filter(mean_attenuation_hu__isnull=False)
    return measured.filter(unexplained("region_mm2", blank=None))


@check(
    code="attenuation-not-by-ct",
    title=_("CT attenuation without CT"),
    finds=sentence(
        "{lesion} has {value:g} HU on {date}, and the modality is not CT.",
        lesion="lesion__code",
        value="mean_attenuation_hu",
        date="date",
    ),
    advice=_("Check the modality: Hounsfield units come from CT or PET-CT."),
)
def attenuation_not_by_ct() -> QuerySet[ResponseAssessment]:
    measured = ResponseAssessment.objects.filter(mean_attenuation_hu__isnull=False)
    return measured.exclude(modality__in=[Modality.CT, Modality.PET_CT])


@check(
    code="skeletal-event-after-death",
    title=_("Skeletal-related event after the death"),
    finds=sentence(
        "A skeletal-related event is recorded on {date}, and the date of death is {death}.",
        date="date",
        death="patient__death_date",
    ),
    advice=_("Correct the date of the event or the date of death."),
)
def skeletal_event_after_death() -> QuerySet[SkeletalEvent]:
    return SkeletalEvent.objects.filter(surely_before("patient__death_date", "date"))


@check(
    code="adverse-event-after-death",
    title=_("Adverse event after the death"),
    finds=sentence(
        "{term} is recorded on {date}, and the date of death is {death}.",
        term="term__name",
        date="date",
        death="patient__death_date",
    ),
    advice=_("Correct the date of the event or the date of death."),
)
def adverse_event_after_death() -> QuerySet[AdverseEvent]:
    return AdverseEvent.objects.filter(surely_before("patient__death_date", "date"))


@check(
    code="adverse-event-before-treatment",
    title=_("Adverse event before the suspected treatment"),
    finds=sentence(
        "{term} of {date} lies before the start of the suspected treatment on {start}.",
        term="term__name",
        date="date",
        start="treatment__start",
    ),
    advice=_("Check the dates, or choose another suspected treatment."),
)
def adverse_event_before_treatment() -> QuerySet[AdverseEvent]:
    return AdverseEvent.objects.filter(surely_before("date", "treatment__start"))


@check(
    code="adverse-event-without-grade",
    title=_("Adverse event without grade"),
    finds=sentence("{term} of {date} has no CTCAE grade.", term="term__name", date="date"),
    advice=_("Record the grade, or why it is not known."),
    severity=Severity.HINT,
)
def adverse_event_without_grade() -> QuerySet[AdverseEvent]:
    return AdverseEvent.objects.filter(unexplained("grade", blank=None), term__dictionary=Dictionary.CTCAE)


@check(
    code="laboratory-result-after-death",
    title=_("Laboratory result after the death"),
    finds=sentence(
        "{test} was measured on {date}, and the date of death is {death}.",
        test="test__name",
        date="date",
        death="patient__death_date",
    ),
    advice=_("Correct the date of the result or the date of death."),
)
def laboratory_result_after_death() -> QuerySet[LaboratoryResult]:
    return LaboratoryResult.objects.filter(surely_before("patient__death_date", "date"))


@check(
    code="unusual-unit",
    title=_("Unusual laboratory unit"),
    finds=sentence(
        "{test} of {date} is in {unit}; usual is {usual}.",
        test="test__name",
        date="date",
        unit="unit",
        usual="test__usual_unit",
    ),
    advice=_("Check the unit, and convert the value where the laboratory used another one."),
)
def unusual_unit() -> QuerySet[LaboratoryResult]:
    return LaboratoryResult.objects.exclude(unit="").exclude(test__usual_unit="").exclude(unit=F("test__usual_unit"))
