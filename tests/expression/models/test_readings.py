"""IHC readings on laboratory scales and of cores."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import Error as DatabaseError

from expression.models import Scale
from expression.models.laboratory_scale import RecordedScoreHasMeaning
from tests.database_rules import (
    assert_constraint_refuses,
    assert_trigger_refuses,
    overwrite,
)
from tests.expression.models.readings import LOST, SUMMARY, read_on_a_laboratory_scale
from tests.factories import (
    AntibodyFactory,
    CoreFactory,
    IhcReadingFactory,
    LaboratoryScaleFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db


class TestLaboratoryScales:
    def test_a_score_has_a_meaning(self) -> None:
        reading = read_on_a_laboratory_scale()
        overwrite(reading, recorded_score=2)
        assert reading.recorded_in_words == f"{reading.laboratory_scale.code} 1 (focal)"
        for unknown in (3, "1.5"):
            assert_trigger_refuses("has no such score", reading, recorded_score=unknown)

    @pytest.mark.parametrize("score", [3, Decimal("1.5")])
    def test_the_form_says_which_scores_there_are(self, score: Any) -> None:
        reading = read_on_a_laboratory_scale()
        reading.recorded_score = score
        with pytest.raises(ValidationError, match="0 negative, 1 focal, 2 diffuse"):
            RecordedScoreHasMeaning().check(reading)

    def test_a_score_lies_on_one_scale(self) -> None:
        name = "ihc_reading_score_within_scale"
        assert_constraint_refuses(name, read_on_a_laboratory_scale(), recorded_scale="irs")
        assert_constraint_refuses(name, IhcReadingFactory(**SUMMARY), recorded_scale="", recorded_score=1)

    def test_no_other_score_is_made_of_it(self) -> None:
        reading = read_on_a_laboratory_scale()
        assert {reading.score(scale) for scale in Scale} == {None}

    @pytest.mark.parametrize(
        "meanings", [{}, [], {"-1": "a"}, {"1.5": "a"}, {"01": "a"}, {"100": "a"}, {"1": ""}, {"1": "a" * 61}, {"1": 2}]
    )
    def test_meanings_are_of_whole_numbers(self, meanings: Any) -> None:
        with pytest.raises(ValidationError, match=r"from 0 to 99|blank"):
            LaboratoryScaleFactory.build(meanings=meanings).clean_fields(exclude=["study"])


class TestScoredCores:
    def test_a_lost_core_has_no_score(self) -> None:
        core = CoreFactory(status="lost")
        of_core = {"specimen": core.specimen, "core": core}
        IhcReadingFactory(**of_core, **LOST)
        with pytest.raises(DatabaseError, match="the core is lost"):
            IhcReadingFactory(**of_core)

    def test_a_core_of_a_control_tissue_has_no_patient(self) -> None:
        core = CoreFactory(specimen=None, control_tissue="tonsil")
        antibody = AntibodyFactory(study=core.study)
        reading = IhcReadingFactory(specimen=None, patient=None, core=core, study=core.study, antibody=antibody)
        assert str(reading).startswith(str(core))

    def test_a_scored_core_keeps_its_specimen(self) -> None:
        core = CoreFactory()
        other = SpecimenFactory(patient__study=core.study)
        overwrite(core, specimen=other.pk)
        core.refresh_from_db()
        IhcReadingFactory(specimen=other, core=core)
        assert_trigger_refuses("something was measured on this core", core, specimen=SpecimenFactory().pk)
