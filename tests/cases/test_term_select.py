"""Terms are found by any of their names and codes."""

import pytest

from cases.models import Treatment
from cases.record_forms import DiagnosisForm, TreatmentForm
from cases.term_select import search_text
from tests.factories import DiagnosisFactory, HistologyFactory, PatientFactory, TreatmentAgentFactory

pytestmark = pytest.mark.django_db


def test_names_synonyms_and_codes_in_one_form() -> None:
    agent = TreatmentAgentFactory(code="denosumab-2", name="Ｄenosumab", name_ja="デノスマブ", synonyms=["Ranmark"])
    assert search_text(agent) == "denosumab\nデノスマブ\nranmark\ndenosumab-2"


def test_options_carry_what_they_are_found_by_and_the_choice_stays() -> None:
    histology = HistologyFactory(name="Osteosarcoma, test", morphology="9180/3")
    form = DiagnosisForm(instance=DiagnosisFactory(histology=histology))
    field = str(form["histology"])
    assert 'data-search="osteosarcoma, test\n9180/3"' in field
    assert f'<option value="{histology.pk}" data-search' in field.replace(" selected", "")
    assert "Osteosarcoma, test 9180/3" in field


def test_an_ordinary_list_for_those_without_scripts() -> None:
    form = TreatmentForm(instance=Treatment(patient=PatientFactory()))
    assert "<select" in str(form["agent"])
    assert "data-term-select" not in str(form["lesion"])
