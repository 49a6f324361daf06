"""Response proportions: what share of the treated patients responded to denosumab, in groups of them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.groupings import GROUPINGS
from analytics.spec import MEASURE_FIELDS, FieldReader, Measure, Spec
from cases.models import Criterion

MOST_GROUPS = 40
MARKER_PREFIX = "marker_"
AGE = "age_years"
MARKER = "marker"
YEARS_PER_STEP = 10

GROUPED_BY = tuple(code for code in GROUPINGS if code not in ("response", "timing"))
"""Codes of the groupings that are offered: the response is what is asked about, the timing is of specimens."""

FACTORS = tuple(code for code in GROUPED_BY if not GROUPINGS[code].needs and code != "age")
COVARIATES: dict[str, str | Promise] = {
    AGE: format_lazy(_("Age at diagnosis, per {years} years"), years=YEARS_PER_STEP),
    **{code: GROUPINGS[code].name for code in FACTORS},
    MARKER: _("Expression of a marker"),
}
"""What may explain the response in a logistic regression, beside the groups."""


class NotEvaluable(TextChoices):
    """What a patient counts as who was followed without an evaluable assessment."""

    EXCLUDED = "excluded", _("Left out")
    NO_RESPONSE = "no_response", _("No response")


class OverallTest(TextChoices):
    AUTOMATIC = "automatic", _("Fisher’s exact test; chi-square where all counts are large")
    FISHER = "fisher", _("Fisher’s exact test")
    CHI_SQUARE = "chi_square", _("Chi-square test")


class Step(TextChoices):
    """By how much a marker is raised for the odds ratio that is told."""

    QUARTILES = "quartiles", _("Interquartile range")
    DEVIATION = "deviation", _("Standard deviation")


@dataclass(frozen=True, kw_only=True)
class ResponseProportions(Spec):
    """Response by one ``criterion``, and the groups that are compared.

    ``gene`` belongs to groupings by alteration, ``stratum_gene`` to such strata. Without ``groups`` all groups with
    followed patients are compared; ``reference`` is the group that the others are compared with. With ``stratum`` the
    groups are compared within strata, too. ``covariates`` are those of a logistic regression, none without one;
    ``measure`` is the marker among them. ``count_flagged`` counts assessments after radiotherapy or surgery to the
    lesion as well.
    """

    kind = "response_proportions"

    criterion: str
    grouping: str
    gene: str = ""
    groups: tuple[str, ...] = ()
    reference: str = ""
    test: OverallTest = OverallTest.AUTOMATIC
    not_evaluable: NotEvaluable = NotEvaluable.EXCLUDED
    count_flagged: bool = False
    stratum: str = ""
    stratum_gene: str = ""
    covariates: tuple[str, ...] = ()
    step: Step = Step.QUARTILES
    measure: Measure | None = None

    @classmethod
    def field_names(cls) -> set[str]:
        return (super().field_names() - {"measure"}) | {MARKER_PREFIX + name for name in MEASURE_FIELDS}

    def as_json(self) -> dict[str, Any]:
        plain = {name: value for name, value in super().as_json().items() if name != "measure"}
        return plain | (self.measure.measure_json(MARKER_PREFIX) if self.measure else {})

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        values: dict[str, Any] = {name: reader.text(name) for name in ("gene", "reference", "stratum", "stratum_gene")}
        values["criterion"] = reader.text("criterion", required=True)
        values["grouping"] = reader.text("grouping", required=True)
        values["test"] = reader.choice("test", OverallTest, default=OverallTest.AUTOMATIC)
        values["not_evaluable"] = reader.choice("not_evaluable", NotEvaluable, default=NotEvaluable.EXCLUDED)
        values["count_flagged"] = reader.yes("count_flagged")
        values["groups"] = groups = reader.codes("groups", most=MOST_GROUPS)
        if groups and values["reference"] and values["reference"] not in groups:
            reader.fail("reference", _("The reference is one of the compared groups. Choose it there, too."))
        if values["stratum"] and (values["stratum"], values["stratum_gene"]) == (values["grouping"], values["gene"]):
            reader.fail("stratum", _("The strata are the groups themselves. Choose another grouping, or none."))
        return values | _read_regression(reader, study=study, grouping=values["grouping"])


def _read_regression(reader: FieldReader, *, study: str, grouping: str) -> dict[str, Any]:
    """The covariates in their usual order, so that equal questions have equal digests, and what belongs to a marker."""
    sent = reader.codes("covariates")
    if unknown := [code for code in sent if code not in COVARIATES]:
        text = _("There is no “{value}” here. Choose one of: {options}.")
        reader.fail("covariates", format_lazy(text, value=unknown[0], options=", ".join(COVARIATES)))
    if grouping in sent:
        reader.fail("covariates", _("The groups are in the regression already. Leave them out here."))
    values: dict[str, Any] = {"covariates": tuple(code for code in COVARIATES if code in sent)}
    if MARKER in sent:
        values["measure"] = Measure.measure_from(reader.prefixed(MARKER_PREFIX), study=study)
        values["step"] = reader.choice("step", Step, default=Step.QUARTILES)
        return values
    if any(reader.value(MARKER_PREFIX + name) for name in ("assay", "marker")):
        reader.fail("covariates", _("A marker is given that is no covariate. Add it, or leave the marker out."))
    return values


def check_criterion(criterion: str) -> dict[str, Any]:
    """What is wrong with a criterion of response: a sentence for its field, or nothing."""
    if criterion in Criterion.values:
        return {}
    text = _("There is no “{value}” here. Choose one of: {options}.")
    return {"criterion": format_lazy(text, value=criterion, options=", ".join(Criterion.values))}
