"""IHC readings: what the form refuses in words, what lists, files and the API show of their scores."""

import csv
import io
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Membership, Patient, Role, Specimen
from expression.models import IhcReading
from tests.expression.ihc_cases import LOST
from tests.factories import (
    AntibodyFactory,
    ConsolidationRuleFactory,
    CoreFactory,
    IhcReadingFactory,
    MarkerFactory,
    MembershipFactory,
    PatientFactory,
    PositivityCutoffFactory,
    SpecimenFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

NOT_RECORDED = {"percent_0": None, "percent_1": None, "percent_2": None, "percent_3": None}
SUMMARY = NOT_RECORDED | {"recorded_scale": "allred", "recorded_score": 6}


@pytest.fixture
def membership() -> Membership:
    return MembershipFactory(role=Role.MANAGER, study__code="STAIN")


@pytest.fixture
def client(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


@pytest.fixture
def patient(membership: Membership) -> Patient:
    return PatientFactory(study=membership.study, code="P-1")


@pytest.fixture
def specimen(patient: Patient) -> Specimen:
    return SpecimenFactory(patient=patient, code="B-1")


@pytest.fixture
def filled(specimen: Specimen) -> dict[str, Any]:
    """A form that is right."""
    return {
        "specimen": specimen.pk,
        "antibody": AntibodyFactory(study=specimen.study, code="RANKL-1").pk,
        "cell_type": "tumour",
        "compartment": "membrane",
        "evaluability": "evaluable",
        "percent_0": "40",
        "percent_1": "30",
        "percent_2": "20",
        "percent_3": "10",
        "reader": "MK",
    }


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def add(client: Client, **values: Any) -> Any:
    values = {name: value for name, value in values.items() if value is not None}
    return client.post(reverse("cases:record-add", args=["STAIN", "P-1", "ihc-reading"]), values)


class TestForm:
    def test_a_reading_is_kept_as_it_was_read(self, client: Client, filled: dict[str, Any]) -> None:
        assert add(client, **filled).status_code == 302
        reading = IhcReading.objects.get()
        assert (reading.h_score, reading.intensity, reading.patient.code) == (100.0, None, "P-1")

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"percent_0": "39"}, "add up to 99, not to 100"),
            ({"percent_0": "41"}, "add up to 101, not to 100"),
            ({"percent_3": "10.11"}, "add up to 100.11, not to 100"),
            ({"percent_3": None}, "Give all four percentages"),
            ({"percent_0": "140", "percent_1": "-40"}, "less than or equal to 100"),
            (SUMMARY | {"recorded_scale": "h_score", "recorded_score": "300.5"}, "H-score lies between 0 and 300"),
            (SUMMARY | {"recorded_score": "9"}, "Allred score lies between 0 and 8"),
            (SUMMARY | {"recorded_scale": "irs", "recorded_score": "-1"}, "between 0 and 12"),
            (SUMMARY | {"recorded_scale": None}, "Name the scale of the score."),
            (SUMMARY | {"recorded_score": None}, "Give the score, or take the scale away."),
            ({"recorded_scale": "h_score", "recorded_score": "100"}, "has percentages, or a recorded score"),
            (NOT_RECORDED, "has percentages, or a recorded score"),
            ({"evaluability": "lost"}, "Does not apply to what could not be scored."),
            (NOT_RECORDED | {"evaluability": "lost", "intensity": "0"}, "Does not apply"),
            ({"reader": None}, "This field is required."),
        ],
    )
    def test_refused_in_words(
        self, client: Client, filled: dict[str, Any], change: dict[str, Any], sentence: str
    ) -> None:
        answer = add(client, **(filled | change))
        assert answer.status_code == 200
        assert sentence in text_of(answer)
        assert not IhcReading.objects.exists()

    @pytest.mark.parametrize(
        "change", [{"percent_3": "10.1"}, SUMMARY, NOT_RECORDED | {"evaluability": "lost"}, {"intensity": "3"}]
    )
    def test_accepted(self, client: Client, filled: dict[str, Any], change: dict[str, Any]) -> None:
        assert add(client, **(filled | change)).status_code == 302

    def test_a_sum_is_refused_once(self, client: Client, filled: dict[str, Any]) -> None:
        assert text_of(add(client, **(filled | {"percent_0": "39"}))).count("add up to") == 1

    def test_a_core_is_named_with_its_specimen(
        self, client: Client, filled: dict[str, Any], specimen: Specimen
    ) -> None:
        core = CoreFactory(specimen=specimen, microarray__study=specimen.study)
        answer = add(client, **(filled | {"specimen": None, "core": core.pk}))
        assert answer.context["form"].errors == {"specimen": ["This field is required."]}

    def test_a_lost_core_has_no_score(self, client: Client, filled: dict[str, Any], specimen: Specimen) -> None:
        core = CoreFactory(specimen=specimen, microarray__study=specimen.study, status="lost")
        answer = add(client, **(filled | {"core": core.pk}))
        assert "is recorded as “Lost”: it has no score" in text_of(answer)

    def test_the_specimen_of_the_address_is_chosen(self, client: Client, patient: Patient) -> None:
        SpecimenFactory(patient=patient, code="A-1")
        chosen = SpecimenFactory(patient=patient, code="B-1")
        address = reverse("cases:record-add", args=["STAIN", "P-1", "ihc-reading"])
        form = client.get(address, {"specimen": "B-1"}).context["form"]
        assert form["specimen"].value() == chosen.pk
        for strange in ("\x00", "NOBODY", "B 1"):
            assert not client.get(address, {"specimen": strange}).context["form"]["specimen"].value()

    def test_the_next_one_is_like_the_last(self, client: Client, filled: dict[str, Any]) -> None:
        add(client, **filled)
        form = client.get(reverse("cases:record-add", args=["STAIN", "P-1", "ihc-reading"])).context["form"]
        assert [form[name].value() for name in ("antibody", "compartment", "reader", "percent_0")] == [
            filled["antibody"],
            "membrane",
            "MK",
            None,
        ]

    def test_antibodies_are_named_in_full(self, client: Client, filled: dict[str, Any]) -> None:
        page = client.get(reverse("cases:record-add", args=["STAIN", "P-1", "ihc-reading"]))
        assert "RANKL-1 (RANKL, 12A668)" in text_of(page)


