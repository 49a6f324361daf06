"""Variables of the specimen itself, where the table has a row for each."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from analytics.groupings import in_all_languages
from analytics.wide_table.filled import Filled, Rows, Variable
from analytics.wide_table.recorded import computed, recorded_reason
from cases.course_facts import TIMING
from cases.derived.timing import Timing
from cases.exporting.columns import DataType, column_of
from cases.models import Specimen
from cases.sentences import sentence

GROUP = _("Specimen, where each has a row")
RECORDED = (
    "kind",
    "procedure",
    "collection_date",
    "tumour_content_percent",
    "decalcification",
    "cold_ischaemia_minutes",
    "rna_integrity_number",
    "a260_a280",
)
TIMING_LABEL = _("Before, on or after denosumab")
TIMING_UNKNOWN = sentence("Not known when the specimens were taken")


def specimen_variables() -> Iterator[Variable]:
    for name in RECORDED:
        yield _field(name)
    yield Variable(code="specimen_timing", group=GROUP, label=TIMING_LABEL, fill=_timing)


def _field(name: str) -> Variable:
    declared: Any = Specimen._meta.get_field(name)
    label = declared.verbose_name

    def fill(rows: Rows) -> list[Filled]:
        reasons = {
            specimen.pk: recorded_reason(specimen.missing[name])
            for specimen in rows.specimens
            if name in specimen.missing
        }
        values = {specimen.pk: getattr(specimen, name) for specimen in rows.specimens}
        column = column_of(Specimen, name, label=lambda: capfirst(str(label)))
        renamed = replace(column, name=f"specimen_{name}")
        return [Filled(column=renamed, values=values, reasons=reasons, of_specimens=True)]

    return Variable(code=f"specimen_{name}", group=GROUP, label=label, fill=fill)


def _timing(rows: Rows) -> list[Filled]:
    """By the rules of :mod:`cases.derived.timing`, with the days from the first dose."""
    found = {specimen.pk: rows.courses[specimen.patient_id].timing(specimen) for specimen in rows.specimens}
    known = {key: one.timing.value for key, one in found.items() if one.timing is not Timing.UNKNOWN}
    since = {key: one.since_first.days for key, one in found.items() if one.since_first is not None}
    codes = {timing.value: in_all_languages(text) for timing, text in TIMING.items() if timing is not Timing.UNKNOWN}
    reasons = dict.fromkeys(found, TIMING_UNKNOWN)
    days = computed("days_since_first_dose", _("Days from the first dose of denosumab"), DataType.INTEGER, unit="days")
    return [
        Filled(
            column=computed("specimen_timing", TIMING_LABEL, DataType.CODE, codes=codes),
            values=known,
            reasons=reasons,
            of_specimens=True,
        ),
        Filled(column=days, values=since, reasons=reasons, of_specimens=True),
    ]
