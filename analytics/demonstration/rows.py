"""Invented patients as rows of the database: a whole batch, table by table."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from django.db import models

from analytics.demonstration.assays import Assays
from analytics.demonstration.microarrays import ARRAYS, COLUMNS, CORE_DIAMETER_MM, ROWS, cores
from analytics.demonstration.plates import Plates
from analytics.demonstration.records import Record, SyntheticPatient
from analytics.demonstration.writing import write
from cases.models import (
    Administration,
    AdverseEvent,
    AdverseEventTerm,
    Core,
    Diagnosis,
    Histology,
    LaboratoryResult,
    LaboratoryTest,
    Lesion,
    MolecularAlteration,
    Patient,
    ResponseAssessment,
    Site,
    SkeletalEvent,
    Specimen,
    Study,
    TissueMicroarray,
    Topography,
    Treatment,
    TreatmentAgent,
)
from expression.models import ExpressionDataset, ExpressionValue, Marker


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What rows refer to, by the name or code the simulation uses."""

    histologies: dict[str, Histology]
    topographies: dict[str, Topography]
    agents: dict[str, TreatmentAgent]
    adverse_events: dict[str, AdverseEventTerm]
    tests: dict[str, LaboratoryTest]
    markers: dict[str, Marker]

    @classmethod
    def read(cls) -> "Terms":
        """Six queries."""
        return cls(
            histologies={one.name: one for one in Histology.objects.all()},
            topographies={one.code: one for one in Topography.objects.all()},
            agents={one.code: one for one in TreatmentAgent.objects.all()},
            adverse_events={one.code: one for one in AdverseEventTerm.objects.all()},
            tests={one.code: one for one in LaboratoryTest.objects.all()},
            markers={one.symbol: one for one in Marker.objects.all()},
        )


@dataclass(kw_only=True)
class BatchWriter:
    """Writes batches of patients into one study."""

    study: Study
    sites: dict[str, Site]
    terms: Terms
    dataset: ExpressionDataset
    plates: Plates
    assays: Assays

    def write(self, cohort: list[SyntheticPatient]) -> None:
        """Everything of these patients, parents before children."""
        terms = self.terms
        patients = write(
            Patient(study=self.study, **(_columns(one.person) | {"site": self.sites[one.person.site]}))
            for one in cohort
        )
        people = list(zip(patients, cohort, strict=True))
        write(
            _row(
                Diagnosis,
                one.diagnosis,
                patient=patient,
                histology=terms.histologies[one.diagnosis.histology],
                primary_site=terms.topographies[one.diagnosis.primary_site],
            )
            for patient, one in people
        )
        write(_row(MolecularAlteration, test, patient=patient) for patient, one in people for test in one.alterations)
        lesions = write(
            _row(Lesion, lesion, patient=patient, site=terms.topographies[lesion.site])
            for patient, one in people
            for lesion in one.lesions
        )
        by_lesion: dict[tuple[int, str], Lesion] = {(lesion.patient_id, lesion.code): lesion for lesion in lesions}
        self._treatments(people, by_lesion)
        self._outcomes(people, by_lesion)
        self._specimens(people, by_lesion)

    def write_arrays_and_blots(self, cohort: list[SyntheticPatient], random: Any) -> None:
        """The two arrays with cores of the blocks of these patients, and what was measured on them and on blots."""
        specimens = {one.code: one for one in Specimen.objects.filter(study=self.study).order_by("code")}
        arrays = write(
            TissueMicroarray(study=self.study, code=code, rows=ROWS, columns=COLUMNS, core_diameter_mm=CORE_DIAMETER_MM)
            for code in ARRAYS
        )
        punched = write(
            Core(
                study=self.study,
                microarray=array,
                row=core.row,
                column=core.column,
                specimen=specimens.get(core.specimen),
                control_tissue=core.control_tissue,
                status=core.status,
            )
            for array in arrays
            for core in cores(random, code=array.code, cohort=cohort)
        )
        self.assays.write_first(specimens=specimens, cohort=cohort, cores=punched)

    def _treatments(
        self, people: list[tuple[Patient, SyntheticPatient]], by_lesion: dict[tuple[int, str], Lesion]
    ) -> None:
        given = [(patient, treatment) for patient, one in people for treatment in one.treatments]
        rows = write(
            _row(
                Treatment,
                one,
                leave_out=("doses",),
                patient=patient,
                agent=self.terms.agents[one.agent],
                lesion=by_lesion.get((patient.pk, one.lesion)),
                loading_days=list(one.loading_days),
            )
            for patient, one in given
        )
        write(
            Administration(patient=patient, treatment=row, date=date, dose_mg=one.dose_mg)
            for row, (patient, one) in zip(rows, given, strict=True)
            for date in one.doses
        )

    def _outcomes(
        self, people: list[tuple[Patient, SyntheticPatient]], by_lesion: dict[tuple[int, str], Lesion]
    ) -> None:
        write(
            _row(ResponseAssessment, reading, patient=patient, lesion=by_lesion[patient.pk, reading.lesion])
            for patient, one in people
            for reading in one.assessments
        )
        write(
            _row(SkeletalEvent, event, patient=patient, lesion=by_lesion.get((patient.pk, event.lesion)))
            for patient, one in people
            for event in one.skeletal_events
        )
        write(
            _row(AdverseEvent, event, patient=patient, term=self.terms.adverse_events[event.term])
            for patient, one in people
            for event in one.adverse_events
        )
        write(
            _row(LaboratoryResult, result, patient=patient, test=self.terms.tests[result.test])
            for patient, one in people
            for result in one.laboratory_results
        )

    def _specimens(
        self, people: list[tuple[Patient, SyntheticPatient]], by_lesion: dict[tuple[int, str], Lesion]
    ) -> None:
        """Generation by generation, so that what something was made from is there before it."""
        waiting = [(patient, specimen) for patient, one in people for specimen in one.specimens]
        rows: dict[str, Specimen] = {"": Specimen()}
        while waiting:
            ready = [(patient, one) for patient, one in waiting if one.parent in rows]
            waiting = [(patient, one) for patient, one in waiting if one.parent not in rows]
            generation = write(
                _row(
                    Specimen,
                    one,
                    leave_out=("expression", "level"),
                    study=self.study,
                    patient=patient,
                    lesion=by_lesion.get((patient.pk, one.lesion)),
                    parent=rows[one.parent] if one.parent else None,
                )
                for patient, one in ready
            )
            rows |= {row.code: row for row in generation}
        write(self._values(people, rows))
        cohort = [one for _patient, one in people]
        self.plates.write(specimens=rows, cohort=cohort)
        self.assays.write(specimens=rows, cohort=cohort)

    def _values(
        self, people: list[tuple[Patient, SyntheticPatient]], rows: dict[str, Specimen]
    ) -> Iterator[ExpressionValue]:
        for _patient, one in people:
            for specimen in one.specimens:
                for symbol, value in specimen.expression.items():
                    yield ExpressionValue(
                        study=self.study,
                        dataset=self.dataset,
                        specimen=rows[specimen.code],
                        marker=self.terms.markers[symbol],
                        value=value,
                    )


def _columns(record: Record, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record) if field.name not in leave_out}


def _row(model: type[models.Model], record: Record, leave_out: tuple[str, ...] = (), **references: Any) -> Any:
    return model(**(_columns(record, leave_out) | references))
