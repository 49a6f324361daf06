"""A run's results as a table for other programs: raw numbers with all their digits, codes instead of words."""

from cases.list_files import harmless
from expression.result_row import ResultRow
from expression.run_report import RunReport

CSV_COLUMNS = [
    "run",
    "sample",
    "specimen",
    "patient",
    "target",
    "marker",
    "wells",
    "undetermined_wells",
    "undetermined_policy",
    "efficiency",
    "efficiency_source",
    "mean_cq",
    "target_sd",
    "reference_sd",
    "status",
    "reason",
    "flags",
    "calibrator",
    "delta_cq",
    "delta_cq_at_least",
    "relative_quantity",
    "relative_quantity_at_most",
]

Cell = str | int | float | None


def csv_rows(report: RunReport) -> list[list[Cell]]:
    """One row per sample and target, in the order of the page."""
    return [_row(report, row) for row in report.rows]


def _row(report: RunReport, row: ResultRow) -> list[Cell]:
    specimen = row.sample.specimen
    return [
        report.run.code,
        harmless(row.sample.name),
        specimen.code if specimen else "",
        specimen.patient.code if specimen else "",
        harmless(row.target.name),
        row.target.marker.symbol if row.target.marker else "",
        row.delta.wells,
        row.delta.undetermined_wells,
        report.undetermined,
        row.target.efficiency,
        row.target.efficiency_source,
        row.delta.mean_cq,
        row.delta.target_sd,
        row.delta.reference_sd,
        row.delta.status,
        row.delta.reason or "",
        " ".join(row.delta.flags),
        int(row.sample in report.calibrators),
        row.delta.value,
        row.delta.limit,
        row.quantity.value,
        row.quantity.limit,
    ]
