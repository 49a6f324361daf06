"""Tissue microarrays on the pages: a grid, cores by place, what may not be seen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.history import because
from cases.models import Core, Role, TissueMicroarray
from tests.factories import (
    CoreFactory,
    MembershipFactory,
    PatientFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    TissueMicroarrayFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def microarray() -> TissueMicroarray:
    return TissueMicroarrayFactory(study=MembershipFactory(role=Role.MANAGER).study)


@pytest.fixture
def client(microarray: TissueMicroarray) -> Client:
    client = Client()
    client.force_login(microarray.study.memberships.get().user)
    return client


def place(microarray: TissueMicroarray, row: int, column: int) -> str:
    return reverse("cases:core-edit", args=[microarray.study.code, microarray.code, row, column])


def test_a_core_is_entered_by_the_code_of_its_specimen(client: Client, microarray: TissueMicroarray) -> None:
    specimen = SpecimenFactory(patient__study=microarray.study)
    values = {"specimen": specimen.code, "control_tissue": "", "status": "evaluable", "another": "1"}
    answer = client.post(place(microarray, 2, 3), values)
    core = microarray.cores.get()
    assert (core.specimen, core.position, answer["Location"]) == (specimen, "B-3", place(microarray, 2, 4))
    shown = client.get(microarray.get_absolute_url()).content.decode()
    assert f"B-3: {specimen.code}, Evaluable" in " ".join(shown.split())
    assert "TMA" in client.get(specimen.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"specimen": "NOWHERE"}, "no specimen of that code"),
        ({"specimen": ""}, "of a specimen or of a control tissue"),
        ({"specimen": "", "control_tissue": "Liver", "status": "vanished"}, "vanished"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    client: Client, microarray: TissueMicroarray, values: dict[str, str], sentence: str
) -> None:
    answer = client.post(place(microarray, 1, 1), {"status": "evaluable", **values})
    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert not Core.objects.exists()


def test_there_is_no_place_outside_the_grid(client: Client, microarray: TissueMicroarray) -> None:
    assert client.get(place(microarray, 5, 1)).status_code == 404
    assert client.get(place(microarray, 0, 1)).status_code == 404


def test_a_core_is_changed_and_taken_away(client: Client, microarray: TissueMicroarray) -> None:
    core = CoreFactory(microarray=microarray)
    page = place(microarray, 1, 1)
    read = {field.html_name: field.value() for field in client.get(page).context["form"]}
    assert read["specimen"] == core.specimen.code
    assert client.post(page, read | {"status": "lost"}).status_code == 302
    core.refresh_from_db()
    assert core.status == "lost"
    answer = client.post(page, read | {"status": "no_tumour"})
    assert [conflict.name for conflict in answer.context["form"].conflicts] == ["status"]
    assert client.post(page, read | {"remove": "1"}).status_code == 302
    assert not Core.objects.exists()


def test_an_array_is_added_and_not_made_smaller_than_its_cores_need(
    client: Client, microarray: TissueMicroarray
) -> None:
    study = microarray.study
    values: dict[str, Any] = {"code": "TMA-NEW", "rows": 8, "columns": 10, "core_diameter_mm": "1.5"}
    answer = client.post(reverse("cases:microarray-add", args=[study.code]), values)
    added = TissueMicroarray.objects.get(code="TMA-NEW")
    assert answer["Location"] == added.get_absolute_url()
    CoreFactory(microarray=added, row=8, column=1)
    page = reverse("cases:microarray-edit", args=[study.code, added.code])
    assert "There are cores outside" in client.post(page, values | {"rows": 7}).content.decode()


def test_a_core_of_another_site_is_seen_as_taken_only() -> None:
    study = StudyFactory()
    north, south = SiteFactory(study=study), SiteFactory(study=study)
    microarray = TissueMicroarrayFactory(study=study)
    hidden = SpecimenFactory(patient=PatientFactory(study=study, site=south), code="HIDDEN-1")
    CoreFactory(microarray=microarray, specimen=hidden)
    client = Client()
    client.force_login(MembershipFactory(site=north, role=Role.DATA_ENTRY).user)
    shown = client.get(microarray.get_absolute_url()).content.decode()
    assert "HIDDEN-1" not in shown
    assert "of a patient you may not see" in shown
    assert client.get(place(microarray, 1, 1)).status_code == 404
    listed = client.get(reverse("cases:microarray-list", args=[study.code]))
    assert [array.number for array in listed.context["arrays"]] == [0]


def test_who_enters_for_one_site_changes_nothing_of_the_whole_study() -> None:
    study = StudyFactory()
    site = SiteFactory(study=study)
    microarray = TissueMicroarrayFactory(study=study)
    control = CoreFactory(microarray=microarray, specimen=None, control_tissue="Liver")
    client = Client()
    client.force_login(MembershipFactory(site=site, role=Role.DATA_ENTRY).user)
    assert client.post(reverse("cases:microarray-edit", args=[study.code, microarray.code])).status_code == 403
    assert client.post(place(microarray, control.row, control.column), {"remove": "1"}).status_code == 403
    another = {"specimen": "", "control_tissue": "Spleen", "status": "evaluable"}
    assert client.post(place(microarray, 2, 2), another).status_code == 403
    own = SpecimenFactory(patient=PatientFactory(study=study, site=site))
    assert client.post(place(microarray, 2, 2), {"specimen": own.code, "status": "evaluable"}).status_code == 302
    assert [core.specimen for core in microarray.cores.order_by("row")] == [None, own]


def test_a_core_of_a_verified_patient_changes_with_a_reason_only(client: Client, microarray: TissueMicroarray) -> None:
    verified = PatientFactory(study=microarray.study, verified_at=timezone.now())
    with because("Prepared."):
        specimen = SpecimenFactory(patient=verified)
    values = {"specimen": specimen.code, "control_tissue": "", "status": "evaluable"}
    assert "reason" in client.post(place(microarray, 1, 1), values).context["form"].errors
    assert client.post(place(microarray, 1, 1), values | {"reason": "Map read again."}).status_code == 302
    read = {field.html_name: field.value() for field in client.get(place(microarray, 1, 1)).context["form"]}
    removal = read | {"remove": "1", "reason": ""}
    assert "reason" in client.post(place(microarray, 1, 1), removal).context["form"].errors
    assert client.post(place(microarray, 1, 1), removal | {"reason": "Not on the block."}).status_code == 302
    assert not Core.objects.exists()


def test_grid_needs_as_many_queries_for_many_cores(client: Client, microarray: TissueMicroarray) -> None:
    CoreFactory(microarray=microarray, row=1, column=1)
    few = queries_of(client, microarray.get_absolute_url())
    for column in range(2, 7):
        CoreFactory(microarray=microarray, row=1, column=column)
    assert queries_of(client, microarray.get_absolute_url()) == few
