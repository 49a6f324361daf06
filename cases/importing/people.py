"""Patients and specimens that a file speaks of: those of the study, and those an import adds."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from cases.importing.codes import LONGEST_CODE
from cases.importing.formats import Findings
from cases.models import ConsentStatus, Patient, Site, Specimen, SpecimenKind, Study
from cases.models.study import code_validator
from cases.sentences import sentence


class People:
    """Finds patients and specimens by code, and makes the unsaved ones that are missing. Two queries.

    ``new_patients`` and ``new_specimens`` go into :attr:`ImportPlan.new` in this order; ``matched_patients`` and
    ``matched_specimens`` are rows of the study that the file speaks of. What cannot be is an error in ``findings``.
    """

    def __init__(
        self,
        *,
        study: Study,
        findings: Findings,
        patient_codes: Iterable[str],
        specimen_codes: Iterable[str],
        site: Site | None = None,
    ) -> None:
        self._study, self._findings, self._site = study, findings, site
        self.new_patients: list[Patient] = []
        self.new_specimens: list[Specimen] = []
        self.matched_patients: set[Patient] = set()
        self.matched_specimens: set[Specimen] = set()
        self._specimens = {
            specimen.code: specimen
            for specimen in Specimen.objects.filter(study=study, code__in=set(specimen_codes)).select_related("patient")
        }
        self._patients = {
            patient.code: patient for patient in Patient.objects.filter(study=study, code__in=set(patient_codes))
        }

    def existing_specimen(self, code: str) -> Specimen | None:
        """The study's specimen of that code, its patient loaded."""
        specimen = self._specimens.get(code)
        return specimen if specimen and specimen.pk else None

    def patient(self, code: str, **place: Any) -> Patient | None:
        """The patient of that code, found or made; None after an error at ``place`` (sheet, row, column)."""
        patient = self._patients.get(code)
        if patient is None:
            if not self._is_code(code, **place):
                return None
            patient = Patient(study=self._study, code=code, site=self._site)
            self._patients[code] = patient
            self.new_patients.append(patient)
        return patient if self._may_be_used(patient, **place) else None

    def specimen(
        self, code: str, *, patient_code: str, kind: str = SpecimenKind.NOT_STATED, **place: Any
    ) -> Specimen | None:
        """The specimen of that code, found or made together with its patient; None after an error at ``place``."""
        specimen = self._specimens.get(code)
        if specimen is None:
            patient = self.patient(patient_code, **place)
            if patient is None or not self._is_code(code, **place):
                return None
            specimen = Specimen(study=self._study, patient=patient, code=code, kind=kind)
            self._specimens[code] = specimen
            self.new_specimens.append(specimen)
            return specimen
        if specimen.patient.code != patient_code:
            self._findings.error(
                sentence(
                    "Specimen {specimen} belongs to patient {patient} and not to {other}.",
                    specimen=code,
                    patient=specimen.patient.code,
                    other=patient_code,
                ),
                **place,
            )
            return None
        if not self._may_be_used(specimen.patient, **place):
            return None
        if specimen.pk:
            self.matched_specimens.add(specimen)
        return specimen

    def _may_be_used(self, patient: Patient, **place: Any) -> bool:
        if patient.consent_status == ConsentStatus.WITHDRAWN:
            self._findings.error(
                sentence("Patient {patient} withdrew consent. Take the row out of the file.", patient=patient.code),
                **place,
            )
            return False
        if patient.pk:
            self.matched_patients.add(patient)
        return True

    def _is_code(self, code: str, **place: Any) -> bool:
        try:
            code_validator(code)
        except ValidationError:
            self._findings.error(
                sentence(
                    "“{code}” cannot be a code. Use letters, digits, point, hyphen and underscore, and begin with a "
                    "letter or a digit.",
                    code=code,
                ),
                **place,
            )
            return False
        if len(code) > LONGEST_CODE:
            self._findings.error(
                sentence("“{code}” is longer than {limit} characters.", code=code, limit=LONGEST_CODE), **place
            )
            return False
        return True
