"""Western blots on the pages: entered as a table, answered as ratios, and what may not be seen."""

import csv
import io
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import ConsentStatus, Patient, Role, Study
from expression.models import Band, Lane, Marker, Membrane, WesternBlot
from tests.factories import (
    BandFactory,
    CellLineFactory,
    LaneFactory,
    MarkerFactory,
    MembershipFactory,
    MembraneFactory,
    PatientFactory,
    PhosphoSiteFactory,
    SiteFactory,
    SpecimenFactory,
    StudyFactory,
    WesternBlotFactory,
)
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return StudyFactory(code="SARC")


@pytest.fixture
def stat3() -> Marker:
    marker = MarkerFactory(symbol="STAT3", name="STAT3")
    for residue in ("Y705", "S727"):
        PhosphoSiteFactory._meta.model.objects.get_or_create(marker=marker, residue=residue)
    return marker


@pytest.fixture
def blot(study: Study, stat3: Marker) -> WesternBlot:
    """The two membranes and four lanes of the known answer in tests/expression/scoring/test_western.py."""
    blot = WesternBlotFactory(study=study, code="WB-1")
    first, second = (MembraneFactory(blot=blot, name=name) for name in ("1", "2"))
    site = stat3.phospho_sites.get(residue="Y705")
    line = CellLineFactory(study=study, name="U-2 OS")
    volumes = [
        (1000, 20000, 8000, 10000),
        (4000, 20000, 8000, 10000),
        (8000, 10000, 4000, 10000),
        (500, 40000, 4000, 20000),
    ]
    for number, (phospho, control, total, total_control) in enumerate(volumes, start=1):
        lane = LaneFactory(blot=blot, number=number, specimen=None, line=line, is_calibrator=number == 1)
        own = {"blot": blot, "lane": lane}
        BandFactory(**own, membrane=first, form="phospho", marker=stat3, phospho_site=site, volume=phospho)
        BandFactory(**own, membrane=first, form="loading_control", marker=None, volume=control)
        BandFactory(**own, membrane=second, form="total", marker=stat3, volume=total)
        BandFactory(**own, membrane=second, form="loading_control", marker=None, volume=total_control)
    return blot


def signed_in(study: Study, role: Role = Role.MANAGER, **fields: Any) -> Client:
    client = Client()
    client.force_login(MembershipFactory(study=study, role=role, **fields).user)
    return client


@pytest.fixture
def client(study: Study) -> Client:
    return signed_in(study)


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def bands_page(blot: WesternBlot, query: str = "") -> str:
    return reverse("expression:blot-bands", args=[blot.study.code, blot.code]) + query


def typed(client: Client, page: str) -> dict[str, Any]:
    """Everything in the table as a browser would send it."""
    table = client.get(page).context["table"]
    values = {"version": table.version, "lanes": table.blanks, "calibrator": table.calibrator}
    return values | {
        field.html_name: field.value() or ""
        for row in table.rows
        for field in row
        if field.name != "remove" and not field.field.disabled
    }