class TestScores:
    @pytest.mark.parametrize(
        ("fields", "scores"),
        [
            ({}, (80.0, 50.0, 4.0, 6.0, 2, True)),
            ({"intensity": 3}, (80.0, 50.0, 6.0, 7.0, 3, False)),
            (SUMMARY, (None, None, None, 6.0, None, None)),
            (LOST, (None, None, None, None, None, None)),
        ],
    )
    def test_derived(self, specimen: Specimen, fields: dict[str, Any], scores: tuple[Any, ...]) -> None:
        cells = {"percent_0": 50, "percent_1": 30, "percent_2": 10, "percent_3": 10}
        reading = IhcReading.objects.get(pk=IhcReadingFactory(specimen=specimen, **(cells | fields)).pk)
        names = ("h_score", "percent_positive", "immunoreactive_score", "allred_score")
        found = tuple(getattr(reading, name) for name in (*names, "scored_intensity", "intensity_is_derived"))
        assert found == scores

    def _columns(self, client: Client, name: str) -> list[str]:
        answer = client.get(reverse("cases:list-file", args=["STAIN", "ihc-reading", "csv"]))
        lines = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        return [line[name] for line in lines]

    def test_in_files(self, client: Client, specimen: Specimen) -> None:
        for reader, fields in enumerate(({}, SUMMARY, LOST)):
            IhcReadingFactory(specimen=specimen, reader=f"R{reader}", **fields)
        assert self._columns(client, "H-score") == ["90.0", "not recorded", "Lost"]
        assert self._columns(client, "Allred score") == ["6.0", "6.0", "Lost"]
        assert self._columns(client, "Intensity derived") == ["Yes", "not recorded", "Lost"]

    def test_in_the_list(self, client: Client, specimen: Specimen) -> None:
        IhcReadingFactory(specimen=specimen)
        IhcReadingFactory(specimen=specimen, reader="TS", **LOST)
        table = client.get(reverse("cases:list", args=["STAIN", "ihc-reading"])).context["table"]
        columns = ("h_score", "immunoreactive_score", "intensity_is_derived")
        shown = [[str(row.get_cell(name)) for name in columns] for row in table.rows]
        assert shown == [["90", "4", "Yes"], ["Lost", "Lost", "Lost"]]

    def test_over_the_api(self, client: Client, specimen: Specimen) -> None:
        IhcReadingFactory(specimen=specimen, **SUMMARY)
        [row] = client.get(reverse("api:ihc-reading-list")).json()["results"]
        assert (row["allred_score"], row["h_score"], row["recorded_scale"]) == (6.0, None, "allred")

    def test_nobody_writes_a_score_over_the_api(self, client: Client, specimen: Specimen) -> None:
        reading = IhcReadingFactory(specimen=specimen)
        address = reverse("api:ihc-reading-detail", args=[reading.pk])
        read = client.get(address)
        changed = client.patch(
            address, {"h_score": 300}, content_type="application/json", headers={"If-Match": read["ETag"]}
        )
        assert (changed.status_code, changed.json()["h_score"]) == (200, 90.0)


