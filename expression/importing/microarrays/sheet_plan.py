"""From the workbook of a block and a person's answers to the rows an import would write."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cases.importing.formats import Findings, ImportPlan, Source
from cases.importing.people import People
from cases.importing.screening import screen_cells
from cases.models import Core, Patient, Specimen, TissueMicroarray
from cases.sentences import sentence
from expression.importing.microarrays.answers import Owner, controls_in, entries_in, meanings_in, owners_in
from expression.importing.microarrays.block_plan import BlockPlan
from expression.importing.microarrays.entries import Entries
from expression.importing.microarrays.grids import BlockWorkbook, Grid, cell_name
from expression.importing.microarrays.readings import Readings, Stain
from expression.importing.microarrays.scales import Scales
from expression.importing.microarrays.sheet_form import NEW_SCALE, OWN_SCALE
from expression.models import Antibody, IhcReading, LaboratoryScale, Scale


def plan_of(block: BlockWorkbook, source: Source, options: dict[str, Any]) -> ImportPlan:
    """The block, its cores, patients, specimens and scales that are new with it, and the readings of its sheets.

    ``options`` are those of :class:`expression.importing.microarrays.sheet_form.BlockForm`. Uses a number of queries
    that does not depend on the number of cores.
    """
    return _Planner(block, source, options).plan()


class _Planner:
    def __init__(self, block: BlockWorkbook, source: Source, options: dict[str, Any]) -> None:
        self._block, self._study, self._options = block, source.study, options
        self._plan = ImportPlan(reason=options["reason"])
        self._findings: Findings = self._plan.findings
        self._owners = owners_in(options["patients"])
        self._controls = controls_in(options["controls"])
        self._scales = Scales(study=source.study, findings=self._findings)

    def plan(self) -> ImportPlan:
        self._screen()
        people = People(
            study=self._study,
            findings=self._findings,
            patient_codes={owner.patient for owner in self._owners.values()},
            specimen_codes={self._specimen_code(case, owner) for case, owner in self._owners.items()},
        )
        planned = BlockPlan(
            study=self._study, code=self._options["microarray"], sheet=self._block.map.name, findings=self._findings
        )
        places = self._block.places(gaps_count=self._options.get("gaps") == "count")
        planned.find_or_make(places.values(), diameter=self._diameter())
        tissues = {case: self._tissue(case, people) for case in self._block.cases}
        cores = {
            cell: core
            for cell, case in self._block.map.entries.items()
            if tissues[case] is not None and (core := planned.core(places[cell], tissues[case], cell=cell)) is not None
        }
        readings = self._read(cores)
        self._note_unused_lines()
        self._plan.new = {
            Patient: people.new_patients,
            Specimen: people.new_specimens,
            TissueMicroarray: planned.new_blocks,
            Core: planned.new_cores,
            LaboratoryScale: self._scales.new,
            IhcReading: readings.new,
        }
        self._plan.matched = {
            Patient: len(people.matched_patients),
            Specimen: len(people.matched_specimens),
            TissueMicroarray: len(planned.matched_blocks),
            Core: planned.matched_cores,
            LaboratoryScale: len(self._scales.matched),
            IhcReading: readings.unchanged,
        }
        return self._plan

    def _diameter(self) -> Decimal | None:
        text = self._options["core_diameter_mm"]
        return None if text is None else Decimal(text)

    def _specimen_code(self, case: str, owner: Owner) -> str:
        """Every case of a block is a specimen of its own, named after both unless the person named it."""
        return owner.specimen or f"{self._options['microarray']}-{case}".replace(" ", "-")

    def _tissue(self, case: str, people: People) -> Specimen | str | None:
        """The specimen of a case, or the control tissue; None after an error at its first core."""
        if case in self._controls:
            return self._controls[case]
        place: dict[str, Any] = {"sheet": self._block.map.name, "column": cell_name(self._first_cell(case))}
        owner = self._owners.get(case)
        if owner is None:
            self._findings.error(
                sentence("Whose is case {case}? Write its patient, or that it is a control tissue.", case=case), **place
            )
            return None
        code = self._specimen_code(case, owner)
        return people.specimen(code, patient_code=owner.patient, kind=self._options["specimen_kind"], **place)

    def _first_cell(self, case: str) -> tuple[int, int]:
        return next(cell for cell, text in self._block.map.entries.items() if text == case)

    def _read(self, cores: dict[tuple[int, int], Core]) -> Readings:
        sheets = list(self._sheets())
        readings = Readings(
            cores=cores.values(),
            stains=[stain for _grid, stain, _entries in sheets],
            findings=self._findings,
            reason=self._options["reason"],
        )
        for grid, stain, entries in sheets:
            for cell, text in grid.entries.items():
                self._read_entry(readings, cores, stain=stain, entries=entries, grid=grid, cell=cell, text=text)
            self._note_blanks(grid)
        return readings

    def _read_entry(
        self,
        readings: Readings,
        cores: dict[tuple[int, int], Core],
        *,
        stain: Stain,
        entries: Entries,
        grid: Grid,
        cell: tuple[int, int],
        text: str,
    ) -> None:
        place: dict[str, Any] = {"sheet": grid.name, "column": cell_name(cell)}
        if cell not in self._block.map.entries:
            self._findings.error(
                sentence("“{value}” stands where the map has no core. Correct the map or this sheet.", value=text),
                **place,
            )
        elif (read := entries.read(text, **place)) is not None and cell in cores:
            readings.add(cores[cell], stain, read, **place)

    def _sheets(self) -> Iterator[tuple[Grid, Stain, Entries]]:
        """The score sheets that are imported, with what their entries mean."""
        antibodies = {antibody.code: antibody for antibody in Antibody.objects.filter(study=self._study)}
        stains: dict[tuple[str, ...], str] = {}
        for grid in self._block.scores:
            answer = self._options["sheets"].get(grid.name, {"antibody": ""})
            if not answer["antibody"]:
                continue
            antibody = antibodies.get(answer["antibody"])
            if antibody is None:
                self._findings.error(
                    sentence("The study has no antibody {code} any more.", code=answer["antibody"]), sheet=grid.name
                )
                continue
            key = (antibody.code, answer["cell_type"], answer["compartment"])
            if (first := stains.setdefault(key, grid.name)) != grid.name:
                self._findings.error(
                    sentence("This is the same stain as sheet {sheet}. Choose another antibody.", sheet=first),
                    sheet=grid.name,
                )
                continue
            entries = self._entries(grid, answer)
            if entries is not None:
                yield grid, self._stain(antibody, answer), entries

    def _stain(self, antibody: Antibody, answer: dict[str, str]) -> Stain:
        return Stain(
            antibody=antibody,
            cell_type=answer["cell_type"],
            compartment=answer["compartment"],
            reader=self._options["reader"],
            read_on=self._options["read_on"],
        )

    def _entries(self, grid: Grid, answer: dict[str, str]) -> Entries | None:
        """None after an error about the scale."""
        not_assessable = entries_in(answer["not_assessable"])
        scale: LaboratoryScale | None = None
        if answer["scale"] == NEW_SCALE:
            scale = self._scales.scale(
                answer["scale_code"],
                meanings=meanings_in(answer["meanings"]),
                not_assessable=not_assessable,
                sheet=grid.name,
            )
        elif answer["scale"].startswith(OWN_SCALE):
            scale = self._scales.existing(answer["scale"].removeprefix(OWN_SCALE))
            if scale is not None and scale.pk:
                self._scales.matched.add(scale)
        if scale is None and answer["scale"] not in Scale.values:
            return None
        return Entries(
            scale=Scale(answer["scale"]) if scale is None else scale,
            not_assessable=not_assessable,
            lost=entries_in(self._options["lost"]),
            no_tumour=entries_in(self._options["no_tumour"]),
            findings=self._findings,
        )

    def _note_blanks(self, grid: Grid) -> None:
        blank = self._block.map.entries.keys() - grid.entries.keys()
        if blank:
            first = cell_name(min(blank))
            self._findings.note(
                sentence(
                    "Cores without an entry: {number}, the first in {cell}. They get no reading.",
                    number=len(blank),
                    cell=first,
                ),
                sheet=grid.name,
            )

    def _note_unused_lines(self) -> None:
        unused = [case for case in (*self._owners, *self._controls) if case not in set(self._block.cases)]
        if unused:
            self._findings.note(
                sentence("Not on the map, and not imported: {cases}.", cases=", ".join(unused[:20])),
                sheet=self._block.map.name,
            )

    def _screen(self) -> None:
        """Codes and tissues that could be a name, a number or a date of somebody, at the first core they are about."""
        told = {case: f"{owner.patient} {owner.specimen}" for case, owner in self._owners.items()}
        texts = [(self._first_cell(case)[0], (told | self._controls).get(case, case)) for case in self._block.cases]
        screen_cells(texts, study=self._study, findings=self._findings, sheet=self._block.map.name)
