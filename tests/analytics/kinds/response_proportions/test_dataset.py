"""Who is in the proportions, who is not and why, and what is read for it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.kinds.response_proportions.dataset import load
from analytics.kinds.response_proportions.form import preview
from cases.models import ConsentStatus, Role, Study
from tests.analytics.kinds.response_proportions.cohort import cohort, question, treated
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    LesionFactory,
    MarkerFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    ResponseAssessmentFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    TreatmentAgentFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return cohort(StudyFactory())


def member(study: Study, **fields: Any) -> Any:
    return MembershipFactory(study=study, **fields).user


def test_everybody_is_counted_once_with_the_reason(study: Study) -> None:
    found = load(spec=question(study), by=member(study))
    assert found.flow == {"in_scope": 20, "treated": 19, "followed": 17, "analysed": 15}
    assert {item.reason["text"]: item.patients for item in found.exclusions} == {
        "Response not evaluable": 1,
        "Sex not known": 1,
        "Blastic at baseline": 1,
        "Not assessed by this criterion after the first dose": 1,
        "Never given denosumab": 1,
    }
    assert found.flow["in_scope"] == found.flow["analysed"] + sum(item.patients for item in found.exclusions)
    assert list(found.groups) == ["female", "male"]
    assert list(found.rows.columns) == found.frozen()["columns"] == ["patient", "group", "outcome"]
    assert len(found.frozen()["rows"]) == 16


def test_not_evaluable_as_no_response_is_in(study: Study) -> None:
    found = load(spec=question(study, not_evaluable="no_response"), by=member(study))
    assert found.flow["analysed"] == 16


def test_only_the_chosen_groups_and_the_chosen_population(study: Study) -> None:
    found = load(spec=question(study, groups=["female"]), by=member(study))
    assert set(found.rows["group"]) == {"female"}
    assert "In a group that is not compared" in {item.reason["text"] for item in found.exclusions}
    women = load(spec=question(study, population={"sex": ["female"]}), by=member(study))
    assert women.flow["selected"] == 9


def test_a_response_after_radiotherapy_counts_only_when_asked(study: Study) -> None:
    patient = treated(study, "none", sex="male")
    lesion = patient.lesions.get()
    agent = TreatmentAgentFactory(code="external-beam-radiotherapy", treatment_class="radiotherapy")
    TreatmentFactory(patient=patient, agent=agent, lesion=lesion, start="2020-05-01", dose_mg=None, interval_days=None)
    ResponseAssessmentFactory(lesion=lesion, date="2020-08-01", sclerosis="complete")
    outcomes = [
        load(spec=question(study, count_flagged=flagged), by=member(study)).rows.set_index("patient")["outcome"]
        for flagged in (False, True)
    ]
    assert [outcome[patient.code] for outcome in outcomes] == ["no_response", "response"]


def test_the_rule_of_the_study_decides_for_several_lesions() -> None:
    outcomes = []
    for rule in ("any", "all"):
        study = StudyFactory(response_rule=rule)
        patient = treated(study)
        ResponseAssessmentFactory(lesion=LesionFactory(patient=patient), sclerosis="none")
        outcomes += load(spec=question(study), by=member(study)).rows["outcome"].tolist()
    assert outcomes == ["response", "no_response"]


def test_strata_and_covariates_stand_in_columns(study: Study) -> None:
    patient = treated(study)
    MolecularAlterationFactory(patient=patient, gene="SS18")
    dataset = ExpressionDatasetFactory(study=study, code="RNA")
    for value in (1.0, 4.0):
        specimen = SpecimenFactory(patient=patient)
        ExpressionValueFactory(specimen=specimen, dataset=dataset, marker=MarkerFactory(), value=value)
    spec = question(
        study,
        stratum="alteration",
        stratum_gene="SS18",
        covariates=["category", "age_years", "marker"],
        marker_assay="profile",
        marker_dataset="RNA",
        marker_marker="TNFSF11",
    )
    found = load(spec=spec, by=member(study))
    row = found.rows.set_index("patient").loc[patient.code]
    assert row["stratum"] == "detected"
    assert (row["covariate category"], row["covariate age_years"], row["covariate marker"]) == ("primary_bone", 69, 2.5)
    assert found.rows["stratum"].isna().sum() == len(found.rows) - 1
    assert set(found.levels) == {"stratum", "covariate category"}
    assert None in [row[-1] for row in found.frozen()["rows"]]


def test_nobody_is_in_it_whom_the_asker_may_not_see(study: Study) -> None:
    site = SiteFactory(study=study)
    at_site = treated(study)
    at_site.site = site
    at_site.save()
    gone = treated(study)
    gone.consent_status = ConsentStatus.WITHDRAWN
    gone.save()
    everybody = load(spec=question(study), by=member(study)).rows["patient"].tolist()
    assert gone.code not in everybody
    confined = load(spec=question(study), by=member(study, role=Role.DATA_ENTRY, site=site))
    assert confined.rows["patient"].tolist() == [at_site.code]


def test_without_a_patient_there_are_no_rows() -> None:
    study = StudyFactory()
    found = load(spec=question(study, covariates=["sex", "age_years"][1:], stratum="category"), by=member(study))
    assert found.rows.empty
    assert found.flow == {"in_scope": 0, "treated": 0, "followed": 0, "analysed": 0}


def test_the_preview_counts_who_would_be_in(study: Study) -> None:
    counted = preview(spec=question(study), by=member(study))
    assert (counted.in_scope, counted.treated, counted.followed) == (20, 19, 17)
    assert counted.evaluable == {"female": 7, "male": 8}
    assert counted.not_evaluable == {"female": 0, "male": 1}


@pytest.mark.parametrize("read", [load, preview])
def test_number_of_queries_does_not_depend_on_patients(study: Study, read: Any) -> None:
    user, counts = member(study), []
    for _time in range(2):
        treated(study)
        with CaptureQueriesContext(connection) as captured:
            read(spec=question(study, stratum="category", covariates=["age_years"]), by=user)
        counts.append(len(captured))
    assert counts[0] == counts[1]