class TestFilters:
    @pytest.mark.parametrize("text", ["RANKL", "tnfsf11", "ｒａｎｋｌ", "OPGL"])
    def test_by_marker(self, client: Client, specimen: Specimen, text: str) -> None:
        marker = MarkerFactory()
        marker.synonyms = ["OPGL"]
        marker.save()
        reading = IhcReadingFactory(specimen=specimen)
        other = AntibodyFactory(study=specimen.study, marker=MarkerFactory(symbol="SOX9"))
        IhcReadingFactory(specimen=specimen, antibody=other)
        table = client.get(reverse("cases:list", args=["STAIN", "ihc-reading"]), {"marker": text}).context["table"]
        assert [row.record for row in table.rows] == [reading]


class TestSections:
    def _page(self, client: Client, name: str, code: str) -> str:
        return text_of(client.get(reverse(f"cases:{name}", args=["STAIN", code])))

    def test_value_and_spread_stand_side_by_side(self, client: Client, specimen: Specimen) -> None:
        antibody = AntibodyFactory(study=specimen.study)
        for negative, column in ((100, 1), (50, 2), (0, 3)):
            core = CoreFactory(specimen=specimen, microarray__study=specimen.study, column=column)
            cells = {"percent_0": negative, "percent_1": 100 - negative, "percent_2": 0, "percent_3": 0}
            IhcReadingFactory(specimen=specimen, core=core, antibody=antibody, **cells)
        ConsolidationRuleFactory(study=specimen.study, name="Median of cores")
        for name, code in (("specimen", "B-1"), ("patient", "P-1")):
            page = self._page(client, name, code)
            assert "Median of cores v1" in page
            assert '<td class="number">50</td> <td class="number"> 0–100 </td> <td class="number"> 50 </td>' in page
            assert "3 of 3 evaluable" in page

    def test_several_specimens_make_the_patient(self, client: Client, patient: Patient, specimen: Specimen) -> None:
        antibody = AntibodyFactory(study=patient.study)
        IhcReadingFactory(specimen=specimen, antibody=antibody)
        second = SpecimenFactory(patient=patient, code="B-2")
        IhcReadingFactory(specimen=second, antibody=antibody, percent_0=100, percent_1=0, percent_2=0, percent_3=0)
        ConsolidationRuleFactory(study=patient.study)
        page = self._page(client, "patient", "P-1")
        assert "<b>Patient</b>" in page
        assert '<td class="number">45</td> <td class="number"> 0–90 </td>' in page

    def test_no_value_has_its_reason(self, client: Client, specimen: Specimen) -> None:
        core = CoreFactory(specimen=specimen, microarray__study=specimen.study)
        IhcReadingFactory(specimen=specimen, core=core)
        ConsolidationRuleFactory(study=specimen.study, minimum_evaluable_cores=2)
        assert "The rule needs 2 evaluable cores, and there are 1." in self._page(client, "specimen", "B-1")

    def test_positive_is_never_said_without_its_cutoff(self, client: Client, specimen: Specimen) -> None:
        IhcReadingFactory(specimen=specimen)
        cutoff = PositivityCutoffFactory(study=specimen.study, name="RANKL any")
        ConsolidationRuleFactory(study=specimen.study, cores_to_specimen="any_positive", cutoff=cutoff)
        assert "positive by RANKL any v1" in self._page(client, "specimen", "B-1")

    def test_positive_or_negative_specimens_have_no_spread(
        self, client: Client, patient: Patient, specimen: Specimen
    ) -> None:
        antibody = AntibodyFactory(study=patient.study)
        IhcReadingFactory(specimen=specimen, antibody=antibody)
        IhcReadingFactory(specimen=SpecimenFactory(patient=patient, code="B-2"), antibody=antibody)
        cutoff = PositivityCutoffFactory(study=specimen.study, name="RANKL any")
        summary = {"cores_to_specimen": "any_positive", "specimens_to_patient": "any_positive"}
        ConsolidationRuleFactory(study=specimen.study, cutoff=cutoff, **summary)
        page = self._page(client, "patient", "P-1")
        assert "<b>Patient</b>" in page
        assert "1–1" not in page

    @pytest.mark.parametrize(("kind", "offered"), [("section", True), ("rna_extract", False)])
    def test_nothing_is_stained_in_an_extract(self, client: Client, patient: Patient, kind: str, offered: bool) -> None:
        SpecimenFactory(patient=patient, code="B-9", kind=kind)
        page = self._page(client, "specimen", "B-9")
        assert ("Add a reading" in page) is offered
        assert ("Add: IHC reading" in page) is offered

    def test_a_rule_about_something_else_is_left_out(self, client: Client, specimen: Specimen) -> None:
        IhcReadingFactory(specimen=specimen)
        cutoff = PositivityCutoffFactory(study=specimen.study, name="SOX9", marker=MarkerFactory(symbol="SOX9"))
        ConsolidationRuleFactory(study=specimen.study, name="Other", cores_to_specimen="any_positive", cutoff=cutoff)
        page = self._page(client, "specimen", "B-1")
        assert "Other v1" not in page
        assert "no rule" in page

    def test_the_newest_version_counts(self, client: Client, specimen: Specimen) -> None:
        IhcReadingFactory(specimen=specimen)
        for version in (1, 2):
            ConsolidationRuleFactory(study=specimen.study, name="Mean", version=version)
        page = self._page(client, "specimen", "B-1")
        assert "Mean v2" in page
        assert "Mean v1" not in page

    def test_a_derived_intensity_is_marked(self, client: Client, specimen: Specimen) -> None:
        IhcReadingFactory(specimen=specimen)
        IhcReadingFactory(specimen=specimen, reader="TS", intensity=1)
        page = self._page(client, "specimen", "B-1")
        assert page.count('<td class="number"> 2 * </td>') == 1
        assert page.count('<td class="number"> 1 </td>') == 1

    def test_a_summary_is_shown_as_recorded(self, client: Client, specimen: Specimen) -> None:
        IhcReadingFactory(specimen=specimen, **SUMMARY)
        assert "Only a summary was recorded: Allred score 6." in self._page(client, "specimen", "B-1")

    def test_number_of_queries_does_not_grow(self, client: Client, specimen: Specimen) -> None:
        rules = [ConsolidationRuleFactory(study=specimen.study) for _ in range(2)]
        pages = [
            reverse("cases:specimen", args=["STAIN", "B-1"]),
            reverse("cases:patient", args=["STAIN", specimen.patient.code]),
        ]

        def read(number: int) -> list[int]:
            for at in range(number):
                core = CoreFactory(specimen=specimen, microarray__study=specimen.study)
                IhcReadingFactory(specimen=specimen, core=core, reader=f"R{at}")
            return [queries_of(client, page) for page in pages]

        few = read(3)
        assert len(rules) == 2
        assert read(12) == few
