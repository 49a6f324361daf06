"""The pages of markers: found, covered, and who has no value."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Membership, Role, Study
from expression.coverage import Cell
from expression.models import Marker
from tests.factories import (
    AntibodyFactory,
    BandFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    DiagnosisFactory,
    ExpressionValueFactory,
    HistologyFactory,
    IhcReadingFactory,
    LaneFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    PositivityCutoffFactory,
    QpcrRunFactory,
    QpcrSampleFactory,
    QpcrTargetFactory,
    QpcrWellFactory,
    SiteFactory,
    SpecimenFactory,
    TissueMicroarrayFactory,
    UserFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

HIDDEN = Cell(patients=None, measurements=None)


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.RESEARCHER)


@pytest.fixture
def client(membership: Membership) -> Client:
    return signed_in(membership.user)


@pytest.fixture
def study(membership: Membership) -> Study:
    return membership.study


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of_role(study: Study, role: Role, **fields: Any) -> Client:
    return signed_in(MembershipFactory(study=study, role=role, **fields).user)


def address(study: Study, symbol: str = "TNFSF11") -> str:
    return reverse("expression:marker", args=[study.code, symbol])


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def stained(study: Study, number: int, histology: str = "GCTB", **fields: Any) -> list[Any]:
    """Patients of a histology with a section each."""
    term = HistologyFactory(name=histology)
    antibody = AntibodyFactory(study=study)
    readings = []
    for _number in range(number):
        patient = PatientFactory(study=study, **fields)
        DiagnosisFactory(patient=patient, histology=term)
        specimen = SpecimenFactory(patient=patient, kind="ffpe_block")
        readings.append(IhcReadingFactory(specimen=specimen, antibody=antibody))
    return readings


class TestList:
    def test_any_name_finds_one(self, client: Client, study: Study) -> None:
        for name in ("TRANCE", "ｏｄｆ", "破骨細胞分化因子"):
            answer = client.get(reverse("expression:marker-list", args=[study.code]), {"search": name})
            assert [row.record.symbol for row in answer.context["table"].rows] == ["TNFSF11"]
            assert '<i class="gene">TNFSF11</i>' in text(answer)

    def test_no_such_name(self, client: Client, study: Study) -> None:
        answer = client.get(reverse("expression:marker-list", args=[study.code]), {"search": "zzz"})
        assert "No marker is called so." in text(answer)

    def test_by_role_with_phospho_sites(self, client: Client, study: Study) -> None:
        answer = client.get(reverse("expression:marker-list", args=[study.code]), {"role": "signalling"})
        assert [row.record.symbol for row in answer.context["table"].rows] == ["AKT1", "MAPK3", "MAPK1", "STAT3"]
        assert "S473, T308" in text(answer)

    def test_only_administrators_add(self, client: Client, study: Study) -> None:
        page = reverse("expression:marker-list", args=[study.code])
        assert "/admin/expression/marker/add/" not in text(client.get(page))
        administrator = signed_in(UserFactory(is_superuser=True, is_staff=True))
        assert "/admin/expression/marker/add/" in text(administrator.get(page))

    def test_over_the_api(self, client: Client) -> None:
        found = client.get("/api/v1/markers/", {"search": "ＲＡＮＫＬ"}).json()["results"]
        assert [(row["symbol"], row["phospho_sites"]) for row in found] == [("TNFSF11", [])]
        assert "破骨細胞分化因子" in found[0]["synonyms"]
        [stat3] = client.get("/api/v1/markers/", {"search": "aprf", "role": "signalling"}).json()["results"]
        assert stat3["phospho_sites"] == ["S727", "Y705"]
        assert client.get("/api/v1/markers/", {"role": "nothing"}).status_code == 400

    def test_queries_do_not_grow(self, client: Client, study: Study) -> None:
        page = reverse("expression:marker-list", args=[study.code])
        before = queries_of(client, page)
        for number in range(5):
            MarkerFactory(symbol=f"GENE{number}")
        assert queries_of(client, page) == before


class TestWhatItIs:
    def test_names(self, client: Client, study: Study) -> None:
        page = text(client.get(address(study, "STAT3")))
        assert 'STAT3 <i class="gene">STAT3</i>' in page
        assert "Signalling protein · also called APRF" in page
        assert "phospho-sites S727, Y705" in page

    def test_unknown(self, client: Client, study: Study) -> None:
        assert client.get(address(study, "NOGENE")).status_code == 404

    def test_not_measured(self, client: Client, study: Study) -> None:
        page = text(client.get(address(study)))
        assert "RANKL was not measured in this study" in page
        assert "Who has a value" not in page
        assert reverse("cases:import-new", args=[study.code]) not in page
        assert reverse("cases:import-new", args=[study.code]) in text(of_role(study, Role.MANAGER).get(address(study)))


class TestCoverage:
    def test_histologies_by_assays(self, client: Client, study: Study) -> None:
        first, *_others = stained(study, 3)
        stained(study, 1, "ABC")
        array = TissueMicroarrayFactory(study=study)
        for column in (1, 2):
            core = CoreFactory(microarray=array, column=column, specimen=first.specimen)
            IhcReadingFactory(specimen=first.specimen, core=core, antibody=first.antibody)
        run = QpcrRunFactory(study=study)
        sample = QpcrSampleFactory(run=run, specimen=SpecimenFactory(patient=PatientFactory(study=study)))
        QpcrWellFactory.create_batch(2, run=run, sample=sample, target=QpcrTargetFactory(run=run))
        lane = LaneFactory(blot__study=study, specimen=first.specimen)
        BandFactory(blot=lane.blot, lane=lane, marker=MarkerFactory())
        ExpressionValueFactory(specimen=first.specimen)
        answer = client.get(address(study))
        table = answer.context["coverage"]
        assert list(map(str, table.titles)) == [
            "IHC, sections",
            "IHC, cores",
            "qPCR",
            "Western blot",
            "Expression profile",
        ]
        counted = {row.label: [(cell.patients, cell.measurements) for cell in row.cells] for row in table.rows}
        assert counted == {
            "GCTB": [(3, 3), (1, 2), (0, 0), (1, 1), (1, 1)],
            "ABC": [(1, 1), (0, 0), (0, 0), (0, 0), (0, 0)],
            "No index diagnosis": [(0, 0), (0, 0), (1, 2), (0, 0), (0, 0)],
        }
        assert [(cell.patients, cell.measurements) for cell in table.total] == [(4, 4), (1, 2), (1, 2), (1, 1), (1, 1)]
        page = text(answer)
        assert f"?antibody={first.antibody.code}" in page
        assert run.get_absolute_url() in page
        assert lane.blot.get_absolute_url() in page

    def test_other_studies_and_markers_are_not_counted(self, client: Client, study: Study) -> None:
        stained(MembershipFactory().study, 2)
        IhcReadingFactory(
            specimen=SpecimenFactory(patient=PatientFactory(study=study)), antibody__marker=MarkerFactory(symbol="SOX9")
        )
        assert client.get(address(study)).context["coverage"].rows == []

    def test_viewer_sees_no_small_number_nor_what_gives_it_away(self, study: Study) -> None:
        """9 + 6 + 2 = 17: with 17 and 9 shown, 6 would give the 2 away."""
        stained(study, 9)
        stained(study, 6, "ABC")
        readings = stained(study, 2, "FD")
        answer = of_role(study, Role.VIEWER).get(address(study))
        table = answer.context["coverage"]
        assert [row.cells for row in table.rows] == [[Cell(patients=9, measurements=9)], [HIDDEN], [HIDDEN]]
        assert table.total == [Cell(patients=17, measurements=17)]
        page = text(answer)
        assert "/patients/" not in page
        assert readings[0].antibody.code not in page

    def test_confined_to_a_site(self, study: Study) -> None:
        """Sources of one's own patients are named; pages of runs are not for those who see one site."""
        site = SiteFactory(study=study)
        stained(study, 2, site=site)
        stained(study, 3)
        run = QpcrRunFactory(study=study)
        specimen = SpecimenFactory(patient=PatientFactory(study=study, site=site))
        sample = QpcrSampleFactory(run=run, specimen=specimen)
        QpcrWellFactory(run=run, sample=sample, target=QpcrTargetFactory(run=run))
        answer = of_role(study, Role.DATA_ENTRY, site=site).get(address(study))
        assert [cell.patients for cell in answer.context["coverage"].total] == [2, 1]
        page = text(answer)
        assert run.code in page
        assert run.get_absolute_url() not in page

    def test_queries_do_not_grow(self, client: Client, study: Study) -> None:
        stained(study, 1)
        before = queries_of(client, address(study))
        for name in ("ABC", "FD", "LMS"):
            stained(study, 2, name)
        assert queries_of(client, address(study)) == before