class TestRatios:
    def test_answer(self, client: Client, blot: WesternBlot) -> None:
        text = text_of(client.get(blot.get_absolute_url()))
        assert (
            "p-STAT3 Y705 ÷ STAT3 is highest in lane 3 (32.0 × calibrator) and lowest in lane 1 (1.00 × calibrator) "
            "of 4 lanes with a value."
        ) in text
        assert ("(p-STAT3 Y705 ÷ GAPDH, membrane 1) ÷ (total STAT3 ÷ GAPDH, membrane 2); relative to lane 1.") in text
        assert '<td class="number">32.0</td> <td class="number">5.00</td>' in text
        assert "NaN" not in text

    def test_saturated_and_below_detection(self, client: Client, blot: WesternBlot) -> None:
        Band.objects.filter(lane__number=2, form="phospho").update(saturated=True)
        Band.objects.filter(lane__number=3, form="phospho").update(volume=0)
        Band.objects.filter(lane__number=4, form="total").delete()
        text = text_of(client.get(blot.get_absolute_url()))
        assert "1 band is saturated." in text
        assert "A band is saturated: shown, but left out of analyses." in text
        assert "Below detection in 1. Not evaluable in 1." in text
        assert "The lane has no band of the total protein." in text

    def test_without_calibrator(self, client: Client, blot: WesternBlot) -> None:
        Lane.objects.update(is_calibrator=False)
        text = text_of(client.get(blot.get_absolute_url()))
        assert "No lane shown is the calibrator, so there are ratios but no relative values" in text
        assert "highest in lane 3 (ratio 2.00)" in text

    def test_one_membrane_and_a_marker_without_site(self, client: Client, blot: WesternBlot) -> None:
        first = blot.membranes.get(name="1")
        for lane in blot.lanes.all():
            BandFactory(blot=blot, lane=lane, membrane=first, form="total", marker=MarkerFactory(symbol="STAT3"))
            BandFactory(blot=blot, lane=lane, membrane=first, form="total", marker=MarkerFactory())
        text = text_of(client.get(blot.get_absolute_url()))
        assert "p-STAT3 Y705 ÷ total STAT3, both of membrane 1, where the loading control GAPDH cancels" in text
        assert "RANKL ÷ GAPDH, both of membrane 1; relative to lane 1." in text

    def test_total_on_several_other_membranes(self, client: Client, blot: WesternBlot) -> None:
        third = MembraneFactory(blot=blot, name="3")
        BandFactory(blot=blot, lane=blot.lanes.first(), membrane=third, marker=MarkerFactory(symbol="STAT3"))
        assert "The total protein is on several other membranes" in text_of(client.get(blot.get_absolute_url()))

    def test_nothing_yet(self, client: Client, study: Study) -> None:
        empty = WesternBlotFactory(study=study)
        assert "The blot has no ratio yet" in text_of(client.get(empty.get_absolute_url()))

    def test_csv(self, client: Client, blot: WesternBlot) -> None:
        Band.objects.filter(lane__number=2, form="phospho").update(saturated=True)
        answer = client.get(reverse("expression:blot-csv", args=["SARC", "WB-1"]))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [float(row["log2"]) for row in rows] == pytest.approx([0, 2, 5, 0])
        assert [row["log2_for_analysis"] == "" for row in rows] == [False, True, False, False]
        assert (rows[1]["flags"], rows[0]["symbol"], rows[0]["cell_line"]) == ("saturated", "STAT3", "U-2 OS")


