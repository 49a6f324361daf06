"""R computes the numbers of a comparison anew from its frozen rows."""

from collections.abc import Mapping, Sequence

import pytest

from analytics.kinds.expression_by_group.r_script import body, numbers, packages
from analytics.scripts import script, text_columns
from tests.analytics.cohort import HIGH, LOW, answered, cohort
from tests.analytics.results import result_of
from tests.factories import MembershipFactory
from tests.r_scripts import assert_r_agrees, needs_r, reported

pytestmark = needs_r

TIED = {"SSX1": (1.0, 2.0, 2.0, 3.5, 4.0), "SSX2": (0.5, 1.0, 2.0, 2.0, 2.5, 0.25)}
LARGE = {
    "SSX1": [round((7 * number) % 61 / 8 + 0.7, 3) for number in range(130)],
    "SSX2": [round((11 * number) % 53 / 8, 3) for number in range(125)],
}
SEVERAL = {"SSX1": HIGH, "SSX2": LOW, "SSX4": (1.5, 2.0, 2.0, 2.25)}
CODED_AS_NUMBERS = {"01": HIGH, "02": LOW}


@pytest.mark.parametrize(
    ("groups", "reference", "method"),
    [
        (TIED, "", "exact"),
        (LARGE, "", "asymptotic"),
        (SEVERAL, "", "Kruskal"),
        (SEVERAL, "SSX2", "Kruskal"),
        (CODED_AS_NUMBERS, "", "exact"),
    ],
    ids=["exact, tied", "asymptotic", "several groups", "several groups with a reference", "codes like numbers"],
)
def test_r_reports_the_stored_numbers(groups: Mapping[str, Sequence[float]], reference: str, method: str) -> None:
    result = result_of(groups, reference=reference)
    comparison = result["comparison"]
    assert method in f"{comparison['method']}, {comparison['p_kind']}"
    rows = frozen(groups)
    texts = text_columns(rows)
    text = script(pk=1, title="Test", sha256="", packages=packages(result), body=body(result), texts=texts)
    assert reported(text, rows) == pytest.approx(numbers(result), rel=1e-6, abs=1e-6)


@pytest.mark.django_db
def test_the_script_of_an_answer_reads_its_rows_as_they_are_downloaded() -> None:
    study = cohort({"SSX1": HIGH[:3], "SSX2": LOW[:3]})
    assert_r_agrees(answered(study, MembershipFactory(study=study).user))


def frozen(groups: Mapping[str, Sequence[float]]) -> dict[str, list[object]]:
    """One patient with one sample for each value."""
    rows: list[object] = [
        [f"{group}-{number}", group, f"{group}-{number}-S1", value, value]
        for group, values in groups.items()
        for number, value in enumerate(values)
    ]
    return {"columns": ["patient", "group", "sample", "value", "patient_value"], "rows": rows}