class TestFlow:
    def test_answer_first(self, client: Client, study: Study) -> None:
        stained(study, 3)
        PatientFactory(study=study)
        page = text(client.get(address(study)))
        assert "3 of 4 patients have a value of <b>RANKL</b> by IHC." in page
        assert "1 patient excluded" in page
        assert "No specimen: 1" in page
        assert "Patients who withdrew consent are left out." in page

    def test_narrowed(self, client: Client, study: Study) -> None:
        stained(study, 3)
        stained(study, 2, "ABC")
        rule = ConsolidationRuleFactory(study=study, name="Two cores", minimum_evaluable_cores=2)
        answer = client.get(address(study), {"assay": "ihc", "histology": "ABC", "rule": rule.pk})
        assert [step.number for step in answer.context["steps"]] == [2] * 5
        assert "<li>rule Two cores v1</li>" in text(answer)
        assert client.get(address(study), {"assay": "qpcr"}).context["steps"][-1].number == 0

    def test_only_rules_that_may_be_about_the_marker(self, client: Client, study: Study) -> None:
        stained(study, 1)
        ConsolidationRuleFactory(
            study=study,
            name="Of SOX9",
            cutoff=PositivityCutoffFactory(study=study, marker=MarkerFactory(symbol="SOX9")),
        )
        ConsolidationRuleFactory(name="Of another study")
        page = text(client.get(address(study)))
        assert "Of SOX9" not in page
        assert "Of another study" not in page

    @pytest.mark.parametrize("query", [{"assay": "elisa"}, {"histology": "nothing"}, {"rule": "x"}, {"rule": "999999"}])
    def test_nonsense_shows_everything(self, client: Client, study: Study, query: dict[str, str]) -> None:
        stained(study, 2)
        assert client.get(address(study), query).context["steps"][0].number == 2

    def test_viewer(self, study: Study) -> None:
        """The flow is shown with large numbers only, and not narrowed."""
        stained(study, 6)
        viewer = of_role(study, Role.VIEWER)
        answer = viewer.get(address(study), {"assay": "ihc", "histology": "ABC"})
        assert [step.number for step in answer.context["steps"]] == [6] * 5
        assert "histology" not in answer.context["flow_form"].fields
        PatientFactory(study=study)
        answer = viewer.get(address(study))
        assert answer.context["steps"] == []
        assert "The flow is not shown to you" in text(answer)