class TestTable:
    def test_a_blot_is_added_and_filled_in(self, client: Client, study: Study, stat3: Marker) -> None:
        specimen = SpecimenFactory(patient__study=study)
        values = {
            "code": "WB-NEW",
            "control_1": "GAPDH",
            "targets_1": "p-stat3 (Y705), STAT3",
            "control_2": "β-actin",
            "targets_2": "",
        }
        answer = client.post(reverse("expression:blot-add", args=["SARC"]), values)
        page = answer["Location"]
        table = client.get(page).context["table"]
        assert [str(probe) for probe in table.probes] == ["p-STAT3 Y705", "STAT3", "GAPDH", "β-actin"]
        cells = typed(client, page) | {
            "new-0-specimen": specimen.code,
            "new-0-band_0": "1,200 s",
            "new-0-band_1": "2400",
            "new-1-line": "",
            "new-1-treatment": "untreated",
            "new-1-band_1": "0",
            "calibrator": "new-0",
        }
        assert client.post(page, cells).status_code == 302
        blot = WesternBlot.objects.get(code="WB-NEW")
        lanes = blot.lanes.order_by("number")
        assert [(lane.number, lane.specimen, lane.treatment, lane.is_calibrator) for lane in lanes] == [
            (1, specimen, "", True),
            (2, None, "untreated", False),
        ]
        found = blot.bands.order_by("lane__number", "form").values_list("form", "volume", "saturated")
        assert list(found) == [("phospho", 1200, True), ("total", 2400, False), ("total", 0, False)]
        assert "nothing" not in text_of(client.get(page))

    def test_only_what_differs_is_written(self, client: Client, blot: WesternBlot) -> None:
        before = {band.pk: band.events.count() for band in blot.bands.all()}
        lanes = list(blot.lanes.order_by("number"))
        cells = typed(client, bands_page(blot))
        probes = client.get(bands_page(blot)).context["table"].probes
        assert [probe.form for probe in probes] == ["phospho", "loading_control", "total", "loading_control"]
        cells |= {
            f"lane-{lanes[0].pk}-band_0": "1001",
            f"lane-{lanes[1].pk}-band_0": "",
            f"lane-{lanes[3].pk}-remove": "on",
            "calibrator": f"lane-{lanes[1].pk}",
        }
        assert client.post(bands_page(blot), cells).status_code == 302
        changed = {band.pk for band in blot.bands.all() if band.events.count() != before[band.pk]}
        assert changed == {blot.bands.get(lane=lanes[0], form="phospho").pk}
        assert blot.bands.count() == 16 - 4 - 1
        assert blot.lanes.get(is_calibrator=True) == lanes[1]

    @pytest.mark.parametrize(
        ("cells", "sentence"),
        [
            ({"new-0-band_0": "-5"}, "A band volume is not negative."),
            ({"new-0-band_0": "strong"}, "“strong” is no number."),
            ({"new-0-band_0": "12,5"}, "“12,5” is no number. Write it with a point"),
            ({"new-0-band_0": "1e40"}, "This is no volume an imager gives."),
            ({"new-0-band_0": "nan"}, "“nan” is no number."),
            ({"new-0-number": "1", "new-0-band_0": "5"}, "Lane 1 is there twice."),
            ({"new-0-number": "", "new-0-band_0": "5"}, "This field is required."),
            ({"new-0-specimen": "OTHER-STUDY"}, "This study has no specimen of that code that you may see."),
            ({"new-0-line": "HeLa"}, "This study has no cell line of that name."),
            ({"new-0-specimen": "OWN", "new-0-treatment": "IL-6"}, "A lane holds a specimen or cells, not both."),
            ({"new-0-treatment": "call 090-1234-5678"}, "looks like a telephone number"),
            ({"calibrator": "new-7"}, "Choose a lane that is there as calibrator."),
        ],
    )
    def test_bad_input_is_said_beside_its_cell_and_nothing_is_saved(
        self, client: Client, study: Study, blot: WesternBlot, cells: dict[str, str], sentence: str
    ) -> None:
        SpecimenFactory(code="OTHER-STUDY")
        SpecimenFactory(code="OWN", patient__study=study)
        first = blot.lanes.get(number=1)
        good = {f"lane-{first.pk}-band_0": "7"}
        answer = client.post(bands_page(blot), typed(client, bands_page(blot)) | good | cells)
        assert (answer.status_code, sentence in text_of(answer)) == (200, True)
        assert not blot.bands.filter(volume=7).exists()
        assert answer.context["table"].rows[0]["band_0"].value() == "7"

    def test_a_screened_text_is_kept_when_somebody_says_it_identifies_nobody(
        self, client: Client, blot: WesternBlot
    ) -> None:
        cells = typed(client, bands_page(blot)) | {"new-0-treatment": "lot 2024-01-15", "new-0-identifies_nobody": "on"}
        assert client.post(bands_page(blot), cells).status_code == 302
        assert blot.lanes.get(number=5).treatment == "lot 2024-01-15"

    def test_two_people(self, client: Client, blot: WesternBlot) -> None:
        lane = blot.lanes.get(number=1)
        cells = typed(client, bands_page(blot)) | {f"lane-{lane.pk}-band_0": "7"}
        Band.objects.filter(lane=lane, form="phospho").update(volume=9)
        answer = client.post(bands_page(blot), cells)
        text = text_of(answer)
        assert "Somebody else changed this blot meanwhile" in text
        assert "Saved: 9." in text
        again = cells | {"version": answer.context["table"].version}
        assert client.post(bands_page(blot), again).status_code == 302
        assert lane.bands.get(form="phospho").volume == 7

    @pytest.mark.parametrize(
        ("targets", "sentence"),
        [
            ("p-STAT3 Y999", "Y999 is no phospho-site of STAT3. Known: S727, Y705."),
            ("p-STAT3", "Say which phospho-site of STAT3."),
            ("p-AKT1 Y705", "Y705 is no phospho-site of AKT1"),
            ("GAPDHX", "“GAPDHX” is no marker."),
        ],
    )
    def test_targets_are_known_ones(self, client: Client, blot: WesternBlot, targets: str, sentence: str) -> None:
        MarkerFactory(symbol="AKT1")
        membrane = blot.membranes.first()
        assert membrane is not None
        answer = client.get(bands_page(blot), {"membrane": membrane.pk, "targets": targets})
        assert sentence in text_of(answer)
        values = {"code": "WB-2", "control_1": "GAPDH", "targets_1": targets}
        answer = client.post(reverse("expression:blot-add", args=["SARC"]), values)
        assert (answer.status_code, sentence in text_of(answer)) == (200, True)
        asked = client.get(bands_page(blot), {"column": f"{membrane.pk}:{targets}"})
        assert sentence in text_of(asked)

    def test_more_columns(self, client: Client, blot: WesternBlot) -> None:
        membrane = blot.membranes.get(name="2")
        query = {"membrane": membrane.pk, "targets": "p-STAT3 S727", "column": f"{membrane.pk}:p-STAT3 Y705"}
        page = client.get(bands_page(blot), query)["Location"]
        probes = client.get(page).context["table"].probes
        assert [str(probe) for probe in probes if probe.membrane == membrane] == [
            "p-STAT3 S727",
            "p-STAT3 Y705",
            "STAT3",
            "GAPDH",
        ]

    @pytest.mark.parametrize(
        "query", ["?column=x:STAT3", "?column=999999:STAT3", "?lanes=9999", "?lanes=-1", "?column=:"]
    )
    def test_an_address_that_makes_no_sense_harms_nobody(self, client: Client, blot: WesternBlot, query: str) -> None:
        table = client.get(bands_page(blot, query)).context["table"]
        assert (len(table.probes), len(table.rows) <= 30) == (4, True)


