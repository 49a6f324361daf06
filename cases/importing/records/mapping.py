"""What is kept of the answers about a file of records: what each sheet holds, and which field each heading is."""

from typing import Any

from django.utils.translation import gettext_noop

from cases.importing.formats import Fit
from cases.importing.mappings import dictionaries, headings_by_word, texts
from cases.importing.records.headings import guess_columns
from cases.importing.records.options_form import BLANK_ERASES
from cases.importing.records.targets import target_named, targets
from cases.importing.words import plain

UNKNOWN_SHEET = gettext_noop("{sheet}: what this sheet holds is unknown. Choose it, or it is not imported.")


def mapping_of(outline: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Sheets that are imported, with every heading; a blank field is one that is not imported."""
    return {
        "sheets": [
            {
                "name": sheet["name"],
                "target": answer["target"],
                "columns": dict(zip(_headings(sheet), answer["columns"], strict=True)),
            }
            for sheet, answer in zip(outline["sheets"], options["sheets"], strict=True)
            if answer["target"]
        ],
        BLANK_ERASES: bool(options[BLANK_ERASES]),
    }


def fit_of(mapping: dict[str, Any], outline: dict[str, Any]) -> Fit:
    """Each sheet is taken for the kept one it has most headings in common with; names of sheets decide where equal.

    A heading that is not kept gets the field that is guessed, unless another column is that field already.
    """
    kept = [_Kept(sheet) for sheet in dictionaries(mapping.get("sheets"))]
    answers, known, unknown = [], [], []
    taken: set[int] = set()
    for sheet in outline["sheets"]:
        best = max(
            (one for one in kept if id(one) not in taken and one.common(sheet)),
            key=lambda one: (one.common(sheet), one.name == plain(sheet["name"])),
            default=None,
        )
        if best is None:
            answers.append({"target": "", "columns": []})
            unknown += _headings(sheet)
            continue
        taken.add(id(best))
        answers.append({"target": best.target, "columns": best.columns_of(sheet)})
        known += [heading for heading in _headings(sheet) if plain(heading) in best.fields]
        unknown += [heading for heading in _headings(sheet) if plain(heading) not in best.fields]
    missing = [heading for one in kept for heading in one.missing(outline["sheets"], is_taken=id(one) in taken)]
    options = {"sheets": answers, BLANK_ERASES: mapping.get(BLANK_ERASES) is True}
    warnings = [told for told in outline.get("warnings", []) if not _is_answered(told)]
    return Fit(options=options, known=known, unknown=unknown, missing=missing, warnings=warnings)


def _is_answered(warning: dict[str, Any]) -> bool:
    """Whether a warning says that a column or a sheet is unknown."""
    return "column" in warning["values"] or warning["text"] == UNKNOWN_SHEET


class _Kept:
    """A sheet of a mapping. ``fields`` are by the words of the headings."""

    def __init__(self, sheet: dict[str, Any]) -> None:
        told = texts({"name": sheet.get("name", ""), "target": sheet.get("target")})
        columns = texts(sheet.get("columns"))
        self.name, self.target = plain(told["name"]), told["target"]
        if self.target not in {target.name for target in targets()}:
            self.target, columns = "", {}
        self.headings = headings_by_word(list(columns))
        self.fields = {plain(heading): name for heading, name in columns.items()}

    def common(self, sheet: dict[str, Any]) -> int:
        """How many headings the sheet and this one have in common."""
        return sum(plain(heading) in self.fields for heading in _headings(sheet))

    def columns_of(self, sheet: dict[str, Any]) -> list[str]:
        headings = _headings(sheet)
        columns = [self.fields.get(plain(heading), "") for heading in headings]
        guesses = guess_columns(target_named(self.target), headings)
        for place, heading in enumerate(headings):
            if plain(heading) not in self.fields and guesses[place] not in columns:
                columns[place] = guesses[place]
        return columns

    def missing(self, sheets: list[dict[str, Any]], *, is_taken: bool) -> list[str]:
        """Headings of imported columns that no sheet of the file has."""
        there = {plain(heading) for sheet in sheets for heading in _headings(sheet)} if is_taken else set()
        return [heading for word, heading in self.headings.items() if self.fields[word] and word not in there]


def _headings(sheet: dict[str, Any]) -> list[str]:
    return [column["heading"] for column in sheet["columns"]]
