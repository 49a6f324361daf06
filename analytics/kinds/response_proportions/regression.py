"""Logistic regression of the response on the groups and chosen covariates, on patients of whom all are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.kinds.response_proportions.dataset import COVARIATE, Responses
from analytics.kinds.response_proportions.spec import (
    AGE,
    MARKER,
    YEARS_PER_STEP,
    NotEvaluable,
    ResponseProportions,
    Step,
)
from analytics.stats import LogisticResult, NotComparable, Note, logistic
from analytics.stats.result import gettext_noop as _
from cases.derived.response import Outcome

GROUP = "group"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the design: a level of a factor against its ``reference``, or a number per ``step``."""

    name: str
    factor: str
    level: str = ""
    reference: str = ""
    step: float = 1.0
    values: np.ndarray


def regress(dataset: Responses, *, spec: ResponseProportions) -> dict[str, Any]:
    """The odds ratios as JSON; where there are none, ``refused`` is the sentence that says why."""
    rows = dataset.rows[dataset.rows["group"].isin(dataset.groups)]
    if spec.not_evaluable == NotEvaluable.EXCLUDED:
        rows = rows[rows["outcome"] != Outcome.NOT_EVALUABLE.value]
    columns = [COVARIATE + code for code in spec.covariates]
    complete = rows.dropna(subset=columns)
    event = (complete["outcome"] == Outcome.RESPONSE.value).to_numpy(dtype=float)
    described: dict[str, Any] = {
        "patients": len(complete),
        "responders": int(event.sum()),
        "left_out": len(rows) - len(complete),
        "missing": {code: int(rows[COVARIATE + code].isna().sum()) for code in spec.covariates},
        "refused": None,
        "terms": [],
        "warnings": [],
        "references": [],
    }
    try:
        if complete.empty:
            raise NotComparable(_("No patient has a value of every covariate."), code="no-complete-case")
        design, same = _design(complete, dataset=dataset, spec=spec)
        result = logistic(event, {column.name: column.values for column in design})
    except NotComparable as refusal:
        return described | {"refused": refusal.note.to_dict()}
    notes = [*same, *result.warnings]
    return described | {
        "method": result.method,
        "intercept": result.intercept,
        "statistic_name": result.statistic_name,
        "statistic": result.statistic,
        "degrees_of_freedom": result.degrees_of_freedom,
        "p_value": result.p_value,
        "terms": [_term(column, result, complete) for column in design],
        "warnings": [note.to_dict() for note in notes],
        "references": list(result.references),
    }


def is_penalised(regression: Mapping[str, Any]) -> bool:
    """Whether the odds ratios are those of Firth's penalised likelihood."""
    return any("Firth D" in reference for reference in regression["references"])


def _design(rows: pd.DataFrame, *, dataset: Responses, spec: ResponseProportions) -> tuple[list[Column], list[Note]]:
    """The columns, first those of the groups; a note for each covariate that is the same in everybody."""
    columns: list[Column] = []
    notes: list[Note] = []
    for code in (GROUP, *spec.covariates):
        name = GROUP if code == GROUP else COVARIATE + code
        found = (
            [_number(rows[name], code, step=_step(rows[name], code, spec))]
            if code in (AGE, MARKER)
            else _levels(rows[name], code, reference=spec.reference if code == GROUP else "")
        )
        found = [column for column in found if np.ptp(column.values) > 0]
        if not found:
            text = _("{covariate} is the same in all these patients and is left out of the regression.")
            notes.append(Note("constant", text, {"covariate": code}))
        columns += found
    return columns, notes


def _levels(values: "pd.Series[Any]", code: str, *, reference: str) -> list[Column]:
    """One column for each level but the reference: the one that is asked for, or the most frequent."""
    counts = values.value_counts()
    usual = sorted(counts.index, key=lambda level: (-counts[level], level))
    against = reference if reference in counts.index else usual[0]
    return [
        Column(
            name=f"{code} {level}",
            factor=code,
            level=level,
            reference=against,
            values=(values == level).to_numpy(dtype=float),
        )
        for level in sorted(counts.index)
        if level != against
    ]


def _number(values: "pd.Series[Any]", code: str, *, step: float) -> Column:
    return Column(name=code, factor=code, step=step, values=values.to_numpy(dtype=float) / step)


def _step(values: "pd.Series[Any]", code: str, spec: ResponseProportions) -> float:
    """How much one step of a covariate is. Raises :class:`NotComparable` where the values have no such spread."""
    if code == AGE:
        return float(YEARS_PER_STEP)
    numbers = values.to_numpy(dtype=float)
    if spec.step == Step.DEVIATION:
        step = float(numbers.std(ddof=1)) if numbers.size > 1 else 0.0
    else:
        low, high = np.percentile(numbers, [25, 75])
        step = float(high - low)
    if not step > 0:
        text = _("The values of the marker do not spread, so an odds ratio per step has no meaning.")
        raise NotComparable(text, code="no-spread")
    return step


def _term(column: Column, result: LogisticResult, rows: pd.DataFrame) -> dict[str, Any]:
    term = result.term(column.name)
    members = rows[column.values > 0] if column.level else rows
    return {
        "name": column.name,
        "factor": column.factor,
        "level": column.level,
        "reference": column.reference,
        "step": column.step,
        "patients": len(members),
        "responders": int((members["outcome"] == Outcome.RESPONSE.value).sum()),
        "coefficient": term.coefficient,
        "standard_error": term.standard_error,
        "odds_ratio": term.odds_ratio.to_dict(),
        "p_value": term.p_value,
    }
