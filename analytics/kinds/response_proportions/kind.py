"""Response proportions as a kind of question."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import check_grouping, check_measure
from analytics.groupings import GROUPINGS, in_all_languages
from analytics.kinds.base import Answer, Kind, Reading
from analytics.kinds.response_proportions import figures, r_script
from analytics.kinds.response_proportions import report as words
from analytics.kinds.response_proportions.comparison import (
    compare,
    compare_in_strata,
    proportions,
    shares_of_groups,
)
from analytics.kinds.response_proportions.dataset import Responses, load
from analytics.kinds.response_proportions.disclosure import disclosed
from analytics.kinds.response_proportions.form import ResponseProportionsForm
from analytics.kinds.response_proportions.regression import regress
from analytics.kinds.response_proportions.sentence import answer_sentence
from analytics.kinds.response_proportions.serializer import ResponseProportionsSerializer
from analytics.kinds.response_proportions.spec import (
    COVARIATES,
    GROUPED_BY,
    MARKER_PREFIX,
    ResponseProportions,
    check_criterion,
)
from analytics.kinds.response_proportions.tested import tested_shares
from analytics.kinds.response_proportions.wording import outcome_name
from analytics.kinds.tested import Tested
from analytics.measurements import described
from analytics.stains import no_such
from cases.access import Person
from cases.jobs import Progress
from cases.models import Study
from cases.sentences import sentence


class ResponseProportionsKind(Kind[ResponseProportions, Responses]):
    """The share of responders among treated patients, in groups of them."""

    code = ResponseProportions.kind
    name = gettext_lazy("Response proportions")
    question = gettext_lazy("What share of the patients responded to denosumab?")
    explains = gettext_lazy(
        "Choose a criterion of response and what to compare patients by. Patients who were never treated, or not "
        "assessed, are left out and counted."
    )
    spec_class = ResponseProportions
    form_class = ResponseProportionsForm
    serializer_class = ResponseProportionsSerializer
    drawings = {"shares": figures.drawn_shares, "ratios": figures.drawn_ratios}
    steps = {
        "treated": sentence("Given denosumab"),
        "followed": sentence("In the denominator of the criterion"),
    }

    def title(self, spec: ResponseProportions, markers: Mapping[str, str]) -> str:
        return words.title(spec)

    def check(self, *, spec: ResponseProportions, study: Study, by: Person) -> dict[str, Any]:
        errors = check_criterion(spec.criterion) | _check_grouping(spec.grouping, spec.gene)
        if spec.stratum or spec.stratum_gene:
            found = _check_grouping(spec.stratum, spec.stratum_gene)
            errors |= {{"grouping": "stratum", "gene": "stratum_gene"}[name]: text for name, text in found.items()}
        if spec.measure:
            found = check_measure(measure=spec.measure, study=study)
            errors |= {MARKER_PREFIX + name: text for name, text in found.items()}
        return errors

    def describe(self, spec: ResponseProportions) -> dict[str, Any]:
        stratum = spec.stratum and in_all_languages(GROUPINGS[spec.stratum].label(spec.stratum_gene))
        return {
            **(described(spec.measure) if spec.measure else {}),
            "outcome": in_all_languages(outcome_name(spec.criterion)),
            "grouping": in_all_languages(GROUPINGS[spec.grouping].label(spec.gene)),
            "stratum": stratum or None,
            "covariates": {code: in_all_languages(COVARIATES[code]) for code in spec.covariates},
            "step": spec.step.value,
        }

    def load(self, *, spec: ResponseProportions, by: Person) -> Responses:
        return load(spec=spec, by=by)

    def compute(self, *, dataset: Responses, spec: ResponseProportions, progress: Progress) -> dict[str, Any]:
        tallies = proportions(dataset.rows, groups=dataset.groups, spec=spec)
        return {
            **shares_of_groups(tallies, names=dataset.groups),
            **compare(tallies, spec=spec),
            "stratified": compare_in_strata(dataset.rows, tallies=tallies, spec=spec) if spec.stratum else None,
            "regression": regress(dataset, spec=spec) if spec.covariates else None,
        }

    def disclosed(
        self, result: Mapping[str, Any], *, spec: ResponseProportions, frozen: Mapping[str, Any]
    ) -> dict[str, Any]:
        return disclosed(result)

    def answer(self, reading: Reading) -> Answer:
        result = reading.answer or {}
        tables = [
            words.group_table(result),
            words.pair_table(result),
            words.stratum_table(result),
            words.regression_table(result),
        ]
        return Answer(
            sentence=answer_sentence(result),
            lead=report.measure_lead({**result, **result["measured"]}) if "marker" in result["question"] else "",
            basis=words.basis(result),
            figures=figures.figures(reading),
            tables=[table for table in tables if table],
            doubts=words.doubts(result),
            methods=words.methods(result),
            facts=words.facts(result),
        )

    def choices(self, spec: ResponseProportions) -> list[tuple[str, str]]:
        return words.choices(spec)

    def methods_paragraph(self, *, spec: ResponseProportions, result: Mapping[str, Any]) -> str:
        return words.methods_paragraph(spec=spec, result=result)

    def tested(self, *, spec: ResponseProportions, result: Mapping[str, Any]) -> Tested | None:
        return tested_shares(result)

    def r_script(self, *, spec: ResponseProportions, result: Mapping[str, Any]) -> str:
        return r_script.body(spec=spec, result=result)

    def numbers(self, *, spec: ResponseProportions, result: Mapping[str, Any]) -> dict[str, float]:
        return r_script.numbers(spec=spec, result=result)


def _check_grouping(grouping: str, gene: str) -> dict[str, Any]:
    if grouping not in GROUPED_BY:
        return {"grouping": no_such(grouping, ", ".join(GROUPED_BY))}
    return check_grouping(grouping=grouping, gene=gene, criterion="")
