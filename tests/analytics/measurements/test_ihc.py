"""Scores of immunohistochemistry: cores and specimens by the rule, everybody counted, nothing beyond rights."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.kinds.expression_by_group.comparison import compare
from analytics.kinds.expression_by_group.dataset import Samples, load
from analytics.stats import SHIFT, NotComparable
from cases.models import ConsentStatus, Role
from cases.sentences import render
from expression.models import Summary
from tests.analytics.stained import WITH_GIANT_CELLS, WITHOUT, StainedStudy
from tests.factories import (
    AntibodyFactory,
    ConsolidationRuleFactory,
    MarkerFactory,
    MembershipFactory,
    PhosphoSiteFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def stained() -> StainedStudy:
    return StainedStudy()


def loaded(stained: StainedStudy, user: Any = None, **changes: Any) -> Samples:
    user = user or MembershipFactory(study=stained.study).user
    return load(spec=stained.question(**changes), by=user)


def reasons(dataset: Samples) -> dict[str, tuple[int, int]]:
    return {render(item.reason): (item.patients, item.samples) for item in dataset.exclusions}


def codes(dataset: Samples) -> list[str]:
    return [note["code"] for note in dataset.notes]


def test_the_known_answer_of_three_against_three(stained: StainedStudy) -> None:
    """The median of the nine differences 50, 100, 100, 150, 150, 150, 200, 200, 250; 2 of 20 orders are as extreme."""
    dataset = loaded(stained.compared())
    assert dataset.values_by_group() == {"present": list(WITH_GIANT_CELLS), "absent": list(WITHOUT)}
    assert dataset.unit["en"] == "H-score"
    assert dataset.difference_unit["en"] == "points"
    overall = compare(values=dataset.values_by_group(), spec=stained.question()).overall
    shift = next(effect for effect in overall.effects if effect.name == SHIFT)
    assert shift.estimate == 150
    assert overall.p_value == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("scale", "value", "unit"),
    [("h_score", 150, "points"), ("percent_positive", 100, "percentage points"), ("irs", 8, "points")],
)
def test_on_every_scale(stained: StainedStudy, scale: str, value: float, unit: str) -> None:
    stained.read(stained.specimen(), 150, intensity=2)
    dataset = loaded(stained, scale=scale)
    assert dataset.values_by_group() == {"present": [value]}
    assert dataset.difference_unit["en"] == unit


def test_cores_and_specimens_by_the_rule_whatever_the_consolidation(stained: StainedStudy) -> None:
    ConsolidationRuleFactory(study=stained.study, name="Highest", specimens_to_patient=Summary.MAX)
    first = stained.specimen()
    stained.cores(first, 100, 200, None)
    stained.cores(stained.specimen(patient=first.patient), 50)
    assert loaded(stained, consolidation="mean").values_by_group() == {"present": [100.0]}
    highest = loaded(stained, rule="Highest v1", consolidation="mean")
    assert highest.values_by_group() == {"present": [150.0]}
    assert highest.samples_by_group() == {"present": 2}
    assert highest.places == {"evaluable": 3, "not_on_scale": 0, "lost": 1, "no_tumour": 0, "not_assessable": 0}
    frozen = highest.frozen()
    assert frozen["columns"][3:] == ["value", "patient_value", "evaluable_places", "antibodies"]
    assert sorted(row[3:] for row in frozen["rows"]) == [[50.0, 150.0, 1, "AB-1"], [150.0, 150.0, 2, "AB-1"]]


def test_a_lost_core_is_no_zero_and_every_exclusion_has_a_reason(stained: StainedStudy) -> None:
    ConsolidationRuleFactory(study=stained.study, name="Two cores", minimum_evaluable_cores=2)
    stained.cores(stained.specimen(), 100, 200)
    stained.cores(stained.specimen(), 100, None)
    stained.cores(stained.specimen(), 50)
    stained.cores(stained.specimen(), None, None)
    stained.read(stained.specimen(), None, evaluability="no_tumour")
    stained.read(stained.specimen(), None, evaluability="not_assessable")
    mixed = stained.specimen()
    stained.cores(mixed, None)
    stained.read(mixed, None, evaluability="not_assessable")
    stained.read(stained.specimen(), None, recorded_score=4, recorded_scale="irs")
    dataset = loaded(stained, rule="Two cores v1")
    assert dataset.values_by_group() == {"present": [150.0]}
    assert reasons(dataset) == {
        "Fewer than 2 evaluable cores": (2, 2),
        "All cores lost": (1, 1),
        "No tumour in the cores": (1, 1),
        "Staining not assessable": (1, 1),
        "Cores lost, without tumour or not assessable": (1, 1),
        "No score on this scale": (1, 1),
    }
    assert dataset.flow == {"in_scope": 8, "read": 8, "measured": 1, "grouped": 1, "compared": 1}


def test_other_cells_compartments_and_markers_never_mix(stained: StainedStudy) -> None:
    specimen = stained.specimen()
    stained.read(specimen, 100)
    stained.read(specimen, 250, cell_type="tumour")
    stained.read(specimen, 250, compartment="membrane")
    rank = AntibodyFactory(study=stained.study, marker=MarkerFactory(symbol="TNFRSF11A"))
    stained.read(specimen, 250, antibody=rank)
    assert loaded(stained).values_by_group() == {"present": [100.0]}


def test_several_antibodies_are_named_and_doubted(stained: StainedStudy) -> None:
    stained.compared()
    other = AntibodyFactory(study=stained.study, code="AB-2", clone="N-1H8", dilution="1:100")
    stained.read(stained.specimen(), 50, antibody=other)
    dataset = loaded(stained)
    assert [(antibody.code, antibody.clone) for antibody in dataset.antibodies] == [
        ("AB-1", "12A668"),
        ("AB-2", "N-1H8"),
    ]
    assert codes(dataset) == ["several-antibodies"]
    assert "AB-2 (RANKL, N-1H8, 1:100)" in dataset.notes[0]["values"]["antibodies"]
    one = loaded(stained, antibody="AB-1")
    assert one.values_by_group()["present"] == list(WITH_GIANT_CELLS)
    assert [antibody.code for antibody in one.antibodies] == ["AB-1"]
    assert codes(one) == []


def test_a_protein_and_its_phosphorylated_form_are_not_mixed(stained: StainedStudy) -> None:
    specimen = stained.specimen()
    stained.read(specimen, 100)
    site = PhosphoSiteFactory(marker=stained.antibody.marker, residue="S9")
    phospho = AntibodyFactory(study=stained.study, code="AB-P", phospho_site=site)
    stained.read(specimen, 250, antibody=phospho)
    with pytest.raises(NotComparable, match="different forms of RANKL"):
        loaded(stained)
    assert loaded(stained, antibody="AB-P").values_by_group() == {"present": [250.0]}


def test_a_derived_intensity_is_doubted_where_the_score_rests_on_it(stained: StainedStudy) -> None:
    stained.read(stained.specimen(), 150)
    assert codes(loaded(stained, scale="allred")) == ["intensity-derived"]
    assert codes(loaded(stained)) == []


def test_acid_is_doubted(stained: StainedStudy) -> None:
    stained.read(stained.specimen(decalcification="acid"), 150)
    stained.read(stained.specimen(decalcification="edta"), 150)
    dataset = loaded(stained)
    assert [(note["code"], note["values"]) for note in dataset.notes] == [("decalcified-in-acid", {"count": 1})]


def test_withdrawn_consent_and_control_tissue_are_in_no_number(stained: StainedStudy) -> None:
    stained.read(stained.specimen(), 100)
    stained.read(stained.specimen(of_patient={"consent_status": ConsentStatus.WITHDRAWN}), 250)
    dataset = loaded(stained)
    assert dataset.values_by_group() == {"present": [100.0]}
    assert sum(dataset.places.values()) == 1


def test_a_member_of_one_site_asks_of_that_site() -> None:
    site = SiteFactory(code="NARA")
    stained = StainedStudy(site.study)
    stained.read(stained.specimen(of_patient={"site": site}), 100)
    stained.read(stained.specimen(), 250)
    own = MembershipFactory(site=site, role=Role.DATA_ENTRY).user
    dataset = loaded(stained, own)
    assert dataset.values_by_group() == {"present": [100.0]}
    assert dataset.places["evaluable"] == 1
    assert dataset.flow["in_scope"] == 1


def test_number_of_queries_does_not_depend_on_patients(stained: StainedStudy) -> None:
    user = MembershipFactory(study=stained.study).user
    counts = []
    for _time in range(2):
        stained.compared()
        with CaptureQueriesContext(connection) as captured:
            loaded(stained, user)
        counts.append(len(captured))
    assert counts[0] == counts[1]
