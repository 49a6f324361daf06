"""Scores of immunohistochemistry, made values of patients by a consolidation rule of the study."""

from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from analytics.groupings import in_all_languages
from analytics.measurements.measured import Measurements, Rejected, UsedAntibody
from analytics.spec import Measure
from analytics.stats import NotComparable, Note
from analytics.stats.result import gettext_noop as _
from cases import access
from cases.access import Person
from cases.models import Decalcification
from cases.sentences import sentence
from expression.consolidation import Counts, PatientValue, SpecimenValue, Stain, read_of, values_of
from expression.models import (
    Antibody,
    Compartment,
    ConsolidationRule,
    Evaluability,
    IhcReading,
    Marker,
    Scale,
    StainedCell,
    Summary,
)

POINTS = gettext_lazy("points")
DIFFERENCES: dict[str, str | Promise] = {Scale.PERCENT_POSITIVE: gettext_lazy("percentage points")}
BY_INTENSITY = (Scale.IMMUNOREACTIVE, Scale.ALLRED)
SEPARATOR = "; "
COLUMNS = ["patient_id", "sample", "value", "patient_value", "evaluable_places", "antibodies"]
COLUMNS += ["intensity_derived", "decalcified_in_acid"]

NOTHING_EVALUABLE = {
    "lost": sentence("All cores lost"),
    "no_tumour": sentence("No tumour in the cores"),
    "not_assessable": sentence("Staining not assessable"),
}


def ihc_readings(*, study: str, by: Person) -> QuerySet[IhcReading]:
    """The readings of patients in the study that this person may see; those of control tissue are none."""
    readings = IhcReading.objects.filter(study__code=study, patient__isnull=False)
    return access.rows(user=by, queryset=readings, patient="patient")


def stained_patients(*, measure: Measure, by: Person) -> QuerySet[Any, Any]:
    """The keys of patients with at least one evaluable reading of the stain, as a subquery."""
    return _of_stain(measure=measure, by=by).filter(evaluability=Evaluability.EVALUABLE).values("patient")


def rule_named(*, study: str, name: str) -> ConsolidationRule | None:
    """The consolidation rule that is written “name v1”."""
    before, _mark, version = name.rpartition(" v")
    if not version.isdecimal():
        return None
    return ConsolidationRule.objects.filter(study__code=study, name=before, version=int(version)).first()


def gives_scores(rule: ConsolidationRule) -> bool:
    """Whether the rule's values are scores; after “any positive” they are yes or no, and proportions are compared."""
    return Summary.ANY_POSITIVE not in (rule.cores_to_specimen, rule.specimens_to_patient)


def described_stain(measure: Measure) -> dict[str, Any]:
    """What is scored and by which rule, in every language."""
    rule = _rule(measure)
    return {
        "cell_type": in_all_languages(StainedCell(measure.cell_type).label),
        "compartment": in_all_languages(Compartment(measure.compartment).label),
        "scale": measure.scale,
        "rule": {
            "name": str(rule),
            "cores_to_specimen": in_all_languages(rule.get_cores_to_specimen_display()),
            "specimens_to_patient": in_all_languages(rule.get_specimens_to_patient_display()),
            "minimum_evaluable_cores": rule.minimum_evaluable_cores,
        },
    }


def ihc_measurements(*, measure: Measure, by: Person, patients: Collection[int] | None = None) -> Measurements:
    """The scores of the specimens, and of the patients by the rule.

    Raises :class:`NotComparable` where antibodies see different forms of the marker.
    """
    marker = Marker.objects.get(symbol=measure.marker)
    antibody = Antibody.objects.get(study__code=measure.study, code=measure.antibody) if measure.antibody else None
    stain = Stain(
        marker=marker,
        antibody=antibody,
        cell_type=measure.cell_type,
        compartment=measure.compartment,
        scale=measure.scale,
    )
    rule = _rule(measure)
    readings = _of_stain(measure=measure, by=by)
    _require_one_form(readings)
    # Thousands of readings share few antibodies: joined, each reading would make its own.
    antibodies = readings.prefetch_related("antibody__marker", "antibody__phospho_site__marker")
    found = read_of(antibodies, patients=patients, around=("specimen", "patient"))
    stained = values_of(found, stain=stain, rule=rule)
    derived = _with_derived_intensity(found.readings) if measure.scale in BY_INTENSITY else set()
    rows = [
        (
            patient.patient.pk,
            specimen.specimen.code,
            specimen.value,
            patient.value,
            specimen.counts.evaluable,
            SEPARATOR.join(specimen.antibodies),
            specimen.specimen.pk in derived,
            specimen.specimen.decalcification == Decalcification.ACID,
        )
        for patient in stained
        for specimen in patient.specimens
        if specimen.value is not None
    ]
    return Measurements(
        values=pd.DataFrame(rows, columns=COLUMNS),
        unit=in_all_languages(Scale(measure.scale).label),
        difference_unit=in_all_languages(DIFFERENCES.get(measure.scale, POINTS)),
        rejected=list(_rejected(stained, rule)),
        antibodies=_antibodies(found.readings),
        places={patient.patient.pk: patient.counts for patient in stained},
    )


