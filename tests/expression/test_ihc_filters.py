"""Scores of the database are those of the formulas, and a cut-off finds what it is about."""

from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from cases.models import Role
from expression.ihc_filters import positive_by, with_score
from expression.models import IhcReading, Scale
from tests.expression.quality_cases import LOST, NEGATIVE
from tests.factories import (
    AntibodyFactory,
    IhcReadingFactory,
    MarkerFactory,
    MembershipFactory,
    PositivityCutoffFactory,
    SpecimenFactory,
)

pytestmark = pytest.mark.django_db

EDGES = ("0", "0.01", "0.99", "1", "9.99", "10", "10.01", "33.33", "33.34", "50", "50.01", "66.66", "66.67", "80.01")
OTHERS = (
    {"percent_0": "0", "percent_1": "50", "percent_2": "50", "percent_3": "0"},
    {"percent_0": "0", "percent_1": "50.01", "percent_2": "49.99", "percent_3": "0"},
    {"percent_0": "0", "percent_1": "0", "percent_2": "0.1", "percent_3": "100"},
    {"percent_0": "33.4", "percent_1": "33.3", "percent_2": "0", "percent_3": "33.3"},
)


def weak(positive: str) -> dict[str, Any]:
    return {"percent_0": f"{100 - float(positive):.2f}", "percent_1": positive, "percent_2": 0, "percent_3": 0}


@pytest.mark.parametrize("scale", Scale.values)
def test_the_database_scores_like_the_formulas(scale: str) -> None:
    cells = [*map(weak, EDGES), *OTHERS]
    fields: list[dict[str, Any]] = [part | {"intensity": read} for part in cells for read in (None, 0, 2)]
    recorded = {"recorded_scale": "allred", "recorded_score": 5}
    fields += [LOST, dict.fromkeys(NEGATIVE) | recorded]
    specimen = SpecimenFactory()
    antibody = AntibodyFactory(study=specimen.study)
    for number, values in enumerate(fields):
        IhcReadingFactory(specimen=specimen, antibody=antibody, reader=f"R{number}", **values)
    rows = list(with_score(IhcReading.objects.all(), scale).annotate(computed=F("score")))
    assert len(rows) == len(fields)
    assert [(row.reader, row.computed) for row in rows] == [(row.reader, row.score(scale)) for row in rows]


@pytest.mark.parametrize(
    ("about", "number"),
    [
        ({}, 2),
        ({"at_least": 91}, 1),
        ({"cell_type": "stromal"}, 0),
        ({"compartment": "not_stated"}, 2),
        ({"scale": "percent_positive"}, 2),
        ({"antibody": "own"}, 1),
        ({"marker": "SOX9"}, 0),
    ],
)
def test_a_cutoff_finds_what_it_is_about(about: dict[str, Any], number: int) -> None:
    specimen = SpecimenFactory()
    own = AntibodyFactory(study=specimen.study)
    IhcReadingFactory(specimen=specimen, antibody=own)
    strong = {"percent_0": 0, "percent_1": 0, "percent_2": 0, "percent_3": 100}
    IhcReadingFactory(specimen=specimen, **strong)
    IhcReadingFactory(specimen=specimen, antibody=own, reader="TS", **NEGATIVE)
    IhcReadingFactory(specimen=specimen, antibody=own, reader="HY", **LOST)
    IhcReadingFactory(**strong)
    about = about | ({"antibody": own} if "antibody" in about else {})
    about |= {"marker": MarkerFactory(symbol="SOX9")} if "marker" in about else {}
    cutoff = PositivityCutoffFactory(study=specimen.study, **about)
    assert positive_by(IhcReading.objects.all(), cutoff).count() == number


def test_the_list_offers_the_cutoffs_of_its_study() -> None:
    membership = MembershipFactory(role=Role.RESEARCHER)
    client = Client()
    client.force_login(membership.user)
    specimen = SpecimenFactory(patient__study=membership.study)
    positive = IhcReadingFactory(specimen=specimen)
    IhcReadingFactory(specimen=specimen, **NEGATIVE)
    own, other = PositivityCutoffFactory(study=membership.study), PositivityCutoffFactory()
    address = reverse("cases:list", args=[membership.study.code, "ihc-reading"])
    answer = client.get(address, {"positive_by": own.pk})
    assert [row.record for row in answer.context["table"].rows] == [positive]
    assert str(own) in answer.content.decode()
    assert str(other) not in answer.content.decode()
    assert client.get(address, {"positive_by": other.pk}).context["filter"].form.errors
    found = client.get(reverse("api:ihc-reading-list"), {"positive_by": own.pk}).json()
    assert [row["id"] for row in found["results"]] == [positive.pk]
