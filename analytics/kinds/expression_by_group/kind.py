"""Expression by group as a kind of question."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import check_grouping, check_measure, check_stratum
from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.base import Answer, Figure, Kind, Reading
from analytics.kinds.expression_by_group import figures, r_script
from analytics.kinds.expression_by_group import report as words
from analytics.kinds.expression_by_group.censored import compare_below_limits
from analytics.kinds.expression_by_group.comparison import compare, refuse_incomparable
from analytics.kinds.expression_by_group.dataset import Samples, load
from analytics.kinds.expression_by_group.disclosure import disclosed
from analytics.kinds.expression_by_group.form import ExpressionByGroupForm
from analytics.kinds.expression_by_group.margin import margin_history
from analytics.kinds.expression_by_group.nested import compare_nested
from analytics.kinds.expression_by_group.positive import compare_shares
from analytics.kinds.expression_by_group.sentence import answer_sentence
from analytics.kinds.expression_by_group.serializer import ExpressionByGroupSerializer
from analytics.kinds.expression_by_group.spec import ExpressionByGroup, Method
from analytics.kinds.expression_by_group.tested import tested_difference
from analytics.kinds.tested import Tested
from analytics.measurements import described
from analytics.plots.box_and_points import height
from analytics.plots.shares import shares_height
from analytics.plots.shifts import shifts_height
from analytics.stain_report import stain_facts
from cases.access import Person
from cases.jobs import Progress
from cases.models import Study

MEANS = ("t", "F")
"""The statistics of comparisons of means."""


class ExpressionByGroupKind(Kind[ExpressionByGroup, Samples]):
    """One value per patient, compared between groups of patients."""

    code = ExpressionByGroup.kind
    name = gettext_lazy("Expression by group")
    question = gettext_lazy("Is expression the same in these groups?")
    explains = gettext_lazy("Choose a marker and what to compare patients by. Every patient counts once.")
    spec_class = ExpressionByGroup
    form_class = ExpressionByGroupForm
    serializer_class = ExpressionByGroupSerializer
    drawings = {"boxes": figures.boxes, "shares": figures.shares_of_groups, "shifts": figures.differences}

    def title(self, spec: ExpressionByGroup, markers: Mapping[str, str]) -> str:
        return words.title(spec, markers)

    def check(self, *, spec: ExpressionByGroup, study: Study, by: Person) -> dict[str, Any]:
        grouping = check_grouping(grouping=spec.grouping, gene=spec.gene, criterion=spec.criterion)
        return check_measure(measure=spec, study=study) | grouping | check_stratum(spec.stratum)

    def describe(self, spec: ExpressionByGroup) -> dict[str, Any]:
        stratum = {"stratum": in_all_languages(GROUPINGS[spec.stratum].name)} if spec.stratum else {}
        return {**described(spec), "grouping": in_all_languages(GROUPINGS[spec.grouping].label(spec.detail)), **stratum}

    def load(self, *, spec: ExpressionByGroup, by: Person) -> Samples:
        return load(spec=spec, by=by)

    def compute(self, *, dataset: Samples, spec: ExpressionByGroup, progress: Progress) -> dict[str, Any]:
        statistics = _statistics(dataset, spec)
        return statistics | {"groups": [_with_names(group, dataset) for group in statistics["groups"]]}

    def disclosed(
        self, result: Mapping[str, Any], *, spec: ExpressionByGroup, frozen: Mapping[str, Any]
    ) -> dict[str, Any]:
        return disclosed(result)

    def answer(self, reading: Reading) -> Answer:
        result = reading.answer or {}
        reference = figures.reference(reading)
        tables = [words.group_table(result, reference=reference, in_full=reading.in_full), words.pair_table(result)]
        return Answer(
            sentence=answer_sentence(result),
            lead=report.measure_lead(result),
            basis=words.basis(result),
            figures=_figures(reading, reference),
            tables=[table for table in tables if table],
            doubts=words.doubts(result),
            methods=words.methods(result),
            facts=stain_facts(result),
        )

    def choices(self, spec: ExpressionByGroup) -> list[tuple[str, str]]:
        return report.measure_choices(spec)

    def methods_paragraph(self, *, spec: ExpressionByGroup, result: Mapping[str, Any]) -> str:
        return words.methods_paragraph(spec=spec, result=result)

    def history(self, reading: Reading) -> list[str]:
        return margin_history(reading)

    def tested(self, *, spec: ExpressionByGroup, result: Mapping[str, Any]) -> Tested | None:
        return tested_difference(result)

    def r_packages(self, *, spec: ExpressionByGroup, result: Mapping[str, Any]) -> list[str]:
        return r_script.packages(result)

    def r_script(self, *, spec: ExpressionByGroup, result: Mapping[str, Any]) -> str:
        return r_script.body(result)

    def numbers(self, *, spec: ExpressionByGroup, result: Mapping[str, Any]) -> dict[str, float]:
        return r_script.numbers(result)


def _statistics(dataset: Samples, spec: ExpressionByGroup) -> dict[str, Any]:
    values = dataset.values_by_group()
    if spec.method == Method.MIXED:
        refuse_incomparable(values, spec)
        return compare_nested(samples=dataset.samples, groups=values, reference=spec.reference)
    if spec.cutoff is not None:
        refuse_incomparable(values, spec)
        return compare_shares(groups=values, cutoff=spec.cutoff, reference=spec.reference)
    if spec.method == Method.CENSORED:
        refuse_incomparable(values, spec)
        return compare_below_limits(patients=dataset.by_patient(), groups=list(values))
    return compare(values=values, spec=spec, strata=dataset.values_by_stratum()).as_json()


def _figures(reading: Reading, reference: str) -> list[Figure]:
    result = reading.answer or {}
    shown = []
    if result["comparison"]:
        shown.append(
            Figure(
                name="boxes",
                title=_("Patients by group"),
                caption=_caption(result, in_full=reading.in_full),
                n=report.patients_at(result, "compared"),
                height=height(result, reference=reference),
            )
        )
    if rows := figures.share_rows(result):
        shown.append(
            Figure(
                name="shares",
                title=_("Positive patients by group"),
                caption=_(
                    "Point: share of positive patients. Line: its 95% interval. Beside each group: positive of all."
                ),
                n=report.patients_at(result, "compared"),
                height=shares_height(len(rows)),
            )
        )
    if figures.differences(reading):
        shown.append(
            Figure(
                name="shifts",
                title=_("Differences between the groups"),
                caption=_shifts_caption(result["comparison"]),
                n="",
                height=shifts_height(result),
            )
        )
    return shown


def _shifts_caption(comparison: Mapping[str, Any]) -> str:
    text = (
        _("Difference of means with its interval; the dotted line is no difference.")
        if comparison["statistic_name"] in MEANS
        else _("Hodges–Lehmann shift with its interval; the dotted line is no difference.")
    )
    band = _("The grey band is the margin.")
    return f"{text} {band}" if comparison.get("margin") else text


def _caption(result: Mapping[str, Any], *, in_full: bool) -> str:
    if any("detected" in group for group in result["groups"]):
        line = _("Line: median.")
        return f"{line} {_('Each point is a patient; an open triangle points below the limit.')}" if in_full else line
    if in_full:
        return _("Box: median and quartiles. Whiskers: lowest and highest. Each point is a patient.")
    return _("Box: median and quartiles.")


def _with_names(group: dict[str, Any], dataset: Samples) -> dict[str, Any]:
    code = group["label"]
    rest = {name: value for name, value in group.items() if name not in ("label", "n")}
    samples = dataset.samples_by_group()[code]
    return {"code": code, "labels": dataset.groups[code], "patients": group["n"], "samples": samples, **rest}
