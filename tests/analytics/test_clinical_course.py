"""The timeline of a patient: what is drawn where, what is said, and who may take it away."""

import csv
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analytics.clinical_course import READINGS, ClinicalCourse
from analytics.course_markers import LOOKS, NO_VALUE
from analytics.plots.timeline import LABEL, days_text, timeline
from cases.derived.course import courses
from cases.derived.dates import Days
from cases.derived.follow_up import TimeZero
from cases.derived.timing import Timing
from cases.models import Patient, Role
from expression.models import BlindScoring
from tests.factories import (
    AdverseEventFactory,
    BlindScoringFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    DiagnosisFactory,
    IhcReadingFactory,
    LaboratoryResultFactory,
    LesionFactory,
    MembershipFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    ResponseAssessmentFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    """Denosumab from 2 January 2020, going on; sclerotic after 91 days."""
    patient = PatientFactory(last_follow_up_date="2021-01-02", vital_status="alive")
    DiagnosisFactory(patient=patient, is_index=True, date="2019-12-03")
    TreatmentFactory(patient=patient)
    lesion = LesionFactory(patient=patient, code="L1")
    ResponseAssessmentFactory(lesion=lesion, date="2019-12-28", sclerosis="none")
    ResponseAssessmentFactory(lesion=lesion, date="2020-04-02", sclerosis="partial")
    SkeletalEventFactory(patient=patient, date="2020-03-02")
    SkeletalEventFactory(patient=patient, date="2020-03-12")
    LaboratoryResultFactory(patient=patient, date="2020-01-02", value=80)
    LaboratoryResultFactory(patient=patient, date="2020-02-02", value=160)
    AdverseEventFactory(patient=patient, date="2020-06")
    SpecimenFactory(patient=patient, procedure="biopsy", collection_date="2019-12-13")
    return patient


def course(patient: Patient, zero: TimeZero = TimeZero.FIRST_DOSE) -> ClinicalCourse:
    return ClinicalCourse(course=courses([patient])[patient.pk], wanted=zero)


def row(found: ClinicalCourse, label: str) -> Any:
    return next(one for one in found.rows if one.label.startswith(label))


def test_treatment_is_a_bar_that_goes_on(patient: Patient) -> None:
    [bar] = row(course(patient), "Denosumab").bars
    assert (bar.start.days, bar.end, bar.text, bar.leads) == (0, None, "120 mg every 28 days", True)


def test_readings_have_the_colour_of_the_answer(patient: Patient) -> None:
    marks = row(course(patient), "L1").marks
    assert [(mark.days.days, mark.label, mark.look) for mark in marks] == [
        (-5, "None", READINGS["none"]),
        (91, "Partial", READINGS["partial"]),
    ]


def test_events_that_do_not_count_are_hollow(patient: Patient) -> None:
    marks = row(course(patient), "Skeletal").marks
    assert [(mark.days.days, mark.look.hollow) for mark in marks] == [(60, False), (70, True)]


def test_values_of_a_test_are_placed_between_lowest_and_highest(patient: Patient) -> None:
    found = row(course(patient), "ALP (U/L)")
    assert [(mark.days.days, mark.level) for mark in found.marks] == [(0, 0.0), (31, 1.0)]


def test_a_partly_known_date_spans_the_days_it_may_be(patient: Patient) -> None:
    [mark] = row(course(patient), "Adverse").marks
    assert days_text(mark.days) == "165 (151 to 180)"
    figure = timeline(course(patient).rows, axis_title="Days")
    spans = {
        (trace.error_x.arrayminus[0], trace.error_x.array[0])
        for trace in figure.data
        if trace.type == "scatter" and trace.error_x.array
    }
    assert (14, 15) in spans


def test_days_before_the_zero_have_a_true_minus() -> None:
    assert days_text(Days(days=-5, at_least=-5, at_most=-5, imputed=False)) == "−5"


def test_the_course_in_words(patient: Patient) -> None:
    assert course(patient).sentence == (
        "Denosumab from day 0, going on. Sclerosis on day 91. 1 skeletal-related event, on day 60. "
        "Last follow-up on day 366."
    )


def test_time_zero_is_a_choice_and_falls_back_to_what_is_known(patient: Patient) -> None:
    assert course(patient, TimeZero.DIAGNOSIS).sentence.startswith("Denosumab from day 30")
    assert course(patient, TimeZero.SURGERY).zero is TimeZero.FIRST_DOSE
    assert [zero for zero, _label in course(patient).choices] == ["first_dose", "diagnosis", "biopsy"]


def test_without_a_time_zero_there_is_no_row() -> None:
    nothing = course(PatientFactory())
    assert (nothing.zero, nothing.rows, nothing.entries) == (None, [], [])


def test_each_mark_and_bar_is_a_line_of_the_table(patient: Patient) -> None:
    found = course(patient)
    assert len(found.entries) == sum(len(one.marks) + len(one.bars) for one in found.rows)
    assert found.entries[0].days == "0 – goes on"


def test_page_figure_and_file_agree(patient: Patient) -> None:
    client = Client()
    client.force_login(MembershipFactory(study=patient.study, role=Role.MANAGER).user)
    address = [patient.study.code, patient.code]
    page = client.get(patient.get_absolute_url()).content.decode()
    assert "Sclerosis on day 91." in page
    assert reverse("analytics:course-figure", args=address) + "?zero=first_dose" in page
    later = client.get(reverse("analytics:course", args=address), {"zero": "diagnosis"}).content.decode()
    assert "Denosumab from day 30" in later
    figure = client.get(reverse("analytics:course-figure", args=address), {"zero": "biopsy"}).json()
    assert figure["layout"]["xaxis"]["title"]["text"] == "Days from the first biopsy"
    table = client.get(reverse("analytics:course-csv", args=address)).content.decode()
    assert len(list(csv.reader(io.StringIO(table)))) == 1 + len(course(patient).entries)


def test_nonsense_for_a_time_zero_is_the_first_dose(patient: Patient) -> None:
    client = Client()
    client.force_login(MembershipFactory(study=patient.study, role=Role.RESEARCHER).user)
    page = client.get(reverse("analytics:course", args=[patient.study.code, patient.code]), {"zero": "\x00"})
    assert page.context["section"].context["course"].zero is TimeZero.FIRST_DOSE
    assert "timeline.csv" not in page.content.decode()


def test_page_needs_as_many_queries_for_a_long_course(patient: Patient) -> None:
    client = Client()
    client.force_login(MembershipFactory(study=patient.study, role=Role.MANAGER).user)
    address = reverse("analytics:course", args=[patient.study.code, patient.code])
    few = queries_of(client, address)
    for month in range(1, 9):
        LaboratoryResultFactory(patient=patient, date=f"2022-0{month}")
        SkeletalEventFactory(patient=patient, date=f"2022-0{month}")
        TreatmentFactory(patient=patient, start=f"2022-0{month}")
    assert queries_of(client, address) == few


@pytest.fixture
def scoring(patient: Patient) -> BlindScoring:
    """A block of the biopsy, whose core SECRET-READER read blind: H-score 200; RNA of it with a ΔCq of 4.5."""
    biopsy = patient.specimens.get()
    scoring = BlindScoringFactory(microarray__study=patient.study, antibody__study=patient.study)
    core = CoreFactory(microarray=scoring.microarray, specimen=biopsy)
    scored = dict(zip(("percent_0", "percent_1", "percent_2", "percent_3"), (0, 0, 100, 0), strict=True))
    stain = {"cell_type": scoring.cell_type, "compartment": scoring.compartment, "antibody": scoring.antibody}
    IhcReadingFactory(specimen=biopsy, core=core, reader="SECRET-READER", **stain, **scored)
    run = QpcrRunFactory(study=patient.study, code="RUN-1")
    sample = QpcrSampleFactory(run=run, specimen=SpecimenFactory(patient=patient, kind="rna_extract", parent=biopsy))
    QpcrWellFactory(run=run, sample=sample, cq=24.5)
    QpcrWellFactory(run=run, sample=sample, target=QpcrTargetFactory(run=run, marker=None, role="reference"), cq=20)
    return scoring


def seen_by(user: User, patient: Patient) -> ClinicalCourse:
    return ClinicalCourse(course=courses([patient])[patient.pk], wanted=TimeZero.FIRST_DOSE, user=user)


def test_marker_values_stand_on_the_day_of_their_tissue(patient: Patient, scoring: BlindScoring) -> None:
    manager = MembershipFactory(study=patient.study, role=Role.MANAGER).user
    found = seen_by(manager, patient)
    [stained] = row(found, "RANKL · H-score").marks
    assert (stained.days.days, stained.label, stained.look) == (-20, "200", LOOKS[Timing.BEFORE])
    assert stained.level == pytest.approx(200 / 300)
    for words in ("RANKL H-score 200", scoring.antibody.code, "median of all evaluable cores", "Before denosumab"):
        assert words in stained.text
    [amplified] = row(found, "RANKL · −ΔCq").marks
    assert (amplified.days.days, amplified.label, amplified.level) == (-20, "−4.5", 0.5)
    assert "run RUN-1" in amplified.text
    assert any("RANKL H-score 200" in entry.text for entry in found.entries)


def test_a_specimen_without_a_value_says_why(patient: Patient, scoring: BlindScoring) -> None:
    rule = ConsolidationRuleFactory(study=patient.study, minimum_evaluable_cores=2)
    manager = MembershipFactory(study=patient.study, role=Role.MANAGER).user
    [mark] = row(seen_by(manager, patient), "RANKL · H-score").marks
    assert (mark.look, mark.level, mark.label) == (NO_VALUE, None, "")
    assert "The rule needs 2 evaluable cores, and there are 1." in mark.text
    assert str(rule) in mark.text


def test_a_blind_reader_sees_no_reading_of_another_on_the_timeline(patient: Patient, scoring: BlindScoring) -> None:
    reader = MembershipFactory(study=patient.study, role=Role.DATA_ENTRY).user
    labels = [one.label for one in seen_by(reader, patient).rows]
    assert not [label for label in labels if "H-score" in label]
    assert [label for label in labels if "−ΔCq" in label]
    client = Client()
    client.force_login(reader)
    address = reverse("analytics:course-figure", args=[patient.study.code, patient.code])
    assert "H-score" not in json.dumps(client.get(address).json(), ensure_ascii=False)


def test_labels_of_marks_are_named_so_that_a_narrow_screen_can_leave_some_out(patient: Patient) -> None:
    labels = [one.text for one in timeline(course(patient).rows, axis_title="").layout.annotations if one.name == LABEL]
    assert {"Biopsy", "Partial", "Diagnosis"} <= set(labels)
