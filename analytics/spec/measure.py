"""What is measured: one marker by one assay, and how a patient comes to one value of it."""

from dataclasses import dataclass, fields
from typing import Any, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from analytics.spec.reading import FieldReader


class Assay(TextChoices):
    PROFILE = "profile", _("Expression profile")
    QPCR = "qpcr", _("qPCR")
    IHC = "ihc", _("Immunohistochemistry")
    WESTERN = "western", _("Western blot")


class Consolidation(TextChoices):
    """How several samples of one patient become the patient's one value."""

    MEDIAN = "median", _("Median of the samples")
    MEAN = "mean", _("Mean of the samples")
    MAXIMUM = "maximum", _("Highest of the samples")


class Undetermined(TextChoices):
    """What a qPCR sample whose target never crossed the threshold counts as."""

    EXCLUDED = "excluded", _("Excluded")
    LIMIT = "limit", _("Set to the cycle limit of the run")


STAIN = ("cell_type", "compartment", "scale", "rule")
"""What a question about immunohistochemistry must name besides the marker; ``antibody`` it may."""
OPTIONAL_TEXTS = ("per_marker", "dataset", "antibody", *STAIN, "phospho_site")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One marker by one assay in a study.

    ``dataset`` is the code of an expression dataset when ``assay`` is a profile, otherwise blank. Immunohistochemistry
    is asked of one ``cell_type``, ``compartment`` and ``scale``, and of one ``antibody`` by its code, or of any against
    the marker; ``rule`` is a consolidation rule of the study, written “name v1”, and takes the place of
    ``consolidation``. With ``per_marker`` the measure is the log2 ratio of the marker to that one, such as RANKL/OPG:
    the difference of their log2 values on the same sample, ΔCq_OPG − ΔCq_RANKL by qPCR. Scores have no ratio. A
    western blot gives the marker phosphorylated at ``phospho_site``, such as S473, over the total; without a site the
    total over the loading control.
    """

    study: str
    assay: Assay
    marker: str
    per_marker: str = ""
    dataset: str = ""
    antibody: str = ""
    cell_type: str = ""
    compartment: str = ""
    scale: str = ""
    rule: str = ""
    phospho_site: str = ""
    consolidation: Consolidation = Consolidation.MEDIAN
    undetermined: Undetermined = Undetermined.EXCLUDED

    @classmethod
    def measure_from(cls, reader: FieldReader, *, study: str) -> Self:
        """From the fields of a question; where some are at fault, the measure is not to be used."""
        return cls(study=study, **read_measure(reader))

    def measure_json(self, prefix: str = "") -> dict[str, Any]:
        """The fields of the measure without the study, each name after ``prefix``."""
        return {prefix + name: getattr(self, name) for name in MEASURE_FIELDS}


MEASURE_FIELDS = tuple(field.name for field in fields(Measure) if field.name != "study")


def read_measure(reader: FieldReader) -> dict[str, Any]:
    """The fields of a :class:`Measure` by name, without the study.

    What cannot matter is set to its default, so that equal questions have equal digests.
    """
    values: dict[str, Any] = {name: reader.text(name) for name in OPTIONAL_TEXTS}
    values["marker"] = reader.text("marker", required=True)
    values["assay"] = assay = reader.choice("assay", Assay, default=None)
    values["consolidation"] = reader.choice("consolidation", Consolidation, default=Consolidation.MEDIAN)
    values["undetermined"] = reader.choice("undetermined", Undetermined, default=Undetermined.EXCLUDED)
    if assay != Assay.QPCR:
        values["undetermined"] = Undetermined.EXCLUDED
    if assay == Assay.PROFILE and not values["dataset"]:
        reader.fail("dataset", _("Choose the dataset whose values are compared."))
    if assay and assay != Assay.PROFILE and values["dataset"]:
        reader.fail("dataset", _("Only expression profiles come in datasets. Leave this out."))
    _check_ratio(values, reader)
    _check_stain(values, reader)
    if assay and assay != Assay.WESTERN and values["phospho_site"]:
        reader.fail("phospho_site", _("Only western blots have this. Leave it out."))
    return values


def _check_ratio(values: dict[str, Any], reader: FieldReader) -> None:
    if values["per_marker"] and values["assay"] == Assay.IHC:
        reader.fail("per_marker", _("Scores are no quantities, so they have no ratio. Choose qPCR or a profile."))
    elif values["per_marker"] and values["assay"] == Assay.WESTERN:
        reader.fail("per_marker", _("The values of western blots are ratios already. Leave this out."))
    elif values["per_marker"] and values["per_marker"] == values["marker"]:
        reader.fail("per_marker", _("The ratio of a marker to itself is always 1. Choose another marker."))


def _check_stain(values: dict[str, Any], reader: FieldReader) -> None:
    if values["assay"] == Assay.IHC:
        values["consolidation"] = Consolidation.MEDIAN
        for name in STAIN:
            if not values[name]:
                reader.fail(name, _("Choose one."))
    elif values["assay"]:
        for name in ("antibody", *STAIN):
            if values[name]:
                reader.fail(name, _("Only immunohistochemistry has this. Leave it out."))
