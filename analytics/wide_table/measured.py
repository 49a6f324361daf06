"""Variables that are measured: one for each marker by an assay, with the value an analysis would take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.groupings import in_all_languages
from analytics.measurements import Measurements, consolidated, measurements
from analytics.measurements.measured import DOUBTS
from analytics.spec import Assay, Consolidation, Measure, Undetermined
from analytics.stats import NotComparable
from analytics.wide_table.filled import Filled, Rows, Sentence, Variable
from analytics.wide_table.recorded import column_name
from cases.exporting.columns import Column, DataType
from cases.privacy import Privacy
from cases.sentences import sentence
from expression.models import Compartment, Scale, StainedCell

NOT_MEASURED = sentence("Not measured")


@dataclass(frozen=True, kw_only=True)
class HowMeasured:
    """The choices that make values of patients: as an analysis asks for them."""

    consolidation: Consolidation = Consolidation.MEDIAN
    undetermined: Undetermined = Undetermined.EXCLUDED
    scales: tuple[str, ...] = (Scale.H_SCORE.value,)
    rules: tuple[str, ...] = ()


def measured_variables(catalogue: Catalogue, how: HowMeasured) -> Iterator[Variable]:
    """Markers by assay, in their usual order."""
    study = catalogue.study.code
    for assay in (Assay.QPCR, Assay.PROFILE):
        if assay.value not in catalogue.assays:
            continue
        for dataset in catalogue.datasets(assay):
            for marker in catalogue.markers(assay, dataset):
                parts = [part for part in (assay.value, dataset, marker) if part]
                spec = Measure(
                    study=study,
                    assay=assay,
                    dataset=dataset,
                    marker=marker,
                    consolidation=how.consolidation,
                    undetermined=how.undetermined if assay == Assay.QPCR else Undetermined.EXCLUDED,
                )
                named = " · ".join(parts[1:])
                yield _variable(":".join(parts), group=Assay(assay).label, label=named, specs={"": spec})
    if Assay.IHC.value in catalogue.assays:
        yield from _stains(catalogue, how)


def _stains(catalogue: Catalogue, how: HowMeasured) -> Iterator[Variable]:
    """A stain is offered once; each scale and rule makes a column of it."""
    stains = catalogue.stains
    for marker in stains.markers():
        for antibody in stains.antibodies(marker):
            for cell_type in stains.cell_types(marker, antibody):
                for compartment in stains.compartments(marker, antibody, cell_type):
                    specs = {
                        f"{scale}_{rule}": Measure(
                            study=catalogue.study.code,
                            assay=Assay.IHC,
                            marker=marker,
                            antibody=antibody,
                            cell_type=cell_type,
                            compartment=compartment,
                            scale=scale,
                            rule=rule,
                        )
                        for scale in how.scales
                        for rule in how.rules
                    }
                    label = format_lazy(
                        "{marker} · {antibody} · {cells} · {compartment}",
                        marker=marker,
                        antibody=antibody or _("any antibody"),
                        cells=StainedCell(cell_type).label,
                        compartment=Compartment(compartment).label,
                    )
                    code = ":".join([Assay.IHC.value, marker, antibody or "any", cell_type, compartment])
                    yield _variable(code, group=Assay.IHC.label, label=label, specs=specs)


def _variable(code: str, *, group: Any, label: Any, specs: Mapping[str, Measure]) -> Variable:
    def fill(rows: Rows) -> list[Filled]:
        return [
            filled
            for ending, spec in specs.items()
            for filled in _filled(rows, spec, name=column_name(f"{code} {ending}"), label=_labelled(label, ending))
        ]

    return Variable(code=code, group=group, label=label, fill=fill)


def _labelled(label: Any, ending: str) -> Any:
    return format_lazy("{label} · {ending}", label=label, ending=ending.replace("_", " ")) if ending else label


def _filled(rows: Rows, measure: Measure, *, name: str, label: Any) -> list[Filled]:
    """The value; of patients also how many specimens made it; and what to doubt of it, as codes."""
    try:
        measured = measurements(measure=measure, by=rows.by, patients=set(rows.codes)).of(set(rows.codes))
    except NotComparable as refusal:
        why = {"code": refusal.note.code, "text": refusal.note.text, "values": refusal.note.values}
        column = _column(name, label, DataType.NUMBER)
        return [Filled(column=column, values={}, reasons=dict.fromkeys(rows.codes, why))]
    column = _column(name, label, DataType.NUMBER, unit=measured.unit["en"])
    number = _column(f"{name}_specimens", _part(label, _("specimens")), DataType.INTEGER)
    doubts = _column(f"{name}_doubts", _part(label, _("doubts")), DataType.CODE, codes=_doubt_codes(measured))
    if rows.of_specimens:
        return _of_specimens(rows, measured, column=column, doubts=doubts)
    samples = consolidated(measured.values, codes=rows.codes, rule=measure.consolidation)
    values = dict(zip(samples["patient_id"], samples["patient_value"], strict=True))
    reasons = {rejected.patient_id: rejected.reason for rejected in reversed(measured.rejected)}
    why_none = {patient: reasons.get(patient, NOT_MEASURED) for patient in rows.codes}
    counts = samples["patient_id"].value_counts().to_dict()
    return [
        Filled(column=column, values=values, reasons=why_none),
        Filled(column=number, values={patient: counts.get(patient, 0) for patient in rows.codes}),
        *_doubted(doubts, samples, samples["patient_id"].tolist(), why_none),
    ]


def _of_specimens(rows: Rows, measured: Measurements, *, column: Column, doubts: Column) -> list[Filled]:
    keys = rows.specimen_keys
    samples = measured.values[measured.values["sample"].isin(set(keys))]
    read = [keys[code] for code in samples["sample"]]
    reasons = {keys[rejected.sample]: rejected.reason for rejected in measured.rejected if rejected.sample in keys}
    why_none = {specimen: reasons.get(specimen, NOT_MEASURED) for specimen in keys.values()}
    values = dict(zip(read, samples["value"], strict=True))
    return [
        Filled(column=column, values=values, reasons=why_none, of_specimens=True),
        *_doubted(doubts, samples, read, why_none, of_specimens=True),
    ]


def _doubted(
    column: Column, samples: Any, keys: list[int], reasons: Mapping[int, Sentence], *, of_specimens: bool = False
) -> list[Filled]:
    """Which of the doubts are true of any specimen behind the value; “none” where there is a value without doubt."""
    known = [name for name in DOUBTS if name in samples]
    if not known:
        return []
    found: dict[int, set[str]] = {key: set() for key in keys}
    for name in known:
        for key, doubted in zip(keys, samples[name], strict=True):
            if doubted:
                found[key].add(name)
    values = {key: ";".join(sorted(names)) or "none" for key, names in found.items()}
    return [Filled(column=column, values=values, reasons=reasons, of_specimens=of_specimens)]


def _doubt_codes(measured: Measurements) -> dict[str, dict[str, str]]:
    words = {name: in_all_languages(name.replace("_", " ")) for name in DOUBTS if name in measured.values}
    return {**words, "none": in_all_languages(_("None"))}


def _part(label: Any, part: Any) -> Any:
    return format_lazy("{label} · {part}", label=label, part=part)


def _column(name: str, label: Any, type: DataType, **more: Any) -> Column:
    return Column(name=name, labels=in_all_languages(label), type=type, privacy=Privacy.MEASUREMENT.value, **more)
