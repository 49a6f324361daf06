"""Expression by group: is one marker's expression the same in the groups of a study's patients?"""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from analytics.spec import Assay, FieldReader, Measure, Spec, Undetermined, read_measure

MOST_GROUPS = 40


class Method(TextChoices):
    AUTOMATIC = "automatic", _("By the number of groups: Mann–Whitney, or Kruskal–Wallis with Dunn–Holm")
    MANN_WHITNEY = "mann_whitney", _("Mann–Whitney (two groups)")
    KRUSKAL_WALLIS = "kruskal_wallis", _("Kruskal–Wallis with Dunn–Holm")
    WELCH = "welch", _("Welch's t test of means (two groups)")
    TREND = "trend", _("Jonckheere–Terpstra trend (groups in an order)")
    EQUIVALENCE = "equivalence", _("Equivalence within a margin (two groups)")
    STRATIFIED = "stratified", _("van Elteren within strata (two groups)")
    POSITIVE = "positive", _("Shares of patients from a cut-off on: Fisher")
    MIXED = "mixed", _("Mixed model of all samples, patient random")
    CENSORED = "censored", _("Peto–Peto, undetermined samples as below their limit (qPCR)")


OF_TWO_GROUPS = (Method.MANN_WHITNEY, Method.WELCH, Method.EQUIVALENCE, Method.STRATIFIED)
LARGEST_CUTOFF = 1e6
IN_AN_ORDER = ("age", "marrow_fibrosis", "radiographic_type")
"""The groupings whose groups follow one another."""


@dataclass(frozen=True, kw_only=True)
class ExpressionByGroup(Measure, Spec):
    """What is measured, see :class:`analytics.spec.Measure`, and the groups that are compared.

    ``gene`` belongs to groupings by alteration, ``criterion`` to that by response. Without ``groups`` all groups with
    data are compared, in their usual order. ``reference`` is the group that the others are compared with; a trend has
    none. ``margin`` belongs to equivalence: the smallest difference that would matter, in the unit of differences.
    ``cutoff`` belongs to shares: the lowest value that counts as positive; with it a single group has an answer, too.
    ``stratum`` is a second grouping, within whose groups a stratified comparison compares. A mixed model compares all
    samples, with patients as the units; a censored comparison takes undetermined qPCR samples for what they are, below
    a limit, so that ``undetermined`` does not matter, and compares every pair of groups without a reference.
    """

    kind = "expression_by_group"

    grouping: str
    gene: str = ""
    criterion: str = ""
    groups: tuple[str, ...] = ()
    reference: str = ""
    method: Method = Method.AUTOMATIC
    margin: float | None = None
    cutoff: float | None = None
    stratum: str = ""

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        values = read_measure(reader)
        values |= {name: reader.text(name) for name in ("gene", "criterion", "reference")}
        values["grouping"] = reader.text("grouping", required=True)
        values["method"] = reader.choice("method", Method, default=Method.AUTOMATIC)
        values["groups"] = groups = reader.codes("groups", most=MOST_GROUPS)
        if len(groups) == 1 and values["method"] != Method.POSITIVE:
            reader.fail("groups", _("A comparison needs at least two groups. Choose another, or none to compare all."))
        if groups and values["reference"] and values["reference"] not in groups:
            reader.fail("reference", _("The reference is one of the compared groups. Choose it there, too."))
        if values["method"] in OF_TWO_GROUPS and len(groups) > 2:
            reader.fail("method", _("This method compares two groups. Choose two groups or another method."))
        _read_trend(values, reader)
        _read_margin(values, reader)
        _read_cutoff(values, reader)
        _read_stratum(values, reader)
        _read_censored(values, reader)
        return values

    @property
    def detail(self) -> str:
        """What makes the grouping precise: a gene or a criterion, of which only one is given."""
        return self.gene or self.criterion


def _read_trend(values: dict[str, Any], reader: FieldReader) -> None:
    if values["method"] == Method.TREND:
        values["reference"] = ""
        if values["grouping"] and values["grouping"] not in IN_AN_ORDER:
            text = _("A trend needs groups in an order, such as ages. Choose another grouping or another method.")
            reader.fail("method", text)


def _read_margin(values: dict[str, Any], reader: FieldReader) -> None:
    values["margin"] = None
    if values["method"] == Method.EQUIVALENCE:
        values["margin"] = margin = reader.number("margin", least=0)
        if not margin:
            text = _("Write the smallest difference that would matter, a number above 0, before you see the answer.")
            reader.fail("margin", text)


def _read_cutoff(values: dict[str, Any], reader: FieldReader) -> None:
    values["cutoff"] = None
    if values["method"] == Method.POSITIVE:
        values["cutoff"] = cutoff = reader.number("cutoff", least=-LARGEST_CUTOFF, most=LARGEST_CUTOFF)
        if cutoff is None:
            reader.fail("cutoff", _("Write the lowest value that counts as positive, in the unit of the values."))


def _read_stratum(values: dict[str, Any], reader: FieldReader) -> None:
    values["stratum"] = ""
    if values["method"] == Method.STRATIFIED:
        values["stratum"] = stratum = reader.text("stratum", required=True)
        if stratum and stratum == values["grouping"]:
            reader.fail("stratum", _("Strata are made by something else than the compared groups. Choose another."))


def _read_censored(values: dict[str, Any], reader: FieldReader) -> None:
    if values["method"] == Method.CENSORED:
        values |= {"reference": "", "undetermined": Undetermined.EXCLUDED}
        if values["assay"] and values["assay"] != Assay.QPCR:
            text = _("Only qPCR has samples below a limit of detection. Choose qPCR or another method.")
            reader.fail("method", text)
        if values["per_marker"]:
            text = _("A ratio of two markers has no single limit of detection. Choose one marker or another method.")
            reader.fail("per_marker", text)
