"""What the numbers of score sheets mean, out of a laboratory's workbook of rules."""

from typing import Any

import pytest

from expression.models import IhcReading, LaboratoryScale
from tests.expression.importing.microarrays.blocks import SHARED, antibody, owners, shared_files, workbook
from tests.factories import StudyFactory
from tests.import_steps import answered, brought, confirmed, counts, findings

pytestmark = pytest.mark.django_db

HEADER = {"A1": "biomarker", "B1": "original_score", "C1": "translated_score"}


@pytest.fixture
def study() -> Any:
    return StudyFactory()


@shared_files
def test_the_rules_of_another_laboratory_and_a_score_sheet_by_them(study: Any) -> None:
    content = (SHARED / "biomarker_rules_example.xlsx").read_bytes()
    job = brought(study, content, name="biomarker_rules_example.xlsx")
    assert job.format == "score_rules"
    job = confirmed(answered(job))
    assert [text for *_place, text in findings(job, "note")] == [
        "Rules of consolidation: 21. They are not imported, for steps of a laboratory scale are names and not "
        "consolidated."
    ]
    scales = {scale.code: scale for scale in LaboratoryScale.objects.all()}
    assert scales["ER"].in_words == "0 negative, 1 focal (1-50%), 2 diffuse (>50%)"
    assert scales["p53"].not_assessable == ["8", "9", "Unk", "x"]
    assert len(scales["PTEN"].meanings) == 6
    again = answered(brought(study, content, name="rules.xlsx"))
    assert counts(again) == {"expression.LaboratoryScale": (0, 3)}

    antibody(study, "P53", "TP53")
    job = brought(study, (SHARED / "tma1" / "example_p53.xlsx").read_bytes(), name="TMA1.xlsx")
    sheet = job.preview["outline"]["sheets"][0]
    assert (sheet["scale"], sheet["not_assessable"]) == ("own:p53", "8, 9, x")
    job = answered(job, patients=owners(17, "tma1"), reader="MK", **{"sheet-0-antibody": "P53"})
    confirmed(job)
    assert IhcReading.objects.filter(evaluability="not_assessable").count() == 13


@pytest.mark.parametrize(
    ("entry", "meaning", "said"),
    [("high", "diffuse", "high has a meaning and is no whole number"), (1, "a" * 61, "of at most 60 characters")],
)
def test_what_is_no_scale(study: Any, entry: Any, meaning: str, said: str) -> None:
    content = workbook(translation={**HEADER, "A2": "ER", "B2": 0, "C2": "no", "A3": "ER", "B3": entry, "C3": meaning})
    job = answered(brought(study, content, name="rules.xlsx"))
    ((row, _column, text),) = findings(job)
    assert row == 2
    assert said in text


def test_a_biomarker_is_left_out(study: Any) -> None:
    content = workbook(translation={**HEADER, "A2": "ER", "B2": 0, "C2": "no", "A3": "PR", "B3": 0, "C3": "no"})
    job = confirmed(answered(brought(study, content, name="rules.xlsx"), **{"scale-0": ""}))
    assert counts(job) == {"expression.LaboratoryScale": (1, 0)}
    assert LaboratoryScale.objects.get().code == "PR"
