"""The words of an answer: the sentence first, the doubts, and what stands in the tables."""

from typing import Any

from analytics.kinds.response_proportions import report
from analytics.kinds.response_proportions.disclosure import disclosed
from analytics.kinds.response_proportions.sentence import answer_sentence
from tests.analytics.kinds.response_proportions.answers import KIND, MARKER, result_of, spec_of


def test_several_groups_that_differ() -> None:
    said = answer_sentence(result_of({"A": (20, 2), "B": (3, 17), "C": (1, 0), "D": (6, 6)}))
    assert said.startswith("Sclerosis in <b>55%</b> of the patients (95% interval 42% to 67%; 30 of 55).")
    assert "The 4 groups by histology differ, among those of at least 5 patients from 15% in Group B (3 of 20)" in said
    assert "to 91% in <b>Group A</b> (20 of 22), exact" in said


def test_several_groups_that_do_not() -> None:
    said = answer_sentence(result_of({"A": (5, 5), "B": (6, 5), "C": (5, 6)}))
    assert "The 3 groups by histology do not clearly differ, from 45% in Group C" in said


def test_one_group_and_all_alike_are_told_as_a_share() -> None:
    assert answer_sentence(result_of({"A": (7, 0)})).endswith("(95% interval 65% to 100%; 7 of 7).")
    alike = result_of({"A": (7, 0), "B": (3, 0)})
    assert answer_sentence(alike).endswith("10 of 10).")
    assert report.doubts(alike) == ["Every patient responded, so there is no difference to test."]


def test_names_are_escaped() -> None:
    result = result_of({"A": (8, 2), "B": (1, 5)})
    result["groups"][0]["labels"] = {"en": "<script>"}
    assert "<script>" not in answer_sentence(result)


def test_what_is_withheld_is_not_told() -> None:
    shown = disclosed(result_of({"A": (30, 10), "B": (36, 4), "C": (20, 20)}))
    said = answer_sentence(shown)
    assert "Group A 75%" in said
    assert "Group B" not in said
    assert said.endswith("Other groups are too small to be shown.")
    assert report.group_table(shown).rows[1][1:4] == ["40", "–", "–"]
    hidden = disclosed(result_of({"A": (3, 1), "B": (2, 2)}))
    assert "too small to be shown" in answer_sentence(hidden)
    assert [row[1:] for row in report.group_table(hidden).rows] == [["–"] * 7] * 2


def test_an_infinite_odds_ratio_and_one_of_nothing() -> None:
    table = report.pair_table(result_of({"A": (7, 0), "B": (3, 5), "C": (4, 0)}))
    assert table is not None
    assert [row[3] for row in table.rows] == ["∞", "–", "0"]


def test_notes_of_a_regression_speak_of_names() -> None:
    columns: dict[str, Any] = {"covariate sex": ["m"] * 18 + ["f"] * 18}
    refused = result_of({"A": (12, 6), "B": (6, 12)}, columns, covariates=["sex"])
    (doubt,) = report.doubts(refused)
    assert doubt.startswith("No regression: The sex: covariate sex m follows from the other covariates")


def test_terms_are_named_with_their_step() -> None:
    columns = {"covariate marker": [float(number % 9) for number in range(36)]}
    result = result_of({"A": (12, 6), "B": (6, 12)}, columns, covariates=["marker"], **MARKER)
    table = report.regression_table(result)
    assert table is not None
    assert [row[0] for row in table.rows] == [
        "Histology: Group B against Group A",
        "RANKL, per interquartile range (4 log2(TPM+1))",
    ]


def test_the_methods_name_every_choice() -> None:
    spec = spec_of(count_flagged=True, not_evaluable="no_response")
    text = KIND.methods_paragraph(spec=spec, result=result_of({"A": (8, 2), "B": (1, 5)}, not_evaluable="no_response"))
    assert "radiotherapy or surgery to a lesion counted" in text
    assert "could not be evaluated counted as non-responders" in text
    assert "Fisher's exact test" in text
