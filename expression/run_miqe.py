"""What MIQE asks to report of a run (Bustin SA et al. 2009, Clin Chem 55:611–622, doi:10.1373/clinchem.2008.112797).

The essential items that the portal keeps; the rest of the list is about the study and its specimens.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from expression.models import EfficiencySource, QpcrRun, QpcrTarget, QpcrWell, TargetRole, WellTask

RUN_FIELDS = (
    "rna_extraction",
    "dnase_treatment",
    "rna_input_ng",
    "rt_kit",
    "instrument",
    "chemistry",
    "reaction_volume_ul",
    "cycling",
    "reference_gene_choice",
    "normalisation",
)


@dataclass(frozen=True, kw_only=True)
class MiqeItem:
    """``text`` is blank where the item is not reported."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Miqe:
    items: Sequence[MiqeItem]

    @property
    def reported(self) -> int:
        return sum(bool(item.text) for item in self.items)

    @property
    def completeness(self) -> str:
        return _("%(reported)s of %(all)s MIQE items reported") % {"reported": self.reported, "all": len(self.items)}


def miqe_of(*, run: QpcrRun, targets: Sequence[QpcrTarget], wells: Iterable[QpcrWell]) -> Miqe:
    tasks = {well.task for well in wells}
    return Miqe(
        items=[
            *(_of_run(run, name) for name in RUN_FIELDS),
            MiqeItem(name=_("Primer set or assay of every target"), text=_assays(targets)),
            MiqeItem(name=_("Efficiency of every target"), text=_efficiencies(targets)),
            MiqeItem(name=_("Reference genes"), text=_references(targets)),
            MiqeItem(name=_("No-template control"), text=_on_plate(WellTask.NO_TEMPLATE in tasks)),
            MiqeItem(name=_("No-RT control"), text=_on_plate(WellTask.NO_RT in tasks)),
        ]
    )


def _of_run(run: QpcrRun, name: str) -> MiqeItem:
    field = run._meta.get_field(name)
    value = getattr(run, name)
    label = str(field.verbose_name)  # type: ignore[union-attr]
    unit = {"rna_input_ng": " ng", "reaction_volume_ul": " µL"}.get(name, "")
    text = f"{value:g}{unit}" if isinstance(value, float) else str(value or "")
    return MiqeItem(name=label[:1].upper() + label[1:], text=text)


def _assays(targets: Sequence[QpcrTarget]) -> str:
    known = [f"{target} {target.assay_id}" for target in targets if target.assay_id]
    return ", ".join(known) if known and len(known) == len(targets) else ""


def _efficiencies(targets: Sequence[QpcrTarget]) -> str:
    if not targets or any(target.efficiency_source == EfficiencySource.ASSUMED for target in targets):
        return ""
    return ", ".join(
        f"{target} {target.efficiency:.3f} ({target.get_efficiency_source_display()})" for target in targets
    )


def _references(targets: Sequence[QpcrTarget]) -> str:
    return ", ".join(target.name for target in targets if target.role == TargetRole.REFERENCE)


def _on_plate(there: bool) -> str:
    return _("on the plate") if there else ""
