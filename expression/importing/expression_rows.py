"""Checks the rows of a table of cases against the study and makes what an import would write."""

from collections import Counter, defaultdict
from typing import Any

from cases.importing import cells
from cases.importing.case_facts import CaseFacts
from cases.importing.cells import UnreadableCell
from cases.importing.formats import Findings, ImportPlan
from cases.importing.people import People
from cases.importing.screening import screen_cells
from cases.importing.tables import Row, Table
from cases.importing.words import is_known, terms_by_word
from cases.jobs import Progress, Refusal
from cases.models import Diagnosis, Histology, MolecularAlteration, Patient, Site, Specimen, Study
from cases.sentences import sentence
from expression.importing.column_roles import (
    BIRTH_YEAR,
    FUSION,
    HISTOLOGY,
    IGNORE,
    MARKER,
    PATIENT,
    SAMPLE,
    SEX,
    UNKNOWN,
)
from expression.importing.expression_form import PatientRule
from expression.importing.expression_values import read_value
from expression.models import ExpressionDataset, ExpressionValue, Marker, ProfileUnit

PROGRESS_EVERY_ROWS = 500
SEVERAL_SAMPLES_NAMED = 20


class ExpressionRows:
    """One pass over the table. ``options`` are those of :class:`ExpressionTableForm`."""

    def __init__(self, *, study: Study, table: Table, options: dict[str, Any]) -> None:
        self.study, self.table, self.options = study, table, options
        self.findings = Findings()
        self.facts = CaseFacts(findings=self.findings)
        self.rule = PatientRule(options["patient_rule"])
        self.unit = ProfileUnit(options["unit"])
        self.roles: dict[str, str] = options["columns"]
        self.heading_of = {role: heading for heading, role in self.roles.items() if role not in (IGNORE, UNKNOWN)}
        self.position_of = {
            role: table.header.index(name) for role, name in self.heading_of.items() if name in table.header
        }
        self.marker_roles = [role for role in self.heading_of if role.startswith(MARKER)]
        self.fact_roles = [role for role in self.heading_of if role not in (SAMPLE, PATIENT, *self.marker_roles)]
        self.markers = {marker.symbol: marker for marker in Marker.objects.all()}
        self.histologies = list(Histology.objects.all())
        self.histology_of_word = terms_by_word(self.histologies)
        self.values: list[tuple[ExpressionValue, dict[str, Any]]] = []
        self.patients: dict[str, Patient] = {}
        self.samples_of: defaultdict[str, list[str]] = defaultdict(list)
        self.row_of_sample: dict[str, int] = {}
        self.blank: Counter[str] = Counter()

    def plan(self, progress: Progress) -> ImportPlan:
        """Everything that would be written, or at least what is wrong."""
        self._screen()
        self._check_columns()
        if self.findings.has_errors:
            return ImportPlan(findings=self.findings)
        dataset = self._dataset()
        people = self._people()
        for done, row in enumerate(self.table.rows, start=1):
            self._read(row, people=people, dataset=dataset)
            if done % PROGRESS_EVERY_ROWS == 0:
                progress(done=done, total=len(self.table.rows))
        default_histology = self._default_histology()
        self.facts.compare(self.patients.values(), default_histology=default_histology)
        self._check_existing_values(dataset, people.matched_specimens)
        self._note(default_histology)
        return ImportPlan(
            findings=self.findings,
            new={
                Patient: people.new_patients,
                Specimen: people.new_specimens,
                Diagnosis: self.facts.new_diagnoses,
                MolecularAlteration: self.facts.new_alterations,
                ExpressionDataset: [] if dataset.pk else [dataset],
                ExpressionValue: [value for value, _place in self.values],
            },
            matched={
                Patient: len(people.matched_patients),
                Specimen: len(people.matched_specimens),
                Diagnosis: self.facts.matched_diagnoses,
                MolecularAlteration: self.facts.matched_alterations,
                ExpressionDataset: 1 if dataset.pk else 0,
            },
        )

    def _screen(self) -> None:
        """All columns but the measurements: what is not imported stays in the stored file."""
        for heading in self.table.header:
            if not self.roles.get(heading, UNKNOWN).startswith(MARKER):
                screen_cells(
                    self.table.column(heading),
                    study=self.study,
                    findings=self.findings,
                    sheet=self.table.sheet,
                    column=heading,
                )

    def _check_columns(self) -> None:
        for heading in self.table.header:
            if self.roles.get(heading, UNKNOWN) == UNKNOWN:
                self.findings.error(
                    sentence("Column “{column}” is unknown: choose what it is, or “Do not import”.", column=heading),
                    column=heading,
                )
        for heading in self.roles.keys() - set(self.table.header):
            self.findings.error(sentence("Column “{column}” is missing.", column=heading), column=heading)
        if not self.marker_roles:
            self.findings.error(sentence("There is no column with the expression of a study marker."))
        needed = [SAMPLE, PATIENT] if self.rule is PatientRule.COLUMN else [SAMPLE]
        if any(role not in self.heading_of for role in needed):
            self.findings.error(sentence("A column with the code of the sample or the patient is missing."))

    def _dataset(self) -> ExpressionDataset:
        code, platform = self.options["dataset"], self.options["platform"]
        dataset = ExpressionDataset.objects.filter(study=self.study, code=code).first()
        if dataset is None:
            return ExpressionDataset(
                study=self.study, code=code, unit=self.unit, platform=platform, source=self.options["source"]
            )
        if (dataset.unit, dataset.platform) != (self.unit, platform):
            self.findings.error(
                sentence(
                    "Dataset {code} holds {unit} from “{platform}”. Choose another code, since units and platforms are "
                    "not mixed.",
                    code=code,
                    unit=str(ProfileUnit(dataset.unit).label),
                    platform=dataset.platform,
                )
            )
        return dataset

    def _people(self) -> People:
        codes = [(self._cell(row, SAMPLE), self._cell(row, PATIENT)) for row in self.table.rows]
        code = self.options["site"]
        site = Site.objects.filter(study=self.study, code=code).first() if code else None
        if code and site is None:
            raise Refusal("Site {code} is no longer in the study. Choose another one.", code=code)
        return People(
            study=self.study,
            findings=self.findings,
            patient_codes={self.rule.patient_code(sample=sample, given=given) for sample, given in codes},
            specimen_codes={sample for sample, _given in codes},
            site=site,
        )

    def _default_histology(self) -> Histology | None:
        name = self.options["default_histology"]
        found = next((histology for histology in self.histologies if histology.name == name), None)
        if name and found is None:
            raise Refusal("{name} is no longer among the histologies. Choose another one.", name=name)
        return found

    def _read(self, row: Row, *, people: People, dataset: ExpressionDataset) -> None:
        sample = self._cell(row, SAMPLE)
        patient_code = self.rule.patient_code(sample=sample, given=self._cell(row, PATIENT))
        measured = self._measured(row)
        if not self._is_first(sample, row) or not self._has_patient(patient_code, row):
            return
        specimen = people.specimen(
            sample, patient_code=patient_code, kind=self.options["specimen_kind"], **self._place(row, SAMPLE)
        )
        if specimen is None:
            return
        self.patients[patient_code] = specimen.patient
        self.samples_of[patient_code].append(sample)
        self._state_facts(specimen.patient, row)
        for marker, value in measured:
            made = ExpressionValue(study=self.study, dataset=dataset, specimen=specimen, marker=marker, value=value)
            self.values.append((made, self._place(row, MARKER + marker.symbol)))

    def _is_first(self, sample: str, row: Row) -> bool:
        if not is_known(sample):
            self.findings.error(sentence("The sample code is missing."), **self._place(row, SAMPLE))
            return False
        first = self.row_of_sample.setdefault(sample, row.number)
        if first != row.number:
            self.findings.error(
                sentence(
                    "Sample {sample} is in row {first} already. Keep one row per sample.", sample=sample, first=first
                ),
                **self._place(row, SAMPLE),
            )
        return first == row.number

    def _has_patient(self, patient_code: str, row: Row) -> bool:
        if is_known(patient_code):
            return True
        self.findings.error(sentence("The patient code is missing."), **self._place(row, PATIENT))
        return False

    def _measured(self, row: Row) -> list[tuple[Marker, float]]:
        """The values of the row; what is no value is a finding."""
        measured = []
        for role in self.marker_roles:
            try:
                value = read_value(self._cell(row, role), unit=self.unit)
            except UnreadableCell as unreadable:
                self.findings.error(unreadable.sentence, **self._place(row, role))
                continue
            if value is None:
                self.blank[role] += 1
            else:
                measured.append((self.markers[role.removeprefix(MARKER)], value))
        return measured

    def _state_facts(self, patient: Patient, row: Row) -> None:
        for role in self.fact_roles:
            text, place = self._cell(row, role), self._place(row, role)
            try:
                known = self._state_fact(patient, role, text, place)
            except UnreadableCell as unreadable:
                self.findings.error(unreadable.sentence, **place)
                continue
            if not known:
                self.blank[role] += 1

    def _state_fact(self, patient: Patient, role: str, text: str, place: dict[str, Any]) -> bool:
        """Whether the cell said anything."""
        if role == SEX and (sex := cells.read_sex(text)) is not None:
            self.facts.state_sex(patient, sex, **place)
        elif role == BIRTH_YEAR and (year := cells.read_birth_year(text)) is not None:
            self.facts.state_birth_year(patient, year, **place)
        elif role == HISTOLOGY and (histology := cells.read_histology(text, self.histology_of_word)) is not None:
            self.facts.state_histology(patient, histology, **place)
        elif role.startswith(FUSION) and (partner := cells.read_fusion_partner(text)) is not None:
            self.facts.state_fusion(patient, gene=role.removeprefix(FUSION), partner=partner, **place)
        else:
            return False
        return True

    def _check_existing_values(self, dataset: ExpressionDataset, specimens: set[Specimen]) -> None:
        if not dataset.pk or not specimens:
            return
        existing = set(
            ExpressionValue.objects.filter(dataset=dataset, specimen__in=specimens).values_list("specimen", "marker")
        )
        for value, place in self.values:
            if (value.specimen.pk, value.marker.pk) in existing:
                self.findings.error(
                    sentence(
                        "Dataset {dataset} already has a value of {marker} for specimen {specimen}.",
                        dataset=dataset.code,
                        marker=value.marker.symbol,
                        specimen=value.specimen.code,
                    ),
                    **place,
                )

    def _note(self, default_histology: Histology | None) -> None:
        """What a person should know before confirming, one sentence for each kind."""
        for role, number in self.blank.items():
            self.findings.note(_blank_sentence(role, number), sheet=self.table.sheet, column=self.heading_of[role])
        if default_histology and self.facts.default_diagnoses:
            self.findings.note(
                sentence(
                    "Patients who get the histology {histology}, since the file has none for them: {number}.",
                    histology=default_histology.name,
                    number=self.facts.default_diagnoses,
                )
            )
        several = {patient: samples for patient, samples in self.samples_of.items() if len(samples) > 1}
        for patient, samples in list(several.items())[:SEVERAL_SAMPLES_NAMED]:
            self.findings.note(
                sentence(
                    "Patient {patient} has {number} samples: {samples}. Comparisons count patients.",
                    patient=patient,
                    number=len(samples),
                    samples=", ".join(samples),
                )
            )
        if len(several) > SEVERAL_SAMPLES_NAMED:
            self.findings.note(sentence("Patients with more than one sample: {number}.", number=len(several)))
        if left_out := [heading for heading in self.table.header if self.roles[heading] == IGNORE]:
            self.findings.note(sentence("Not imported: {columns}.", columns=", ".join(left_out)))

    def _cell(self, row: Row, role: str) -> str:
        """The text of the column with the role; blank where there is none."""
        position = self.position_of.get(role)
        return "" if position is None else row.cells[position]

    def _place(self, row: Row, role: str) -> dict[str, Any]:
        heading = self.heading_of.get(role, self.heading_of[SAMPLE])
        return {"sheet": self.table.sheet, "row": row.number, "column": heading}


def _blank_sentence(role: str, number: int) -> dict[str, Any]:
    if role.startswith(MARKER):
        return sentence("Blank values: {number}. They count as not measured.", number=number)
    if role.startswith(FUSION):
        return sentence(
            "Samples without a known fusion partner of {gene}: {number}. That is not “negative”; nothing is recorded.",
            gene=role.removeprefix(FUSION),
            number=number,
        )
    return sentence("Blank cells: {number}. They count as not known.", number=number)
