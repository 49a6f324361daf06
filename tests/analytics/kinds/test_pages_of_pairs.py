"""The pages of the kinds about pairs of values: the form counts, asking leads to an answer, and only members ask."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analytics.models import Analysis
from cases.models import Role, Study
from tests.analytics.kinds.marker_matrix.test_marker_matrix import measured
from tests.analytics.test_views import member, page, signed_in
from tests.factories import MembershipFactory, TreatmentFactory, UserFactory

pytestmark = pytest.mark.django_db

MEASURES = {
    f"{prefix}{name}": value
    for prefix, marker in (("x_", "TNFSF11"), ("y_", "IL6"))
    for name, value in (
        *(("assay", "profile"), ("dataset", "RNA"), ("marker", marker), ("per_marker", "")),
        *(("consolidation", "median"), ("undetermined", "excluded")),
    )
}
SENT: dict[str, dict[str, Any]] = {
    "association": {**MEASURES, "grouping": "", "coefficient": "spearman"},
    "marker_matrix": {
        **{"assay": "profile", "dataset": "RNA", "variables": ["TNFSF11", "IL6"]},
        **{"adjustment": "bh", "consolidation": "median"},
    },
    "change_on_treatment": {
        **{"assay": "profile", "dataset": "RNA", "marker": "TNFSF11"},
        **{"per_marker": "IL6", "consolidation": "median"},
    },
}
QUESTIONS = {
    "association": "Do <b>RANKL (RNA)</b>, in log2(TPM+1), and <b>IL-6 (RNA)</b>, in log2(TPM+1), go together?",
    "marker_matrix": "Which pairs of these <b>2 markers</b> go together?",
    "change_on_treatment": 'Does <b>RANKL <i class="gene">TNFSF11</i> / IL-6 <i class="gene">IL6</i></b>, in log2',
}


def form_of(study: Study, kind: str) -> str:
    return reverse("analytics:analysis-ask", args=[study.code, kind])


@pytest.fixture
def study() -> Study:
    study = measured()
    TreatmentFactory(patient=study.patients.first(), start="2020-03-01")
    return study


@pytest.mark.parametrize("kind", SENT)
def test_the_form_says_the_question_and_counts(study: Study, kind: str) -> None:
    client = member(study)
    text = client.get(form_of(study, kind), SENT[kind]).content.decode()
    assert QUESTIONS[kind] in text
    assert ">14<" in text or "14 patients" in text
    assert "NaN" not in page(client, form_of(study, kind))


@pytest.mark.parametrize("kind", SENT)
def test_asking_leads_to_the_question_as_it_was_sent(study: Study, kind: str) -> None:
    answer = member(study).post(form_of(study, kind), SENT[kind])
    asked = Analysis.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == asked.get_absolute_url()
    assert {name: asked.spec[name] for name in SENT[kind]} == SENT[kind]


@pytest.mark.parametrize("kind", SENT)
def test_strangers_and_viewers_do_not_ask(study: Study, kind: str) -> None:
    viewer = member(study, Role.VIEWER)
    other = signed_in(MembershipFactory().user)
    for client, code in ((viewer, 403), (other, 404), (signed_in(UserFactory()), 404)):
        assert client.get(form_of(study, kind)).status_code == code
        assert client.post(form_of(study, kind), SENT[kind]).status_code == code
    assert Client().get(form_of(study, kind)).status_code == 302
    assert not Analysis.objects.exists()


@pytest.mark.parametrize("kind", SENT)
def test_nonsense_is_answered_in_words(study: Study, kind: str) -> None:
    nonsense = dict.fromkeys(SENT[kind], "☃")
    answer = member(study).post(form_of(study, kind), nonsense)
    assert answer.status_code == 200
    assert not Analysis.objects.exists()


@pytest.mark.parametrize("kind", SENT)
def test_a_study_without_values_has_no_form(kind: str) -> None:
    study = MembershipFactory().study
    assert "Nothing measured yet" in page(member(study), form_of(study, kind))
