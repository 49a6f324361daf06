"""Association: do two measures of the same patients rise and fall together?"""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from analytics.spec import MEASURE_FIELDS, Assay, FieldReader, Measure, Spec

X, Y = "x_", "y_"
"""Stand before the names of the fields of the two measures."""

OWN_FIELDS = ("grouping", "gene", "criterion", "coefficient")


class Coefficient(TextChoices):
    SPEARMAN = "spearman", _("Spearman's rho")
    KENDALL = "kendall", _("Kendall's tau-b, for scores with many equal values")


@dataclass(frozen=True, kw_only=True)
class Association(Spec):
    """Two measures, and how their association is told; with a ``grouping`` also for each group of patients.

    ``gene`` belongs to groupings by alteration, ``criterion`` to that by response. In addresses and JSON the fields of
    the measures are ``x_marker``, ``y_marker`` and so on.
    """

    kind = "association"

    x: Measure
    y: Measure
    grouping: str = ""
    gene: str = ""
    criterion: str = ""
    coefficient: Coefficient = Coefficient.SPEARMAN

    @classmethod
    def read(cls, reader: FieldReader, *, study: str) -> dict[str, Any]:
        x, y = (Measure.measure_from(reader.prefixed(prefix), study=study) for prefix in (X, Y))
        if x == y and not reader.errors:
            reader.fail(f"{Y}marker", _("Both measures are the same. Choose another marker, assay or stain."))
        values = {name: reader.text(name) for name in ("grouping", "gene", "criterion")}
        coefficient = reader.choice("coefficient", Coefficient, default=Coefficient.SPEARMAN)
        return {"x": x, "y": y, **values, "coefficient": coefficient}

    @classmethod
    def field_names(cls) -> set[str]:
        measures = {prefix + name for prefix in (X, Y) for name in MEASURE_FIELDS}
        return {"study", "population", *OWN_FIELDS} | measures

    def as_json(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in OWN_FIELDS}
        measures = {**self.x.measure_json(X), **self.y.measure_json(Y)}
        place = {"kind": self.kind, "study": self.study, "population": self.population.as_json()}
        return {**place, **measures, **own}

    @property
    def detail(self) -> str:
        """What makes the grouping precise: a gene or a criterion, of which only one is given."""
        return self.gene or self.criterion

    @property
    def is_one_quantity(self) -> bool:
        """Whether the measures say the same on one scale, as two antibodies in the same cells: then their difference
        means something.
        """
        same = ("assay", "marker", "cell_type", "compartment", "scale")
        return self.x.assay == Assay.IHC and all(getattr(self.x, name) == getattr(self.y, name) for name in same)