class TestMembranes:
    def test_added_changed_and_kept_while_there_are_bands(self, client: Client, blot: WesternBlot) -> None:
        own = ["SARC", "WB-1"]
        answer = client.post(
            reverse("expression:blot-membrane-add", args=own), {"name": "3", "loading_control": "Vinculin"}
        )
        assert answer.status_code == 302
        empty, full = blot.membranes.get(name="3"), blot.membranes.get(name="1")
        page = reverse("expression:blot-membrane-edit", args=[*own, empty.pk])
        read = {field.html_name: field.value() for field in client.get(page).context["form"]}
        assert "already has a membrane" in text_of(client.post(page, read | {"name": "1"}))
        for membrane in (empty, full):
            delete = reverse("expression:blot-membrane-delete", args=[*own, membrane.pk])
            client.post(delete, {"reason": "Torn."})
        assert "Empty their cells" in text_of(client.post(delete, {"reason": "Torn."}))
        assert list(Membrane.objects.order_by("name").values_list("name", flat=True)) == ["1", "2"]

    def test_a_control_is_named_for_each(self, client: Client, study: Study, stat3: Marker) -> None:
        values = {"code": "WB-2", "control_1": "GAPDH", "targets_1": "STAT3", "targets_2": "STAT3"}
        answer = client.post(reverse("expression:blot-add", args=["SARC"]), values)
        assert "each has its own" in text_of(answer)
        assert not WesternBlot.objects.exists()


class TestPages:
    def test_changed(self, client: Client, blot: WesternBlot) -> None:
        page = reverse("expression:blot-edit", args=["SARC", "WB-1"])
        read = {field.html_name: field.value() or "" for field in client.get(page).context["form"]}
        assert client.post(page, read | {"performed_on": "2024-02", "code": "WB-9"}).status_code == 302
        assert WesternBlot.objects.get().performed_on == "2024-02"

    def test_deleted_for_a_reason_and_kept_in_the_history(self, client: Client, blot: WesternBlot) -> None:
        page = reverse("expression:blot-delete", args=["SARC", "WB-1"])
        assert client.post(page, {"reason": ""}).status_code == 200
        assert WesternBlot.objects.exists()
        assert client.post(page, {"reason": "Wrong gel."}).status_code == 302
        assert not Band.objects.exists()
        assert blot.events.filter(pgh_label="deleted").exists()  # type: ignore[attr-defined]

    def test_history(self, client: Client, blot: WesternBlot) -> None:
        Band.objects.filter(lane__number=1, form="phospho").update(volume=77)
        text = text_of(client.get(reverse("expression:blot-history", args=["SARC", "WB-1"])))
        assert "<td>1000.0</td> <td>77.0</td>" in text


