"""What is to settle in the records of a whole study: open findings and queries, and what is not filled in."""

from collections import Counter
from typing import Any

from analytics.groupings import in_all_languages
from cases import access
from cases.access import Person, StudyRights
from cases.models import DataQuery, Patient, QueryStatus
from cases.quality.completeness import NO_RECORD, Part, completeness
from cases.quality.registry import SEVERITIES, registered
from cases.quality.statements import numbers


def quality(*, by: Person, rights: StudyRights) -> dict[str, Any]:
    """Findings by severity, queries that are not closed, and for each form how many of its values are there.

    A value that is not there for a coded reason, or is a word for unknown, is ``said`` and counts as there.
    """
    severities = {check.code: check.severity for check in registered()}
    found: Counter[str] = Counter()
    for code, _site, number in numbers(user=by, study=rights.study):
        found[severities[code]] += number
    queries = DataQuery.objects.filter(study=rights.study).exclude(status=QueryStatus.CLOSED)
    return {
        "findings": {severity.value: found[severity] for severity in SEVERITIES},
        "queries": access.rows(user=by, queryset=queries, patient="patient", study="study").count(),
        "forms": [_form(part) for part in completeness(rights=rights, sites=_sites(rights)) if part.records],
    }


def _form(part: Part) -> dict[str, Any]:
    lines = [line for line in part.lines if line.field != NO_RECORD]
    return {
        "code": part.form.name,
        "labels": in_all_languages(part.form.title),
        "records": part.records,
        "values": part.records * len(lines),
        "blank": sum(line.whole.blank for line in lines),
        "said": sum(line.whole.said for line in lines),
    }


def _sites(rights: StudyRights) -> list[str]:
    patients = access.countable(rights=rights, queryset=Patient.objects.order_by(), patient="")
    return [code or "" for code in patients.values_list("site__code", flat=True).distinct()]