class TestAssays:
    def test_index(self, client: Client, study: Study) -> None:
        QpcrRunFactory.create_batch(2, study=study)
        QpcrRunFactory()
        answer = client.get(reverse("expression:assay-index", args=[study.code]))
        counted = {str(shelf.title): number for shelf, number in answer.context["shelves"]}
        assert counted == {
            "Markers": Marker.objects.count(),
            "Antibodies": 0,
            "qPCR runs": 2,
            "Western blots": 0,
            "Cell experiments": 0,
            "Cell lines": 0,
            "Expression datasets": 0,
        }

    def test_runs_are_not_counted_for_whom_they_are_not_listed(self, study: Study) -> None:
        """A plate may hold several sites' samples."""
        QpcrRunFactory(study=study)
        confined = of_role(study, Role.DATA_ENTRY, site=SiteFactory(study=study))
        answer = confined.get(reverse("expression:assay-index", args=[study.code]))
        assert {str(shelf.title): number for shelf, number in answer.context["shelves"]}["qPCR runs"] == 0

    def test_viewer_finds_markers_only(self, study: Study) -> None:
        answer = of_role(study, Role.VIEWER).get(reverse("expression:assay-index", args=[study.code]))
        assert [str(shelf.title) for shelf, _number in answer.context["shelves"]] == ["Markers"]
