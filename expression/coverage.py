"""How many patients have a marker measured by which assay, and how many measurements there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from cases import access
from cases.access import Person, StudyRights
from cases.disclosure import disclosed, disclosed_parts
from cases.models import Diagnosis, Histology, Patient
from expression.assays import ASSAYS, SECTIONS_AND_CORES_APART, AssayKind
from expression.models import Marker


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number is None where it is too small to show."""

    patients: int | None
    measurements: int | None


NOTHING = Cell(patients=0, measurements=0)


@dataclass(frozen=True, kw_only=True)
class MarkerCoverage:
    """One marker, with a cell for each assay that was used in the study."""

    marker: Marker
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class HistologyCoverage:
    """One histology of the index diagnosis; ``name`` leads to its patients and is blank where there is none."""

    label: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class Table:
    """``assays`` are the codes of the columns, ``titles`` their headings; ``total`` has a cell for each of them."""

    assays: list[str]
    titles: list[Any]
    rows: list[Any]
    total: list[Cell]


@dataclass(frozen=True, kw_only=True)
class AssayCoverage:
    """One assay: histologies as rows, the most patients first, each with a cell for each of the ``markers``."""

    assay: AssayKind
    markers: list[Marker]
    rows: list[HistologyCoverage]


@dataclass(frozen=True, kw_only=True)
class Source:
    """An antibody, run, blot or dataset by which the marker was measured, as far as the person may see."""

    code: str
    patients: int
    measurements: int


def marker_coverage(rights: StudyRights) -> Table:
    """Markers × assays of the study; one query an assay."""
    counted = {kind: _counted(_countable(kind, rights), kind, by=kind.marker) for kind in ASSAYS.values()}
    used = {kind: cells for kind, cells in counted.items() if any(key is not None for key in cells)}
    rows = [
        MarkerCoverage(
            marker=marker, cells=[_shown(cells.get(marker.pk, NOTHING), rights=rights) for cells in used.values()]
        )
        for marker in Marker.objects.order_by("position", "symbol")
        if any(marker.pk in cells for cells in used.values())
    ]
    return Table(assays=[kind.code for kind in used], titles=[kind.title for kind in used], rows=rows, total=[])


def histology_coverage(*, rights: StudyRights, marker: Marker) -> Table:
    """Histologies of the index diagnosis × assays for one marker, sections apart from cores.

    The most patients first. Whoever may not see rows is shown no number from which a small one could be calculated.
    """
    counted = [(kind, _by_histology(kind, rights=rights, marker=marker)) for kind in SECTIONS_AND_CORES_APART]
    used = [(kind, cells) for kind, cells in counted if cells]
    rows = _histologies([cells for _kind, cells in used], rights=rights)
    total = [_shown(_sum(cells.values()), rights=rights) for _kind, cells in used]
    return Table(
        assays=[kind.code for kind, _cells in used],
        titles=[kind.title for kind, _cells in used],
        rows=rows,
        total=total,
    )


def assay_coverage(*, rights: StudyRights, patients: QuerySet[Patient] | None = None) -> list[AssayCoverage]:
    """Histologies × markers for each assay that was used, of all patients or of these; one query an assay. Raises
    ``PermissionDenied`` for who may not see rows: sections and cores together would tell what both hide.
    """
    rights.require("sees_rows")
    counted = [(kind, _by_marker(kind, rights=rights, patients=patients)) for kind in ASSAYS.values()]
    markers = Marker.objects.in_bulk({marker for _kind, columns in counted for marker in columns})
    in_order = sorted(markers.values(), key=lambda marker: (marker.position, marker.symbol))
    return [
        AssayCoverage(
            assay=kind,
            markers=[marker for marker in in_order if marker.pk in columns],
            rows=_histologies([columns[marker.pk] for marker in in_order if marker.pk in columns], rights=rights),
        )
        for kind, columns in counted
        if columns
    ]


