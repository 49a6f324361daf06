"""What the study holds while a file is checked: its rows and those the file adds, found by the words that name them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, models
from django.db.models import Q

from cases.importing.cells import UnreadableCell
from cases.importing.records.targets import STUDY, targets
from cases.importing.words import plain, terms_by_word
from cases.models import ConsentStatus, Patient, Study, Treatment
from cases.models.vocabulary import CodedTerm
from cases.sentences import sentence

Pool = dict[int, Any]

MOST_NAMED = 12
"""Of the rows that a cell could have meant; more are not named."""


class KnownRows:
    """Rows by model, each read in one query when first needed, with the rows they name.

    Changing a row changes it everywhere; new rows have their primary key from the start, so that others can name them.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self._pools: dict[type[models.Model], Pool] = {}
        self._words: dict[type[models.Model], dict[tuple[int | None, str], list[Any]]] = {}
        self._terms: dict[type[models.Model], dict[str, Any]] = {}
        self._targets = {target.model: target for target in targets()}
        self._only_of: dict[type[models.Model], list[int]] = {}
        self.patients = {patient.code: patient for patient in self.rows(Patient)}
        self.withdrawn = {
            patient.pk for patient in self.patients.values() if patient.consent_status == ConsentStatus.WITHDRAWN
        }

    def is_of_patient(self, model: type[models.Model]) -> bool:
        """Whether the rows are a patient's, so that a cell names one of the row's patient."""
        return self._owned_by(model) is Patient

    def read_only_of(self, model: type[models.Model], patients: list[int]) -> None:
        """Rows of this model are needed of these patients alone, and of nobody."""
        self._only_of[model] = patients

    def rows(self, model: type[models.Model]) -> list[Any]:
        """All rows of the study, or all terms."""
        return list(self._pool(model).values())

    def row(self, model: type[models.Model], key: int | None) -> Any:
        """The row of that key; None without a key."""
        return None if key is None else self._pool(model)[key]

    def add(self, row: Any) -> None:
        """A row that the file adds."""
        self._pool(type(row))[row.pk] = row
        self._words.pop(type(row), None)
        if isinstance(row, Patient):
            self.patients[row.code] = row

    def take(self, model: type[models.Model], rows: list[Any]) -> None:
        """Rows that the file adds or changes, as they would be written."""
        pool = self._pool(model)
        pool.update((row.pk, row) for row in rows)
        self._link(model, rows)
        self._words.pop(model, None)

    def look_up(self, model: type[models.Model]) -> None:
        """Everything that a cell may name of this model, so that :meth:`named` asks the database nothing."""
        if issubclass(model, CodedTerm):
            self._term_words(model)
        else:
            self._row_words(model)

    def keys(self, model: type[models.Model], number: int) -> Iterator[int]:
        """Primary keys for new rows, taken from the sequence of the table."""
        if not number:
            return iter(())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [model._meta.db_table, model._meta.pk.column, number],
            )
            return iter([key for (key,) in cursor.fetchall()])

    def named(self, field: Any, text: str, *, owner: Any) -> Any:
        """The row that a cell names: a term, or a row of ``owner`` (a patient, a run …) or of the study.

        Raises :class:`UnreadableCell` where there is none, or more than one.
        """
        model = field.related_model
        if issubclass(model, CodedTerm):
            term = self._term_words(model).get(plain(text))
            if term is None:
                raise UnreadableCell(
                    sentence(
                        "“{value}” is no term of the portal’s list. Write a name, a code or a synonym from the list, "
                        "or ask a manager to add it.",
                        value=text,
                    )
                )
            return term
        return self._named_row(model, text, owner=owner)

    def _named_row(self, model: type[models.Model], text: str, *, owner: Any) -> Any:
        named_within = self._owned_by(model) is type(owner) and model is not type(owner)
        found = self._row_words(model).get((owner.pk if named_within else None, plain(text)), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise UnreadableCell(
                sentence("“{value}” can be more than one: {rows}.", value=text, rows="; ".join(map(reference, found)))
            )
        if named_within:
            raise UnreadableCell(_not_there(owner, text))
        raise UnreadableCell(self._not_in_study(model, text))

    def _not_in_study(self, model: type[models.Model], text: str) -> dict[str, Any]:
        rows = [] if self.is_of_patient(model) else self.rows(model)
        if not 0 < len(rows) <= MOST_NAMED:
            return sentence("The study has no “{value}”. Write the code of one, or add it first.", value=text)
        return sentence(
            "The study has no “{value}”. It has: {names}. Write one of these, or add the missing one first.",
            value=text,
            names=", ".join(sorted(map(reference, rows))),
        )

    def _pool(self, model: type[models.Model]) -> Pool:
        if model not in self._pools:
            rows = list(self._query(model))
            self._pools[model] = {row.pk: row for row in rows}
            self._link(model, rows)
        return self._pools[model]

    def _query(self, model: type[models.Model]) -> Any:
        rows: Any = model._default_manager.order_by("pk")
        if model is Patient:
            return rows.filter(study=self.study).prefetch_related("specimens")
        if model is Treatment:
            # Its words name its lesion, which need not be among the lesions that are kept.
            rows = rows.select_related("lesion")
        if model not in self._targets:
            return rows
        rows = rows.filter(**{self._targets[model].study: self.study})
        if model in self._only_of:
            return rows.filter(Q(patient__in=self._only_of[model]) | Q(patient=None))
        return rows

    def _owned_by(self, model: type[models.Model]) -> Any:
        """The model of what rows of this one belong to; None where that is the study or nothing."""
        target = self._targets.get(model)
        owner = target.field(target.owner).related_model if target is not None and target.owner else None
        return None if owner is Study else owner

    def _is_followed(self, model: type[models.Model], field: Any) -> bool:
        """Whether rows of the study lead to others by this field: not to who did something, or to an import."""
        target = self._targets.get(model)
        return target is None or field.name in (*target.columns, target.owner, STUDY)

    def _link(self, model: type[models.Model], rows: Iterable[Any]) -> None:
        """The rows name the same objects that this keeps, so nothing is read once more."""
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or not self._is_followed(model, field):
                continue
            related: Any = field.related_model
            pool = {self.study.pk: self.study} if related is Study else self._pool(related)
            for row in rows:
                if (named := pool.get(getattr(row, field.attname))) is not None:
                    setattr(row, field.name, named)

    def _term_words(self, model: type[models.Model]) -> dict[str, Any]:
        if model not in self._terms:
            self._terms[model] = terms_by_word(self.rows(model))
        return self._terms[model]

    def _row_words(self, model: type[models.Model]) -> dict[tuple[int | None, str], list[Any]]:
        if model not in self._words:
            found: dict[tuple[int | None, str], list[Any]] = {}
            for row in self.rows(model):
                for word in dict.fromkeys(map(plain, self._names(row))):
                    for owner in {None, self._owner_key(row)}:
                        found.setdefault((owner, word), []).append(row)
            self._words[model] = found
        return self._words[model]

    def _owner_key(self, row: Any) -> int | None:
        return getattr(row, f"{self._targets[type(row)].owner}_id") if self._owned_by(type(row)) else None

    def _names(self, row: Any) -> Iterator[str]:
        if not isinstance(row, Treatment):
            yield reference(row)
            yield from getattr(row, "names", ())
            if hasattr(row, "code") and hasattr(row, "name"):
                yield row.name
            return
        lesion = f" {row.lesion.code}" if row.lesion else ""
        agent = row.agent
        for word in filter(None, (agent.code, agent.name, agent.name_ja, *agent.synonyms)):
            yield from (word, f"{word} {row.start}", f"{word} {row.start}{lesion}")


def reference(row: Any) -> str:
    """How a file names a row: by its ``reference`` or its code, a treatment by agent, start and lesion."""
    if isinstance(row, Treatment):
        lesion = row.lesion.code if row.lesion else ""
        return " ".join(filter(None, [row.agent.code, str(row.start), lesion]))
    for name in ("reference", "code", "name"):
        if text := getattr(row, name, ""):
            return str(text)
    return str(row)


def _not_there(owner: Any, text: str) -> dict[str, Any]:
    if isinstance(owner, Patient):
        return sentence(
            "Patient {patient} has no “{value}” in the study or in this file. Write the code of one, or add it.",
            patient=owner.code,
            value=text,
        )
    return sentence(
        "“{owner}” has no “{value}” in the study or in this file. Write the name of one, or add it.",
        owner=reference(owner),
        value=text,
    )
