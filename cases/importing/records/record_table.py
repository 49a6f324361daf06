"""Tables of records: patients, everything recorded of them, and the tables of the study; one sheet for each kind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.importing.files import FileKind
from cases.importing.formats import Fit, ImportFormat, ImportPlan, OptionsForm, SheetCount, Source
from cases.importing.records.bulk.bulk_plan import BulkPlan, suits
from cases.importing.records.headings import guess_columns, guess_target
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.mapping import UNKNOWN_SHEET, fit_of, mapping_of
from cases.importing.records.options_form import BLANK_ERASES, IDENTIFIES_NOBODY, REASON, RecordTableForm
from cases.importing.records.problem_file import with_sound_rows
from cases.importing.records.rows_below import RowsBelow, text_of
from cases.importing.records.screening import Screening
from cases.importing.records.sheet_plan import PROBLEM_ROWS, STEPS_PER_ROW, SheetPlan
from cases.importing.records.sheets import FEWEST_KNOWN, Sheet, read_workbook
from cases.importing.records.targets import Target, target_named, targets
from cases.jobs import Progress, Refusal
from cases.models import Study
from cases.objections import judge_of
from cases.sentences import sentence

EXAMPLES = 3


class RecordTable(ImportFormat):
    """CSV, TSV, or a workbook with one sheet for each kind of record."""

    code = "record_table"
    title = _("Patients, their records and the laboratory")
    explanation = _(
        "Tables of patients, diagnoses, lesions, treatments, responses, events, specimens …, and of sites, antibodies, "
        "arrays and every assay: one row per record, one sheet per kind. What is in the study already is changed, what "
        "is not is added."
    )
    accepts = frozenset({FileKind.TEXT, FileKind.WORKBOOK})
    suffixes = (".csv", ".tsv", ".txt", ".xlsx")
    example = "synthetic_records.csv"
    options_template = "cases/import_records.html"
    takes_the_rest = True

    def recognises(self, source: Source) -> bool:
        """Whether every heading of a sheet, or the name of a sheet and its patient column, are known."""
        try:
            sheets = read_workbook(source).sheets
        except Refusal:
            return False
        return any(_is_of_records(sheet) for sheet in sheets)

    def outline(self, source: Source, *, progress: Progress) -> dict[str, Any]:
        """Every sheet with its guessed kind, its columns with examples; ``warnings`` say what was left out."""
        workbook = read_workbook(source)
        progress.check()
        sheets = [_outline_of(sheet) for sheet in workbook.sheets]
        warnings = list(_headings_below(workbook.sheets))
        warnings += [
            sentence("{sheet}: this sheet is no table of records and is left out.", sheet=name)
            for name in workbook.left_out
        ]
        warnings += [warning for sheet in sheets for warning in _unknown(sheet)]
        if workbook.encoding == "Shift_JIS":
            warnings.append(sentence("The file is in Shift_JIS and was read so. Look whether the words are right."))
        return {"sheets": sheets, "warnings": warnings}

    def options_form(
        self, *, study: Study, outline: dict[str, Any], options: dict[str, Any] | None = None, data: Any = None
    ) -> OptionsForm:
        return RecordTableForm(study=study, outline=outline, options=options, data=data)

    def mapping(self, *, outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any] | None:
        return mapping_of(outline, options)

    def fit(self, mapping: dict[str, Any], *, outline: dict[str, Any]) -> Fit:
        return fit_of(mapping, outline)

    def plan(self, source: Source, *, options: dict[str, Any], progress: Progress) -> ImportPlan:
        """Parents before children, whatever the order of the sheets; each sheet sees what those before it add."""
        plan = ImportPlan(reason=options[REASON])
        workbook, known = read_workbook(source), KnownRows(source.study)
        screening = Screening(study=source.study, confirmed=options[IDENTIFIES_NOBODY])
        rows = _rows_imported(source.outline["sheets"], options["sheets"]) if source.outline else 0
        progress(done=0, total=STEPS_PER_ROW * rows)
        named, planned = set(_models_named(options["sheets"])), []
        for target in targets():
            answered = [
                (sheet, answer["columns"])
                for sheet, answer in zip(workbook.sheets, options["sheets"], strict=True)
                if answer["target"] == target.name
            ]
            for sheet, columns in answered:
                bulk = None
                # Two sheets of a kind could speak of the same rows.
                if len(answered) == 1 and suits(target) and not options[BLANK_ERASES]:
                    bulk = BulkPlan(
                        sheet=sheet,
                        target=target,
                        columns=columns,
                        known=known,
                        screening=screening,
                        number=len(plan.staged),
                        is_named=target.model in named,
                    )
                    plan.staged.append(bulk)
                    bulk.run(progress, has_reason=bool(plan.reason))
                sheet_plan = SheetPlan(
                    sheet=bulk.rest if bulk else sheet,
                    target=target,
                    columns=columns,
                    known=known,
                    findings=plan.findings,
                    screening=screening,
                    blank_erases=options[BLANK_ERASES],
                    reason=options[REASON],
                    may_write=source.rights is None or getattr(source.rights, target.right),
                    judge=judge_of(target.model, user=source.by, study=source.study) if source.by else None,
                    keys=bulk.keys if bulk else {},
                )
                sheet_plan.run(progress)
                _add(sheet_plan, plan, target, bulk=bulk)
                planned.append(sheet)
        if plan.findings.has_errors and rows <= PROBLEM_ROWS:
            plan.sheets = [with_sound_rows(*one) for one in zip(plan.sheets, planned, strict=True)]
        return plan


def _models_named(answers: list[dict[str, Any]]) -> Iterator[Any]:
    """Of what the columns of the file name rows."""
    for answer in answers:
        if answer["target"]:
            target = target_named(answer["target"])
            yield from (target.field(name).related_model for name in answer["columns"] if name)


def _rows_imported(sheets: list[dict[str, Any]], answers: list[dict[str, Any]]) -> int:
    return sum(sheet["row_count"] for sheet, answer in zip(sheets, answers, strict=True) if answer["target"])


def _add(sheet_plan: SheetPlan, plan: ImportPlan, target: Target, *, bulk: BulkPlan | None) -> None:
    plan.new.setdefault(target.model, []).extend(sheet_plan.in_order)
    plan.changed.setdefault(target.model, []).extend(sheet_plan.changed)
    counts = sheet_plan.counts()
    if bulk is not None:
        counts = _together(counts, bulk, target)
    plan.matched[target.model] = plan.matched.get(target.model, 0) + counts.unchanged
    plan.sheets.append(counts)


def _together(counts: SheetCount, bulk: BulkPlan, target: Target) -> SheetCount:
    """The counts of the rows in doubt with those of the sure ones; of a changed field the first row is the example."""
    fields: dict[str, dict[str, Any]] = {}
    for one in sorted([*counts.fields, *bulk.field_counts()], key=lambda one: one["row"]):
        earlier = fields.setdefault(one["name"], one | {"count": 0})
        earlier["count"] += one["count"]
    order = {name: place for place, name in enumerate(target.fields)}
    return replace(
        counts,
        new=counts.new + bulk.new,
        changed=counts.changed + bulk.changed,
        unchanged=counts.unchanged + bulk.unchanged,
        fields=sorted(fields.values(), key=lambda one: (one["row"], order[one["name"]])),
    )


def _is_of_records(sheet: Sheet) -> bool:
    target = guess_target(names=[sheet.name, sheet.place], header=sheet.header)
    if target is None:
        return False
    columns = guess_columns(target, sheet.header)
    return target.owner_column in columns and len(columns) >= FEWEST_KNOWN and all(columns)


def _outline_of(sheet: Sheet) -> dict[str, Any]:
    target = guess_target(names=[sheet.name, sheet.place], header=sheet.header)
    row_count, examples = _look_at(sheet.rows, columns=len(sheet.header))
    return {
        "name": sheet.name,
        "place": sheet.place,
        "target": target.name if target else "",
        "row_count": row_count,
        "columns": [
            {"heading": heading, "examples": found} for heading, found in zip(sheet.header, examples, strict=True)
        ],
    }


def _headings_below(sheets: list[Sheet]) -> Iterator[dict[str, Any]]:
    """Which sheets have something above their headings, those with headings in the same row together."""
    for row in dict.fromkeys(sheet.header_row for sheet in sheets if sheet.header_row > 1):
        places = ", ".join(sheet.place for sheet in sheets if sheet.header_row == row)
        yield sentence(
            "{sheet}: the headings were found in row {row}; what stands above is not read.", sheet=places, row=row
        )


def _unknown(sheet: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What of the sheet is not imported unless a person says what it is."""
    if not sheet["target"]:
        yield sentence(UNKNOWN_SHEET, sheet=sheet["place"])
        return
    headings = [column["heading"] for column in sheet["columns"]]
    for heading, name in zip(headings, guess_columns(target_named(sheet["target"]), headings), strict=True):
        if not name:
            yield sentence("Column “{column}” is unknown: choose what it is, or “Do not import”.", column=heading)


def _look_at(rows: RowsBelow, *, columns: int) -> tuple[int, list[list[str]]]:
    """How many rows there are, and the first different values of every column, in one passage."""
    number, examples = 0, [dict[str, None]() for _column in range(columns)]
    wanting = list(enumerate(examples))
    for numbers, cells in rows.pieces():
        number += len(numbers)
        for place, found in wanting:
            found.update(dict.fromkeys(filter(None, map(text_of, dict.fromkeys(cells[place])))))
        wanting = [(place, found) for place, found in wanting if len(found) < EXAMPLES]
    return number, [list(found)[:EXAMPLES] for found in examples]
