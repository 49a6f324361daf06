"""From the record to times: which day counts, who is left out and why, and nothing beyond the asker's rights."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.kinds.time_to_event.dataset import Times, load
from analytics.kinds.time_to_event.spec import TimeToEvent
from cases.models import Criterion, Role, Sex, Study
from cases.sentences import render
from tests.analytics.kinds.time_to_event.courses import treated
from tests.factories import (
    DiagnosisFactory,
    MembershipFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SiteFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db


def loaded(study: Study, user: Any = None, **changes: Any) -> Times:
    asked = {"study": study.code, "compared": "nothing", **changes}
    return load(spec=TimeToEvent.from_mapping(asked), by=user or MembershipFactory(study=study).user)


def rows(times: Times) -> dict[str, tuple[int, int]]:
    """Time and status of each patient."""
    frame = times.patients
    return dict(zip(frame["patient"], zip(frame["time"], frame["status"], strict=True), strict=True))


def reasons(times: Times) -> dict[str, int]:
    return {render(item.reason): item.patients for item in times.exclusions}


def test_event_death_and_end_of_follow_up() -> None:
    study = StudyFactory()
    treated(study, code="EVENT", events=("2020-02-01", "2020-06-01"))
    treated(study, code="DIED", death="2020-04-11")
    treated(study, code="ALIVE", last="2021-01-01")
    found = loaded(study)
    assert rows(found) == {"ALIVE": (365, 0), "DIED": (100, 2), "EVENT": (30, 1)}
    assert found.frozen()["columns"][0] == "patient"
    assert found.patients.set_index("patient").loc["EVENT", "event_days"] == "30;151"
    assert rows(loaded(study, end_point="death")) == {"ALIVE": (365, 0), "DIED": (100, 1), "EVENT": (731, 0)}


def test_events_within_the_window_of_the_study_are_one() -> None:
    study = StudyFactory()
    treated(study, events=("2020-02-01", "2020-02-20", "2020-02-22"))
    assert loaded(study).patients["event_days"].tolist() == ["30;51"]


def test_only_the_kinds_that_are_asked_for() -> None:
    study = StudyFactory()
    patient = treated(study, code="P", events=("2020-02-01",))
    SkeletalEventFactory(patient=patient, date="2020-05-01", type="surgery_to_bone")
    assert rows(loaded(study, event_types=["surgery_to_bone"])) == {"P": (120, 1)}


def test_an_event_before_time_zero_is_left_out_and_counted_or_the_next_one_counts() -> None:
    study = StudyFactory()
    treated(study, code="P", events=("2019-06-01", "2020-03-02"))
    treated(study, code="Q", events=("2020-01-02",))
    found = loaded(study)
    assert rows(found) == {}
    assert reasons(found) == {"Had the event on or before the day of time zero": 2}
    assert rows(loaded(study, keeps_earlier=True)) == {"P": (60, 1), "Q": (731, 0)}


def test_a_partial_date_on_both_sides_of_time_zero_is_left_out_in_words() -> None:
    study = StudyFactory()
    treated(study, events=("2020-01",))
    treated(study, code="LATER", events=("2020-03",))
    found = loaded(study)
    assert rows(found) == {"LATER": (73, 1)}
    assert [key.split(":")[0] for key in reasons(found)] == ["Not known whether the event came before time zero"]
    assert [(note["code"], note["values"]) for note in found.notes] == [("imputed-dates", {"count": 1})]
    exact = loaded(study, exact_dates=True)
    assert rows(exact) == {}
    assert reasons(exact)["A date is known only to the month or the year"] == 1


def test_why_a_patient_has_no_time() -> None:
    study = StudyFactory()
    treated(study, start="")
    treated(study, last="")
    treated(study, last="2019-12-01")
    treated(study, last="2020-01-02")
    treated(study, vital_status="dead", last="2021-01-01")
    treated(study, death="2020-05-01", events=("2020-06-01",))
    assert reasons(loaded(study)) == {
        "Time zero not known": 1,
        "Neither a last follow-up nor a death is recorded": 1,
        "Follow-up ends before time zero": 1,
        "Followed on the day of time zero only": 1,
        "Died on an unknown day": 1,
        "Has an event after the death: the dates need settling": 1,
    }


def test_patients_enter_late_where_observation_begins_after_time_zero() -> None:
    study = StudyFactory()
    for code, diagnosed, events in (("LATE", "2019-10-04", ()), ("BEFORE", "2019-10-04", ("2019-12-01",))):
        DiagnosisFactory(patient=treated(study, code=code, events=events), date=diagnosed, is_index=True)
    DiagnosisFactory(patient=treated(study, code="NEVER", start=""), date="2019-10-04", is_index=True)
    found = loaded(study, zero="diagnosis", entry="first_dose")
    assert found.patients[["patient", "entry", "time"]].to_numpy().tolist() == [["LATE", 90, 821]]
    assert reasons(found) == {"Not known when observation began": 1, "Had the event before observation began": 1}


def test_response_and_who_was_never_assessed() -> None:
    study = StudyFactory()
    treated(study, code="YES", sclerosis="2020-04-11")
    treated(study, code="NO", seen="2020-04-11")
    treated(study, code="UNSEEN", death="2020-02-01")
    treated(study, code="BLASTIC", sclerosis="2020-04-11", radiographic_type="blastic")
    found = loaded(study, compared="response", criterion="sclerosis")
    days = dict(zip(found.patients["patient"], found.patients["response_day"], strict=True))
    assert days == {"YES": 100, "NO": None, "UNSEEN": None}
    assert reasons(found) == {"Blastic at baseline": 1}
    assert [(note["code"], note["values"]["count"]) for note in found.notes] == [("never-assessed", 1)]


def test_progression_ends_with_the_last_reading() -> None:
    study = StudyFactory()
    for code, categories in (("PD", ("SD", "PD")), ("SD", ("SD", "PR")), ("UNREAD", ())):
        lesion = treated(study, code=code).lesions.get()
        for day, category in zip(("2020-03-02", "2020-07-20"), categories, strict=False):
            ResponseAssessmentFactory(
                lesion=lesion, date=day, criterion=Criterion.RECIST, category=category, sclerosis=""
            )
    found = loaded(study, end_point="progression", progression="recist")
    assert rows(found) == {"PD": (200, 1), "SD": (200, 0)}
    assert reasons(found) == {"Not assessed by the criterion of progression after time zero": 1}


def test_groups_have_the_largest_as_reference_and_covariates_their_reasons() -> None:
    study = StudyFactory()
    for sex, birth_year in (
        (Sex.MALE, 1950),
        (Sex.MALE, 1960),
        (Sex.FEMALE, 1970),
        (Sex.FEMALE, None),
        (Sex.UNKNOWN, 1980),
    ):
        treated(study, sex=sex, birth_year=birth_year)
    found = loaded(study, compared="groups", grouping="sex", covariates=["age"])
    assert list(found.groups) == ["female", "male"]
    assert sorted(found.patients["age"]) == [50, 60, 70]
    assert reasons(found) == {"Sex not known": 1, "Age at time zero not known": 1}
    assert found.flow == {"in_scope": 5, "followed": 5, "grouped": 4, "analysed": 3}


def test_a_member_of_one_site_asks_of_that_site_and_withdrawn_patients_are_in_no_number() -> None:
    site = SiteFactory(code="NARA")
    treated(site.study, code="OWN", site=site)
    treated(site.study, code="OTHER")
    treated(site.study, code="WITHDRAWN", site=site, consent_status="withdrawn")
    own = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
    assert set(rows(loaded(site.study, own))) == {"OWN"}
    assert set(rows(loaded(site.study))) == {"OWN", "OTHER"}


def test_nobody_at_all() -> None:
    found = loaded(StudyFactory())
    assert (found.flow, found.frozen()["rows"]) == ({"in_scope": 0, "followed": 0, "analysed": 0}, [])


def test_queries_do_not_grow_with_the_patients() -> None:
    study = StudyFactory()
    user = MembershipFactory(study=study).user
    asked = {"compared": "response", "criterion": "sclerosis", "covariates": ["age", "sex"]}
    counts = []
    for _round in range(2):
        for _patient in range(3):
            SpecimenFactory(patient=treated(study, sclerosis="2020-04-11", events=("2020-08-01",)))
        PatientFactory(study=study)
        with CaptureQueriesContext(connection) as queries:
            loaded(study, user, **asked)
        counts.append(len(queries))
    assert counts[0] == counts[1]
