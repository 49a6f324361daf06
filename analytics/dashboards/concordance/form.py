"""What is chosen on the dashboard of concordance: a marker stained and measured by qPCR, and patients."""

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.dashboards.keeping import Kept
from analytics.dashboards.population_form import PopulationForm
from analytics.forms import counted
from analytics.groupings import GROUPINGS
from analytics.kinds.association.spec import Association
from analytics.kinds.marker_matrix.form import stained_variables
from analytics.kinds.marker_matrix.spec import FEWEST, MOST, MarkerMatrix
from analytics.spec import Assay, Measure, Undetermined
from expression.models import Compartment, Scale, StainedCell

FIRST_GROUPING = "histology"


class ConcordanceForm(PopulationForm):
    """The stain and the amplification of one marker. Without a marker measured by both there are no such fields."""

    marker = forms.ChoiceField(label=_("Marker"), widget=forms.RadioSelect)
    antibody = forms.ChoiceField(label=_("Antibody"), help_text=_("Scores by different clones are not comparable."))
    cell_type = forms.ChoiceField(label=_("Cells"))
    compartment = forms.ChoiceField(label=_("Compartment"))
    scale = forms.ChoiceField(label=_("Scale"))
    rule = forms.ChoiceField(label=_("Consolidation rule"))
    undetermined = forms.ChoiceField(label=_("Undetermined samples"))
    grouping = forms.ChoiceField(label=_("Colour patients by"))

    def __init__(self, asked: QueryDict, *, kept: Kept) -> None:
        super().__init__(asked, study=kept.rights.study, by=kept.by, look_up=kept.look_up)
        self.catalogue = Catalogue(study=self.study, by=kept.by)
        stains, marker = self.catalogue.stains, ""
        markers = self._markers
        self.choose("marker", {code: counted(self.catalogue.marker_name(code), n) for code, n in markers.items()})
        marker = self.chosen.get("marker", "")
        self.choose("antibody", stains.antibodies(marker) if marker else {})
        antibody = self.chosen.get("antibody", "")
        cells = stains.cell_types(marker, antibody)
        self.choose("cell_type", {code: f"{StainedCell(code).label} · {n}" for code, n in cells.items()})
        compartments = stains.compartments(marker, antibody, self.chosen.get("cell_type", ""))
        self.choose("compartment", {code: f"{Compartment(code).label} · {n}" for code, n in compartments.items()})
        self.choose("scale", dict(Scale.choices) if stains.markers() else {})
        self.choose("rule", {rule: rule for rule in stains.rules} if stains.markers() else {})
        self.choose("undetermined", dict(Undetermined.choices) if marker else {})
        self.choose("grouping", self._groupings if marker else {})

    @cached_property
    def _markers(self) -> dict[str, int]:
        """The markers measured by both, with the number of patients stained."""
        amplified = self.catalogue.markers(Assay.QPCR, "")
        return {code: n for code, n in self.catalogue.stains.markers().items() if code in amplified}

    @property
    def _groupings(self) -> dict[str, str]:
        codes = [code for code in self.catalogue.groupings if not GROUPINGS[code].needs]
        ordered = sorted(codes, key=lambda code: code != FIRST_GROUPING)
        return {**{code: str(GROUPINGS[code].name) for code in ordered}, "none": gettext("None")}

    @property
    def question(self) -> Association | None:
        """Whether both measures of the marker go together; none where no marker was measured by both."""
        if "marker" not in self.chosen:
            return None
        chosen = self.chosen
        amplified = Measure(
            study=self.study.code,
            assay=Assay.QPCR,
            marker=chosen["marker"],
            undetermined=Undetermined(chosen["undetermined"]),
        )
        stained = Measure(
            study=self.study.code,
            assay=Assay.IHC,
            marker=chosen["marker"],
            antibody=chosen["antibody"],
            cell_type=chosen["cell_type"],
            compartment=chosen["compartment"],
            scale=chosen["scale"],
            rule=chosen["rule"],
        )
        return Association(
            study=self.study.code,
            population=self.population,
            x=stained,
            y=amplified,
            grouping="" if chosen["grouping"] == "none" else chosen["grouping"],
        )

    @property
    def matrix(self) -> MarkerMatrix | None:
        """Every pair of the stains of the study; none where there are not two."""
        variables = tuple(stained_variables(self.catalogue.stains))[:MOST]
        if len(variables) < FEWEST or "rule" not in self.chosen:
            return None
        return MarkerMatrix(
            study=self.study.code,
            population=self.population,
            assay=Assay.IHC,
            variables=variables,
            scale=self.chosen["scale"],
            rule=self.chosen["rule"],
        )
