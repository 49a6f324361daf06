"""What was measured, on the pages of a study, a patient and a specimen."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet

from cases import access
from cases.access import Person, StudyRights
from cases.disclosure import disclosed
from cases.models import Patient, Specimen, Study
from cases.sections import Section, patient_sections, specimen_sections, study_sections
from expression import ihc_sections  # noqa: F401 registers its sections
from expression.as_measured import ASSAYS, PROFILE, QPCR
from expression.measurements import SampleDeltaCq, sample_delta_cqs
from expression.models import ExpressionValue, Marker, QpcrRun, QpcrTarget, QpcrWell, TargetRole, WellTask


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How many patients have a marker measured by each assay, and how many measurements there are.

    A number is None where it is too small to show.
    """

    marker: Marker
    cells: list[tuple[int | None, int | None]]


@study_sections.register
def coverage(*, user: Person, rights: StudyRights, subject: Study) -> Section | None:
    """Markers × assays."""
    values = ExpressionValue.objects.filter(study=subject)
    wells = QpcrWell.objects.filter(run__study=subject, task=WellTask.UNKNOWN, sample__specimen__isnull=False)
    counted = {
        PROFILE: _counted(access.countable(rights=rights, queryset=values, patient="specimen__patient"), "marker"),
        QPCR: _counted(
            access.countable(rights=rights, queryset=wells, patient="sample__specimen__patient"),
            "target__marker",
        ),
    }
    assays = [assay for assay in ASSAYS if counted[assay]]
    if not assays:
        return None
    show = _as_counted if rights.sees_rows else _without_small_numbers
    rows = [
        Coverage(
            marker=marker,
            cells=[show(*counted[assay].get(marker.pk, (0, 0))) for assay in assays],
        )
        for marker in Marker.objects.order_by("position", "symbol")
        if any(marker.pk in counted[assay] for assay in assays)
    ]
    return Section(
        template="expression/sections/coverage.html",
        context={"assays": [ASSAYS[assay] for assay in assays], "rows": rows},
    )


@patient_sections.register
def values_of_patient(*, user: Person, rights: StudyRights, subject: Patient) -> Section | None:
    return _values(user, {"patient": subject.pk})


@specimen_sections.register
def values_of_specimen(*, user: Person, rights: StudyRights, subject: Specimen) -> Section | None:
    return _values(user, {"pk": subject.pk})


def _as_counted(patients: int, measurements: int) -> tuple[int | None, int | None]:
    return patients, measurements


def _without_small_numbers(patients: int, measurements: int) -> tuple[int | None, int | None]:
    """The number of measurements would tell that of the patients, so both are hidden."""
    shown = disclosed(patients)
    return shown, None if shown is None else disclosed(measurements)


def _counted(rows: QuerySet[Any], marker: str) -> dict[int, tuple[int, int]]:
    """Patients and measurements of each marker."""
    patient = "specimen__patient" if marker == "marker" else "sample__specimen__patient"
    numbers = rows.exclude(**{marker: None}).order_by().values_list(marker)
    return {
        key: (patients, measurements)
        for key, patients, measurements in numbers.annotate(Count(patient, distinct=True), Count("pk"))
    }


def _values(user: Person, of_specimen: dict[str, int]) -> Section | None:
    specimens = access.specimens(user).filter(**of_specimen)
    profile = (
        ExpressionValue.objects.filter(specimen__in=specimens)
        .select_related("specimen", "marker", "dataset")
        .order_by("dataset__code", "marker__position", "specimen__code")
    )
    context = {"profile": list(profile), "qpcr": _delta_cqs(specimens)}
    return Section(template="expression/sections/values.html", context=context) if any(context.values()) else None


def _delta_cqs(specimens: QuerySet[Specimen]) -> list[tuple[QpcrRun, SampleDeltaCq]]:
    """ΔCq of the study markers in the specimens, run by run; two queries."""
    wells = (
        QpcrWell.objects.filter(sample__specimen__in=specimens, task=WellTask.UNKNOWN)
        .select_related("run__study", "target__marker", "sample__specimen")
        .order_by("run__code", "sample__name", F("target__marker__position").asc(nulls_last=True), "position")
    )
    wells_of: dict[QpcrRun, list[QpcrWell]] = defaultdict(list)
    for well in wells:
        wells_of[well.run].append(well)
    references: dict[int, list[QpcrTarget]] = defaultdict(list)
    for gene in QpcrTarget.objects.filter(run__in=wells_of, role=TargetRole.REFERENCE):
        references[gene.run_id].append(gene)
    return [
        (run, row)
        for run, own in wells_of.items()
        for row in sample_delta_cqs(run=run, wells=own, references=references[run.pk])
        if row.target.marker is not None
    ]
