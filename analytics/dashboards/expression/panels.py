"""The panels of the explorer: the question itself, other markers and public cohorts beside it, each in its unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from analytics.dashboards.expression.data import explored
from analytics.dashboards.keeping import Kept
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.plots.names import Result
from analytics.spec import Assay, Population, Undetermined
from analytics.stats import NotComparable, Note
from cases import access
from cases.access import Person
from expression.models import ExpressionDataset, ExpressionValue

MOST_PANELS = 12
NO_PATIENTS = {"patients": 0, "samples": 0, "median": None, "q1": None, "q3": None, "minimum": None, "maximum": None}


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One marker in one unit. ``cohort`` is the public dataset it is from, if it is from one."""

    spec: ExpressionByGroup
    kept: Kept
    cohort: ExpressionDataset | None = None

    @cached_property
    def found(self) -> dict[str, Any] | Note:
        """What :func:`explored` gives, or why the values cannot stand together."""
        try:
            return explored(spec=self.spec, kept=self.kept)
        except NotComparable as refusal:
            return refusal.note

    @property
    def result(self) -> Result | None:
        """The described groups; ``None`` where the values cannot stand together."""
        return None if isinstance(self.found, Note) else self.found["result"]


def public_cohorts(*, marker: str, by: Person) -> list[ExpressionDataset]:
    """The public datasets with the marker, of every study whose rows this person may see. One query."""
    datasets: QuerySet[ExpressionDataset] = access.of_study(
        user=by, queryset=ExpressionDataset.objects.filter(is_public=True)
    )
    values = ExpressionValue.objects.filter(dataset=OuterRef("pk"), marker__symbol=marker)
    return list(datasets.filter(Exists(values)).select_related("study").order_by("study__code", "code"))


def cohort_code(cohort: ExpressionDataset) -> str:
    """What a public dataset is called in an address; datasets of two studies may share a code."""
    return f"{cohort.study.code}:{cohort.code}"


def panels(
    *, spec: ExpressionByGroup, kept: Kept, beside: Iterable[ExpressionByGroup], cohorts: Iterable[ExpressionDataset]
) -> list[Panel]:
    """The question, those about other markers ``beside`` it, then the same in each public cohort."""
    found = [Panel(spec=one, kept=kept) for one in (spec, *beside)]
    found += [_of_cohort(spec, cohort, kept=kept) for cohort in cohorts]
    return found[:MOST_PANELS]


def aligned(results: Iterable[Result], *, reference: str) -> list[Result]:
    """The same groups in the same order in every result, so that colours and rows agree; the reference stays last."""
    listed = list(results)
    labels: dict[str, Mapping[str, str]] = {}
    for result in sorted(listed, key=lambda result: -len(result["groups"])):
        for group in result["groups"]:
            labels.setdefault(group["code"], group["labels"])
    ordered = dict(sorted(labels.items(), key=lambda item: item[0] == reference))
    return [{**result, "groups": _all_groups(result, ordered)} for result in listed]


def spans(of: Iterable[tuple[Panel, Result]]) -> list[tuple[float, float] | None]:
    """The axis of each panel, from the lowest to the highest value of all that are measured alike."""
    listed = list(of)
    found: dict[tuple[str, ...], list[float]] = {}
    for panel, result in listed:
        ends = [group[end] for group in result["groups"] for end in ("minimum", "maximum") if group[end] is not None]
        found.setdefault(_scale(panel, result), []).extend(ends)
    shared = [found[_scale(panel, result)] for panel, result in listed]
    return [(min(ends), max(ends)) if ends else None for ends in shared]


def _of_cohort(spec: ExpressionByGroup, cohort: ExpressionDataset, *, kept: Kept) -> Panel:
    """The filters choose among the patients of this study; of another study's cohort everybody is shown."""
    same_study = cohort.study == kept.rights.study
    profile = replace(
        spec,
        study=cohort.study.code,
        population=spec.population if same_study else Population(),
        assay=Assay.PROFILE,
        dataset=cohort.code,
        undetermined=Undetermined.EXCLUDED,
        antibody="",
        cell_type="",
        compartment="",
        scale="",
        rule="",
    )
    if not same_study:
        rights = access.rights(user=kept.by, study=cohort.study)
        kept = replace(kept, rights=rights)
    return Panel(spec=profile, kept=kept, cohort=cohort)


def _all_groups(result: Result, labels: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    own = {group["code"]: group for group in result["groups"]}
    return [own.get(code, {"code": code, "labels": names, **NO_PATIENTS}) for code, names in labels.items()]


def _scale(panel: Panel, result: Result) -> tuple[str, ...]:
    return (panel.spec.study, panel.spec.assay, panel.spec.dataset, panel.spec.scale, result["unit"]["en"])