def sources(*, user: Person, rights: StudyRights, marker: Marker) -> list[tuple[AssayKind, list[Source]]]:
    """By which antibodies, runs, blots and datasets the marker was measured; one query an assay."""
    found = []
    for kind in ASSAYS.values():
        rows = access.rows(user=user, queryset=kind.rows(), patient=kind.patient, study=kind.study)
        own = rows.filter(**{kind.study: rights.study, kind.marker: marker})
        numbers = own.order_by().values_list(f"{kind.source}__code").annotate(*_numbers(kind))
        listed = [
            Source(code=code, patients=patients, measurements=measurements)
            for code, patients, measurements in sorted(numbers)
        ]
        if listed:
            found.append((kind, listed))
    return found


def _countable(kind: AssayKind, rights: StudyRights) -> QuerySet[Any]:
    return access.countable(rights=rights, queryset=kind.rows(), patient=kind.patient, study=kind.study)


def _numbers(kind: AssayKind) -> tuple[Count, Count]:
    return Count(kind.patient, distinct=True), Count("pk")


def _counted(rows: QuerySet[Any], kind: AssayKind, *, by: str) -> dict[int | None, Cell]:
    numbers = rows.order_by().values_list(by).annotate(*_numbers(kind))
    return {key: Cell(patients=patients, measurements=measurements) for key, patients, measurements in numbers}


def _by_marker(
    kind: AssayKind, *, rights: StudyRights, patients: QuerySet[Patient] | None
) -> dict[int, dict[int | None, Cell]]:
    """The numbers by marker and histology."""
    rows = _countable(kind, rights).filter(**{f"{kind.marker}__isnull": False})
    if patients is not None:
        rows = rows.filter(**{f"{kind.patient}__in": patients.order_by().values("pk")})
    found: dict[int, dict[int | None, Cell]] = defaultdict(dict)
    numbers = _with_histology(rows, kind).order_by().values_list(kind.marker, "histology").annotate(*_numbers(kind))
    for marker, histology, people, measurements in numbers:
        found[marker][histology] = Cell(patients=people, measurements=measurements)
    return found


def _histologies(columns: list[dict[int | None, Cell]], *, rights: StudyRights) -> list[HistologyCoverage]:
    """A row for each histology, the most patients first, with a cell of each column as it may be shown."""
    keys = {key for cells in columns for key in cells}
    histologies = Histology.objects.in_bulk([key for key in keys if key])
    shown = [_column(cells, rights=rights) for cells in columns]
    by_size = sorted(keys, key=lambda key: (-max(_patients(cells, key) for cells in columns), str(key)))
    return [
        HistologyCoverage(
            label=str(histologies[key]) if key else _("No index diagnosis"),
            name=histologies[key].name if key else "",
            cells=[column.get(key, NOTHING) for column in shown],
        )
        for key in by_size
    ]


def _by_histology(kind: AssayKind, *, rights: StudyRights, marker: Marker) -> dict[int | None, Cell]:
    rows = _countable(kind, rights).filter(**{kind.marker: marker})
    return _counted(_with_histology(rows, kind), kind, by="histology")


def _with_histology(rows: QuerySet[Any], kind: AssayKind) -> QuerySet[Any]:
    """With that of the index diagnosis as ``histology``."""
    index = Diagnosis.objects.filter(patient=OuterRef(kind.patient), is_index=True)
    return rows.annotate(histology=Subquery(index.values("histology")))


def _patients(cells: dict[int | None, Cell], key: int | None) -> int:
    return cells.get(key, NOTHING).patients or 0


def _shown(cell: Cell, *, rights: StudyRights) -> Cell:
    """The number of measurements would tell that of the patients, so both are hidden."""
    if rights.sees_rows or disclosed(cell.patients or 0) is not None:
        return cell
    return Cell(patients=None, measurements=None)


def _column(cells: dict[int | None, Cell], *, rights: StudyRights) -> dict[int | None, Cell]:
    """The histologies of one assay, which make up its total."""
    if rights.sees_rows:
        return cells
    parts = disclosed_parts({key: cell.patients or 0 for key, cell in cells.items()})
    return {
        key: cell if parts[key] is not None else Cell(patients=None, measurements=None) for key, cell in cells.items()
    }


def _sum(cells: Iterable[Cell]) -> Cell:
    cells = list(cells)
    return Cell(
        patients=sum(cell.patients or 0 for cell in cells), measurements=sum(cell.measurements or 0 for cell in cells)
    )
