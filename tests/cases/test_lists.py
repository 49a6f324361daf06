"""Lists of every kind of record: search, filters, sort, files, saved filters."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from cases.list_files import BYTE_ORDER_MARK, harmless
from cases.lists import LISTS
from cases.models import ConsentStatus, ListExport, Membership, Role, SavedFilter
from tests.factories import (
    AdministrationFactory,
    AdverseEventFactory,
    CoreFactory,
    DiagnosisFactory,
    HistologyFactory,
    IhcReadingFactory,
    LaboratoryResultFactory,
    LesionFactory,
    MembershipFactory,
    MolecularAlterationFactory,
    PathologyFindingFactory,
    PatientFactory,
    ResponseAssessmentFactory,
    SavedFilterFactory,
    SiteFactory,
    SkeletalEventFactory,
    SpecimenFactory,
    TopographyFactory,
    TreatmentFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER)


@pytest.fixture
def client(membership: Membership) -> Client:
    return signed_in(membership)


def signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def address(membership: Membership, name: str) -> str:
    return reverse("cases:list", args=[membership.study.code, name])


def found(client: Client, membership: Membership, name: str, **query: Any) -> list[Any]:
    """The rows of the list in its order."""
    answer = client.get(address(membership, name), query)
    assert answer.status_code == 200
    assert not answer.context["filter"].form.errors
    return [row.record for row in answer.context["table"].rows]


def scored_core(patient: Any) -> Any:
    core = CoreFactory(specimen=SpecimenFactory(patient=patient), microarray__study=patient.study)
    return IhcReadingFactory(core=core, specimen=core.specimen)


MAKERS: dict[str, Callable[[Any], Any]] = {
    "patient": lambda patient: DiagnosisFactory(patient=patient),
    "diagnosis": lambda patient: DiagnosisFactory(patient=patient),
    "alteration": lambda patient: MolecularAlterationFactory(patient=patient),
    "lesion": lambda patient: LesionFactory(patient=patient),
    "treatment": lambda patient: TreatmentFactory(patient=patient, lesion=LesionFactory(patient=patient)),
    "administration": lambda patient: AdministrationFactory(treatment=TreatmentFactory(patient=patient)),
    "assessment": lambda patient: ResponseAssessmentFactory(lesion=LesionFactory(patient=patient)),
    "skeletal-event": lambda patient: SkeletalEventFactory(patient=patient),
    "adverse-event": lambda patient: AdverseEventFactory(patient=patient, treatment=TreatmentFactory(patient=patient)),
    "laboratory-result": lambda patient: LaboratoryResultFactory(patient=patient),
    "specimen": lambda patient: SpecimenFactory(patient=patient, parent=SpecimenFactory(patient=patient)),
    "pathology-finding": lambda patient: PathologyFindingFactory(specimen=SpecimenFactory(patient=patient)),
    "ihc-reading": lambda patient: scored_core(patient),
}


def test_every_list_is_tried() -> None:
    assert MAKERS.keys() == LISTS.keys()


@pytest.mark.parametrize("name", LISTS)
def test_number_of_queries_does_not_grow(client: Client, membership: Membership, name: str) -> None:
    """Of the page, of the API and of the file."""

    def add(number: int) -> None:
        for _ in range(number):
            site = SiteFactory(study=membership.study)
            MAKERS[name](PatientFactory(study=membership.study, site=site))

    pages = {
        address(membership, name): {"per_page": 500},
        reverse("cases:list-file", args=[membership.study.code, name, "xlsx"]): {},
    }
    add(3)
    few = {page: queries_of(client, page, query) for page, query in pages.items()}
    add(40)
    assert {page: queries_of(client, page, query) for page, query in pages.items()} == few


@pytest.mark.parametrize("name", LISTS)
def test_every_column_sorts(client: Client, membership: Membership, name: str) -> None:
    for _ in range(2):
        MAKERS[name](PatientFactory(study=membership.study, site=SiteFactory(study=membership.study)))
    both = set(found(client, membership, name))
    assert len(both) >= 2
    for place, column in enumerate(LISTS[name].table.base_columns):
        sort = column if place % 2 else f"-{column}"
        assert set(found(client, membership, name, sort=sort)) == both


class TestSearch:
    @pytest.mark.parametrize(
        "text", ["gctb", "ＧＣＴＢ", "9250/1", "骨巨", "osteoclastoma", "Ｏsteoclast", "OMA OF BO", "%", "_"]
    )
    def test_patients_by_any_name_of_the_histology(self, client: Client, membership: Membership, text: str) -> None:
        histology = HistologyFactory(
            name="Tumour of the test",
            name_ja="骨巨細胞腫",
            short_name="GCTB",
            morphology="9250/1",
            synonyms=["Osteoclastoma of bone", "GCT"],
        )
        patient = DiagnosisFactory(patient__study=membership.study, histology=histology).patient
        DiagnosisFactory(patient__study=membership.study, histology__name="Chordoma", histology__morphology="9370/3")
        expected = [] if text in "%_" else [patient]
        assert found(client, membership, "patient", search=text) == expected

    def test_half_width_katakana(self, client: Client, membership: Membership) -> None:
        lesion = LesionFactory(patient__study=membership.study, site_detail="リンパ節")
        LesionFactory(patient__study=membership.study)
        assert found(client, membership, "lesion", search="ﾘﾝﾊﾟ") == [lesion]

    @pytest.mark.parametrize("name", LISTS)
    def test_every_list_by_the_code_of_the_patient(self, client: Client, membership: Membership, name: str) -> None:
        for code in ("ABC-77", "XYZ-12"):
            MAKERS[name](PatientFactory(study=membership.study, code=code))
        rows = found(client, membership, name, search="bc-7")
        assert rows
        assert {getattr(row, "patient", row).code for row in rows} == {"ABC-77"}


class TestFilters:
    def test_facets_say_how_many(self, client: Client, membership: Membership) -> None:
        LesionFactory.create_batch(2, patient__study=membership.study, radiographic_type="lytic")
        LesionFactory(patient__study=membership.study, radiographic_type="blastic", is_index=False)
        form = client.get(address(membership, "lesion")).context["filter"].form
        for name, expected in {"radiographic_type": ["2", "1"], "is_index": ["2", "1"]}.items():
            assert [label.split('count">')[1][0] for _value, label in form.fields[name].widget.choices] == expected
        assert len(found(client, membership, "lesion", radiographic_type="lytic")) == 2
        assert len(found(client, membership, "lesion", radiographic_type=["lytic", "blastic"])) == 3
        assert len(found(client, membership, "lesion", is_index="False")) == 1

    def test_the_place_of_a_lesion_and_the_institution(self, client: Client, membership: Membership) -> None:
        site = SiteFactory(study=membership.study)
        lesion = LesionFactory(
            patient=PatientFactory(study=membership.study, site=site), site=TopographyFactory(code="C40.2")
        )
        LesionFactory(patient__study=membership.study, site=TopographyFactory(code="C41.2"))
        assert found(client, membership, "lesion", topography="C40.2") == [lesion]
        assert found(client, membership, "lesion", site=site.code) == [lesion]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"date_from": "2019-06"}, {"2019", "2019-06", "2019-06-30", "2020-01-01"}),
            ({"date_from": "2019-06-15"}, {"2019", "2019-06", "2019-06-30", "2020-01-01"}),
            ({"date_from": "2020"}, {"2020-01-01"}),
            ({"date_until": "2019-05"}, {"2018-12-31", "2019"}),
            ({"date_from": "2019-06", "date_until": "2019-06-10"}, {"2019", "2019-06"}),
        ],
    )
    def test_dates_that_may_lie_in_the_span(
        self, client: Client, membership: Membership, query: dict[str, str], expected: set[str]
    ) -> None:
        for date in ("2018-12-31", "2019", "2019-06", "2019-06-30", "2020-01-01", ""):
            DiagnosisFactory(patient__study=membership.study, date=date)
        assert {str(row.date) for row in found(client, membership, "diagnosis", **query)} == expected

    def test_no_date_is_said(self, client: Client, membership: Membership) -> None:
        form = client.get(address(membership, "diagnosis"), {"date_from": "May"}).context["filter"].form
        assert "Write 2019" in str(form.errors["date_from"])

    def test_an_unknown_list_is_not_found(self, client: Client, membership: Membership) -> None:
        assert client.get(address(membership, "horoscope")).status_code == 404

    def test_withdrawn_consent_leaves_at_once(self, client: Client, membership: Membership) -> None:
        LesionFactory(patient__study=membership.study, patient__consent_status=ConsentStatus.WITHDRAWN)
        assert found(client, membership, "lesion") == []


class TestLinks:
    def test_to_the_patient_and_the_record(self, client: Client, membership: Membership) -> None:
        lesion = LesionFactory(patient__study=membership.study)
        place = lesion.patient.get_absolute_url()
        content = client.get(address(membership, "lesion")).content.decode()
        assert f'href="{place}"' in content
        assert f'href="{place}records/lesion/{lesion.pk}/"' in content
        researcher = signed_in(MembershipFactory(study=membership.study, role=Role.RESEARCHER))
        content = researcher.get(address(membership, "lesion")).content.decode()
        assert f'href="{place}#lesion"' in content
        assert "/records/lesion/" not in content

    def test_index_counts(self, client: Client, membership: Membership) -> None:
        LesionFactory.create_batch(3, patient__study=membership.study)
        LesionFactory()
        page = client.get(reverse("cases:list-index", args=[membership.study.code]))
        assert {each.name: number for each, number in page.context["lists"]}["lesion"] == 3


class TestFiles:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), (-1, -1), ("a=b", "a=b")],
    )
    def test_no_formula_leaves(self, value: Any, expected: Any) -> None:
        assert harmless(value) == expected

    def read(self, client: Client, membership: Membership, format: str, **query: Any) -> list[list[Any]]:
        answer = client.get(reverse("cases:list-file", args=[membership.study.code, "lesion", format]), query)
        assert answer.status_code == 200
        content = answer.getvalue()
        assert f'.{format}"' in answer["Content-Disposition"]
        if format == "csv":
            text = content.decode()
            assert text.startswith(BYTE_ORDER_MARK)
            return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))
        rows = load_workbook(io.BytesIO(content)).active.values
        return [["" if value is None else value for value in row] for row in rows]

    @pytest.mark.parametrize("format", ["csv", "xlsx"])
    def test_all_pages_as_filtered_and_sorted(self, client: Client, membership: Membership, format: str) -> None:
        patient = PatientFactory(study=membership.study, code="P-1")
        for number in range(60):
            LesionFactory(patient=patient, code=f"L{number:02}", site=None, largest_diameter_mm=number, tissue="bone")
        LesionFactory(patient=patient, code="SOFT", site_detail="=HYPERLINK()", tissue="soft_tissue")
        heading, *rows = self.read(client, membership, format, tissue="bone", sort="-code", page=2, per_page=10)
        assert heading[:3] == ["Patient", "Institution", "Code"]
        assert [row[2] for row in rows] == [f"L{number:02}" for number in reversed(range(60))]
        assert float(rows[0][heading.index("Largest diameter (mm)")]) == 59
        (row,) = self.read(client, membership, format, tissue="soft_tissue")[1:]
        assert "'=HYPERLINK()" in row
        taken = ListExport.objects.order_by("pk").first()
        assert taken is not None
        assert (taken.exported_by, taken.list_name, taken.format, taken.rows, taken.query) == (
            membership.user,
            "lesion",
            format,
            60,
            "tissue=bone&sort=-code",
        )

    def test_only_with_the_right(self, membership: Membership) -> None:
        page = reverse("cases:list-file", args=[membership.study.code, "lesion", "csv"])
        member = MembershipFactory(study=membership.study, role=Role.RESEARCHER)
        assert signed_in(member).get(page).status_code == 403
        assert "/file/" not in signed_in(member).get(address(membership, "lesion")).content.decode()
        member.may_export = True
        member.save()
        assert b"".join(signed_in(member).get(page).streaming_content)
        assert ListExport.objects.count() == 1

    def test_unknown_format_and_filter(self, client: Client, membership: Membership) -> None:
        page = reverse("cases:list-file", args=[membership.study.code, "lesion", "pdf"])
        assert client.get(page).status_code == 404
        page = page.replace("pdf", "csv")
        answer = client.get(page, {"tissue": "glass"}, follow=True)
        assert answer.redirect_chain == [(f"{address(membership, 'lesion')}?tissue=glass", 302)]
        assert "glass" in str(answer.context["filter"].form.errors["tissue"])
        assert not ListExport.objects.exists()


class TestSavedFilters:
    def save(self, client: Client, membership: Membership, **values: Any) -> None:
        page = reverse("cases:filter-save", args=[membership.study.code, "lesion"])
        answer = client.post(f"{page}?tissue=bone&code=&page=3&sort=-code&nonsense=1", values)
        assert answer["Location"] == f"{address(membership, 'lesion')}?tissue=bone&sort=-code"

    def test_own_and_shared(self, client: Client, membership: Membership) -> None:
        self.save(client, membership, name="Bone")
        self.save(client, membership, name="Bone, for all", is_shared="on")
        other = signed_in(MembershipFactory(study=membership.study, role=Role.RESEARCHER))
        own = client.get(address(membership, "lesion")).context["saved_filters"]
        assert {saved.name: saved.query for saved in own} == dict.fromkeys(
            ["Bone", "Bone, for all"], "tissue=bone&sort=-code"
        )
        assert [row.name for row in other.get(address(membership, "lesion")).context["saved_filters"]] == [
            "Bone, for all"
        ]
        assert not client.get(address(membership, "treatment")).context["saved_filters"]

    def test_a_name_once(self, client: Client, membership: Membership) -> None:
        for _ in range(2):
            self.save(client, membership, name="Bone")
        assert SavedFilter.objects.count() == 1
        assert "already have a filter" in client.get(address(membership, "lesion")).content.decode()

    def test_who_deletes(self, client: Client, membership: Membership) -> None:
        researcher = MembershipFactory(study=membership.study, role=Role.RESEARCHER)
        shared, secret = (
            SavedFilterFactory(
                study=membership.study, owner=researcher.user, list_name="lesion", name=name, is_shared=is_shared
            )
            for name, is_shared in (("a", True), ("b", False))
        )
        own = SavedFilterFactory(study=membership.study, owner=membership.user, list_name="lesion", is_shared=True)

        def delete(client: Client, row: SavedFilter) -> int:
            return client.post(reverse("cases:filter-delete", args=[membership.study.code, row.pk])).status_code

        assert delete(client, secret) == 404
        assert delete(client, shared) == 302
        assert delete(signed_in(researcher), own) == 404
        assert delete(signed_in(researcher), secret) == 302
        assert list(SavedFilter.objects.all()) == [own]
