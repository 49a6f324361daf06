"""What a table says about patients: sex, birth year, histology, fusions. One value per patient, whatever the rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cases.importing.formats import Findings
from cases.models import AlterationKind, Detection, Diagnosis, Histology, MolecularAlteration, Patient, Sex
from cases.sentences import sentence

SEX, BIRTH_YEAR, HISTOLOGY, FUSION = "sex", "birth year", "histology", "fusion"
NEGATIVE_WORD = "negative"

UNKNOWN_IN_STUDY = {SEX: Sex.UNKNOWN, BIRTH_YEAR: None}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A value of a patient, and where the file says so (sheet, row, column)."""

    patient: Patient
    name: str
    value: Any
    place: dict[str, Any]
    gene: str = ""


class CaseFacts:
    """Collects facts per patient, then compares them with the study in two queries.

    Two rows of one patient, or a row and the study, may not contradict each other: an error in ``findings``. What is
    not known is not stated and contradicts nothing. Rows of the study stay as they are.
    """

    def __init__(self, *, findings: Findings) -> None:
        self._findings = findings
        self._facts: dict[tuple[str, str, str], Fact] = {}
        self.new_diagnoses: list[Diagnosis] = []
        self.new_alterations: list[MolecularAlteration] = []
        self.default_diagnoses = 0
        self.matched_diagnoses = 0
        self.matched_alterations = 0

    def state_sex(self, patient: Patient, value: Sex, **place: Any) -> None:
        self._state(Fact(patient=patient, name=SEX, value=value, place=place))

    def state_birth_year(self, patient: Patient, value: int, **place: Any) -> None:
        self._state(Fact(patient=patient, name=BIRTH_YEAR, value=value, place=place))

    def state_histology(self, patient: Patient, value: Histology, **place: Any) -> None:
        self._state(Fact(patient=patient, name=HISTOLOGY, value=value, place=place))

    def state_fusion(self, patient: Patient, *, gene: str, partner: str, **place: Any) -> None:
        """A detected fusion of the gene; a blank ``partner`` means tested and negative."""
        self._state(Fact(patient=patient, name=FUSION, value=partner, gene=gene, place=place))

    def compare(self, patients: Iterable[Patient], *, default_histology: Histology | None) -> None:
        """Fill the new rows. ``default_histology`` is for patients without any in the file or the study."""
        patients = list(patients)
        self._compare_attributes()
        self._compare_histologies(patients, default_histology=default_histology)
        self._compare_fusions(patients)

    def _state(self, fact: Fact) -> None:
        earlier = self._facts.setdefault((fact.patient.code, fact.name, fact.gene), fact)
        if earlier.value != fact.value:
            self._findings.error(
                sentence(
                    "Patient {patient}: “{value}” here and “{earlier}” in row {row}. Samples of one patient cannot "
                    "differ in this.",
                    patient=fact.patient.code,
                    value=_word(fact),
                    earlier=_word(earlier),
                    row=earlier.place["row"],
                ),
                **fact.place,
            )

    def _stated(self, name: str) -> Iterator[Fact]:
        return (fact for fact in self._facts.values() if fact.name == name)

    def _compare_attributes(self) -> None:
        for name, attribute in ((SEX, "sex"), (BIRTH_YEAR, "birth_year")):
            for fact in self._stated(name):
                if not fact.patient.pk:
                    setattr(fact.patient, attribute, fact.value)
                    continue
                known = getattr(fact.patient, attribute)
                if known == UNKNOWN_IN_STUDY[name]:
                    self._findings.note(
                        sentence(
                            "Patient {patient} has no such entry in the study and stays so; the file says “{value}”.",
                            patient=fact.patient.code,
                            value=str(fact.value),
                        ),
                        **fact.place,
                    )
                elif known != fact.value:
                    self._contradiction(fact, study=str(known))

    def _compare_histologies(self, patients: list[Patient], *, default_histology: Histology | None) -> None:
        known = {
            diagnosis.patient_id: diagnosis
            for diagnosis in Diagnosis.objects.filter(
                patient__in=[patient.pk for patient in patients if patient.pk], is_index=True
            ).select_related("histology")
        }
        stated = {fact.patient.code: fact for fact in self._stated(HISTOLOGY)}
        for patient in patients:
            fact = stated.get(patient.code)
            diagnosis = known.get(patient.pk) if patient.pk else None
            histology = fact.value if fact else default_histology
            if diagnosis is None and histology is not None:
                self.default_diagnoses += fact is None
                self.new_diagnoses.append(
                    Diagnosis(patient=patient, histology=histology, category=histology.usual_category)
                )
            elif diagnosis is not None:
                self.matched_diagnoses += 1
                if fact is not None and diagnosis.histology_id != fact.value.pk:
                    self._contradiction(fact, study=diagnosis.histology.name)

    def _compare_fusions(self, patients: list[Patient]) -> None:
        facts = list(self._stated(FUSION))
        known: dict[tuple[int, str], set[str]] = {}
        for alteration in MolecularAlteration.objects.filter(
            patient__in=[patient.pk for patient in patients if patient.pk],
            gene__in={fact.gene for fact in facts},
            kind=AlterationKind.FUSION,
        ).exclude(result=Detection.NOT_EVALUABLE):
            word = alteration.partner if alteration.result == Detection.DETECTED else NEGATIVE_WORD
            known.setdefault((alteration.patient_id, alteration.gene), set()).add(word)
        for fact in facts:
            words = known.get((fact.patient.pk or 0, fact.gene))
            if words is None:
                self.new_alterations.append(
                    MolecularAlteration(
                        patient=fact.patient,
                        gene=fact.gene,
                        kind=AlterationKind.FUSION,
                        result=Detection.DETECTED if fact.value else Detection.NOT_DETECTED,
                        partner=fact.value,
                    )
                )
            elif words == {_word(fact)}:
                self.matched_alterations += 1
            else:
                self._contradiction(fact, study=", ".join(sorted(words)))

    def _contradiction(self, fact: Fact, *, study: str) -> None:
        self._findings.error(
            sentence(
                "Patient {patient}: the file says “{value}” and the study “{study}”. Correct the one that is wrong.",
                patient=fact.patient.code,
                value=_word(fact),
                study=study,
            ),
            **fact.place,
        )


def _word(fact: Fact) -> str:
    if fact.name == FUSION:
        return fact.value or NEGATIVE_WORD
    return fact.value.name if fact.name == HISTOLOGY else str(fact.value)
