"""By what patients can be grouped: an allow-list. A question names a code of it, never a path into the database."""

from django.utils.translation import gettext_lazy as _

from analytics.groupings.base import Grouping
from analytics.groupings.disease import AgeGrouping, MarrowFibrosisGrouping, RadiographicTypeGrouping
from analytics.groupings.molecular import (
    NEITHER,
    SMALL_CELL,
    AlterationGrouping,
    FusionPartnerGrouping,
    LungSubtypeGrouping,
)
from analytics.groupings.recorded import ChoiceGrouping, TermGrouping
from analytics.groupings.treatment import ResponseGrouping, TimingGrouping
from cases.derived.response import Outcome
from cases.derived.timing import Timing
from cases.models import (
    Category,
    Detection,
    Diagnosis,
    GiantCells,
    Histology,
    Patient,
    RadiographicType,
    Sex,
    Site,
    Topography,
)
from cases.sentences import sentence
from expression.models import MarrowFibrosis

GROUPINGS: dict[str, Grouping] = {
    grouping.code: grouping
    for grouping in (
        TermGrouping(
            code="histology",
            name=_("Histology"),
            model=Diagnosis,
            path="histology__name",
            terms=lambda patients: Histology.objects.all(),
            code_of="name",
            name_of=lambda term: term,
            reason=sentence("Histology not known"),
        ),
        ChoiceGrouping(
            code="category",
            name=_("Category"),
            model=Diagnosis,
            path="category",
            choices=dict(Category.choices),
            reason=sentence("No diagnosis"),
        ),
        TermGrouping(
            code="primary_site",
            name=_("Primary site"),
            model=Diagnosis,
            path="primary_site__code",
            terms=lambda patients: Topography.objects.all(),
            code_of="code",
            name_of=lambda term: term,
            reason=sentence("Primary site not known"),
        ),
        LungSubtypeGrouping(
            code="lung_subtype",
            name=_("Molecular subtype of lung cancer"),
            choices={
                SMALL_CELL: _("Small cell"),
                "EGFR": _("EGFR altered"),
                "ALK": _("ALK altered"),
                NEITHER: _("Neither EGFR nor ALK altered"),
            },
        ),
        TermGrouping(
            code="site",
            name=_("Institution"),
            model=Patient,
            path="site__code",
            terms=lambda patients: Site.objects.filter(patients__in=patients).distinct(),
            code_of="code",
            name_of=lambda site: site.name,
            reason=sentence("Institution not known"),
        ),
        ChoiceGrouping(
            code="sex",
            name=_("Sex"),
            model=Patient,
            path="sex",
            choices=dict(Sex.choices),
            reason=sentence("Sex not known"),
            not_known=frozenset({Sex.UNKNOWN.value}),
        ),
        ChoiceGrouping(
            code="giant_cells",
            name=_("Osteoclast-like giant cells"),
            model=Diagnosis,
            path="giant_cells",
            choices={
                GiantCells.PRESENT.value: _("Giant cells present"),
                GiantCells.ABSENT.value: _("Giant cells absent"),
            },
            reason=sentence("Giant cells not assessed"),
            not_known=frozenset({GiantCells.NOT_ASSESSED.value}),
        ),
        RadiographicTypeGrouping(
            code="radiographic_type",
            name=_("Radiographic type of the index lesion"),
            choices={
                RadiographicType.LYTIC.value: _("Lytic"),
                RadiographicType.MIXED.value: _("Mixed"),
                RadiographicType.BLASTIC.value: _("Blastic"),
            },
        ),
        MarrowFibrosisGrouping(code="marrow_fibrosis", name=_("Marrow fibrosis"), choices=dict(MarrowFibrosis.choices)),
        AgeGrouping(
            code="age",
            name=_("Age at diagnosis"),
            choices={
                "0-14": _("0–14 years"),
                "15-39": _("15–39 years"),
                "40-64": _("40–64 years"),
                "65-": _("65 years and over"),
            },
        ),
        TimingGrouping(
            code="timing",
            name=_("Specimens before, on or after denosumab"),
            choices={
                Timing.BEFORE.value: _("Before denosumab"),
                Timing.ON.value: _("On denosumab"),
                Timing.AFTER.value: _("After denosumab"),
                Timing.NEVER.value: _("Never given denosumab"),
            },
        ),
        ResponseGrouping(
            code="response",
            name=_("Response to denosumab"),
            choices={Outcome.RESPONSE.value: _("Responders"), Outcome.NO_RESPONSE.value: _("Non-responders")},
        ),
        FusionPartnerGrouping(code="fusion_partner", name=_("Fusion partner of a gene")),
        AlterationGrouping(code="alteration", name=_("Alteration of a gene"), choices=dict(Detection.choices)),
    )
}
"""Every grouping there is, in the order of the form."""
