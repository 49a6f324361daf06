"""Time to event as a kind of question."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import report
from analytics.catalogue import check_grouping, check_measure
from analytics.kinds.base import Answer, Figure, Kind, Reading
from analytics.kinds.tested import Tested
from analytics.kinds.time_to_event import figures, r_script
from analytics.kinds.time_to_event import report as words
from analytics.kinds.time_to_event.answering import answered
from analytics.kinds.time_to_event.dataset import Times, load
from analytics.kinds.time_to_event.disclosure import disclosed
from analytics.kinds.time_to_event.form import TimeToEventForm
from analytics.kinds.time_to_event.sentence import answer_sentence
from analytics.kinds.time_to_event.serializer import TimeToEventSerializer
from analytics.kinds.time_to_event.spec import Compared, EndPoint, TimeToEvent
from analytics.kinds.time_to_event.tables import tables
from analytics.kinds.time_to_event.tested import tested_hazard
from analytics.measurements import described
from analytics.plots.ratios import ratios_height
from analytics.plots.time_curves import time_curves_height
from analytics.stain_report import stain_facts
from analytics.stains import no_such
from cases.access import Person
from cases.jobs import Progress
from cases.models import Criterion, SkeletalEventType, Study
from cases.sentences import sentence


class TimeToEventKind(Kind[TimeToEvent, Times]):
    """One time per patient, from a chosen day to the event, the death or the end of follow-up."""

    code = TimeToEvent.kind
    name = gettext_lazy("Time to event")
    question = gettext_lazy("When does the event come, and to whom later?")
    explains = gettext_lazy(
        "Skeletal-related events, death or progression, from a chosen day on. A response is known only after "
        "treatment began: it is compared from landmarks on, and as it changes over time."
    )
    spec_class = TimeToEvent
    form_class = TimeToEventForm
    serializer_class = TimeToEventSerializer
    drawings = {
        "curves": figures.drawn_curves,
        "ratios": figures.drawn_ratios,
        "means": figures.drawn_means,
        "naive": figures.drawn_naive,
    }
    steps = {
        "followed": sentence("With follow-up and no event before"),
        "grouped": sentence("With what is compared"),
    }

    def title(self, spec: TimeToEvent, markers: Mapping[str, str]) -> str:
        return words.title(spec, markers)

    def check(self, *, spec: TimeToEvent, study: Study, by: Person) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        if unknown := [code for code in spec.event_types if code not in SkeletalEventType.values]:
            errors["event_types"] = no_such(unknown[0], ", ".join(SkeletalEventType.values))
        for name, criterion in (("progression", spec.progression), ("criterion", spec.criterion)):
            if criterion and criterion not in Criterion.values:
                errors[name] = no_such(criterion, ", ".join(Criterion.values))
        if spec.compared == Compared.GROUPS:
            errors |= check_grouping(grouping=spec.grouping, gene=spec.gene, criterion="")
        if spec.compared == Compared.MARKER:
            errors |= check_measure(measure=spec, study=study)
        return errors

    def describe(self, spec: TimeToEvent) -> dict[str, Any]:
        return described(spec) if spec.compared == Compared.MARKER else {"marker": None}

    def load(self, *, spec: TimeToEvent, by: Person) -> Times:
        return load(spec=spec, by=by)

    def compute(self, *, dataset: Times, spec: TimeToEvent, progress: Progress) -> dict[str, Any]:
        names = {"groups": dataset.groups, "covariates": dataset.covariate_names}
        return answered(rows=dataset.patients, spec=spec, names=names)

    def disclosed(self, result: Mapping[str, Any], *, spec: TimeToEvent, frozen: Mapping[str, Any]) -> dict[str, Any]:
        return disclosed(result, frozen=frozen, spec=spec)

    def answer(self, reading: Reading) -> Answer:
        result, spec = reading.answer or {}, figures.question_of(reading)
        is_marker = spec.compared == Compared.MARKER
        missing = [] if reading.in_full else words.withheld(result, spec, erased=reading.erased)
        return Answer(
            sentence=answer_sentence(result, spec),
            lead=report.measure_lead(result) if is_marker else "",
            basis=words.basis(result),
            figures=_figures(reading),
            tables=tables(result, spec),
            doubts=[*words.doubts(result, spec, in_full=reading.in_full), *missing],
            methods=words.methods(result),
            facts=stain_facts(result) if is_marker else [],
        )

    def choices(self, spec: TimeToEvent) -> list[tuple[str, str]]:
        return words.choices(spec)

    def methods_paragraph(self, *, spec: TimeToEvent, result: Mapping[str, Any]) -> str:
        return words.methods_paragraph(spec=spec, result=result)

    def tested(self, *, spec: TimeToEvent, result: Mapping[str, Any]) -> Tested | None:
        return tested_hazard(result)

    def r_packages(self, *, spec: TimeToEvent, result: Mapping[str, Any]) -> list[str]:
        counts = spec.end_point == EndPoint.SKELETAL_EVENT and spec.compared != Compared.RESPONSE
        return ["survival", "cmprsk", *(["MASS"] if counts and result["recurrence"]["ratios"] else [])]

    def r_script(self, *, spec: TimeToEvent, result: Mapping[str, Any]) -> str:
        return r_script.body(spec, result)

    def numbers(self, *, spec: TimeToEvent, result: Mapping[str, Any]) -> dict[str, float]:
        return r_script.numbers(spec, result)


def _figures(reading: Reading) -> list[Figure]:
    result, spec = reading.answer or {}, figures.question_of(reading)
    table = report.count_of_patients(sum(group["patients"] or 0 for group in result["groups"]))
    band = _("Lines with their 95% intervals; a tick is a patient whose follow-up ended. Below, who is still at risk.")
    found = []
    if result["curves"]:
        begins = _("Curves begin at the landmark, among those without the event.") if result["start"] else ""
        found.append(
            Figure(
                name="curves",
                title=words.title(spec, {}) if spec.compared == Compared.NOTHING else _("Time to the event by group"),
                caption=f"{band} {begins}".strip(),
                n=table,
                height=time_curves_height(len(result["curves"])),
            )
        )
    if rows := figures.ratio_rows(result):
        found.append(
            Figure(
                name="ratios",
                title=_("Hazard ratios"),
                caption=_("Each with its interval; the dotted line is no difference. An interval to the edge is open."),
                n="",
                height=ratios_height(len(rows)),
            )
        )
    if figures.drawn_means(reading):
        found.append(
            Figure(
                name="means",
                title=_("Mean number of events per patient"),
                caption=_("With its interval. The dead have no more events, as in life."),
                n="",
                height=time_curves_height(1, table=False),
            )
        )
    if result["naive"]:
        found.append(
            Figure(
                name="naive",
                title=_("Biased: who ever responded, from day 0"),
                caption=_("Not to be believed: responders could not have the event before they responded."),
                n=report.count_of_patients(sum(group["patients"] for group in result["naive"]["groups"])),
                height=time_curves_height(len(result["naive"]["curves"])),
                watermark=_("BIASED: immortal time"),
            )
        )
    return found
