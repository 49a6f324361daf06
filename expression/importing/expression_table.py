"""A table with one row per sample: who it is from, and the expression of study markers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.importing.codes import as_code, before_separator
from cases.importing.files import FileKind
from cases.importing.formats import Fit, ImportFormat, ImportPlan, OptionsForm, Source
from cases.importing.tables import Table, read_table
from cases.jobs import Progress, Refusal
from cases.models import Study
from cases.sentences import sentence
from expression.importing.column_roles import PATIENT, SAMPLE, UNKNOWN, examples, guess_roles, has_values
from expression.importing.expression_form import ExpressionTableForm, PatientRule
from expression.importing.expression_rows import ExpressionRows
from expression.importing.kept_answers import fit_of_table, mapping_of_table
from expression.models import Marker

ROWS_SHOWN = 8


class ExpressionTable(ImportFormat):
    """CSV, TSV or the first sheet of a workbook."""

    code = "expression_table"
    title = _("Cases with expression values")
    explanation = _(
        "A table with one row per sample: sample code, patient, histology, fusion partner, and the expression of "
        "RANKL, RANK, OPG or other markers."
    )
    accepts = frozenset({FileKind.TEXT, FileKind.WORKBOOK})
    suffixes = (".csv", ".tsv", ".txt", ".xlsx")
    example = "synthetic_expression.csv"
    options_template = "expression/import_expression_table.html"

    def recognises(self, source: Source) -> bool:
        """Whether a column is named after a marker. What is no table at all is this format's to refuse in words."""
        try:
            table = read_table(source.path, source.kind)
        except Refusal:
            return True
        return has_values(guess_roles(table, Marker.objects.all()))

    def outline(self, source: Source, *, progress: Progress) -> dict[str, Any]:
        """Columns with examples and guessed roles, other guesses, and ``warnings``: what is unknown or missing."""
        table = read_table(source.path, source.kind)
        progress.check()
        roles = guess_roles(table, Marker.objects.all())
        return {
            "header": list(table.header),
            "rows": [list(row.cells) for row in table.rows[:ROWS_SHOWN]],
            "row_count": len(table.rows),
            "columns": [
                {"heading": heading, "role": role, "examples": examples(table, heading)}
                for heading, role in roles.items()
            ],
            "warnings": _warnings(roles),
            "patient_rule": _patient_rule(table, roles),
            "dataset": as_code(source.file_name.rpartition(".")[0] or source.file_name),
        }

    def options_form(
        self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None = None, data: Any = None
    ) -> OptionsForm:
        return ExpressionTableForm(study=study, outline=outline, options=options, data=data)

    def mapping(self, *, outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any] | None:
        return mapping_of_table(options)

    def fit(self, mapping: dict[str, Any], *, outline: dict[str, Any]) -> Fit:
        return fit_of_table(mapping, outline)

    def plan(self, source: Source, *, options: dict[str, Any], progress: Progress) -> ImportPlan:
        table = read_table(source.path, source.kind)
        return ExpressionRows(study=source.study, table=table, options=options).plan(progress)


def _warnings(roles: dict[str, str]) -> list[dict[str, Any]]:
    warnings = [
        sentence("Column “{column}” is unknown: choose what it is, or “Do not import”.", column=heading)
        for heading, role in roles.items()
        if role == UNKNOWN
    ]
    if SAMPLE not in roles.values():
        warnings.append(sentence("The column with the sample code is missing, such as “sample”."))
    if not has_values(roles):
        warnings.append(sentence("There is no column with the expression of a study marker, such as “TNFSF11”."))
    return warnings


def _patient_rule(table: Table, roles: dict[str, str]) -> PatientRule:
    if PATIENT in roles.values():
        return PatientRule.COLUMN
    sample = next((heading for heading, role in roles.items() if role == SAMPLE), None)
    codes = [code for _row, code in table.column(sample)] if sample else []
    return (
        PatientRule.BEFORE_SEPARATOR
        if codes and all(before_separator(code) != code for code in codes)
        else PatientRule.SAMPLE_CODE
    )
