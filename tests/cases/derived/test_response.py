"""Response to denosumab by criterion: denominators, flags, rules for lesions and patients."""

from typing import Any

import pytest

from cases.derived.dates import Day, day_of
from cases.derived.response import (
    Assessment,
    Excluded,
    FollowedLesion,
    LesionResponse,
    Medication,
    Outcome,
    PatientResponse,
    count_responses,
    lesion_response,
    patient_response,
)


def day(text: str) -> Day:
    known = day_of(text)
    assert known is not None
    return known


DOSE = day("2020-01-02")


def reading(date: str, answer: str = "partial", criterion: str = "sclerosis", **fields: Any) -> Assessment:
    column = "sclerosis" if criterion == "sclerosis" else "category"
    return Assessment(day=day(date), criterion=criterion, **{column: answer}, **fields)


def lesion(*assessments: Assessment, kind: str = "lytic", **fields: Any) -> FollowedLesion:
    return FollowedLesion(key=1, label="L1", radiographic_type=kind, assessments=assessments, **fields)


def answer(one: FollowedLesion, criterion: str = "sclerosis", **fields: Any) -> LesionResponse:
    return lesion_response(one, **{"criterion": criterion, "treated": True, "first_dose": DOSE, **fields})


def patient(*lesions: FollowedLesion, **fields: Any) -> PatientResponse:
    return patient_response(lesions, **{"criterion": "sclerosis", "treated": True, "first_dose": DOSE, **fields})


class TestLesion:
    def test_the_first_sclerosis_counts(self) -> None:
        found = answer(
            lesion(
                reading("2020-06-02", "complete", attenuation=402.0),
                reading("2019-12-20", "none", attenuation=118.0),
                reading("2020-03-26", "partial", attenuation=300.0),
                reading("2020-02-01", "none"),
            )
        )
        assert found.outcome is Outcome.RESPONSE
        assert found.first is not None
        assert found.days is not None
        assert found.before is not None
        assert (found.days.days, found.first.attenuation, found.before.attenuation) == (84, 300.0, 118.0)

    def test_an_assessment_on_the_day_of_the_first_dose_is_the_baseline(self) -> None:
        found = answer(lesion(reading("2020-01-02")))
        assert found.excluded is Excluded.NO_FOLLOW_UP
        assert found.before is not None
        assert answer(lesion(reading("2020-01-03"))).outcome is Outcome.RESPONSE

    @pytest.mark.parametrize(
        ("criterion", "value", "outcome"),
        [
            ("sclerosis", "partial", Outcome.RESPONSE),
            ("sclerosis", "complete", Outcome.RESPONSE),
            ("sclerosis", "none", Outcome.NO_RESPONSE),
            ("sclerosis", "not_evaluable", Outcome.NOT_EVALUABLE),
            ("sclerosis", "", Outcome.NOT_EVALUABLE),
            ("recist", "CR", Outcome.RESPONSE),
            ("inverse_choi", "PR", Outcome.RESPONSE),
            ("recist", "SD", Outcome.NO_RESPONSE),
            ("mda", "PD", Outcome.NO_RESPONSE),
            ("percist", "NE", Outcome.NOT_EVALUABLE),
        ],
    )
    def test_each_criterion_by_its_own_answer(self, criterion: str, value: str, outcome: Outcome) -> None:
        assert answer(lesion(reading("2020-05-01", value, criterion)), criterion).outcome is outcome

    def test_criteria_stand_side_by_side(self) -> None:
        both = lesion(reading("2020-05-01", "partial"), reading("2020-05-01", "SD", "recist"))
        assert answer(both).outcome is Outcome.RESPONSE
        assert answer(both, "recist").outcome is Outcome.NO_RESPONSE
        assert answer(both, "percist").excluded is Excluded.NO_FOLLOW_UP

    @pytest.mark.parametrize(
        ("kind", "excluded"),
        [
            ("lytic", None),
            ("mixed", None),
            ("blastic", Excluded.BLASTIC),
            ("not_applicable", Excluded.OTHER_TYPE),
            ("unknown", Excluded.OTHER_TYPE),
        ],
    )
    def test_only_lytic_and_mixed_lesions_are_in_the_denominator(self, kind: str, excluded: Excluded | None) -> None:
        assert answer(lesion(reading("2020-05-01"), kind=kind)).excluded is excluded

    def test_treatment_decides_first(self) -> None:
        blastic = lesion(reading("2020-05-01"), kind="blastic")
        assert answer(blastic, treated=False, first_dose=None).excluded is Excluded.NOT_TREATED
        assert answer(blastic, first_dose=None).excluded is Excluded.UNDATED_TREATMENT

    @pytest.mark.parametrize(
        ("local", "flagged"), [("2020-04-30", True), ("2020-05-01", True), ("2020-05-02", False), (None, True)]
    )
    def test_after_local_treatment_it_is_flagged_and_no_response(self, local: str | None, flagged: bool) -> None:
        treated = lesion(reading("2020-05-01"), local_treatments=(day_of(local or ""),))
        found = answer(treated)
        assert bool(found.flagged) is flagged
        assert found.outcome is (Outcome.NO_RESPONSE if flagged else Outcome.RESPONSE)
        assert answer(treated, count_flagged=True).outcome is Outcome.RESPONSE

    def test_a_response_before_local_treatment_stays(self) -> None:
        found = answer(
            lesion(reading("2020-03-01"), reading("2020-06-01", "complete"), local_treatments=(day("2020-05-01"),))
        )
        assert found.outcome is Outcome.RESPONSE
        assert [one.sclerosis for one in found.flagged] == ["complete"]


