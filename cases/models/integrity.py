"""Triggers for rules that span two tables, which check constraints cannot express."""

from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from cases.models.at_once import Refused

NAMED_WITHIN = ("study", "patient")
"""A file names rows of the same study and the same patient alone."""


class CheckedTrigger(pgtrigger.Trigger):
    """A rule of the database which forms ask too. ``field`` is where its sentence belongs.

    ``reads`` names all fields of the row that the rule looks at, so that rows with the same values are asked about
    once; None where it looks further.
    """

    field: str
    reads: tuple[str, ...] | None = None

    def check(self, row: Any) -> None:
        """Raise ``ValidationError`` with the sentence of the rule where the trigger would refuse the row."""
        raise NotImplementedError


class SameParent(CheckedTrigger):
    """Refuse a row whose ``reference`` and whose own ``shared`` column disagree.

    ``SameParent(reference="site", shared="study")`` on Patient: a patient's site belongs to the patient's study.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare: list[tuple[str, str]] = [("parent", "bigint")]

    def __init__(self, *, reference: str, shared: str) -> None:
        super().__init__(name=f"same_{shared}_{reference}")
        self.reference, self.shared = reference, shared
        self.field = reference
        self.reads = (reference, shared)

    def check(self, row: models.Model) -> None:
        referenced: Any = getattr(row, self.reference)
        parent = f"{self.shared}_id"
        if referenced is not None and getattr(referenced, parent) != getattr(row, parent):
            raise ValidationError(
                _("“%(value)s” belongs elsewhere. Choose a %(name)s of the same study, patient or run."),
                params={"value": referenced, "name": self._foreign_key(type(row)).verbose_name},
            )

    def get_func(self, model: Any) -> str:
        reference = self._foreign_key(model)
        referenced = reference.remote_field.model._meta.db_table
        return f"""
            IF NEW.{reference.column} IS NULL THEN RETURN NEW; END IF;
            parent := (SELECT {self.shared}_id FROM {referenced} WHERE id = NEW.{reference.column});
            IF NEW.{self.shared}_id IS DISTINCT FROM parent THEN
                RAISE EXCEPTION '{model._meta.db_table}: {self.reference} belongs to another {self.shared}'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """  # noqa: S608

    def refused(self, model: Any) -> Refused:
        """Of many rows, see :mod:`cases.models.at_once`."""
        column = self._foreign_key(model).column
        parent = f"parent_{self.reference}"
        table = self._foreign_key(model).remote_field.model._meta.db_table
        return Refused(
            joins=(f"LEFT JOIN {table} AS {parent} ON {parent}.id = written.{column}",),
            condition=f"written.{column} IS NOT NULL "
            f"AND written.{self.shared}_id IS DISTINCT FROM {parent}.{self.shared}_id",
            why=f"{self.reference} belongs to another {self.shared}",
            is_open=f"{parent}.id IS NULL" if self.shared in NAMED_WITHIN else "false",
        )

    def _foreign_key(self, model: type[models.Model]) -> Any:
        return model._meta.get_field(self.reference)


def unchangeable(*fields: str) -> pgtrigger.Trigger:
    """Refuse a change of what a row belongs to."""
    return pgtrigger.ReadOnly(name=f"unchangeable_{'_'.join(fields)}", fields=list(fields))


def never_changes(*fields: str) -> pgtrigger.Trigger:
    """Refuse a change of what a version of a rule says."""
    return pgtrigger.ReadOnly(name="never_changes", fields=list(fields))


class MissingWhereBlank(pgtrigger.Trigger):
    """Refuse a reason for a missing value where there is a value, or a reason that nobody knows.

    ``missing`` is a JSON object: name of the column -> code of :class:`cases.models.missing.Missing`.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare: list[tuple[str, str]] = [("said", "record"), ("value", "text")]

    def __init__(self, *, codes: list[str]) -> None:
        super().__init__(name="missing_where_blank")
        self.codes = codes

    def get_func(self, model: Any) -> str:
        known = ", ".join(f"'{code}'" for code in self.codes)
        table = model._meta.db_table
        return f"""
            FOR said IN SELECT * FROM jsonb_each_text(NEW.missing) LOOP
                value := to_jsonb(NEW) ->> said.key;
                IF said.value NOT IN ({known}) OR NOT to_jsonb(NEW) ? said.key OR COALESCE(value, '') <> '' THEN
                    RAISE EXCEPTION '{table}: % is not missing because of %', said.key, said.value
                    USING ERRCODE = 'integrity_constraint_violation';
                END IF;
            END LOOP;
            RETURN NEW;
        """  # noqa: S608

    def refused(self, model: Any) -> Refused:
        """Of many rows, see :mod:`cases.models.at_once`."""
        known = ", ".join(f"'{code}'" for code in self.codes)
        return Refused(
            condition="written.missing <> '{}' AND EXISTS (SELECT FROM jsonb_each_text(written.missing) AS said "
            f"WHERE said.value NOT IN ({known}) OR NOT to_jsonb(written) ? said.key "
            "OR COALESCE(to_jsonb(written) ->> said.key, '') <> '')",
            why="a value is said to be missing that is there, or for no known reason",
        )


