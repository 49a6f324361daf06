"""What answers, cohorts, families and releases keep of an erased patient.

Rows leave the frozen input, and the answer says so; rows of frozen cohorts go with the patient, as all rows with a
foreign key do.
"""

from typing import Any

from analytics.models import Analysis, Cohort, DashboardRelease, Family
from cases.chronicle import events_of
from cases.erasure import Erased, register

TEXTS: dict[Any, tuple[str, ...]] = {Cohort: ("name", "description", "filters"), Family: ("name", "question")}


@register
def frozen_inputs(erased: Erased) -> None:
    """The numbers of an answer stay as they were computed; ``frozen_input["erased"]`` counts the patients gone."""
    for analysis in Analysis.objects.filter(study=erased.patient.study):
        frozen = analysis.frozen_input
        rows = frozen["rows"] if frozen else []
        kept = [row for row in rows if not _is_of(row, erased)]
        fields: dict[str, Any] = {}
        if frozen and len(kept) < len(rows):
            fields["frozen_input"] = frozen | {"rows": kept, "erased": frozen.get("erased", 0) + 1}
            erased.removed["rows of frozen inputs"] += len(rows) - len(kept)
        for name in ("spec", "result", "message"):
            stored = getattr(analysis, name)
            if (clean := erased.without_codes(stored)) != stored:
                fields[name] = clean
        if fields:
            Analysis.objects.filter(pk=analysis.pk).update(**fields)


@register
def cohorts_and_families(erased: Erased) -> None:
    """The codes are blotted out, in the history too."""
    for model, names in TEXTS.items():
        rows = [*model.objects.filter(study=erased.patient.study)]
        for row in [*rows, *events_of(model).filter(study_id=erased.patient.study_id)]:
            texts = {name: getattr(row, name) for name in names}
            if (clean := erased.without_codes(texts)) != texts:
                type(row).objects.filter(pk=row.pk).update(**clean)


@register
def released_dashboards(erased: Erased) -> None:
    """One that names the patient goes; another keeps its numbers and counts that the patient was erased."""
    for release in DashboardRelease.objects.filter(study=erased.patient.study):
        if erased.mentioned_in(f"{release.title} {release.query} {release.population}"):
            erased.removed[str(DashboardRelease._meta.verbose_name_plural)] += release.delete()[0]
        elif erased.patient.pk in release.patients:
            kept = [key for key in release.patients if key != erased.patient.pk]
            DashboardRelease.objects.filter(pk=release.pk).update(patients=kept, erased=release.erased + 1)


def _is_of(row: list[Any], erased: Erased) -> bool:
    return any(isinstance(value, str) and value in erased.codes for value in row)
