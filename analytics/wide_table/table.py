"""The wide table itself."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.groupings import in_all_languages
from analytics.spec import Consolidation, Undetermined
from analytics.wide_table.filled import Filled, Rows, reason_code
from analytics.wide_table.measured import HowMeasured
from analytics.wide_table.offered import variables
from cases.exporting.columns import Column, DataType, Reason
from cases.exporting.population import population
from cases.exporting.tables import Lines, Table
from cases.models import Specimen, Study
from cases.privacy import Privacy

SPECIMEN = "specimen"


def wide_tables(options: dict[str, Any], *, user: User, study: Study) -> Iterator[Table]:
    """One table. Its values are in memory, as those of an analysis are: patients × variables, not measurements."""
    catalogue = Catalogue(study=study, by=user)
    patients = population(options["filter"], user=user, study=study).select_related("study", "site").order_by("code")
    rows = Rows(patients, study=study, by=user, of_specimens=options["rows"] == SPECIMEN)
    offered = variables(catalogue, how_measured(options))
    chosen = [offered[code] for code in options["variables"] if code in offered]
    filled = [column for variable in chosen for column in variable.fill(rows)]
    if not rows.of_specimens:
        filled = [column for column in filled if not column.of_specimens]
    yield _table(rows, filled)


def how_measured(options: dict[str, Any]) -> HowMeasured:
    return HowMeasured(
        consolidation=Consolidation(options["consolidation"]),
        undetermined=Undetermined(options["undetermined"]),
        scales=tuple(options["scales"]),
        rules=tuple(options["rules"]),
    )


def _table(rows: Rows, filled: list[Filled]) -> Table:
    keys: list[tuple[int, Specimen | None]] = [(patient.pk, None) for patient in rows.patients]
    names = [_name("patient", _("Patient"))]
    if rows.of_specimens:
        keys = [(specimen.patient_id, specimen) for specimen in rows.specimens]
        names.append(_name("specimen", _("Specimen")))

    def lines() -> Lines:
        for patient, specimen in keys:
            line: list[Any] = [rows.codes[patient]]
            if specimen is not None:
                line.append(specimen.code)
            line += [_cell(column, patient, specimen) for column in filled]
            yield patient, line

    return Table(
        name=f"wide_{SPECIMEN if rows.of_specimens else 'patient'}",
        columns=(*names, *(column.described for column in filled)),
        count=lambda: len(keys),
        lines=lines,
        wants_reasons_apart=True,
    )


def _cell(column: Filled, patient: int, specimen: Specimen | None) -> Any:
    found = column.cell(patient=patient, specimen=specimen.pk if specimen else None)
    return Reason(reason_code(found)) if isinstance(found, dict) else found


def _name(name: str, label: object) -> Column:
    return Column(name=name, labels=in_all_languages(label), type=DataType.CODE, privacy=Privacy.CODE.value)