class ReasonWhenVerified(pgtrigger.Trigger):
    """Refuse a change of a verified patient's rows without a reason.

    The reason is the setting ``portal.reason`` of the transaction, see :func:`cases.history.because`. ``patient`` is
    the column with the patient's key.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, patient: str = "patient_id") -> None:
        super().__init__(name="reason_when_verified")
        self.patient = patient

    def get_func(self, model: Any) -> str:
        table = model._meta.db_table
        if self.patient == "id":
            verified = "OLD.verified_at IS NOT NULL"
        else:
            verified = (
                "EXISTS (SELECT 1 FROM cases_patient WHERE verified_at IS NOT NULL AND id = "  # noqa: S608
                f"(CASE TG_OP WHEN 'DELETE' THEN OLD.{self.patient} ELSE NEW.{self.patient} END))"
            )
        return f"""
            IF (TG_OP <> 'INSERT' OR '{self.patient}' <> 'id')
                AND COALESCE(current_setting('portal.reason', true), '') = '' THEN
                IF {verified} THEN
                    RAISE EXCEPTION '{table}: the patient is verified, a change needs a reason'
                    USING ERRCODE = 'integrity_constraint_violation';
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """

    def refused(self, model: Any) -> Refused:
        """Of many rows of patients, see :mod:`cases.models.at_once`."""
        return Refused(
            joins=(f"LEFT JOIN cases_patient AS patient ON patient.id = written.{self.patient}",),
            condition="patient.verified_at IS NOT NULL AND COALESCE(current_setting('portal.reason', true), '') = ''",
            why="the patient is verified, a change needs a reason",
        )


class NotBeforeBirth(CheckedTrigger):
    """Refuse a partial date in a year before the patient was born."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare: list[tuple[str, str]] = [("born", "integer")]

    def __init__(self, *, date: str) -> None:
        super().__init__(name=f"{date}_not_before_birth")
        self.date = self.field = date
        self.reads = (date, "patient")

    def get_func(self, model: Any) -> str:
        return f"""
            IF NEW.{self.date} = '' THEN RETURN NEW; END IF;
            born := (SELECT birth_year FROM cases_patient WHERE id = NEW.patient_id);
            IF left(NEW.{self.date}, 4)::integer < born THEN
                RAISE EXCEPTION '{model._meta.db_table}: {self.date} lies before the birth'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """  # noqa: S608

    def refused(self, model: Any) -> Refused:
        """Of many rows, see :mod:`cases.models.at_once`."""
        return Refused(
            joins=("LEFT JOIN cases_patient AS patient ON patient.id = written.patient_id",),
            condition=f"written.{self.date} <> '' AND left(written.{self.date}, 4) < patient.birth_year::text",
            why=f"{self.date} lies before the birth",
        )

    def check(self, row: Any) -> None:
        date, born = getattr(row, self.date), row.patient.birth_year
        if date and born is not None and int(str(date)[:4]) < born:
            raise ValidationError(
                _("%(date)s lies before the patient’s birth in %(born)s."), params={"date": date, "born": born}
            )


class LineageWithoutCycle(CheckedTrigger):
    """Refuse a row that would be made, over some steps, from itself."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    declare: list[tuple[str, str]] = [("ancestor", "bigint")]

    def __init__(self, *, parent: str) -> None:
        super().__init__(name=f"{parent}_without_cycle")
        self.parent = self.field = parent

    def get_func(self, model: Any) -> str:
        table = model._meta.db_table
        return f"""
            ancestor := NEW.{self.parent}_id;
            WHILE ancestor IS NOT NULL LOOP
                IF ancestor = NEW.id THEN
                    RAISE EXCEPTION '{table}: made from itself'
                    USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                ancestor := (SELECT {self.parent}_id FROM {table} WHERE id = ancestor);
            END LOOP;
            RETURN NEW;
        """  # noqa: S608

    def refused(self, model: Any) -> Refused:
        """Of many rows, see :mod:`cases.models.at_once`."""
        parent = f"{self.parent}_id"
        line = (
            f"SELECT written.{parent} UNION "  # noqa: S608
            f"SELECT above.{parent} FROM {model._meta.db_table} AS above JOIN ancestor USING (id)"
        )
        found = f"WITH RECURSIVE ancestor(id) AS ({line}) SELECT FROM ancestor WHERE ancestor.id = written.id"
        return Refused(condition=f"written.{parent} IS NOT NULL AND EXISTS ({found})", why="made from itself")

    def check(self, row: Any) -> None:
        ancestor, seen = getattr(row, self.parent), set()
        while ancestor is not None and ancestor.pk not in seen:
            if ancestor.pk == row.pk:
                raise ValidationError(_("“%(value)s” was itself made from this one."), params={"value": row})
            seen.add(ancestor.pk)
            ancestor = getattr(ancestor, self.parent)


class BornBeforeSpecimens(CheckedTrigger):
    """Refuse a birth year after a specimen of the patient was collected."""

    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self) -> None:
        super().__init__(name="born_before_specimens")
        self.field = "birth_year"

    def get_func(self, model: Any) -> str:
        return f"""
            IF NEW.birth_year IS DISTINCT FROM OLD.birth_year AND EXISTS (
                SELECT 1 FROM cases_specimen WHERE patient_id = NEW.id AND collection_date <> ''
                AND left(collection_date, 4)::integer < NEW.birth_year
            ) THEN
                RAISE EXCEPTION '{model._meta.db_table}: born after a specimen was collected'
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """  # noqa: S608

    def check(self, row: Any) -> None:
        if row._state.adding or row.birth_year is None:
            return
        specimens = [specimen for specimen in row.specimens.all() if specimen.collection_date]
        dated = min(specimens, key=lambda specimen: specimen.collection_date, default=None)
        if dated is not None and int(str(dated.collection_date)[:4]) < row.birth_year:
            raise ValidationError(
                _("Specimen %(specimen)s was collected %(date)s, before this birth year."),
                params={"specimen": dated, "date": dated.collection_date},
            )
