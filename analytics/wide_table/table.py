"""The wide table itself."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Catalogue
from analytics.groupings import in_all_languages
from analytics.spec import Consolidation, Undetermined
from analytics.wide_table.filled import Filled, Rows, Variable, reason_code
from analytics.wide_table.measured import HowMeasured
from analytics.wide_table.offered import variables
from analytics.wide_table.spool import Spool
from cases.exporting.columns import Column, DataType, Reason
from cases.exporting.population import population
from cases.exporting.tables import Line, Table
from cases.jobs import Progress
from cases.models import Specimen, Study
from cases.privacy import Privacy

SPECIMEN = "specimen"
PATIENTS_AT_ONCE = 500
"""Of whom everything stands in memory."""


def wide_tables(options: dict[str, Any], *, user: User, study: Study, progress: Progress) -> Iterator[Table]:
    """One table. Its lines wait on the disk: only after the last patient is known which codes the columns hold."""
    offered = variables(Catalogue(study=study, by=user), how_measured(options))
    chosen = [offered[code] for code in options["variables"] if code in offered]
    patients = population(options["filter"], user=user, study=study).select_related("study", "site").order_by("code")
    of_specimens = options["rows"] == SPECIMEN
    spool, columns = Spool(), list[Filled]()
    keys = list(patients.values_list("pk", flat=True))
    progress.to_come = len(keys)
    # Without patients there are columns all the same.
    for number, piece in enumerate(_pieces(keys) or [[]]):
        rows = Rows(patients.filter(pk__in=piece), study=study, by=user, of_specimens=of_specimens)
        filled = list(_filled(chosen, rows, before=number * PATIENTS_AT_ONCE, of=len(keys), progress=progress))
        filled = [column for column in filled if of_specimens or not column.of_specimens]
        spool.add(list(_lines(rows, filled)))
        told = [column.emptied for column in filled]
        columns = [one.merged(other) for one, other in zip(columns, told, strict=True)] if columns else told
    names = [_name("patient", _("Patient")), *([_name("specimen", _("Specimen"))] if of_specimens else [])]
    yield Table(
        name=f"wide_{SPECIMEN if of_specimens else 'patient'}",
        columns=(*names, *(column.ordered(patients) for column in columns)),
        count=lambda: spool.count,
        lines=spool.lines,
        wants_reasons_apart=True,
    )


def how_measured(options: dict[str, Any]) -> HowMeasured:
    return HowMeasured(
        consolidation=Consolidation(options["consolidation"]),
        undetermined=Undetermined(options["undetermined"]),
        scales=tuple(options["scales"]),
        rules=tuple(options["rules"]),
    )


def _filled(chosen: list[Variable], rows: Rows, *, before: int, of: int, progress: Progress) -> Iterator[Filled]:
    """The columns of some patients; ``before`` and ``of`` count the patients done and all of them."""
    for number, variable in enumerate(chosen, start=1):
        yield from variable.fill(rows)
        progress(done=before + len(rows.patients) * number // len(chosen), total=of)


def _pieces(keys: list[int]) -> list[list[int]]:
    return [keys[start : start + PATIENTS_AT_ONCE] for start in range(0, len(keys), PATIENTS_AT_ONCE)]


def _lines(rows: Rows, filled: list[Filled]) -> Iterator[tuple[int, Line]]:
    if not rows.of_specimens:
        for patient, code in rows.codes.items():
            yield patient, [code, *(_cell(column, patient, None) for column in filled)]
        return
    for specimen in rows.specimens:
        patient = specimen.patient_id
        yield patient, [rows.codes[patient], specimen.code, *(_cell(column, patient, specimen) for column in filled)]


def _cell(column: Filled, patient: int, specimen: Specimen | None) -> Any:
    found = column.cell(patient=patient, specimen=specimen.pk if specimen else None)
    return Reason(reason_code(found)) if isinstance(found, dict) else found


def _name(name: str, label: object) -> Column:
    return Column(name=name, labels=in_all_languages(label), type=DataType.CODE, privacy=Privacy.CODE.value)