def used_antibodies(samples: pd.DataFrame, antibodies: dict[str, UsedAntibody]) -> list[UsedAntibody]:
    """The antibodies these rows of ``Measurements.values`` were stained with, by code."""
    if "antibodies" not in samples:
        return []
    codes = {code for joined in samples["antibodies"] for code in joined.split(SEPARATOR)}
    return [antibodies[code] for code in sorted(codes)]


def antibody_doubts(antibodies: list[UsedAntibody]) -> list[dict[str, Any]]:
    """Several antibodies do not make comparable scores."""
    if len(antibodies) < 2:
        return []
    text = _(
        "{count} antibodies were read together: {antibodies}. Scores by different clones, dilutions or retrievals are "
        "not comparable; ask again with one antibody."
    )
    names = SEPARATOR.join(f"{antibody.code} ({antibody.in_words})" for antibody in antibodies)
    return [Note("several-antibodies", text, {"count": len(antibodies), "antibodies": names}).to_dict()]


def _of_stain(*, measure: Measure, by: Person) -> QuerySet[IhcReading]:
    """The readings of the stain a question names, by any antibody against the marker where it names none."""
    readings = ihc_readings(study=measure.study, by=by).filter(
        antibody__marker__symbol=measure.marker, cell_type=measure.cell_type, compartment=measure.compartment
    )
    return readings.filter(antibody__code=measure.antibody) if measure.antibody else readings


def _rule(measure: Measure) -> ConsolidationRule:
    rule = rule_named(study=measure.study, name=measure.rule)
    if rule is None:
        raise LookupError(f"{measure.study} has no consolidation rule {measure.rule}.")
    return rule


def _require_one_form(readings: QuerySet[IhcReading]) -> None:
    """A protein and its phosphorylated form are different quantities."""
    used = Antibody.objects.filter(pk__in=readings.values("antibody")).select_related("marker", "phospho_site__marker")
    forms = {str(antibody.phospho_site or antibody.marker) for antibody in used}
    if len(forms) > 1:
        raise NotComparable(
            _("The antibodies see different forms of {marker} ({forms}), whose scores cannot be compared. Choose one."),
            code="forms-differ",
            marker=str(used[0].marker),
            forms="; ".join(sorted(forms)),
        )


def _with_derived_intensity(readings: Iterable[IhcReading]) -> set[int]:
    """The specimens with a reading whose intensity nobody read."""
    return {
        reading.specimen_id for reading in readings if reading.intensity_is_derived and reading.specimen_id is not None
    }


def _antibodies(readings: Iterable[IhcReading]) -> dict[str, UsedAntibody]:
    antibodies = {reading.antibody.code: reading.antibody for reading in readings}
    return {
        code: UsedAntibody(code=code, clone=antibody.clone, in_words=antibody.in_words)
        for code, antibody in antibodies.items()
    }


def _rejected(patients: Iterable[PatientValue], rule: ConsolidationRule) -> Iterable[Rejected]:
    for patient in patients:
        for specimen in patient.specimens:
            if specimen.value is None:
                reason = _why_none(specimen, rule)
                yield Rejected(patient_id=patient.patient.pk, sample=specimen.specimen.code, reason=reason)


def _why_none(specimen: SpecimenValue, rule: ConsolidationRule) -> dict[str, Any]:
    """One sentence for all specimens without a value for the same reason, so that they can be counted."""
    counts: Counts = specimen.counts
    if counts.evaluable:
        return sentence("Fewer than {needed} evaluable cores", needed=rule.minimum_evaluable_cores)
    if counts.not_on_scale:
        return sentence("No score on this scale")
    why = [status for status in NOTHING_EVALUABLE if getattr(counts, status)]
    if len(why) == 1:
        return NOTHING_EVALUABLE[why[0]]
    return sentence("Cores lost, without tumour or not assessable")
