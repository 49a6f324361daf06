"""The log2 ratio of two markers, sample by sample."""

from typing import Any

import pytest

from analytics.kinds.expression_by_group.kind import ExpressionByGroupKind
from analytics.kinds.expression_by_group.spec import ExpressionByGroup
from analytics.measurements import described, measured_patients, measurements
from analytics.spec import Measure, SpecError
from analytics.stats import NotComparable
from cases.models import Study
from cases.sentences import render
from expression.models import ProfileUnit, TargetRole, WellReading
from tests.factories import (
    ExpressionDatasetFactory,
    ExpressionValueFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SpecimenFactory,
    StudyFactory,
)

pytestmark = pytest.mark.django_db


def markers() -> list[Any]:
    return [MarkerFactory(symbol="TNFSF11", name="RANKL"), MarkerFactory(symbol="TNFRSF11B", name="OPG")]


def profiled(*rows: tuple[float | None, float | None], unit: str = ProfileUnit.LOG2_TPM) -> Study:
    """Patients with RANKL and OPG on one sample."""
    study = StudyFactory()
    dataset = ExpressionDatasetFactory(study=study, code="RNA", unit=unit)
    for row in rows:
        specimen = SpecimenFactory(patient=PatientFactory(study=study))
        for marker, value in zip(markers(), row, strict=True):
            if value is not None:
                ExpressionValueFactory(specimen=specimen, dataset=dataset, marker=marker, value=value)
    return study


def ratio(study: Study, **changes: Any) -> Measure:
    plain: dict[str, Any] = {"assay": "profile", "dataset": "RNA", "marker": "TNFSF11", "per_marker": "TNFRSF11B"}
    return ExpressionByGroup.from_mapping({"study": study.code, "grouping": "sex", **plain, **changes})


def test_a_profile_gives_the_difference_of_logarithms_and_says_that_it_is_approximate() -> None:
    study = profiled((5.0, 3.5), (2.0, 4.0), (1.0, None))
    by = MembershipFactory(study=study).user
    found = measurements(measure=ratio(study), by=by)
    assert found.values["value"].tolist() == [1.5, -2.0]
    assert found.values["ratio_approximate"].all()
    assert found.unit["en"] == "log2 ratio RANKL/OPG"
    assert [render(item.reason) for item in found.rejected] == ["Only one marker of the ratio has a usable value"]
    assert measured_patients(measure=ratio(study), by=by).count() == 2
    assert described(ratio(study))["marker"] == {"symbol": "TNFSF11/TNFRSF11B", "name": "RANKL/OPG"}


def test_qpcr_gives_the_difference_of_delta_cq() -> None:
    study = StudyFactory()
    run = QpcrRunFactory(study=study, cycles=40)
    rankl, opg = (QpcrTargetFactory(run=run, name=marker.name, marker=marker) for marker in markers())
    gapdh = QpcrTargetFactory(run=run, name="GAPDH", marker=None, role=TargetRole.REFERENCE)
    sample = QpcrSampleFactory(run=run, specimen=SpecimenFactory(patient=PatientFactory(study=study)))
    for target, cq in ((rankl, 28.0), (opg, 25.5), (gapdh, 20.0)):
        QpcrWellFactory(run=run, target=target, sample=sample, cq=cq, reading=WellReading.DETECTED)
    by = MembershipFactory(study=study).user
    found = measurements(measure=ratio(study, assay="qpcr", dataset=""), by=by)
    # ΔCq of OPG is 5.5, that of RANKL 8.
    assert found.values["value"].tolist() == [-2.5]
    assert "ratio_approximate" not in found.values


def test_values_that_are_no_logarithms_have_no_ratio() -> None:
    study = profiled((5.0, 3.5), unit=ProfileUnit.RSEM)
    with pytest.raises(NotComparable, match="The values of RNA are no logarithms"):
        measurements(measure=ratio(study), by=MembershipFactory(study=study).user)


@pytest.mark.parametrize(
    "changes",
    [
        {"per_marker": "TNFSF11"},
        {
            **{"assay": "ihc", "dataset": "", "cell_type": "stromal", "compartment": "cytoplasm"},
            **{"scale": "h_score", "rule": "Median v1"},
        },
    ],
)
def test_no_ratio_of_scores_or_of_a_marker_to_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as refused:
        ratio(StudyFactory(), **changes)
    assert list(refused.value.errors) == ["per_marker"]


def test_a_marker_that_is_not_there_is_refused_beside_its_field() -> None:
    study = profiled((5.0, 3.5))
    by = MembershipFactory(study=study).user
    errors = ExpressionByGroupKind().check(spec=ratio(study, per_marker="NOSUCH"), study=study, by=by)
    assert list(errors) == ["per_marker"]
