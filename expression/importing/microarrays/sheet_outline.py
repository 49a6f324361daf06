"""What there is to ask a person about the workbook of a block, with the answers the portal would guess."""

from collections.abc import Iterable
from typing import Any

from cases.importing.codes import as_code
from cases.importing.formats import Source
from cases.importing.words import plain
from cases.models import Core, Patient, Study
from cases.sentences import sentence
from expression.importing.microarrays.grids import CASE, BlockWorkbook, Grid
from expression.importing.microarrays.sheet_form import NEW_SCALE, OWN_SCALE
from expression.marker_words import gene_word, markers_by_word
from expression.models import Antibody, LaboratoryScale, Marker

USUALLY_NOT_ASSESSABLE = frozenset({"9", "99", "x", "na", "n/a", "nd", "ne", "unk", "unknown", "?", "判定不能"})
"""Entries that mean in most laboratories that a core has no score. What they mean here the person says."""

ROWS_SHOWN = 12


def outline_of(block: BlockWorkbook, source: Source) -> dict[str, Any]:
    """What :class:`expression.importing.microarrays.sheet_form.BlockForm` asks about, as JSON."""
    code = as_code(source.file_name.rpartition(".")[0])
    controls = [case for case in block.cases if not CASE.fullmatch(case)]
    cases = [case for case in block.cases if case not in controls]
    return {
        "microarray": code,
        "has_gaps": block.has_gaps,
        "cores": len(block.map.entries),
        "patients": "\n".join(_owner_lines(cases, block, code=code, study=source.study)),
        "controls": "\n".join(controls),
        "cases": len(cases),
        "sheets": list(_sheets(block, source.study)),
        "warnings": [
            sentence("{sheet}: this sheet is not in the grid of the map and is left out.", sheet=name)
            for name in block.left_out
        ],
        **_first_rows(block.map),
    }


def _owner_lines(cases: Iterable[str], block: BlockWorkbook, *, code: str, study: Study) -> Iterable[str]:
    """Whose the cases are, as far as the study has this block already, or patients with just these codes."""
    cases = list(cases)
    places = block.places(gaps_count=False)
    at = {places[cell]: case for cell, case in block.map.entries.items()}
    cores = Core.objects.filter(study=study, microarray__code=code, specimen__isnull=False)
    known = {
        at[core.row, core.column]: f"{core.specimen.patient.code}, {core.specimen.code}"
        for core in cores.select_related("specimen__patient")
        if core.specimen and (core.row, core.column) in at
    }
    same = set(Patient.objects.filter(study=study, code__in=cases).values_list("code", flat=True))
    for case in cases:
        yield f"{case}, {known.get(case) or (case if case in same else '')}"


def _sheets(block: BlockWorkbook, study: Study) -> Iterable[dict[str, Any]]:
    markers = markers_by_word(Marker.objects.all())
    antibodies = list(Antibody.objects.filter(study=study).select_related("marker"))
    scales = {scale.code: scale for scale in LaboratoryScale.objects.filter(study=study)}
    for grid in block.scores:
        marker = markers.get(gene_word(grid.name))
        stains = [antibody.code for antibody in antibodies if antibody.marker == marker]
        own = scales.get(as_code(grid.name))
        yield {
            "name": grid.name,
            "entries": sorted(grid.counts.items(), key=_in_order),
            "antibody": stains[0] if len(stains) == 1 else "",
            "scale_code": as_code(grid.name),
            **_meanings(grid, block, own),
        }


def _meanings(grid: Grid, block: BlockWorkbook, own: LaboratoryScale | None) -> dict[str, Any]:
    """From a sheet of translations, else from the study's scale of the same name."""
    translation = block.translations.get(plain(grid.name))
    meanings = translation.meanings if translation else own.meanings if own else {}
    known = translation.not_assessable if translation else own.not_assessable if own else USUALLY_NOT_ASSESSABLE
    words = set(map(plain, known))
    return {
        "scale": _scale(meanings, own),
        "meanings": "\n".join(f"{step} = {meaning}" for step, meaning in meanings.items()),
        "not_assessable": ", ".join(entry for entry, _number in sorted(grid.counts.items()) if plain(entry) in words),
    }


def _scale(meanings: dict[str, str], own: LaboratoryScale | None) -> str:
    """The study's scale of this name where it says the same, a new one where it has none."""
    if own is None:
        return NEW_SCALE if meanings else ""
    return f"{OWN_SCALE}{own.code}" if own.meanings == meanings else ""


def _first_rows(grid: Grid) -> dict[str, Any]:
    """The map as it stands in the file."""
    rows = sorted({row for row, _column in grid.entries})
    columns = sorted({column for _row, column in grid.entries})
    shown = [[grid.entries.get((row, column), "") for column in columns] for row in rows[:ROWS_SHOWN]]
    return {"map": shown}


def _in_order(count: tuple[str, int]) -> tuple[int, int, str]:
    text = count[0]
    return (0, int(text), text) if text.isdecimal() else (1, 0, text)