class TestAccess:
    def test_lanes_of_another_site_are_left_out_and_counted(self, study: Study) -> None:
        north, south = SiteFactory(study=study), SiteFactory(study=study)
        blot = WesternBlotFactory(study=study, code="WB-1")
        membrane = MembraneFactory(blot=blot)
        lanes = {
            site: LaneFactory(
                blot=blot,
                number=number,
                specimen=SpecimenFactory(patient=PatientFactory(study=study, site=site), code=f"SEEN-{number}"),
                is_calibrator=number == 2,
            )
            for number, site in enumerate((north, south), start=1)
        }
        for lane in lanes.values():
            BandFactory(blot=blot, lane=lane, membrane=membrane, volume=1234.5)
            BandFactory(blot=blot, lane=lane, membrane=membrane, form="loading_control", marker=None, volume=77)
        Band.objects.filter(lane=lanes[south], form="total").update(volume=9876.5)
        confined = signed_in(study, Role.DATA_ENTRY, site=north)
        text = text_of(confined.get(blot.get_absolute_url()))
        assert "1 lane holds a specimen that you may not see and is left out" in text
        assert "SEEN-1" in text
        history = text_of(confined.get(reverse("expression:blot-history", args=["SARC", "WB-1"])))
        assert "1234.5" in history
        for shown in (text, history):
            assert "SEEN-2" not in shown
            assert "9876.5" not in shown
        assert confined.post(bands_page(blot), {}).status_code == 403
        listed = confined.get(reverse("expression:blot-list", args=["SARC"]))
        assert [blot.lane_count for blot in listed.context["blots"]] == [1]

    def test_a_lane_of_a_patient_who_withdrew_is_not_written_to(self, client: Client, study: Study) -> None:
        blot = WesternBlotFactory(study=study)
        hidden = LaneFactory(blot=blot, number=1, is_calibrator=True)
        Patient.objects.filter(pk=hidden.specimen.patient_id).update(consent_status=ConsentStatus.WITHDRAWN)
        MembraneFactory(blot=blot)
        page = bands_page(blot)
        assert "It is not in this table" in text_of(client.get(page))
        cells = typed(client, page)
        assert cells["new-0-number"] == 2
        taken = client.post(page, cells | {"new-0-number": "1", "new-0-treatment": "untreated", "calibrator": "new-0"})
        assert "Lane 1 holds a specimen that you may not see." in text_of(taken)
        assert "The calibrator is a lane that you may not see." in text_of(taken)
        assert client.post(page, cells | {"new-0-treatment": "untreated"}).status_code == 302
        hidden.refresh_from_db()
        assert (hidden.is_calibrator, blot.lanes.count()) == (True, 2)

    def test_a_blot_of_another_study_is_not_there(self, client: Client) -> None:
        other = WesternBlotFactory(code="ELSEWHERE")
        for name in ("blot", "blot-bands", "blot-csv", "blot-history", "blot-delete", "blot-edit"):
            assert client.get(reverse(f"expression:{name}", args=["SARC", other.code])).status_code == 404

    def test_a_locked_study_is_not_written_to(self, client: Client, study: Study, blot: WesternBlot) -> None:
        cells = typed(client, bands_page(blot))
        Study.objects.update(status="locked")
        assert client.post(bands_page(blot), cells).status_code == 403


class TestNumberOfQueries:
    @pytest.mark.parametrize("name", ["blot", "blot-bands", "blot-csv", "blot-history"])
    def test_page(self, client: Client, study: Study, blot: WesternBlot, name: str) -> None:
        page = reverse(f"expression:{name}", args=["SARC", "WB-1"])
        queries_of(client, page)
        # After a request rows are of the person who asked, whom the history names.
        for number in range(5, 12):
            lane = LaneFactory(blot=blot, number=number)
            BandFactory(
                blot=blot, lane=lane, membrane=blot.membranes.first(), marker=MarkerFactory(symbol=f"GENE{number}")
            )
            if number == 5:
                few = queries_of(client, page)
        assert queries_of(client, page) == few

    def test_list(self, client: Client, study: Study, blot: WesternBlot) -> None:
        page = reverse("expression:blot-list", args=["SARC"])
        queries_of(client, page)
        few = queries_of(client, page)
        for _ in range(4):
            BandFactory(blot=WesternBlotFactory(study=study))
        assert queries_of(client, page) == few
