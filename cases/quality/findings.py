"""What the checks find now. One query finds everything in a whole study or for one patient.

Each check is one SELECT of a UNION; a closed question about the same values settles a finding: somebody looked and
let it stand. What a person may not see is found by nobody for them, see :mod:`cases.access`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, JSONObject

from cases import access
from cases.access import Person
from cases.models import DataQuery, Patient, QueryStatus, Study
from cases.quality.registry import Check, Text, by_code, registered, title_of
from cases.sentences import render

COLUMNS = (
    "check_code",
    "subject_model",
    "subject_key",
    "patient_key",
    "patient_code",
    "site_key",
    "found",
    "query_key",
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A check that objects to a row. ``query_key`` is that of the question about it that is not closed yet."""

    check_code: str
    subject_model: str
    subject_key: int
    patient_key: int | None
    patient_code: str | None
    site_key: int | None
    found: Mapping[str, Any]
    query_key: int | None

    @property
    def key(self) -> tuple[str, str, int]:
        """What a question about it is known by within the study."""
        return self.check_code, self.subject_model, self.subject_key

    @property
    def check(self) -> Check:
        found = by_code(self.check_code)
        if found is None:
            raise LookupError(self.check_code)
        return found

    @property
    def sentence(self) -> dict[str, Any]:
        """What is wrong, to store."""
        return {"text": self.check.finds["text"], "values": dict(self.found)}

    @property
    def title(self) -> Text:
        return title_of(self.check_code)

    @property
    def text(self) -> str:
        """What is wrong, in the reader's language."""
        return render(self.sentence)


def findings(
    *,
    user: Person,
    study: Study,
    checks: Iterable[Check] | None = None,
    patient: Patient | None = None,
    sites: Sequence[str] = (),
) -> QuerySet[Any]:
    """Mappings of ``COLUMNS``, to be made :class:`Finding` of, by patient. Count and slice it like any queryset."""
    parts = [
        _found(one, user=user, study=study, patient=patient, sites=sites).values(*COLUMNS)
        for one in (registered() if checks is None else checks)
    ]
    return _union(parts).order_by("patient_code", "check_code", "subject_key")


def counted(*, user: Person, study: Study) -> QuerySet[Any]:
    """How often each check objects at each site: mappings of ``check_code``, ``site_code`` and ``number``."""
    parts = [
        _narrowed(one, user=user, study=study)
        .annotate(check_code=_text(one.code), site_code=_of_patient(one, "site__code", CharField()))
        .values("check_code", "site_code")
        .annotate(number=Count("pk"))
        for one in registered()
    ]
    return _union(parts)


def _union(parts: list[QuerySet[Any]]) -> QuerySet[Any]:
    if not parts:
        return DataQuery.objects.none().values()
    first, *others = parts
    return first.union(*others, all=True) if others else first


def _found(check: Check, **scope: Any) -> QuerySet[Any]:
    asked = _questions(check).exclude(status=QueryStatus.CLOSED)
    return _narrowed(check, **scope).annotate(
        found=F("values_found"),
        check_code=_text(check.code),
        subject_model=_text(check.subject_model),
        subject_key=F("pk"),
        patient_key=_of_patient(check, "pk", BigIntegerField()),
        patient_code=_of_patient(check, "code", CharField()),
        site_key=_of_patient(check, "site_id", BigIntegerField()),
        query_key=Subquery(asked.values("pk")[:1]),
    )


def _narrowed(
    check: Check, *, user: Person, study: Study, patient: Patient | None = None, sites: Sequence[str] = ()
) -> QuerySet[Any]:
    """The rows the check objects to, of those the person may see; neither ordered nor settled."""
    values = JSONObject(**{name: F(path) for name, path in check.finds["values"].items()})
    rows = check.rows().order_by().alias(values_found=values)
    rows = access.rows(user=user, queryset=rows, patient=check.patient)
    # By their keys, which may be gaps, see cases.quality.statements.
    rows = rows.filter(**{_path(check.patient, "study"): study.pk})
    if check.patient is None:
        return rows.none() if patient is not None or sites else _unsettled(check, rows)
    if patient is not None:
        rows = rows.filter(**{check.patient or "pk": patient.pk})
    if sites:
        rows = rows.filter(**{_path(check.patient, "site__code__in"): sites})
    return _unsettled(check, rows)


def _unsettled(check: Check, rows: QuerySet[Any]) -> QuerySet[Any]:
    settled = _questions(check).filter(status=QueryStatus.CLOSED, closed_by__isnull=False)
    return rows.exclude(Exists(settled.filter(question__values=OuterRef("values_found"))))


def _questions(check: Check) -> QuerySet[DataQuery]:
    return DataQuery.objects.order_by().filter(
        study=OuterRef(_path(check.patient, "study")),
        check_code=check.code,
        subject_model=check.subject_model,
        subject_pk=OuterRef("pk"),
    )


def _of_patient(check: Check, name: str, field: Any) -> Any:
    """What is to be read of the patient; nothing for what belongs to a whole study."""
    return Cast(Value(None), field) if check.patient is None else F(_path(check.patient, name))


def _path(patient: str | None, name: str) -> str:
    return f"{patient}__{name}" if patient else name


def _text(text: str) -> Value:
    return Value(text, output_field=CharField())
