"""Whose a row of a file is: a patient's, the study's, part of a row of the study such as a run, or nobody's."""

from cases.importing.cells import UnreadableCell
from cases.importing.records.known_rows import KnownRows
from cases.importing.records.statement import Statement
from cases.importing.records.targets import STUDY, Target
from cases.importing.records.values import read_value
from cases.models import Patient
from cases.sentences import sentence

WITHDREW = "Patient {patient} withdrew consent. Take the row out of the file."


def name_owner(statement: Statement, *, target: Target, known: KnownRows) -> None:
    """Say whose the row is, or what is wrong with what it says of it."""
    if target.is_of_patients:
        _name_patient(statement, target=target, known=known)
    elif target.owner == STUDY:
        statement.whose = known.study
    else:
        _name_row(statement, target=target, known=known)


def _name_patient(statement: Statement, *, target: Target, known: KnownRows) -> None:
    column = target.owner_column
    code = read_value(Patient._meta.get_field("code"), statement.texts[column].strip())
    patient = known.patients.get(code)
    if not code and _is_of_control(statement, target):
        statement.whose, statement.is_of_nobody = Patient(study=known.study), True
    elif not code:
        statement.error(sentence("Whose row is this? Write the code of the patient."), column=column)
    elif patient is not None and patient.pk in known.withdrawn:
        statement.error(sentence(WITHDREW, patient=code), column=column)
    elif patient is not None or target.holds_patients:
        statement.whose = patient or Patient(study=known.study, code=code)
    else:
        statement.error(
            sentence(
                "There is no patient “{patient}” in the study or in this file. Add the patient first.", patient=code
            ),
            column=column,
        )


def _is_of_control(statement: Statement, target: Target) -> bool:
    """Only a core, without a specimen, can be of a control tissue."""
    told = {name: statement.texts.get(name, "").strip() for name in ("specimen", "core")}
    return target.has_rows_of_nobody and bool(told["core"]) and not told["specimen"]


def _name_row(statement: Statement, *, target: Target, known: KnownRows) -> None:
    column = target.owner_column
    text = statement.texts[column].strip()
    if not text:
        statement.error(sentence("What is this row part of? Write its code."), column=column)
        return
    try:
        statement.whose = known.named(target.field(column), text, owner=known.study)
        statement.values[column] = statement.whose
    except UnreadableCell as error:
        statement.error(error.sentence, column=column)
