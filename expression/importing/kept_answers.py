"""What is kept of the answers about tables of expression values and about plates, by headings and target names."""

from typing import Any

from cases.importing.formats import Fit
from cases.importing.mappings import headings_by_word, objects, texts
from cases.importing.words import plain
from expression.importing.column_roles import FUSION, IGNORE, fusion_gene

TABLE_ANSWERS = ("patient_rule", "unit", "platform", "default_histology", "source", "specimen_kind", "site")
PLATE_ANSWERS = ("cycles", "reference_pairing", "unmatched", "patient_rule")
FUSION_GENE = "fusion_gene"


def mapping_of_table(options: dict[str, Any]) -> dict[str, Any]:
    """The role of every heading, and the answers about the whole file; the code of the dataset is each file's own."""
    return {name: options[name] for name in (*TABLE_ANSWERS, FUSION_GENE)} | {"columns": options["columns"]}


def fit_of_table(mapping: dict[str, Any], outline: dict[str, Any]) -> Fit:
    """The roles of the headings that the table has."""
    roles = texts(mapping.get("columns"))
    kept = {name: mapping[name] for name in (*TABLE_ANSWERS, FUSION_GENE) if isinstance(mapping.get(name), str)}
    headings = [column["heading"] for column in outline["columns"]]
    columns, fit = _common(roles, headings, imported={text for text in roles if roles[text] != IGNORE})
    for heading, role in columns.items():
        if role.startswith(FUSION) and role != FUSION + fusion_gene(heading):
            # The gene was named beside the columns, and is named there again.
            columns[heading], kept[FUSION_GENE] = FUSION, role.removeprefix(FUSION)
    return Fit(options={**kept, "columns": columns}, **fit)


def mapping_of_plate(options: dict[str, Any]) -> dict[str, Any]:
    """What every target is, and the answers about the run; its code and its samples are each plate's own."""
    return {name: options[name] for name in PLATE_ANSWERS} | {"targets": options["targets"]}


def fit_of_plate(mapping: dict[str, Any], outline: dict[str, Any]) -> Fit:
    """The answers about the targets that the plate has."""
    told = objects(mapping.get("targets"))
    kept = {name: mapping[name] for name in PLATE_ANSWERS if isinstance(mapping.get(name), str | int)}
    names = [target["name"] for target in outline["targets"]]
    of_names, fit = _common({name: name for name in told}, names, imported=set(told))
    answers = {name: told[kept_name] for name, kept_name in of_names.items()}
    return Fit(options={**kept, "targets": answers}, **fit)


def _common(kept: dict[str, str], headings: list[str], *, imported: set[str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What is kept, by the headings of the file; and which of them are known, unknown and missing."""
    by_word = headings_by_word(list(kept))
    there = {plain(heading) for heading in headings}
    columns = {heading: kept[by_word[plain(heading)]] for heading in headings if plain(heading) in by_word}
    return columns, {
        "known": list(columns),
        "unknown": [heading for heading in headings if heading not in columns],
        "missing": [heading for word, heading in by_word.items() if word not in there and heading in imported],
    }