class TestPatient:
    YES = lesion(reading("2020-03-01"))
    LATER = lesion(reading("2020-06-01"))
    NO = lesion(reading("2020-04-01", "none"))
    NOT_EVALUABLE = lesion(reading("2020-04-01", "not_evaluable"))

    @pytest.mark.parametrize(
        ("lesions", "any_lesion", "all_lesions"),
        [
            ((YES, LATER), Outcome.RESPONSE, Outcome.RESPONSE),
            ((YES, NO), Outcome.RESPONSE, Outcome.NO_RESPONSE),
            ((NO, NOT_EVALUABLE), Outcome.NO_RESPONSE, Outcome.NO_RESPONSE),
            ((YES, NOT_EVALUABLE), Outcome.RESPONSE, Outcome.NOT_EVALUABLE),
            ((NOT_EVALUABLE,), Outcome.NOT_EVALUABLE, Outcome.NOT_EVALUABLE),
        ],
    )
    def test_any_or_all(self, lesions: tuple[FollowedLesion, ...], any_lesion: Outcome, all_lesions: Outcome) -> None:
        assert patient(*lesions).outcome is any_lesion
        assert patient(*lesions, all_lesions=True).outcome is all_lesions

    def test_the_date_is_that_of_the_deciding_lesion(self) -> None:
        found, strict = patient(self.LATER, self.YES), patient(self.LATER, self.YES, all_lesions=True)
        assert (found.day, strict.day) == (day("2020-03-01"), day("2020-06-01"))
        assert found.days is not None
        assert found.days.days == 59

    def test_other_lesions_do_not_decide(self) -> None:
        other = lesion(reading("2020-03-01"), is_index=False)
        assert patient(other, self.NO).outcome is Outcome.NO_RESPONSE
        assert patient(other).excluded is Excluded.NO_INDEX_LESION

    @pytest.mark.parametrize(
        ("lesions", "expected"),
        [
            ((), Excluded.NO_INDEX_LESION),
            ((lesion(kind="blastic"),), Excluded.BLASTIC),
            ((lesion(kind="blastic"), lesion()), Excluded.NO_FOLLOW_UP),
            ((lesion(kind="unknown"),), Excluded.OTHER_TYPE),
        ],
    )
    def test_why_a_patient_is_left_out(self, lesions: tuple[FollowedLesion, ...], expected: Excluded) -> None:
        assert patient(*lesions).excluded is expected
        assert patient(*lesions, treated=False, first_dose=None).excluded is Excluded.NOT_TREATED

    def test_concurrent_treatment_is_named(self) -> None:
        drugs = [
            Medication(label="Osimertinib", start=day("2019-11-01"), end=None),
            Medication(label="Stopped", start=day("2019-01-01"), end=day("2020-01-01")),
            Medication(label="Later", start=day("2020-03-02"), end=None),
            Medication(label="Undated", start=None, end=None),
        ]
        assert patient(self.YES, medications=drugs).concurrent == ("Osimertinib", "Undated")

    def test_counts_with_both_denominators(self) -> None:
        answers = [
            patient(*lesions)
            for lesions in (
                (self.YES,),
                (self.NO,),
                (self.NO,),
                (self.NOT_EVALUABLE,),
                (lesion(kind="blastic"),),
            )
        ]
        count = count_responses(answers)
        assert (count.responses, count.evaluable, count.followed) == (1, 3, 4)
        assert count.excluded == {Excluded.BLASTIC: 1}
