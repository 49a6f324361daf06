"""Marker matrix: which of several markers go together in the same patients?"""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from analytics.spec import Assay, Consolidation, FieldReader, Measure, Spec, Undetermined

FEWEST, MOST = 2, 20
SEPARATOR = "/"


class Adjustment(TextChoices):
    HOLM = "holm", _("Holm: the chance of any false positive")
    BENJAMINI_HOCHBERG = "bh", _("Benjamini–Hochberg: the share of false positives")


@dataclass(frozen=True, kw_only=True)
class MarkerMatrix(Spec):
    """Several markers by one assay, every pair of them: the declared family of questions.

    ``variables`` are HGNC symbols, of immunohistochemistry with cell type and compartment: “TNFSF11/stromal/cytoplasm”.
    The other fields are those of :class:`analytics.spec.Measure`, one for all variables.
    """

    kind = "marker_matrix"

    assay: Assay
    variables: tuple[str, ...]
    dataset: str = ""
    scale: str = ""
    rule: str = ""
    consolidation: Consolidation = Consolidation.MEDIAN
    undetermined: Undetermined = Undetermined.EXCLUDED
    adjustment: Adjustment = Adjustment.HOLM

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        assay = reader.choice("assay", Assay, default=None)
        values: dict[str, Any] = {name: reader.text(name) for name in ("dataset", "scale", "rule")}
        values |= {
            "assay": assay,
            "variables": reader.codes("variables", most=MOST),
            "consolidation": reader.choice("consolidation", Consolidation, default=Consolidation.MEDIAN),
            "undetermined": reader.choice("undetermined", Undetermined, default=Undetermined.EXCLUDED),
            "adjustment": reader.choice("adjustment", Adjustment, default=Adjustment.HOLM),
        }
        if assay == Assay.IHC:
            values["consolidation"] = Consolidation.MEDIAN
        if assay != Assay.QPCR:
            values["undetermined"] = Undetermined.EXCLUDED
        _check(values, reader)
        return values

    def measure(self, variable: str) -> Measure:
        """What one of the variables measures."""
        marker, cell_type, compartment = parts_of(variable)
        return Measure(
            study=self.study,
            assay=self.assay,
            marker=marker,
            dataset=self.dataset,
            cell_type=cell_type,
            compartment=compartment,
            scale=self.scale,
            rule=self.rule,
            consolidation=self.consolidation,
            undetermined=self.undetermined,
        )


def parts_of(variable: str) -> tuple[str, str, str]:
    """Marker, cell type and compartment; the last two are blank where nothing was stained.

    >>> parts_of("TNFSF11/stromal/cytoplasm"), parts_of("IL6")
    (('TNFSF11', 'stromal', 'cytoplasm'), ('IL6', '', ''))
    """
    marker, cell_type, compartment, *_more = (*variable.split(SEPARATOR), "", "")
    return marker, cell_type, compartment


def _check(values: dict[str, Any], reader: FieldReader) -> None:
    assay, variables = values["assay"], values["variables"]
    if assay == Assay.WESTERN:
        reader.fail("assay", _("Western blots have no matrix. Ask of two ratios as an association."))
    if len(variables) < FEWEST:
        reader.fail("variables", _("Choose at least two."))
    if assay == Assay.PROFILE and not values["dataset"]:
        reader.fail("dataset", _("Choose the dataset whose values are compared."))
    if assay and assay != Assay.PROFILE and values["dataset"]:
        reader.fail("dataset", _("Only expression profiles come in datasets. Leave this out."))
    for name in ("scale", "rule"):
        if assay == Assay.IHC and not values[name]:
            reader.fail(name, _("Choose one."))
        elif assay and assay != Assay.IHC and values[name]:
            reader.fail(name, _("Only immunohistochemistry has this. Leave it out."))
    wanted = 2 if assay == Assay.IHC else 0
    if assay and any(variable.count(SEPARATOR) != wanted for variable in variables):
        reader.fail(
            "variables",
            _("Name stains as marker/cell type/compartment, such as TNFSF11/stromal/cytoplasm, and markers alone."),
        )
