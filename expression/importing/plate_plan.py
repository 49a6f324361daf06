"""From a plate and a person's answers to the rows an import would write, with everything that stands against it."""

from typing import Any

from cases.importing.codes import as_code
from cases.importing.formats import ImportPlan, Source
from cases.importing.people import People
from cases.importing.screening import screen_cells
from cases.models import Patient, Specimen
from cases.sentences import sentence
from expression.importing.plate import Plate, PlateWell
from expression.importing.plate_notes import note_doubts
from expression.importing.plate_outline import PatientRule, SampleAction, efficiency_in
from expression.models import (
    EfficiencySource,
    Marker,
    QpcrPrintedResult,
    QpcrRun,
    QpcrSample,
    QpcrTarget,
    QpcrWell,
)
from expression.scoring import PERFECT_EFFICIENCY


def plan_of(plate: Plate, source: Source, options: dict[str, Any]) -> ImportPlan:
    """The run with its targets, samples and wells, and the patients and specimens that are new with it.

    ``options`` are those of :class:`expression.importing.plate_form.PlateForm`. Uses five queries, however large
    the plate.
    """
    return _Planner(plate, source, options).plan()


class _Planner:
    def __init__(self, plate: Plate, source: Source, options: dict[str, Any]) -> None:
        self._plate, self._study, self._options = plate, source.study, options
        self._plan = ImportPlan()
        self._findings = self._plan.findings
        self._run = self._make_run(source)
        self._first_rows = {well.sample: well.row for well in reversed(plate.wells)}
        choices = options["samples"].values()
        rule = PatientRule(options["patient_rule"])
        self._people = People(
            study=source.study,
            findings=self._findings,
            patient_codes={choice["patient"] for choice in choices} | set(map(rule.patient_of, plate.unknown_samples)),
            specimen_codes={choice["specimen"] for choice in choices} | set(map(as_code, plate.unknown_samples)),
        )

    def plan(self) -> ImportPlan:
        for problem in self._plate.problems:
            self._findings.error(problem.sentence, sheet=problem.sheet, row=problem.row, column=problem.column)
        screen_cells(
            [(row, name) for name, row in self._first_rows.items()],
            study=self._study,
            findings=self._findings,
            sheet=self._plate.sheet,
            column=self._plate.headings.sample,
        )
        self._check_code()
        targets = self._targets()
        samples = {name: self._sample(name) for name in self._plate.samples}
        wells = self._wells(targets, samples)
        note_doubts(
            plate=self._plate,
            targets=targets.values(),
            samples=samples.values(),
            findings=self._findings,
            place_of=self._sample_place,
        )
        self._plan.new = {
            Patient: self._people.new_patients,
            Specimen: self._people.new_specimens,
            QpcrRun: [self._run],
            QpcrTarget: list(targets.values()),
            QpcrSample: list(samples.values()),
            QpcrWell: wells,
        }
        if self._plate.printed:
            self._plan.new[QpcrPrintedResult] = self._printed(targets, samples)
        self._plan.matched = {
            Patient: len(self._people.matched_patients),
            Specimen: len(self._people.matched_specimens),
        }
        return self._plan

    def _make_run(self, source: Source) -> QpcrRun:
        return QpcrRun(
            study=source.study,
            code=self._options["code"],
            instrument=_cut(self._plate.instrument, QpcrRun, "instrument"),
            chemistry=_cut(self._plate.chemistry, QpcrRun, "chemistry"),
            experiment_type=_cut(self._plate.experiment_type, QpcrRun, "experiment_type"),
            cq_method=_cut(self._plate.headings.cq, QpcrRun, "cq_method"),
            cycles=self._options["cycles"],
            run_at=_cut(self._plate.run_at, QpcrRun, "run_at"),
            file_name=_cut(source.file_name, QpcrRun, "file_name"),
            import_job=source.job,
            reference_pairing=self._options["reference_pairing"],
            miqe=dict(self._plate.items),
        )

    def _check_code(self) -> None:
        if QpcrRun.objects.filter(study=self._study, code=self._run.code).exists():
            self._findings.error(
                sentence(
                    "The study has a run {code} already. Choose another code, or cancel if it is the same run.",
                    code=self._run.code,
                )
            )

    def _targets(self) -> dict[str, QpcrTarget]:
        markers = {marker.symbol: marker for marker in Marker.objects.all()}
        targets = {}
        for name in self._plate.targets:
            choice = self._options["targets"][name]
            targets[name] = QpcrTarget(
                run=self._run,
                name=name,
                marker=markers.get(choice["marker"]),
                role=choice["role"],
                efficiency=choice["efficiency"],
                efficiency_source=self._efficiency_source(name, choice["efficiency"]),
            )
        return targets

    def _efficiency_source(self, target: str, efficiency: float) -> EfficiencySource:
        if efficiency == efficiency_in(self._plate, target):
            return EfficiencySource.FILE
        return EfficiencySource.ASSUMED if efficiency == PERFECT_EFFICIENCY else EfficiencySource.ENTERED

    def _sample(self, name: str) -> QpcrSample:
        return QpcrSample(
            run=self._run,
            study=self._study,
            name=name,
            specimen=self._specimen(name),
            is_calibrator=name == self._options["calibrator"],
        )

    def _specimen(self, name: str) -> Specimen | None:
        choice = self._options["samples"].get(name)
        if choice is None:
            # Standards and controls are nobody's.
            return None
        code = choice["specimen"] or as_code(name)
        existing = self._people.existing_specimen(code)
        action = choice["action"] or (SampleAction.MATCH if existing else self._options["unmatched"])
        if action == SampleAction.SKIP:
            return None
        if action == SampleAction.MATCH:
            return self._matched(name, code, existing, typed_patient=choice["patient"])
        return self._created(name, code, existing, typed_patient=choice["patient"])

    def _matched(self, name: str, code: str, existing: Specimen | None, *, typed_patient: str) -> Specimen | None:
        if existing is None:
            self._sample_error(
                name,
                sentence(
                    "Sample {sample}: the study has no specimen {specimen}. Correct the code, or make it new.",
                    sample=name,
                    specimen=code,
                ),
            )
            return None
        return self._people.specimen(
            code, patient_code=typed_patient or existing.patient.code, **self._sample_place(name)
        )

    def _created(self, name: str, code: str, existing: Specimen | None, *, typed_patient: str) -> Specimen | None:
        patient = typed_patient or PatientRule(self._options["patient_rule"]).patient_of(name)
        if existing is not None:
            self._sample_error(
                name,
                sentence(
                    "Sample {sample}: the study has a specimen {specimen} already. Choose “Existing specimen”, or "
                    "another code.",
                    sample=name,
                    specimen=code,
                ),
            )
            return None
        if not patient:
            self._sample_error(
                name,
                sentence(
                    "Sample {sample}: say whose the new specimen {specimen} is, or that it is not a study sample.",
                    sample=name,
                    specimen=code,
                ),
            )
            return None
        return self._people.specimen(code, patient_code=patient, **self._sample_place(name))

    def _sample_error(self, name: str, text: dict[str, Any]) -> None:
        self._findings.error(text, **self._sample_place(name))

    def _sample_place(self, name: str) -> dict[str, Any]:
        return {"sheet": self._plate.sheet, "row": self._first_rows[name], "column": self._plate.headings.sample}

    def _wells(self, targets: dict[str, QpcrTarget], samples: dict[str, QpcrSample]) -> list[QpcrWell]:
        self._check_wells()
        return [
            QpcrWell(
                run=self._run,
                position=well.position,
                target=targets[well.target],
                sample=samples.get(well.sample),
                task=well.task,
                reading=well.reading,
                cq=well.cq,
                omitted=well.omitted,
                quantity=well.quantity,
                reporter=_cut(well.reporter, QpcrWell, "reporter"),
            )
            for well in self._plate.wells
        ]

    def _printed(self, targets: dict[str, QpcrTarget], samples: dict[str, QpcrSample]) -> list[QpcrPrintedResult]:
        return [
            QpcrPrintedResult(
                run=self._run,
                sample=samples[printed.sample],
                target=targets[printed.target],
                corrected_cq=printed.corrected_cq,
                delta_cq=printed.delta_cq,
                relative_quantity=printed.relative_quantity,
            )
            for printed in self._plate.printed
            if printed.sample in samples and printed.target in targets
        ]

    def _check_wells(self) -> None:
        first: dict[tuple[str, str], PlateWell] = {}
        sample_at: dict[str, str] = {}
        for well in self._plate.wells:
            self._check_names(well)
            self._check_cycles(well)
            self._check_only_target(well, earlier=first.setdefault((well.position, well.target), well))
            self._check_only_sample(well, other=sample_at.setdefault(well.position, well.sample))

    def _check_only_target(self, well: PlateWell, *, earlier: PlateWell) -> None:
        if earlier.row != well.row:
            repeated = sentence(
                "Well {well} has target {target} in row {row} already.",
                well=well.position,
                target=well.target,
                row=earlier.row,
            )
            self._well_error(well, self._plate.headings.position, repeated)

    def _check_only_sample(self, well: PlateWell, *, other: str) -> None:
        if other != well.sample:
            contradiction = sentence(
                "Well {well} holds two samples, “{first}” and “{second}”.",
                well=well.position,
                first=other,
                second=well.sample,
            )
            self._well_error(well, self._plate.headings.sample, contradiction)

    def _check_cycles(self, well: PlateWell) -> None:
        if well.cq is not None and well.cq > self._run.cycles:
            self._well_error(
                well,
                self._plate.headings.cq,
                sentence(
                    "A Cq of {cq} is above the {cycles} cycles of the run. Correct the number of cycles.",
                    cq=well.cq,
                    cycles=self._run.cycles,
                ),
            )

    def _check_names(self, well: PlateWell) -> None:
        for name, column, limit in (
            (well.sample, self._plate.headings.sample, _longest(QpcrSample, "name")),
            (well.target, self._plate.headings.target, _longest(QpcrTarget, "name")),
        ):
            if len(name) > limit:
                self._well_error(
                    well, column, sentence("“{name}” is longer than {limit} characters.", name=name, limit=limit)
                )

    def _well_error(self, well: PlateWell, column: str, text: dict[str, Any]) -> None:
        self._findings.error(text, sheet=self._plate.sheet, row=well.row, column=column)


def _longest(model: type[Any], field: str) -> int:
    return int(model._meta.get_field(field).max_length)


def _cut(text: str, model: type[Any], field: str) -> str:
    return text[: _longest(model, field)]
